//! What a PCM can do: as the kernel writes it down for USB devices, as ALSA says for the others.

use std::fs;
use std::path::Path;

use gst::prelude::*;

use super::cards::Pcm;

/// Caps, and whether they are the device's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub caps: gst::Caps,
    /// No: the device is in use, or may not be opened, and was never seen otherwise.
    pub is_certain: bool,
}

impl Offer {
    /// Finds it out. May block for seconds when the hardware hangs.
    pub fn of(proc: &Path, pcm: &Pcm) -> Self {
        let file = proc.join(format!("card{}/stream{}", pcm.card, pcm.device));
        let written = fs::read_to_string(file).unwrap_or_default();
        let caps = parse_stream(&written, pcm.is_capture);
        let caps = match caps {
            Some(caps) => Some(caps),
            None if pcm.is_capture => ask(&pcm.path()),
            // An output is not opened just to be listed.
            None => None,
        };
        Self {
            is_certain: caps.is_some(),
            caps: caps.unwrap_or_else(usual),
        }
    }
}

/// What nearly every sound device can do.
fn usual() -> gst::Caps {
    gst::Caps::builder("audio/x-raw")
        .field("format", gst::List::new(["S16LE", "S32LE"]))
        .field("layout", "interleaved")
        .field("rate", gst::IntRange::new(8000, 192_000))
        .field("channels", gst::IntRange::new(1, 2))
        .build()
}

/// Opens the device for a moment. `None`: somebody else has it.
fn ask(path: &str) -> Option<gst::Caps> {
    let source = gst::ElementFactory::make("alsasrc")
        .property("device", path)
        .build()
        .ok()?;
    let opened = source.set_state(gst::State::Ready);
    let caps = opened.ok().and_then(|_| {
        let pad = source.static_pad("src")?;
        let caps = pad.query_caps(None);
        (!caps.is_any() && !caps.is_empty()).then_some(caps)
    });
    // Closed or never opened: nothing is left to fail.
    let _ = source.set_state(gst::State::Null);
    caps
}

/// Reads `/proc/asound/cardN/streamM`, which only USB devices have.
fn parse_stream(text: &str, is_capture: bool) -> Option<gst::Caps> {
    let heading = |line: &str| !line.starts_with(' ') && line.ends_with(':');
    let wanted = if is_capture { "Capture:" } else { "Playback:" };
    let half = text
        .lines()
        .skip_while(|line| *line != wanted)
        .skip(1)
        .take_while(|line| !heading(line));

    let mut caps = gst::Caps::new_empty();
    let (mut formats, mut channels) = (Vec::new(), None);
    for line in half {
        let Some((field, value)) = line.trim().split_once(':') else {
            continue;
        };
        let value = value.trim();
        match field {
            "Format" => formats = value.split_whitespace().filter_map(format).collect(),
            "Channels" => channels = value.parse::<i32>().ok(),
            "Rates" => {
                // The last of the three lines of an alternate setting.
                let (Some(channels), Some(rate), false) =
                    (channels, rates(value), formats.is_empty())
                else {
                    continue;
                };
                let structure = gst::Structure::builder("audio/x-raw")
                    .field("format", gst::List::new(formats.iter().copied()))
                    .field("layout", "interleaved")
                    .field("rate", rate)
                    .field("channels", channels)
                    .build();
                caps.merge_structure(structure);
            }
            _ => {}
        }
    }
    (!caps.is_empty()).then(|| {
        let mut caps = caps;
        caps.simplify();
        caps
    })
}

/// `16000, 48000`, or `8000 - 48000 (continuous)`.
fn rates(text: &str) -> Option<gst::glib::SendValue> {
    if let Some((low, rest)) = text.split_once(" - ") {
        let high = rest.split_whitespace().next()?;
        let (low, high) = (low.parse::<i32>().ok()?, high.parse::<i32>().ok()?);
        return (low < high).then(|| gst::IntRange::new(low, high).to_send_value());
    }
    let rates: Result<Vec<i32>, _> = text.split(',').map(|rate| rate.trim().parse()).collect();
    let rates = rates.ok().filter(|rates| !rates.is_empty())?;
    Some(match rates[..] {
        [rate] => rate.to_send_value(),
        _ => gst::List::new(rates).to_send_value(),
    })
}

/// ALSA's name of a sample format as GStreamer has it.
fn format(alsa: &str) -> Option<&'static str> {
    Some(match alsa {
        "S8" => "S8",
        "U8" => "U8",
        "S16_LE" => "S16LE",
        "S16_BE" => "S16BE",
        "S24_3LE" => "S24LE",
        "S24_3BE" => "S24BE",
        "S24_LE" => "S24_32LE",
        "S24_BE" => "S24_32BE",
        "S32_LE" => "S32LE",
        "S32_BE" => "S32BE",
        "FLOAT_LE" => "F32LE",
        "FLOAT_BE" => "F32BE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADSET: &str = "Headset at usb-0000:00:14.0-2, full speed : USB Audio

Playback:
  Status: Stop
  Interface 1
    Altset 1
    Format: S16_LE
    Channels: 2
    Endpoint: 0x01 (1 OUT) (ADAPTIVE)
    Rates: 8000 - 48000 (continuous)
    Bits: 16

Capture:
  Status: Running
  Interface 2
    Altset 1
    Format: S16_LE
    Channels: 1
    Endpoint: 0x82 (2 IN) (ASYNC)
    Rates: 16000, 48000
    Bits: 16
  Interface 2
    Altset 2
    Format: S24_3LE SPECIAL
    Channels: 2
    Endpoint: 0x82 (2 IN) (ASYNC)
    Rates: 44100
    Bits: 24
";

    #[track_caller]
    fn assert_offer(is_capture: bool, expected: &str) {
        gst::init().unwrap();
        let caps = parse_stream(HEADSET, is_capture).unwrap();
        let expected: gst::Caps = expected.parse().unwrap();
        assert!(caps.is_strictly_equal(&expected), "{caps}");
    }

    #[test]
    fn each_alternate_setting_is_a_mode_of_its_direction() {
        assert_offer(
            true,
            "audio/x-raw,format=S16LE,layout=interleaved,rate={16000,48000},channels=1;\
             audio/x-raw,format=S24LE,layout=interleaved,rate=44100,channels=2",
        );
        assert_offer(
            false,
            "audio/x-raw,format=S16LE,layout=interleaved,rate=[8000,48000],channels=2",
        );
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        gst::init().unwrap();
        for text in [
            "",
            "Capture:\n",
            "Capture:\n  Rates: 1\n",
            "Capture:\n  Format: SPECIAL\n  Channels: 1\n  Rates: 48000\n",
            "Capture:\n  Format: S16_LE\n  Channels: 1\n  Rates: 5 - 4\n",
            "Capture:\n  Format: S16_LE\n  Channels: x\n  Rates: 5\n",
        ] {
            assert_eq!(parse_stream(text, true), None, "{text}");
        }
    }
}
