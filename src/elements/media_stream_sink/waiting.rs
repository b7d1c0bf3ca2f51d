//! Whether a pipeline that starts waits for what comes first into a pad.
//!
//! A sink that is waited for shows its first picture on time, however long it took to be made. But what comes
//! from a live source need not come at all before somebody draws, and nothing comes from nowhere.

use std::sync::atomic::{AtomicBool, Ordering};

use gst::prelude::*;
use gst_base::prelude::*;

/// What was made of the property `async`, which is the application's as well.
#[derive(Default)]
pub(super) struct Waiting {
    was_changed: AtomicBool,
}

impl Waiting {
    /// Decides it for `sink` behind `pad`, which is about to start. `has_flown`: there was something before.
    pub fn decide(&self, sink: &gst_base::BaseSink, pad: Option<&gst::Pad>, has_flown: bool) {
        let waits = pad.is_none_or(|pad| match pad.parent() {
            // One that was just requested, and is linked next.
            None => !is_in_what_plays(sink),
            Some(_) if !pad.is_linked() => has_flown,
            Some(_) => !is_live(pad),
        });
        if self.was_changed.swap(false, Ordering::Relaxed) {
            sink.set_async(true);
        }
        if !waits && sink.is_async() {
            self.was_changed.store(true, Ordering::Relaxed);
            sink.set_async(false);
        }
    }
}

/// One that comes to others which play does not take their pipeline back to PAUSED: a live source that comes
/// with it would wait for PLAYING.
fn is_in_what_plays(sink: &gst_base::BaseSink) -> bool {
    let bin = sink.parent().and_downcast::<gst::Element>();
    let playing = (gst::State::Playing, gst::State::VoidPending);
    bin.is_some_and(|bin| {
        let (_, current, pending) = bin.state(gst::ClockTime::ZERO);
        (current, pending) == playing
    })
}

fn is_live(pad: &gst::Pad) -> bool {
    let mut latency = gst::query::Latency::new();
    pad.peer_query(&mut latency) && latency.result().0
}
