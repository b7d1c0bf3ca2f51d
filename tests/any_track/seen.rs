//! What arrives of a track in another pipeline, and what the track tells.

use std::sync::{Arc, Mutex};

use gst::prelude::*;
use gst_video::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::kind_name;

use crate::common::Play;

/// A pipeline that plays `track`; `behind` is put in front of its sink, called `sink`.
pub fn playing(track: &MediaStreamTrack, behind: &str) -> Play {
    let kind = kind_name(track.track_kind());
    let play = Play::parse(&format!(
        "mediatrack{kind}src name=s {behind} ! appsink name=sink sync=false"
    ));
    play.element("s").set_property("track", track);
    play.play();
    play
}

/// Whether it is black, or silence: every sample of it.
pub fn is_zero(sample: &gst::Sample) -> bool {
    let caps = sample.caps().expect("caps");
    zero(sample.buffer().expect("a buffer"), caps)
}

/// The same of a buffer.
pub fn zero(buffer: &gst::BufferRef, caps: &gst::CapsRef) -> bool {
    match gst_video::VideoInfo::from_caps(caps) {
        Ok(info) => black(buffer, &info),
        Err(_) => {
            let map = buffer.map_readable().expect("readable");
            map.iter().all(|byte| *byte == 0)
        }
    }
}

fn black(buffer: &gst::BufferRef, info: &gst_video::VideoInfo) -> bool {
    assert!(info.is_yuv(), "{info:?}");
    let frame = gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, info);
    let frame = frame.expect("as large as the caps say");
    (0..info.n_components()).all(|component| {
        let is = if component == 0 { 16 } else { 128 };
        let number = |n: i32| usize::try_from(n).expect("positive");
        let data = frame.comp_data(component).expect("a component");
        let (width, height) = (frame.comp_width(component), frame.comp_height(component));
        let step = number(frame.comp_pstride(component));
        data.chunks(number(frame.comp_stride(component)))
            .take(height as usize)
            .all(|row| {
                row.iter()
                    .step_by(step)
                    .take(width as usize)
                    .all(|&v| v == is)
            })
    })
}

pub fn pts(sample: &gst::Sample) -> gst::ClockTime {
    sample
        .buffer()
        .and_then(|buffer| buffer.pts())
        .expect("a time")
}

/// Pulls until a sample is as wanted: not for ever.
#[track_caller]
pub fn until(
    play: &Play,
    sink: &str,
    what: &str,
    wanted: impl Fn(&gst::Sample) -> bool,
) -> gst::Sample {
    for _ in 0..600 {
        let sample = play.sample(sink);
        if wanted(&sample) {
            return sample;
        }
    }
    panic!("not among 600: {what}");
}

/// A number out of the caps of a sample.
pub fn number(sample: &gst::Sample, name: &str) -> f64 {
    let structure = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .expect("caps");
    match structure.get::<gst::Fraction>(name) {
        Ok(fraction) => f64::from(fraction.numer()) / f64::from(fraction.denom()),
        Err(_) => f64::from(structure.get::<i32>(name).expect(name)),
    }
}

/// What a track told, in order. A handler on it is one.
#[derive(Clone, Default)]
pub struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    pub fn of(track: &MediaStreamTrack) -> Self {
        let diary = Self::default();
        for event in ["mute", "unmute", "ended", "configurationchange"] {
            let entries = diary.0.clone();
            track.connect(event, false, move |_| {
                entries
                    .lock()
                    .expect("nobody panics")
                    .push(event.to_owned());
                None
            });
        }
        diary
    }

    pub fn entries(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics").clone()
    }

    pub fn has(&self, event: &str) -> bool {
        self.entries().iter().any(|entry| entry == event)
    }
}
