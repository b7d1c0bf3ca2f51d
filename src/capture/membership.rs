//! A track's place at its source, and a consumer's at its track: the same whether the source is a device
//! or a generator.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use super::counters::Counters;
use super::generator;
use super::source::{self, Listener};
use super::{Feed, Frame, OpenError, Settled, Target};
use crate::model::constraints::{Capabilities, TrackConstraints};
use crate::model::lifecycle::{EndReason, MutedReason};

/// A device that was left, and may be on its way to be closed.
pub struct Closing(Receiver<()>);

impl Closing {
    /// Waits until it is closed, or stays open for others, but no longer than `limit`: a device that hangs
    /// is left behind.
    pub fn wait(self, limit: Duration) {
        // Nothing is ever sent: the worker lets go of its end.
        let _ = self.0.recv_timeout(limit);
    }
}

/// One live track's place at its source. Dropping the last clone leaves it.
#[derive(Clone)]
pub enum Membership {
    /// At an opened device.
    Device(source::Place),
    /// At a generator.
    Generator(generator::Place),
}

impl Membership {
    /// Leaves at once, whoever else has a clone of this: a consumer keeps nothing open. The last track
    /// closes a device.
    pub fn leave(self) {
        match self {
            Self::Device(place) => place.leave(None),
            Self::Generator(place) => place.leave(),
        }
    }

    /// Leaves as well, and says when the device is closed.
    pub fn leave_closing(self) -> Closing {
        let (done, closed) = sync_channel(0);
        match self {
            Self::Device(place) => place.leave(Some(done)),
            Self::Generator(place) => place.leave(),
        }
        Closing(closed)
    }

    /// What the source can do, the same for all its tracks.
    pub fn capabilities(&self) -> Capabilities {
        match self {
            Self::Device(place) => place.capabilities().clone(),
            Self::Generator(place) => place.capabilities(),
        }
    }

    /// Why the source is muted now, if it is.
    pub fn muted(&self) -> Option<MutedReason> {
        match self {
            Self::Device(place) => place.shared().public().life.muted(),
            Self::Generator(place) => place.muted(),
        }
    }

    /// Why the source ended, if it has.
    pub fn ended(&self) -> Option<EndReason> {
        match self {
            Self::Device(place) => place.shared().public().life.ended(),
            Self::Generator(place) => place.ended(),
        }
    }

    /// What went wrong with the device while it was open, and was made good. Nothing ever, of a generator.
    pub fn counters(&self) -> Arc<Counters> {
        match self {
            Self::Device(place) => place.shared().counters.clone(),
            Self::Generator(_) => Arc::default(),
        }
    }

    /// Time between capture and delivery, once the device told. A generator takes none.
    pub fn latency(&self) -> Option<gst::ClockTime> {
        match self {
            Self::Device(place) => place.shared().public().latency,
            Self::Generator(_) => None,
        }
    }

    /// The caps of the frames the source delivers, or will when it begins to.
    pub fn frames(&self) -> Option<gst::Caps> {
        match self {
            Self::Device(place) => place.shared().public().frames.clone(),
            Self::Generator(place) => place.frames(),
        }
    }

    /// The picture that is to be seen until the next comes. A camera always has a next one.
    pub fn picture(&self) -> Option<Frame> {
        match self {
            Self::Device(_) => None,
            Self::Generator(place) => place.picture(),
        }
    }

    /// Another track of the same source with the same constraints, for `clone()`. Waits for nobody:
    /// what the original has the clone can have too.
    #[must_use]
    pub fn clone_for(
        &self,
        constraints: Arc<TrackConstraints>,
        enabled: bool,
        listener: Arc<dyn Listener>,
    ) -> Self {
        match self {
            Self::Device(place) => Self::Device(place.clone_for(constraints, enabled, listener)),
            Self::Generator(place) => {
                Self::Generator(place.clone_for(constraints, enabled, listener))
            }
        }
    }

    /// The application's switch of the track: a device that no track needs is given back.
    pub fn enable(&self, enabled: bool) {
        if let Self::Device(place) = self {
            place.enable(enabled);
        }
    }

    /// Whether the device may be given back while the track is disabled or muted.
    pub fn allow_relinquishing(&self, allowed: bool) {
        if let Self::Device(place) = self {
            place.allow_relinquishing(allowed);
        }
    }

    /// Replaces the constraints of the track ("applyConstraints"): all or nothing.
    ///
    /// # Errors
    ///
    /// [`OpenError::Overconstrained`]; [`OpenError::Capture`] when the device did not take its new
    /// mode, and went back to the old one.
    pub fn apply(&self, constraints: Arc<TrackConstraints>) -> Result<Settled, OpenError> {
        match self {
            Self::Device(place) => place.apply(constraints),
            Self::Generator(place) => place.apply(&constraints),
        }
    }

    /// Connects a consumer that takes `caps`; the constraints of its caps are required from now on.
    ///
    /// # Errors
    ///
    /// As [`Self::apply`].
    pub fn connect(&self, caps: &gst::Caps) -> Result<Connection, OpenError> {
        let id = match self {
            Self::Device(place) => place.next_reader(),
            Self::Generator(place) => place.next_reader(),
        };
        // It may still come about after nobody waits for it any more.
        let read = self.read(id, caps).inspect_err(|_| self.disconnect(id));
        let (feed, _) = read?;
        Ok(Connection {
            feed,
            id,
            membership: self.clone(),
        })
    }

    fn read(&self, reader: u64, caps: &gst::Caps) -> Result<(Arc<Feed>, Target), OpenError> {
        match self {
            Self::Device(place) => place.read(reader, caps),
            Self::Generator(place) => place.read(reader, caps),
        }
    }

    fn disconnect(&self, reader: u64) {
        match self {
            Self::Device(place) => place.disconnect(reader),
            Self::Generator(place) => place.disconnect(reader),
        }
    }
}

/// One consumer of a track. Dropping it disconnects.
pub struct Connection {
    feed: Arc<Feed>,
    id: u64,
    membership: Membership,
}

impl Connection {
    /// Where the frames are.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// The track's place at its source.
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// The consumer takes other caps from now on.
    ///
    /// # Errors
    ///
    /// As [`Membership::apply`]; what was in force stays in force.
    pub fn renegotiate(&self, caps: &gst::Caps) -> Result<Target, OpenError> {
        let (_, target) = self.membership.read(self.id, caps)?;
        Ok(target)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.feed.set_flushing(true);
        self.membership.disconnect(self.id);
    }
}
