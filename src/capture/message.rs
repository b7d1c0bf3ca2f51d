//! What a worker is told, and how it answers.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::source::Listener;
use super::{Feed, OpenError, Target};
use crate::model::constraints::{Settings, TrackConstraints};
use crate::model::lifecycle::{MutedReason, Verdict};

/// What a worker answers.
pub(super) type Answer<T> = Result<T, OpenError>;
/// The answer to a consumer.
pub(super) type Reading = (Arc<Feed>, Target);

/// What a worker is told.
pub(super) enum Message {
    /// A track wants to live from this device.
    Join {
        member: u64,
        constraints: Arc<TrackConstraints>,
        consumer: Option<gst::Caps>,
        listener: Arc<dyn Listener>,
        answer: SyncSender<Answer<Settings>>,
    },
    /// A track ended. `done` is let go of when the device is closed, or stays open for others.
    Leave {
        member: u64,
        done: Option<SyncSender<()>>,
    },
    /// A track has new constraints.
    Apply {
        member: u64,
        constraints: Arc<TrackConstraints>,
        answer: SyncSender<Answer<Settings>>,
    },
    /// A consumer reads a track, or reads it differently.
    Connect {
        member: u64,
        feed: u64,
        consumer: gst::Caps,
        answer: SyncSender<Answer<Reading>>,
    },
    /// A consumer reads no more.
    Disconnect { feed: u64 },
    /// From the streaming thread: the device delivers.
    FirstFrame { run: u64 },
    /// From the streaming thread: a stall ended.
    Watch { run: u64, verdict: Verdict },
    /// From the private bus.
    Bus { run: u64, message: gst::Message },
    /// From the device list: it is gone.
    Unplugged,
    /// From a switch of the device.
    Mute(MutedReason, bool),
}

/// Whom to answer when a change is in force.
pub(super) enum Reply {
    /// A track, by id.
    Settings(u64, SyncSender<Answer<Settings>>),
    /// A consumer, by id.
    Reading(u64, SyncSender<Answer<Reading>>),
    /// Nobody asked.
    Nobody,
}

impl Reply {
    /// Says no. Whoever does not wait any more does not mind.
    pub fn refuse(self, error: OpenError) {
        match self {
            Self::Settings(_, answer) => drop(answer.send(Err(error))),
            Self::Reading(_, answer) => drop(answer.send(Err(error))),
            Self::Nobody => {}
        }
    }

    /// Whether the change was made for this track.
    pub fn is_for(&self, member: u64) -> bool {
        matches!(self, Self::Settings(id, _) if *id == member)
    }
}
