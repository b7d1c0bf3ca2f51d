//! From the device's streaming thread to the feeds: the only code between the driver's frame and
//! the queues of its readers.
//!
//! Locks: `audience`, `loans`, `unseen` and `watch` are leaves, held for a clone and an addition; a feed's for less, under
//! `unseen`.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::prelude::*;

use super::audience::Audience;
use super::copies::Copies;
use super::counters::{Count, Counters};
use super::glance::Glances;
use super::loans::{Loans, Terms};
use super::message::Message;
use super::sink::Arrived;
use super::source::Shared;
use super::stamps::Stamps;
use super::{Frame, Tap};
use crate::model::constraints::Kind;
use crate::model::lifecycle::{Verdict, Watchdog};

/// Who reads as late as this after the first frame of a run did not wait for it: its time is past.
const FRESH: gst::ClockTime = gst::ClockTime::from_mseconds(500);

/// `GST_BUFFER_OFFSET_NONE`
const UNNUMBERED: u64 = u64::MAX;

/// Monotonic time now, as all private pipelines and watchdogs count it.
pub(super) fn now() -> gst::ClockTime {
    gst::SystemClock::obtain().time()
}

struct Watch {
    dog: Watchdog,
    /// The tap whose deliveries count, and the run they must come from.
    tap: Tap,
    run: u64,
    first_seen: bool,
    /// One each tap.
    stamps: [Stamps; 2],
    /// What the raw frames are.
    frames: Option<gst::Caps>,
    sequence: Sequence,
}

impl Watch {
    /// Whether frames of this tap are the driver's own, and not what a decoder makes of them.
    fn is_counted(&self, tap: Tap) -> bool {
        self.sequence.coded == (tap == Tap::Coded)
    }
}

/// How the driver numbers its frames in one run.
#[derive(Default)]
struct Sequence {
    /// The number that comes next.
    next: Option<u64>,
    /// Where the numbers are: on the bitstream if there is one, not on what a decoder makes of it.
    coded: bool,
    /// The capture time of the last.
    last: Option<gst::ClockTime>,
}

impl Sequence {
    /// How many frames the driver skipped before this one. No more than fit into the time between:
    /// some drivers begin to count anew.
    fn skipped(&mut self, tap: Tap, frame: &Frame) -> u64 {
        self.coded |= tap == Tap::Coded;
        let buffer = &frame.buffer;
        if self.coded != (tap == Tap::Coded) || buffer.offset() == UNNUMBERED {
            return 0;
        }
        let next = self.next.replace(buffer.offset().saturating_add(1));
        let last = self.last.replace(frame.captured);
        let (Some(next), Some(last)) = (next, last) else {
            return 0;
        };
        let skipped = buffer.offset().saturating_sub(next);
        let time = frame.captured.saturating_sub(last).nseconds();
        let fit = match frame.duration.filter(|duration| !duration.is_zero()) {
            Some(duration) => (time + duration.nseconds() / 2) / duration.nseconds(),
            None => skipped,
        };
        skipped.min(fit)
    }
}

/// What there is to be said of a frame that came.
struct Arrival {
    captured: gst::ClockTime,
    /// Whether it came from the tap that is watched.
    main: bool,
    /// Whether it is the first of that.
    first: bool,
    /// What the watchdog says.
    verdict: Option<Verdict>,
}

/// How the device is watched and what it lends in one run.
pub(super) struct RunSettings {
    pub run: u64,
    /// The tap whose deliveries count.
    pub tap: Tap,
    pub dog: Watchdog,
    /// What readers keep.
    pub loans: Loans,
}

/// Hands frames over. Shared by the worker and the device's streaming thread.
pub(super) struct Delivery {
    kind: Kind,
    audience: Mutex<Arc<Audience>>,
    /// The first frame of a run, and its tap, until somebody is there who reads it or the next one comes: what the device
    /// was started for are its tracks, and they are seated when it has come.
    unseen: Mutex<Option<(Tap, Frame)>>,
    glances: Arc<Glances>,
    loans: Mutex<Loans>,
    watch: Mutex<Watch>,
    messages: Sender<Message>,
    counters: Arc<Counters>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Delivery {
    /// Without readers; `dog` is replaced with every run.
    pub fn new(kind: Kind, shared: &Shared, dog: Watchdog) -> Self {
        Self {
            kind,
            audience: Mutex::default(),
            unseen: Mutex::default(),
            glances: shared.glances.clone(),
            loans: Mutex::new(Loans::new(Terms::NONE)),
            watch: Mutex::new(Watch {
                dog,
                tap: Tap::Raw,
                run: 0,
                first_seen: false,
                stamps: Default::default(),
                frames: None,
                sequence: Sequence::default(),
            }),
            messages: shared.messages.clone(),
            counters: shared.counters.clone(),
        }
    }

    /// To whom frames go.
    pub fn audience(&self) -> Arc<Audience> {
        lock(&self.audience).clone()
    }

    /// Frames go to these from now on.
    pub fn set_audience(&self, audience: Arc<Audience>) {
        let unseen = lock(&self.unseen).take_if(|(tap, _)| audience.reads(*tap));
        if let Some((tap, frame)) = unseen
            && frame.captured.saturating_add(FRESH) >= now()
        {
            audience.hand_over(tap, &frame);
        }
        let old = std::mem::replace(&mut *lock(&self.audience), audience);
        drop(old);
    }

    /// A new run of the device begins: deliveries of earlier ones are ignored.
    pub fn begin(&self, settings: RunSettings) {
        self.forget_unseen();
        let old = std::mem::replace(&mut *lock(&self.loans), settings.loans);
        drop(old);
        let mut watch = lock(&self.watch);
        watch.dog = settings.dog;
        watch.tap = settings.tap;
        watch.run = settings.run;
        watch.first_seen = false;
        watch.frames = None;
        watch.sequence = Sequence::default();
    }

    /// The first frame of a run is for nobody any more. It would be missing when the device is closed, and is of the past
    /// where nothing comes after it.
    pub fn forget_unseen(&self) {
        let old = lock(&self.unseen).take();
        drop(old);
    }

    /// The device has started: from now on its first frame is due.
    pub fn started(&self) {
        let now: Duration = now().into();
        lock(&self.watch).dog.started(now);
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

    /// One buffer of a tap, on the streaming thread. Never waits.
    pub fn deliver(&self, run: u64, tap: Tap, what: Arrived) {
        let arrived = now();
        let Arrived { buffer, caps, told } = what;
        if buffer.flags().contains(gst::BufferFlags::CORRUPTED) {
            return self.corrupt(run, tap);
        }
        if buffer.size() == 0 {
            // pipewiresrc hands on what the camera left empty. It shows nothing.
            gst::debug!(super::CAT, "leaving out a buffer without anything in it");
            return;
        }
        let duration = buffer
            .duration()
            .or_else(|| length_of_sound(&buffer, &caps));
        let Some(arrival) = self.account(run, (tap, &caps), arrived, told, duration) else {
            return;
        };
        let Arrival { captured, main, .. } = arrival;
        let frame = Frame {
            discont: buffer.flags().contains(gst::BufferFlags::DISCONT),
            buffer: self.lend(buffer),
            caps,
            captured,
            duration,
            copies: Copies::default(),
        };
        let skipped = match self.kind {
            Kind::Video => lock(&self.watch).sequence.skipped(tap, &frame),
            Kind::Audio => 0,
        };
        let audience = self.audience();
        if main {
            let is_unseen = arrival.first && !audience.reads(tap);
            let unseen = is_unseen.then(|| (tap, frame.clone()));
            let old = std::mem::replace(&mut *lock(&self.unseen), unseen);
            drop(old);
        }
        // The channel never blocks; a worker that is gone does not care. That a stall is over is said before anybody has
        // the frame, which would be black otherwise; that there is one, when it waits for those it was opened for.
        if let Some(verdict) = arrival.verdict {
            let _ = self.messages.send(Message::Watch { run, verdict });
        }
        audience.offer(tap, main, &frame, skipped);
        self.glances.offer(run, tap, main, &frame);
        if arrival.first {
            let _ = self.messages.send(Message::FirstFrame { run });
        }
    }

    /// A frame that is of no use to anybody.
    fn corrupt(&self, run: u64, tap: Tap) {
        let (main, decoded) = {
            let mut watch = lock(&self.watch);
            if watch.run != run {
                return;
            }
            // It has its number, but is counted here.
            watch.sequence.coded |= tap == Tap::Coded;
            if watch.is_counted(tap) {
                let next = &mut watch.sequence.next;
                *next = next.map(|next| next.saturating_add(1));
                self.counters.add(Count::Corrupted);
            }
            let main = watch.tap == tap;
            (main, tap == Tap::Coded && !main)
        };
        let audience = self.audience();
        audience.lose(tap, main);
        if decoded {
            // The decoder does not get it.
            audience.lose(Tap::Raw, true);
        }
    }

    fn lend(&self, buffer: gst::Buffer) -> gst::Buffer {
        let loans = lock(&self.loans).clone();
        loans.lend(buffer)
    }

    /// Feeds the watchdog and makes the capture time rise strictly; `None`: not of this run.
    fn account(
        &self,
        run: u64,
        (tap, caps): (Tap, &gst::Caps),
        arrived: gst::ClockTime,
        told: Option<gst::ClockTime>,
        duration: Option<gst::ClockTime>,
    ) -> Option<Arrival> {
        let mut watch = lock(&self.watch);
        if watch.run != run {
            return None;
        }
        if tap == Tap::Raw {
            watch.frames.get_or_insert_with(|| caps.clone());
        }
        watch.sequence.coded |= tap == Tap::Coded;
        let lasts = duration.unwrap_or_default();
        let stamp = watch.stamps[tap as usize].next(self.kind, told, arrived, lasts);
        let captured = stamp.captured;
        if stamp.corrected && watch.is_counted(tap) {
            self.counters.add(Count::Corrected);
            gst::log!(
                super::CAT,
                "the driver says {told:?} of a frame that came at {arrived}: captured at {captured}"
            );
        }
        if watch.tap != tap {
            return Some(Arrival {
                captured,
                main: false,
                first: false,
                verdict: None,
            });
        }
        Some(Arrival {
            captured,
            main: true,
            verdict: watch.dog.delivered(arrived.into(), lasts.into()),
            first: !std::mem::replace(&mut watch.first_seen, true),
        })
    }
}

/// How long the sound in a buffer lasts, for elements that do not say (pipewiresrc).
pub(super) fn length_of_sound(
    buffer: &gst::BufferRef,
    caps: &gst::CapsRef,
) -> Option<gst::ClockTime> {
    let is_sound = caps.structure(0).is_some_and(|s| s.name() == "audio/x-raw");
    let info = is_sound.then(|| gst_audio::AudioInfo::from_caps(caps).ok())??;
    let frames = u64::try_from(buffer.size()).ok()? / u64::from(info.bpf().max(1));
    gst::ClockTime::SECOND.mul_div_floor(frames, u64::from(info.rate().max(1)))
}
