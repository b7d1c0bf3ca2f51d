//! `alsasrc`.

use std::io;
use std::path::{Path, PathBuf};

use gst::prelude::*;

use super::super::pipeline::Plan;
use super::{Backend, CaptureError, ErrorKind, classify, create};
use crate::caps::read::{self, DeviceMode};
use crate::devices::Node;

pub(super) struct Alsa;

impl Backend for Alsa {
    /// Its clock all but stops in a stall, so it must not be the pipeline's. 10 ms periods: the
    /// grain in which a stall shows and in which `enabled` takes effect.
    fn element(&self, plan: &Plan) -> Result<gst::Element, CaptureError> {
        let element = create(plan)?;
        if element.has_property("provide-clock") {
            element.set_property("provide-clock", false);
        }
        Ok(element)
    }

    /// ALSA announces the lowest and the highest rate as if all between were there.
    fn real_modes(&self, node: &Node, announced: Vec<DeviceMode>) -> Vec<DeviceMode> {
        match node.path.as_deref().and_then(capture_rates) {
            Some(rates) => read::at_rates(announced, &rates),
            None => announced,
        }
    }

    /// alsasrc has one code for reading and tells the unplug in words.
    fn classify(&self, node: &Node, error: &gst::glib::Error, debug: &str) -> ErrorKind {
        let forbidden = || node.path.as_deref().is_some_and(is_forbidden);
        match classify(error, debug) {
            ErrorKind::Failed if error.message().contains("disconnected") => ErrorKind::Gone,
            // To alsa-lib a card whose id it may not ask for is none.
            ErrorKind::Failed if error.matches(gst::ResourceError::OpenRead) && forbidden() => {
                ErrorKind::NotAllowed
            }
            // "No such file": the card went between listing and opening.
            ErrorKind::Failed if error.matches(gst::ResourceError::OpenRead) => ErrorKind::NotFound,
            kind => kind,
        }
    }
}

/// What the kernel has written down about the card of a PCM.
fn directory(path: &str) -> Option<PathBuf> {
    let card = path.strip_prefix("hw:")?.split(',').next()?;
    let card = match card.parse::<u32>() {
        Ok(number) => format!("card{number}"),
        // A card's id names a link to its directory. It is one name, and leads nowhere else.
        Err(_) if card.contains(['/', '.']) => return None,
        Err(_) => card.to_owned(),
    };
    Some(Path::new("/proc/asound").join(card))
}

/// The rates of a USB device, which its driver writes down; other drivers do not.
fn capture_rates(path: &str) -> Option<Vec<u32>> {
    rates_in(&std::fs::read_to_string(directory(path)?.join("stream0")).ok()?)
}

/// Whether the card is there, and its files may not be opened by this user.
fn is_forbidden(path: &str) -> bool {
    let card = directory(path).and_then(|directory| directory.canonicalize().ok());
    let name = card.as_deref().and_then(|card| card.file_name()?.to_str());
    let number = name.and_then(|name| name.strip_prefix("card"));
    let control = number.map(|number| format!("/dev/snd/controlC{number}"));
    control.is_some_and(|control| {
        let opened = std::fs::File::open(control);
        opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
    })
}

/// The `Rates:` lines of the capture half of a `stream` file; `None` where it names none, or a
/// range.
fn rates_in(stream: &str) -> Option<Vec<u32>> {
    let (_, capture) = stream.split_once("Capture:")?;
    let capture = capture.split("Playback:").next()?;
    let mut rates: Vec<u32> = Vec::new();
    for line in capture
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Rates:"))
    {
        for rate in line.split(',') {
            rates.push(rate.trim().parse().ok()?);
        }
    }
    rates.sort_unstable();
    rates.dedup();
    (!rates.is_empty()).then_some(rates)
}

#[cfg(test)]
mod tests {
    use super::rates_in;

    const STREAM: &str = "Rig Camera : USB Audio\n\nPlayback:\n  Interface 3\n    Rates: 8000\n\n\
        Capture:\n  Status: Stop\n  Interface 3\n    Altset 1\n    Format: S16_LE\n    Channels: 1\n    \
        Endpoint: 0x82 (2 IN) (ASYNC)\n    Rates: 16000, 48000\n    Bits: 16\n";

    #[test]
    fn only_what_can_be_captured() {
        assert_eq!(rates_in(STREAM), Some(vec![16000, 48000]));
    }

    #[test]
    fn a_range_says_nothing_new() {
        assert_eq!(
            rates_in("Capture:\n    Rates: 8000 - 48000 (continuous)\n"),
            None
        );
        assert_eq!(rates_in("Playback:\n    Rates: 8000\n"), None);
    }
}
