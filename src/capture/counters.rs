//! What went wrong with a device while it was open, and was made good.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The device failed, was still there, and was started again.
    Restarts,
    /// A frame that the driver marked as corrupt was dropped.
    Corrupted,
    /// A timestamp of the driver was no capture time, and was replaced.
    Corrected,
}

/// The counts of one opened device. They only rise.
#[derive(Debug, Default)]
pub struct Counters([AtomicU64; 3]);

impl Counters {
    /// One more.
    pub(super) fn add(&self, count: Count) {
        self.0[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many there are by now.
    pub fn get(&self, count: Count) -> u64 {
        self.0[count as usize].load(Ordering::Relaxed)
    }
}
