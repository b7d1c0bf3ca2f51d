//! The mix of the enabled audio tracks.
//!
//! A disabled track goes on being mixed, `mute`d: switching it needs no data to be fetched, no caps and
//! no new segment, so there is no gap.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gst::prelude::*;

use super::parts::{Missing, make};
use super::timeline::Timeline;

/// The mixer, and what it says of time.
#[derive(Debug, Clone)]
pub(super) struct Sound {
    mixer: gst::Element,
    /// The mixer, and what makes of the mix what the pipeline takes.
    pub elements: [gst::Element; 3],
    timeline: Arc<Mutex<Timeline>>,
}

fn lock(timeline: &Mutex<Timeline>) -> MutexGuard<'_, Timeline> {
    timeline.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sound {
    pub fn new() -> Result<Self, Missing> {
        let mixer = make("audiomixer")?;
        let timeline = Arc::default();
        if let Some(out) = mixer.static_pad("src") {
            follow_out(&out, &timeline);
        }
        let elements = [mixer.clone(), make("audioconvert")?, make("audioresample")?];
        Ok(Self {
            mixer,
            elements,
            timeline,
        })
    }

    /// What all inputs are to be, if `tracks` are what the decoders give: the mixer takes one rate only, and a track
    /// of one channel that comes first must not make the others have one. The rate is that of the first track.
    pub fn format(tracks: &[gst::Caps]) -> Option<gst::Caps> {
        let infos = tracks
            .iter()
            .filter_map(|caps| gst_audio::AudioInfo::from_caps(caps).ok());
        let infos: Vec<_> = infos.collect();
        let rate = infos.first()?.rate();
        let widest = infos.iter().rev().max_by_key(|info| info.channels())?;
        let builder =
            gst_audio::AudioInfo::builder(gst_audio::AUDIO_FORMAT_F32, rate, widest.channels());
        let info = match widest.positions() {
            Some(positions) => builder.positions(positions).build(),
            None => builder.build(),
        };
        info.ok()?.to_caps().ok()
    }

    /// An input for one more track, silent until it is switched on.
    pub fn input(&self) -> Option<gst::Pad> {
        let pad = self.mixer.request_pad_simple("sink_%u")?;
        pad.set_property("mute", true);
        follow_in(&pad, &self.timeline);
        Some(pad)
    }
}

/// Notes the segments that go in.
fn follow_in(pad: &gst::Pad, timeline: &Arc<Mutex<Timeline>>) {
    let timeline = Arc::downgrade(timeline);
    let events = gst::PadProbeType::EVENT_DOWNSTREAM | gst::PadProbeType::EVENT_FLUSH;
    pad.add_probe(events, move |_, info| {
        let (Some(timeline), Some(event)) = (timeline.upgrade(), info.event()) else {
            return gst::PadProbeReturn::Ok;
        };
        match event.view() {
            gst::EventView::FlushStop(_) => lock(&timeline).flush(),
            gst::EventView::Segment(event) => {
                if let Some(segment) = event.segment().downcast_ref() {
                    lock(&timeline).enter(segment);
                }
            }
            _ => {}
        }
        gst::PadProbeReturn::Ok
    });
}

/// Puts what is right in the place of the mixer's own segment.
fn follow_out(pad: &gst::Pad, timeline: &Arc<Mutex<Timeline>>) {
    let told = timeline.clone();
    pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        if let Some(gst::PadProbeData::Event(event)) = &mut info.data
            && let gst::EventView::Segment(of_mixer) = event.view()
        {
            let at = of_mixer.segment().downcast_ref::<gst::ClockTime>();
            let at = at.and_then(|segment| segment.position());
            let segment = lock(&told).segment(at.unwrap_or(gst::ClockTime::ZERO));
            let seqnum = event.seqnum();
            *event = gst::event::Segment::builder(&segment)
                .seqnum(seqnum)
                .build();
        }
        gst::PadProbeReturn::Ok
    });
    let due = timeline.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let at = info.buffer().and_then(|buffer| buffer.pts());
        let segment = at.and_then(|at| lock(&due).change(at));
        if let Some(segment) = segment {
            pad.push_event(gst::event::Segment::new(&segment));
        }
        gst::PadProbeReturn::Ok
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_track_has_the_rate_and_the_widest_the_channels() {
        gst::init().unwrap();
        let caps = |rate, channels| {
            let info = gst_audio::AudioInfo::builder(gst_audio::AudioFormat::S16le, rate, channels);
            info.build().unwrap().to_caps().unwrap()
        };
        let format = Sound::format(&[caps(44100, 1), caps(48000, 2), caps(48000, 1)]).unwrap();
        let info = gst_audio::AudioInfo::from_caps(&format).unwrap();
        assert_eq!((info.rate(), info.channels()), (44100, 2));
        assert_eq!(Sound::format(&[]), None);
    }
}
