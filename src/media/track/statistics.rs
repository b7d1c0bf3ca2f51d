//! The attribute `stats` of a track, and `resetLatency()` ("MediaStreamTrack Statistics").

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::{MediaStreamTrack, imp};
use crate::caps::structure;
use crate::model::lifecycle::{Flow, Track};
use crate::model::statistics::Stats;

/// The property `stats`.
pub(super) fn property() -> glib::ParamSpec {
    glib::ParamSpecBoxed::builder::<gst::Structure>("stats")
        .blurb("Counts of frames and latencies, all of one moment; null without a device")
        .read_only()
        .build()
}

impl MediaStreamTrack {
    /// `stats`: what became of its frames, all of one moment. They stand still while the track is
    /// muted or disabled. `None` for a track without a device (#192).
    pub fn statistics(&self) -> Option<Stats> {
        self.imp().tally().map(|tally| tally.stats())
    }

    /// `resetLatency()`: minimum, maximum and average begin anew with the present latency. Does
    /// nothing for video.
    pub fn reset_latency(&self) {
        if let Some(tally) = self.imp().tally() {
            tally.reset_latency();
        }
    }
}

impl imp::MediaStreamTrack {
    pub(super) fn stats(&self) -> Option<gst::Structure> {
        self.obj().statistics().as_ref().map(structure::stats)
    }

    /// Decided together with the state, so that nothing more is counted once it has changed.
    pub(super) fn count_while_flowing(&self, life: &Track) {
        if let Some(tally) = self.tally() {
            tally.set_flowing(life.flow() == Flow::Live);
        }
    }
}
