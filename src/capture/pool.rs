//! The buffer pool of GStreamer 1.22.0's `v4l2src`, which is what Debian 12 has.
//!
//! When it stops, the buffers that readers still have are made orphans, so that the device is closed all
//! the same, and the pool is never let go of: with it stay the element and a descriptor of the device,
//! for every time the device was opened. 1.22.1 lets go of it. So it does where the driver cannot make orphans,
//! for then all buffers have to come back before. When they are back anyway, this driver is one that cannot.
//!
//! Where a reader keeps a frame, one pool is lost: better than a camera that is in use for as long as the
//! frame is. An `appsink` keeps the last one until it is let go of, which mostly follows at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::prelude::*;

use super::loans::Loans;

/// `GST_V4L2_ALLOCATOR_FLAG_SUPPORTS_ORPHANED_BUFS` of that release.
const CAN_ORPHAN: u32 = 1 << 26;
/// How long the first buffer is waited for, without which the pool's allocator is not known.
const FIRST: Duration = Duration::from_millis(500);

/// How long readers are given for giving back their last frames. One that is just handing its frame on has done so very soon,
/// so they are asked again after the first of these times, then after twice as long, and so on up to the second.
const SOON: gst::ClockTime = gst::ClockTime::from_mseconds(1);
const SELDOM: gst::ClockTime = gst::ClockTime::from_mseconds(10);
const LATEST: gst::ClockTime = gst::ClockTime::from_mseconds(200);

/// What is known of the pool: its allocator, as its first buffer has it.
pub(super) struct Pool {
    pad: gst::Pad,
    known: Arc<Known>,
}

#[derive(Default)]
struct Known {
    /// A leaf.
    allocator: Mutex<Option<gst::Allocator>>,
    told: Condvar,
}

impl Known {
    fn lock(&self) -> MutexGuard<'_, Option<gst::Allocator>> {
        self.allocator
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `element` has such a pool.
pub(super) fn is_leaking(element: &gst::Element) -> bool {
    let plugin = element.factory().and_then(|factory| factory.plugin());
    plugin.is_some_and(|p| p.plugin_name() == "video4linux2" && p.version() == "1.22.0")
}

impl Pool {
    /// That of `source`, if it has to be looked after.
    pub fn of(source: &gst::Element) -> Option<Self> {
        let pad = source.static_pad("src").filter(|_| is_leaking(source))?;
        let known = Arc::new(Known::default());
        let pool = Self { pad, known };
        pool.watch();
        Some(pool)
    }

    /// Looks at the first buffer from now on: every start has a pool of its own.
    pub fn watch(&self) {
        let old = self.known.lock().take();
        drop(old);
        let known = self.known.clone();
        self.pad
            .add_probe(gst::PadProbeType::BUFFER, move |_, info| {
                let memory = info.buffer().filter(|buffer| buffer.n_memory() > 0);
                let allocator =
                    memory.and_then(|buffer| buffer.peek_memory(0).allocator().cloned());
                let old = std::mem::replace(&mut *known.lock(), allocator);
                known.told.notify_all();
                drop(old);
                gst::PadProbeReturn::Remove
            });
    }

    /// Has the pool let go of when the device is stopped, if all buffers are back.
    pub fn settle(&self, pipeline: &gst::Pipeline, loans: &Loans) {
        let known = self.known.lock();
        let known = self
            .known
            .told
            .wait_timeout_while(known, FIRST, |known| known.is_none());
        drop(known);
        // Behind the source nothing is on its way any more.
        let elements = pipeline.iterate_sorted().into_iter().flatten();
        let mut behind = elements.filter(|element| element.num_sink_pads() > 0);
        if behind.any(|element| element.set_state(gst::State::Ready).is_err()) {
            return;
        }
        let allocator = self.known.lock().take();
        let is_its_own =
            |allocator: &gst::Allocator| allocator.type_().name() == "GstV4l2Allocator";
        if let Some(allocator) = allocator.filter(is_its_own)
            && come_back(loans)
        {
            allocator.unset_object_flags(gst::ObjectFlags::from_bits_retain(CAN_ORPHAN));
        }
    }
}

/// Waits for that, on the thread that nobody waits for long.
fn come_back(loans: &Loans) -> bool {
    let clock = gst::SystemClock::obtain();
    let last = clock.time() + LATEST;
    let mut pause = SOON;
    while !loans.is_settled() {
        let next = clock.time() + pause;
        if next > last {
            return false;
        }
        let _ = clock.new_single_shot_id(next).wait();
        pause = (pause * 2).min(SELDOM);
    }
    true
}
