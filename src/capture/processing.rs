//! What is done to the sound of a microphone for all its tracks: gain control and noise suppression,
//! by GStreamer's `webrtcdsp`.
//!
//! It is part of the private pipeline only while a track wants it, so nobody else's sound is
//! converted or copied. Echo is not cancelled here: that takes a probe in the pipeline that plays the
//! far end, and only the application can place one. A source that cancels it by itself says so.

use std::sync::Arc;

use gst::prelude::*;

use super::{CaptureError, ErrorKind};
use crate::devices::Device;
use crate::model::constraints::{
    Candidate, Capabilities, Capability, Overconstrained, Property, Setting, Settings,
};

/// The element that does it, of gst-plugins-bad.
const FACTORY: &str = "webrtcdsp";
/// The rates that it takes, in rising order.
const RATES: [i32; 4] = [8_000, 16_000, 32_000, 48_000];
/// It has room for that many channels at its highest rate, and does not negotiate more.
const MAX_CHANNELS: i32 = 8;
/// It works on pieces of this length, and waits until one is full.
const PIECE: gst::ClockTime = gst::ClockTime::from_mseconds(10);

/// What is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Processing {
    gain: bool,
    noise: bool,
}

impl Processing {
    /// What the settings of a track say.
    pub fn of(settings: &Settings) -> Self {
        let is_on = |property| settings.boolean(property) == Some(true);
        Self {
            gain: is_on(Property::AutoGainControl),
            noise: is_on(Property::NoiseSuppression),
        }
    }

    /// Whether sound is to be left as it is.
    pub fn is_off(self) -> bool {
        self == Self::default()
    }

    /// By how much sound comes later for it, at most.
    pub fn latency(self) -> gst::ClockTime {
        match self.is_off() {
            true => gst::ClockTime::ZERO,
            false => PIECE,
        }
    }

    /// The elements that process sound in `caps` and give it back in the same; none when it is off.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`] naming the element; [`ErrorKind::Failed`] for more channels than
    /// can be processed.
    pub fn chain(self, label: &str, caps: &gst::Caps) -> Result<Vec<gst::Element>, CaptureError> {
        if self.is_off() {
            return Ok(Vec::new());
        }
        let make = |factory| {
            let made = gst::ElementFactory::make(factory).build();
            made.map_err(|_| CaptureError::missing_element(label, factory))
        };
        let filter = |caps: &gst::Caps| {
            make("capsfilter").inspect(|filter| filter.set_property("caps", caps))
        };
        let processor = make(FACTORY)?;
        processor.set_property("echo-cancel", false);
        processor.set_property("gain-control", self.gain);
        processor.set_property("noise-suppression", self.noise);
        // Rumble is noise; who only wants another level keeps it.
        processor.set_property("high-pass-filter", self.noise);
        Ok(vec![
            make("audioconvert")?,
            make("audioresample")?,
            filter(&between(label, caps)?)?,
            processor,
            make("audioconvert")?,
            make("audioresample")?,
            filter(caps)?,
        ])
    }

    /// The same candidates, of sources in which this is in force: what nobody asks to be otherwise
    /// stays.
    pub fn kept(self, candidates: &[Candidate]) -> Vec<Candidate> {
        let mut known: Option<(Candidate, Candidate)> = None;
        let mut keep = |candidate: &Candidate| {
            let same = known
                .as_ref()
                .filter(|(old, _)| Arc::ptr_eq(&old.source, &candidate.source))
                .map(|(_, kept)| kept.source.clone());
            let source = same.unwrap_or_else(|| {
                let mut facts = (*candidate.source).clone();
                for (property, on) in self.values() {
                    facts.settings.set(property, Setting::Boolean(on));
                }
                Arc::new(facts)
            });
            let kept = Candidate {
                source,
                mode: candidate.mode,
            };
            known = Some((candidate.clone(), kept.clone()));
            kept
        };
        candidates.iter().map(&mut keep).collect()
    }

    fn values(self) -> [(Property, bool); 2] {
        [
            (Property::AutoGainControl, self.gain),
            (Property::NoiseSuppression, self.noise),
        ]
    }
}

/// What the element works on: the same channels at the nearest rate that loses nothing, if it has one.
fn between(label: &str, caps: &gst::Caps) -> Result<gst::Caps, CaptureError> {
    let failed = |detail: String| CaptureError::new(ErrorKind::Failed, label, detail);
    let native = caps.structure(0);
    let number = |field| native.and_then(|native| native.get::<i32>(field).ok());
    let (Some(rate), Some(channels)) = (number("rate"), number("channels")) else {
        return Err(failed(format!("{caps} cannot be processed")));
    };
    if channels > MAX_CHANNELS {
        return Err(failed(format!(
            "gain control and noise suppression work on {MAX_CHANNELS} channels at most, not on \
             {channels}: ask for fewer with channelCount, or for neither"
        )));
    }
    let mut between = gst::Structure::builder("audio/x-raw")
        .field("format", gst_audio::AUDIO_FORMAT_S16.to_str())
        .field("layout", "interleaved")
        .field("rate", nearest(rate))
        .field("channels", channels)
        .build();
    if let Some(mask) = native.and_then(|native| native.value("channel-mask").ok()) {
        between.set_value("channel-mask", mask.clone());
    }
    Ok(gst::Caps::from(between))
}

fn nearest(rate: i32) -> i32 {
    let [.., highest] = RATES;
    RATES
        .into_iter()
        .find(|taken| *taken >= rate)
        .unwrap_or(highest)
}

/// Whether the element is installed.
fn is_available() -> bool {
    gst::ElementFactory::find(FACTORY).is_some()
}

/// What can be done to the sound of `device`, and that nothing is done unless somebody asks.
pub(super) fn describe(device: &Device, capabilities: &mut Capabilities, settings: &mut Settings) {
    let cancels_echo = device.cancels_echo();
    let echo = Capability::Booleans(vec![cancels_echo]);
    capabilities.set(Property::EchoCancellation, echo);
    settings.set(Property::EchoCancellation, Setting::Boolean(cancels_echo));
    let possible = match is_available() {
        true => vec![true, false],
        false => vec![false],
    };
    for (property, on) in Processing::default().values() {
        capabilities.set(property, Capability::Booleans(possible.clone()));
        settings.set(property, Setting::Boolean(on));
    }
}

/// Says what is missing, where that is why something cannot be had.
pub(crate) fn explain(mut error: Overconstrained) -> Overconstrained {
    let is_ours = |property| {
        let mut ours = Processing::default().values().into_iter();
        ours.any(|(of, _)| of == property)
    };
    if error.constraint.is_some_and(is_ours) && !is_available() {
        error.message.push_str(
            " (the GStreamer element \"webrtcdsp\" of gst-plugins-bad, which would do it, is not \
             installed)",
        );
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_taken_to_a_rate_that_loses_nothing_if_there_is_one() {
        let rates = [8_000, 11_025, 22_050, 44_100, 48_000, 96_000].map(nearest);
        assert_eq!(rates, [8_000, 16_000, 32_000, 48_000, 48_000, 48_000]);
    }

    #[test]
    fn more_channels_than_fit_are_refused_in_words() {
        gst::init().unwrap();
        let caps = |channels: i32| {
            gst::Caps::builder("audio/x-raw")
                .field("rate", 48_000)
                .field("channels", channels)
                .build()
        };
        assert!(between("Microphone", &caps(8)).is_ok());
        let error = between("Microphone", &caps(16)).unwrap_err();
        assert!(error.detail.contains("channelCount"), "{error}");
    }

    /// Sound captured at some time keeps that time, and no piece of it is lost or moved.
    #[test]
    fn sound_keeps_its_time() {
        gst::init().unwrap();
        for rate in [48_000, 44_100, 16_000] {
            let caps = gst::Caps::builder("audio/x-raw")
                .field("format", "F32LE")
                .field("layout", "interleaved")
                .field("rate", rate)
                .field("channels", 1)
                .build();
            let (gain, noise) = (true, true);
            let chain = Processing { gain, noise }.chain("Microphone", &caps);
            let source = gst_app::AppSrc::builder()
                .caps(&caps)
                .format(gst::Format::Time)
                .build();
            let sink = gst_app::AppSink::builder().sync(false).build();
            let mut elements = vec![source.clone().upcast()];
            elements.extend(chain.unwrap());
            elements.push(sink.clone().upcast());
            let pipeline = gst::Pipeline::new();
            pipeline.add_many(&elements).unwrap();
            gst::Element::link_many(&elements).unwrap();
            pipeline.set_state(gst::State::Playing).unwrap();
            // Periods of 16 ms do not fit into pieces of 10.
            let period = gst::ClockTime::from_mseconds(16);
            let begin = gst::ClockTime::from_seconds(1_000);
            for n in 0..50 {
                let frames = usize::try_from(rate).unwrap() * 16 / 1_000;
                let mut buffer = gst::Buffer::from_mut_slice(vec![0_u8; 4 * frames]);
                let writable = buffer.get_mut().unwrap();
                writable.set_pts(begin + period * n);
                writable.set_duration(period);
                source.push_buffer(buffer).unwrap();
            }
            source.end_of_stream().unwrap();
            let mut next = begin;
            while let Ok(sample) = sink.pull_sample() {
                assert_eq!(sample.caps(), Some(caps.as_ref()));
                let buffer = sample.buffer().unwrap();
                let off = buffer.pts().unwrap().absdiff(next);
                assert!(off < gst::ClockTime::MSECOND, "{rate} Hz: {off} off");
                let frames = buffer.size() as u64 / 4;
                let rate = u64::try_from(rate).unwrap();
                next += gst::ClockTime::SECOND.mul_div_round(frames, rate).unwrap();
            }
            // What is less than a piece at the end never comes.
            assert!(next > begin + period * 48, "{rate} Hz: {next}");
            pipeline.set_state(gst::State::Null).unwrap();
        }
    }
}
