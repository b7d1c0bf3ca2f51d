//! The property `stats`: what went wrong since the start, and was made good.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;

use crate::capture::{Count, Counters};

/// Counts from one start of the element to the next.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    /// Tracks that took the place of a lost one.
    pub reconnects: u64,
    /// Times that a lost device was asked for.
    pub attempts: u64,
    /// The counters of the present device, and what they said when it began to be played.
    device: Option<(Arc<Counters>, [u64; COUNTED.len()])>,
    /// What those of earlier ones came to.
    earlier: [u64; COUNTED.len()],
}

/// Counted by the device.
const COUNTED: [(Count, &str); 3] = [
    (Count::Restarts, "restarts"),
    (Count::Corrupted, "corrupted"),
    (Count::Corrected, "corrected"),
];

fn read(counters: &Counters) -> [u64; COUNTED.len()] {
    COUNTED.map(|(count, _)| counters.get(count))
}

impl Statistics {
    /// A track of the device with these counters is played from now on.
    pub fn play(&mut self, counters: Arc<Counters>) {
        self.earlier = self.counted();
        let before = read(&counters);
        self.device = Some((counters, before));
    }

    fn counted(&self) -> [u64; COUNTED.len()] {
        let mut sums = self.earlier;
        if let Some((counters, before)) = &self.device {
            let since = read(counters).into_iter().zip(before);
            for (sum, (now, before)) in sums.iter_mut().zip(since) {
                *sum += now.saturating_sub(*before);
            }
        }
        sums
    }

    /// The value of the property.
    pub fn structure(&self) -> gst::Structure {
        let mut structure = gst::Structure::builder("application/x-media-track-src-stats")
            .field("reconnects", self.reconnects)
            .field("reconnect-attempts", self.attempts)
            .build();
        for ((_, name), sum) in COUNTED.iter().zip(self.counted()) {
            structure.set(*name, sum);
        }
        structure
    }
}

/// The property `stats`.
pub(super) fn property() -> glib::ParamSpec {
    glib::ParamSpecBoxed::builder::<gst::Structure>("stats")
        .blurb("What went wrong since the start, and was made good")
        .read_only()
        .build()
}
