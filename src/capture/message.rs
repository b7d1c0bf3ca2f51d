//! What a worker is told, and how it answers.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::call::Caller;
use super::glance::Glance;
use super::photo::Shot;
use super::source::Listener;
use super::state_thread::Done;
use super::{Feed, OpenError, Target};
use crate::model::constraints::{Settings, TrackConstraints};
use crate::model::lifecycle::{EndReason, MutedReason, SourceEffect, Verdict};
use crate::model::photo::Size;

/// What a worker answers.
pub(super) type Answer<T> = Result<T, OpenError>;
/// The settings that a change gave a track.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settled {
    /// What is in force.
    pub settings: Settings,
    /// Counts the changes of the source: what is larger is newer.
    pub serial: u64,
}

/// The answer to a consumer.
pub(super) type Reading = (Arc<Feed>, Target);

/// Why a daemon in between gives nothing more of a device.
#[cfg_attr(not(feature = "pipewire"), expect(dead_code))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// What it gave came through a link, which was removed.
    Unlinked,
    /// What stands for the device there has failed.
    Failed,
    /// What stands for the device there is gone.
    Gone,
    /// It has ended.
    Deserted,
}

impl Cut {
    /// Whether opening it anew there leads nowhere.
    pub fn is_dead_end(self) -> bool {
        matches!(self, Self::Gone | Self::Deserted)
    }

    /// For people.
    pub fn why(self) -> &'static str {
        match self {
            Self::Unlinked => "PipeWire has removed its link",
            Self::Gone => "its node in PipeWire is gone",
            Self::Failed => "its node in PipeWire has failed",
            Self::Deserted => "PipeWire's daemon is gone",
        }
    }
}

/// What a worker is told.
pub(super) enum Message {
    /// A track wants to live from this device.
    Join {
        member: u64,
        constraints: Arc<TrackConstraints>,
        consumer: Option<gst::Caps>,
        listener: Arc<dyn Listener>,
        answer: Caller<Settled>,
    },
    /// A track was cloned: it lives from this device as well, without anybody waiting for it.
    Clone(Newcomer),
    /// The application's switch of a track.
    Enable { member: u64, enabled: bool },
    /// Whether the device may be given back while a track is disabled or muted.
    Relinquish { member: u64, allowed: bool },
    /// A track ended. `done` is let go of when the device is closed, or stays open for others.
    Leave {
        member: u64,
        done: Option<SyncSender<()>>,
    },
    /// A track has new constraints.
    Apply {
        member: u64,
        constraints: Arc<TrackConstraints>,
        answer: Caller<Settled>,
    },
    /// A consumer reads a track, or reads it differently.
    Connect {
        member: u64,
        feed: u64,
        consumer: gst::Caps,
        answer: Caller<Reading>,
    },
    /// A photo of a size that the device is not set to.
    Shoot { size: Size, answer: Caller<Glance> },
    /// A consumer reads no more.
    Disconnect { feed: u64 },
    /// From the thread of the private pipeline: it was started, or closed.
    State { run: u64, done: Done },
    /// From the streaming thread: the device delivers.
    FirstFrame { run: u64 },
    /// From the streaming thread: a stall ended.
    Watch { run: u64, verdict: Verdict },
    /// From the private bus.
    Bus { run: u64, message: gst::Message },
    /// From the daemon in between: it gives nothing more of a device that may be there. `None`: in any run.
    #[cfg_attr(not(feature = "pipewire"), expect(dead_code))]
    Cut { run: Option<u64>, why: Cut },
    /// From the device list: it is gone.
    Unplugged,
    /// From the controls of the device: somebody may have set one.
    Controls,
    /// From a switch of the device.
    Mute(MutedReason, bool),
}

impl Message {
    /// Whether it is this track that wants to live from the device.
    pub fn is_join(&self, id: u64) -> bool {
        matches!(self, Self::Join { member, .. } if *member == id)
    }

    /// Whether it is this consumer that wants to read.
    pub fn is_connect(&self, id: u64) -> bool {
        matches!(self, Self::Connect { feed, .. } if *feed == id)
    }
}

/// Whom to answer when a change is in force.
pub(super) enum Reply {
    /// A track, by id.
    Settings(u64, Caller<Settled>),
    /// A consumer, by id.
    Reading(u64, Caller<Reading>),
    /// Who takes a photo.
    Photo(Shot),
    /// Nobody asked.
    Nobody,
}

impl Reply {
    /// Says no. Whoever does not wait any more does not mind.
    pub fn refuse(self, error: OpenError) {
        match self {
            Self::Settings(_, answer) => drop(answer.send(Err(error))),
            Self::Reading(_, answer) => drop(answer.send(Err(error))),
            Self::Photo(shot) => shot.refuse(error),
            Self::Nobody => {}
        }
    }

    /// Whether somebody still waits, if anybody asked.
    pub fn is_awaited(&self) -> bool {
        match self {
            Self::Settings(_, caller) => caller.is_awaited(),
            Self::Reading(_, caller) => caller.is_awaited(),
            Self::Photo(shot) => shot.is_awaited(),
            Self::Nobody => true,
        }
    }

    /// Whether the change was made for this track.
    pub fn is_for(&self, member: u64) -> bool {
        matches!(self, Self::Settings(id, _) if *id == member)
    }
}

/// A clone on its way to the worker. One that the worker never takes in has lost its source.
pub(super) struct Newcomer {
    pub original: u64,
    pub member: u64,
    pub constraints: Arc<TrackConstraints>,
    pub enabled: bool,
    listener: Option<Arc<dyn Listener>>,
}

impl Newcomer {
    pub fn new(
        (original, member): (u64, u64),
        constraints: Arc<TrackConstraints>,
        enabled: bool,
        listener: Arc<dyn Listener>,
    ) -> Self {
        Self {
            original,
            member,
            constraints,
            enabled,
            listener: Some(listener),
        }
    }

    /// Who hears of the source from now on.
    pub fn take_in(mut self) -> Option<Arc<dyn Listener>> {
        self.listener.take()
    }
}

impl Drop for Newcomer {
    /// The worker ended before it read of the clone.
    fn drop(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.source(SourceEffect::Ended(EndReason::Failed));
        }
    }
}
