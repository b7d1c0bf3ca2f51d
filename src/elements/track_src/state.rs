//! What the element's threads share.
//!
//! Lock: `state`, with `changed`, is a leaf.

use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::statistics::Statistics;
use crate::capture::{Connection, Feed};
use crate::media::MediaStreamTrack;
use crate::media::track::Consumer;
use crate::model::constraints::TrackConstraints;
use crate::model::lifecycle::{Recovery, RecoveryInput};

/// The latency that is answered before the device has told its own.
pub(super) const LATENCY: gst::ClockTime = gst::ClockTime::from_mseconds(34);

/// Where the element is between asking for a track and playing it.
#[derive(Default)]
pub(super) enum Phase {
    /// Not started.
    #[default]
    Idle,
    /// A track was asked for.
    Opening,
    /// It is there, for the streaming thread to take.
    Ready(Box<Consumer>),
    /// The streaming thread has it.
    Streaming,
    /// It had ended before it was played: the one that was given, if it was.
    Ended(Option<MediaStreamTrack>),
    /// There will be none; the reason is on the bus.
    Failed,
}

#[derive(Default)]
pub(super) struct State {
    /// Rises with every start and stop: an answer to an earlier one is not wanted any more.
    pub generation: u64,
    pub phase: Phase,
    pub flushing: bool,
    pub track: Option<MediaStreamTrack>,
    /// The track was made here, so it ends with the element.
    pub owned: bool,
    pub feed: Option<Arc<Feed>>,
    pub connection: Option<Weak<Connection>>,
    pub latency: Option<gst::ClockTime>,
    pub stream_id: Option<String>,
    pub group: Option<gst::GroupId>,
    /// The attempts to take a lost device again.
    pub recovery: Recovery,
    /// What was asked for after the device was lost, for the next track.
    pub wish: Option<Arc<TrackConstraints>>,
    pub statistics: Statistics,
    /// Paused after it played: nothing is made, or it would have a time of before the pause.
    pub paused: bool,
    /// It was flushed or paused: what was missed meanwhile is not made up for.
    pub flushed: bool,
    /// What the application asked for changed: who makes silence looks again.
    pub woken: bool,
    /// Between `start` and `stop`.
    pub started: bool,
}

/// What the threads that open devices share with the element.
#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub changed: Condvar,
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `due`, or without end; false when something happened before: look again.
    pub fn is_idle_until(&self, due: Option<Instant>) -> bool {
        let mut state = self.lock();
        let woken = std::mem::take(&mut state.woken);
        if woken
            || state.flushing
            || state.paused
            || !matches!(state.phase, Phase::Streaming | Phase::Opening)
        {
            return false;
        }
        let Some(due) = due else {
            drop(self.changed.wait(state));
            return false;
        };
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        let waited = self.changed.wait_timeout(state, left);
        waited.is_ok_and(|(_, waited)| waited.timed_out())
    }

    /// An attempt to take a lost device again may end in another way now.
    pub fn news(&self) {
        self.lock().recovery.apply(RecoveryInput::News, now());
        self.changed.notify_all();
    }
}

/// The time of recoveries. No clock of GStreamer: it is read under a lock.
pub(super) fn now() -> Duration {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGIN.elapsed()
}
