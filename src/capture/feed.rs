//! What one consumer reads: a small queue that never blocks the device.
//!
//! Video: the newest wins. Audio: contiguous, bounded. A slow reader loses its own frames only,
//! and they are counted. The device's thread writes, the consumer's thread reads.
//!
//! Lock: `queue` is a leaf. Nothing of GStreamer is called while it is held.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Frame, OpenError};
use crate::model::constraints::{Kind, Settings};

/// Frames of video that wait for a reader that is late. Each keeps a buffer from the driver, so
/// few; a single one would lose a frame whenever the reader is not already waiting.
const VIDEO_FRAMES: usize = 3;
/// Audio that waits for a reader that is late.
const AUDIO: gst::ClockTime = gst::ClockTime::from_seconds(1);

/// Which branch of the private pipeline a feed drinks from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tap {
    /// The bitstream of the camera.
    Coded,
    /// Raw media, decoded where the device's is not raw.
    Raw,
}

/// What the consumer of a feed is to make of the frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Size, rate and the rest, as chosen for this consumer.
    pub settings: Settings,
    /// The structure of the consumer's caps that was chosen; `None` when it takes anything.
    pub downstream: Option<gst::Structure>,
    /// Where the frames come from.
    pub tap: Tap,
}

/// What [`Feed::next`] found.
#[derive(Debug)]
pub enum Next {
    /// A frame.
    Frame(Frame),
    /// Nothing until the given moment.
    Nothing,
    /// Something else changed (the track, the target): look again.
    Woken,
    /// The frames turned out to be nothing that the consumer takes.
    Failed(OpenError),
    /// The reader is being stopped.
    Flushing,
}

#[derive(Debug)]
struct Queue {
    frames: VecDeque<Frame>,
    target: Arc<Target>,
    lost: u64,
    offered: u64,
    discont: bool,
    woken: bool,
    waiting: bool,
    flushing: bool,
    failure: Option<OpenError>,
}

/// The reader's end of a track.
#[derive(Debug)]
pub struct Feed {
    kind: Kind,
    queue: Mutex<Queue>,
    wake: Condvar,
    counting: AtomicBool,
}

impl Feed {
    /// A feed without frames.
    pub fn new(kind: Kind, target: Target) -> Self {
        Self {
            kind,
            queue: Mutex::new(Queue {
                frames: VecDeque::new(),
                target: Arc::new(target),
                lost: 0,
                offered: 0,
                discont: false,
                woken: false,
                waiting: false,
                flushing: false,
                failure: None,
            }),
            wake: Condvar::new(),
            counting: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to make of the frames.
    pub fn target(&self) -> Arc<Target> {
        self.lock().target.clone()
    }

    /// Changes what to make of the frames; frames of another tap are forgotten.
    pub(super) fn set_target(&self, target: Target) {
        let mut queue = self.lock();
        if *queue.target == target {
            return;
        }
        let forgotten = if queue.target.tap == target.tap {
            VecDeque::new()
        } else {
            std::mem::take(&mut queue.frames)
        };
        queue.target = Arc::new(target);
        queue.woken = true;
        drop(queue);
        self.wake.notify_all();
        // Buffers go back to their pool without the lock.
        drop(forgotten);
    }

    /// Nothing that comes can be made into what the consumer takes.
    pub(super) fn fail(&self, error: OpenError) {
        self.lock().failure = Some(error);
        self.wake.notify_all();
    }

    /// Where the frames come from.
    pub(super) fn tap(&self) -> Tap {
        self.lock().target.tap
    }

    /// Whether what becomes of its frames counts for the statistics of the track: of several
    /// consumers only the first one's.
    pub fn is_counting(&self) -> bool {
        self.counting.load(Ordering::Relaxed)
    }

    pub(super) fn set_counting(&self, counting: bool) {
        self.counting.store(counting, Ordering::Relaxed);
    }

    /// The device's thread hands a frame of this tap over, see [`Self::take_in`].
    pub(super) fn offer(&self, tap: Tap, frame: Frame) -> Option<Frame> {
        match self.tap() == tap {
            true => self.take_in(frame),
            false => None,
        }
    }

    /// Puts a frame in; gives the one that is lost for it, if the reader is late. Never waits.
    pub(super) fn take_in(&self, frame: Frame) -> Option<Frame> {
        let mut out = None;
        {
            let mut queue = self.lock();
            if queue.flushing {
                return None;
            }
            queue.offered += 1;
            queue.frames.push_back(frame);
            if self.is_full(&queue.frames) {
                out = queue.frames.pop_front();
                queue.lost += 1;
                queue.discont = true;
            }
        }
        self.wake.notify_all();
        out
    }

    fn is_full(&self, frames: &VecDeque<Frame>) -> bool {
        match (self.kind, frames.front(), frames.back()) {
            (Kind::Video, ..) => frames.len() > VIDEO_FRAMES,
            (Kind::Audio, Some(first), Some(last)) => {
                last.captured.saturating_sub(first.captured) > AUDIO
            }
            (Kind::Audio, ..) => false,
        }
    }

    /// Whether no frame waits.
    pub fn is_empty(&self) -> bool {
        self.lock().frames.is_empty()
    }

    /// Waits for a frame until `deadline`, or without end.
    pub fn next(&self, deadline: Option<Instant>) -> Next {
        let mut queue = self.lock();
        loop {
            if queue.flushing {
                return Next::Flushing;
            }
            if let Some(error) = queue.failure.take() {
                return Next::Failed(error);
            }
            if std::mem::take(&mut queue.woken) {
                return Next::Woken;
            }
            if let Some(mut frame) = queue.frames.pop_front() {
                frame.discont |= std::mem::take(&mut queue.discont);
                return Next::Frame(frame);
            }
            queue = match deadline {
                None => self
                    .wake
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Next::Nothing;
                    }
                    self.wake
                        .wait_timeout(queue, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }

    /// The device is between two modes: nothing comes for a while.
    pub(super) fn set_waiting(&self, waiting: bool) {
        let mut queue = self.lock();
        queue.waiting = waiting;
        queue.woken = true;
        drop(queue);
        self.wake.notify_all();
    }

    /// Whether the device is between two modes.
    pub fn is_waiting(&self) -> bool {
        self.lock().waiting
    }

    /// Makes [`Self::next`] look again: the track changed.
    pub fn wake(&self) {
        self.lock().woken = true;
        self.wake.notify_all();
    }

    /// Stops (`true`) or lets go on (`false`) the reader. Stopping forgets what waits.
    pub fn set_flushing(&self, flushing: bool) {
        let forgotten = {
            let mut queue = self.lock();
            let was_flushing = std::mem::replace(&mut queue.flushing, flushing);
            match flushing || was_flushing {
                true => std::mem::take(&mut queue.frames),
                false => VecDeque::new(),
            }
        };
        self.wake.notify_all();
        drop(forgotten);
    }

    /// Frames lost because the reader was late, and frames offered at all.
    pub fn counts(&self) -> (u64, u64) {
        let queue = self.lock();
        (queue.lost, queue.offered)
    }
}
