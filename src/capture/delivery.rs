//! From the device's streaming thread to the feeds: the only code between the driver's frame and
//! the queues of its readers.
//!
//! Locks: `readers`, `loans` and `watch` are leaves, held for a clone and an addition.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::prelude::*;

use super::loans::Loans;
use super::message::Message;
use super::{Feed, Frame, Tap};
use crate::model::lifecycle::{Verdict, Watchdog};

/// A capture time further than this from the arrival is no capture time.
const SANE: gst::ClockTime = gst::ClockTime::from_seconds(5);

/// Monotonic time now, as all private pipelines and watchdogs count it.
pub(super) fn now() -> gst::ClockTime {
    gst::SystemClock::obtain().time()
}

/// Counts of what the device delivered.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Buffers handed to the feeds.
    pub delivered: AtomicU64,
    /// Buffers the driver marked as corrupt, which are dropped.
    pub corrupt: AtomicU64,
}

struct Watch {
    dog: Watchdog,
    /// The tap whose deliveries count, and the run they must come from.
    tap: Tap,
    run: u64,
    first_seen: bool,
    last: [Option<gst::ClockTime>; 2],
    /// What the raw frames are.
    frames: Option<gst::Caps>,
}

/// How the device is watched and what it lends in one run.
pub(super) struct RunSettings {
    pub run: u64,
    /// The tap whose deliveries count.
    pub tap: Tap,
    pub dog: Watchdog,
    /// The most buffers that readers may have at a time.
    pub loans: Option<usize>,
}

/// Hands frames over. Shared by the worker and the device's streaming thread.
pub(super) struct Delivery {
    readers: Mutex<Arc<[Arc<Feed>]>>,
    loans: Mutex<Loans>,
    watch: Mutex<Watch>,
    messages: Sender<Message>,
    pub counters: Counters,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Delivery {
    /// Without readers; `dog` is replaced with every run.
    pub fn new(messages: Sender<Message>, dog: Watchdog) -> Self {
        Self {
            readers: Mutex::new(Arc::new([])),
            loans: Mutex::new(Loans::new(None)),
            watch: Mutex::new(Watch {
                dog,
                tap: Tap::Raw,
                run: 0,
                first_seen: false,
                last: [None; 2],
                frames: None,
            }),
            messages,
            counters: Counters::default(),
        }
    }

    /// Frames go to these from now on.
    pub fn set_readers(&self, readers: Arc<[Arc<Feed>]>) {
        let old = std::mem::replace(&mut *lock(&self.readers), readers);
        drop(old);
    }

    /// A new run of the device begins: deliveries of earlier ones are ignored.
    pub fn begin(&self, settings: RunSettings) {
        let old = std::mem::replace(&mut *lock(&self.loans), Loans::new(settings.loans));
        drop(old);
        let mut watch = lock(&self.watch);
        watch.dog = settings.dog;
        watch.tap = settings.tap;
        watch.run = settings.run;
        watch.first_seen = false;
        watch.frames = None;
    }

    /// What readers still have is no longer counted: the device is being closed.
    pub fn forget_loans(&self) {
        let old = std::mem::replace(&mut *lock(&self.loans), Loans::new(None));
        drop(old);
    }

    /// The caps of the raw frames of this run, once one came.
    pub fn frames(&self) -> Option<gst::Caps> {
        lock(&self.watch).frames.clone()
    }

    /// When [`Self::check`] has something to say at the earliest.
    pub fn deadline(&self) -> Option<Duration> {
        lock(&self.watch).dog.deadline()
    }

    /// Whether the device stalled by now.
    pub fn check(&self) -> Option<Verdict> {
        let now: Duration = now().into();
        lock(&self.watch).dog.check(now)
    }

    /// One sample of a tap, on the streaming thread. Never waits.
    pub fn deliver(&self, run: u64, tap: Tap, sample: gst::Sample, base_time: gst::ClockTime) {
        let arrived = now();
        let (Some(buffer), Some(caps)) = (sample.buffer_owned(), sample.caps_owned()) else {
            return;
        };
        if buffer.flags().contains(gst::BufferFlags::CORRUPTED) {
            self.counters.corrupt.fetch_add(1, Ordering::Relaxed);
            gst::debug!(
                super::CAT,
                "dropping a frame that the driver marked as corrupt"
            );
            return;
        }
        let duration = buffer
            .duration()
            .or_else(|| length_of_sound(&buffer, &caps));
        let stamp = buffer
            .pts()
            .zip(
                sample
                    .segment()
                    .and_then(|s| s.downcast_ref::<gst::ClockTime>()),
            )
            .and_then(|(pts, segment)| segment.to_running_time(pts))
            .map(|running| base_time + running)
            .filter(|at| *at < arrived + SANE && *at + SANE > arrived)
            .unwrap_or_else(|| arrived.saturating_sub(duration.unwrap_or_default()));
        if tap == Tap::Raw {
            lock(&self.watch).frames.get_or_insert_with(|| caps.clone());
        }
        let Some(captured) = self.account(run, tap, arrived, stamp, duration) else {
            return;
        };
        let frame = Frame {
            discont: buffer.flags().contains(gst::BufferFlags::DISCONT),
            buffer: self.lend(buffer),
            caps,
            captured,
            duration,
        };
        self.counters.delivered.fetch_add(1, Ordering::Relaxed);
        let readers = lock(&self.readers).clone();
        for reader in readers.iter() {
            reader.offer(tap, frame.clone());
        }
    }

    /// Only the streaming thread comes here, so the loans can be out of their lock while buffers are
    /// copied and let go.
    fn lend(&self, buffer: gst::Buffer) -> gst::Buffer {
        let mut loans = std::mem::replace(&mut *lock(&self.loans), Loans::new(None));
        let lent = loans.lend(buffer);
        *lock(&self.loans) = loans;
        lent
    }

    /// Feeds the watchdog and makes the capture time rise strictly; `None`: not of this run.
    fn account(
        &self,
        run: u64,
        tap: Tap,
        arrived: gst::ClockTime,
        stamp: gst::ClockTime,
        duration: Option<gst::ClockTime>,
    ) -> Option<gst::ClockTime> {
        let mut watch = lock(&self.watch);
        if watch.run != run {
            return None;
        }
        let last = &mut watch.last[tap as usize];
        let captured = last.map_or(stamp, |last| {
            stamp.max(last + gst::ClockTime::from_nseconds(1))
        });
        *last = Some(captured);
        if watch.tap != tap {
            return Some(captured);
        }
        let verdict = watch
            .dog
            .delivered(arrived.into(), duration.unwrap_or_default().into());
        let first = !std::mem::replace(&mut watch.first_seen, true);
        drop(watch);
        // The channel never blocks; a worker that is gone does not care.
        if first {
            let _ = self.messages.send(Message::FirstFrame { run });
        }
        if let Some(verdict) = verdict {
            let _ = self.messages.send(Message::Watch { run, verdict });
        }
        Some(captured)
    }
}

/// How long the sound in a buffer lasts, for elements that do not say (pipewiresrc).
fn length_of_sound(buffer: &gst::BufferRef, caps: &gst::CapsRef) -> Option<gst::ClockTime> {
    let is_sound = caps.structure(0).is_some_and(|s| s.name() == "audio/x-raw");
    let info = is_sound.then(|| gst_audio::AudioInfo::from_caps(caps).ok())??;
    let frames = u64::try_from(buffer.size()).ok()? / u64::from(info.bpf().max(1));
    gst::ClockTime::SECOND.mul_div_floor(frames, u64::from(info.rate().max(1)))
}
