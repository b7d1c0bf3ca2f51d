//! Seeks, and questions about time.
//!
//! They go past the mixer, which knows nothing of rates, to the decoders: the events and queries of all
//! streams of a resource end at its demuxer, so one stream is asked for all.

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::MediaElementSrc;
use crate::elements::CAT;
use crate::model::constraints::Kind;

impl MediaElementSrc {
    /// Seeks, and sets the rate. The same event comes from every sink of the pipeline: once is enough.
    pub(super) fn seek(&self, event: &gst::Event) -> bool {
        let gst::EventView::Seek(seek) = event.view() else {
            return false;
        };
        let (rate, flags, ..) = seek.get();
        if let Some(reason) = refusal(rate, flags) {
            gst::warning!(CAT, imp = self, "seek refused: {reason}");
            return false;
        }
        let before = {
            let mut state = self.lock();
            let Some(run) = state.run.as_mut().filter(|run| run.is_listed) else {
                return false;
            };
            let before = run.seek.replace(event.seqnum());
            if before == Some(event.seqnum()) {
                return true;
            }
            before
        };
        let done = self.ask(|pad| pad.push_event(event.clone()));
        if !done && let Some(run) = self.lock().run.as_mut() {
            run.seek = before;
        }
        done
    }

    /// Answers from what the decoders know. `None`: it is no question of time.
    pub(super) fn query_time(&self, query: &mut gst::QueryRef) -> Option<bool> {
        use gst::QueryType::{Convert, Duration, Formats, Position, Seeking, Segment};
        match query.type_() {
            Position | Duration | Seeking | Segment | Formats | Convert => {
                Some(self.ask(|pad| pad.peer_query(query)))
            }
            _ => None,
        }
    }

    /// Asks one stream after the other, sound first.
    fn ask(&self, mut ask: impl FnMut(&gst::Pad) -> bool) -> bool {
        let run = self.lock().run.clone();
        let Some(run) = run else { return false };
        let streams = run.of_kind(Kind::Audio).chain(run.of_kind(Kind::Video));
        streams
            .filter_map(|stream| stream.upstream())
            .any(|pad| ask(&pad))
    }
}

/// Why a seek cannot be done.
fn refusal(rate: f64, flags: gst::SeekFlags) -> Option<&'static str> {
    if rate <= 0.0 {
        return Some("backwards sound is not mixed: the rate must be more than 0");
    }
    if flags.contains(gst::SeekFlags::INSTANT_RATE_CHANGE) {
        return Some("the rate is changed by a flushing seek, not at once");
    }
    if flags.contains(gst::SeekFlags::SEGMENT) {
        return Some("segments are not looped: seek again at the end");
    }
    None
}
