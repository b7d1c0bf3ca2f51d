//! A track's place at a generator. Nothing here waits.

use std::sync::Arc;

use super::super::delivery::now;
use super::super::glance::Look;
use super::super::modes::Modes;
use super::super::roster::{Member, Reader};
use super::super::solve::Wish;
use super::super::source::Listener;
use super::super::{CaptureError, ErrorKind, Feed, Frame, Glance, OpenError, Settled, Tap, Target};
use super::Shared;
use super::seating::{Asker, seat};
use crate::model::constraints::{Capabilities, Settings, TrackConstraints, capabilities};
use crate::model::lifecycle::{EndReason, MutedReason};

struct Taken {
    shared: Arc<Shared>,
    id: u64,
}

impl Drop for Taken {
    fn drop(&mut self) {
        leave(&self.shared, self.id);
    }
}

/// One live track's place. Dropping the last clone leaves it.
#[derive(Clone)]
pub struct Place(Arc<Taken>);

fn next_id(shared: &Shared) -> u64 {
    let mut state = shared.lock();
    state.last_id += 1;
    state.last_id
}

fn leave(shared: &Shared, member: u64) {
    let (old, audience) = {
        let mut state = shared.lock();
        let old = state.roster.clone();
        state.roster.remove_member(member);
        let audience = state.reseat(shared.kind);
        (old, audience)
    };
    // Its feeds, and what waits in them.
    drop((old, audience));
}

impl Place {
    /// A track without constraints, and so never refused.
    pub(super) fn join(shared: &Arc<Shared>, listener: Arc<dyn Listener>) -> (Self, Settled) {
        let constraints = Arc::<TrackConstraints>::default();
        Self::add(shared, constraints, true, listener)
    }

    fn add(
        shared: &Arc<Shared>,
        constraints: Arc<TrackConstraints>,
        enabled: bool,
        listener: Arc<dyn Listener>,
    ) -> (Self, Settled) {
        let id = next_id(shared);
        let seated = seat(shared, Asker::Member(id), |roster, modes| {
            roster.members.push(Member {
                id,
                listener: listener.clone(),
                settings: Settings::default(),
                enabled,
                relinquish: true,
                wish: Wish::new(modes, constraints.clone(), None),
            });
            true
        });
        // What cannot be served is served without its constraints.
        let settled = seated.unwrap_or_default();
        let shared = shared.clone();
        (Self(Arc::new(Taken { shared, id })), settled)
    }

    pub(in crate::capture) fn leave(&self) {
        leave(&self.0.shared, self.0.id);
    }

    pub(in crate::capture) fn capabilities(&self) -> Capabilities {
        let modes = self.modes();
        match modes.candidates.is_empty() {
            true => Capabilities::default(),
            false => capabilities(&modes.candidates),
        }
    }

    pub(in crate::capture) fn modes(&self) -> Arc<Modes> {
        self.0.shared.lock().modes.clone()
    }

    pub(in crate::capture) fn muted(&self) -> Option<MutedReason> {
        self.0.shared.lock().life.muted()
    }

    pub(in crate::capture) fn ended(&self) -> Option<EndReason> {
        self.0.shared.lock().life.ended()
    }

    pub(in crate::capture) fn frames(&self) -> Option<gst::Caps> {
        self.0.shared.lock().frames.clone()
    }

    pub(in crate::capture) fn picture(&self) -> Option<Frame> {
        self.0.shared.lock().picture.clone()
    }

    /// A look that sees the picture which is there, if there is one.
    pub(in crate::capture) fn glance(&self, look: Look) -> Glance {
        let glance = self.0.shared.glances.open(look, None);
        if let Some(picture) = self.picture() {
            let captured = now();
            drop(glance.feed().take_in(Frame {
                captured,
                ..picture
            }));
        }
        glance
    }

    pub(in crate::capture) fn clone_for(
        &self,
        constraints: Arc<TrackConstraints>,
        enabled: bool,
        listener: Arc<dyn Listener>,
    ) -> Self {
        Self::add(&self.0.shared, constraints, enabled, listener).0
    }

    pub(in crate::capture) fn apply(
        &self,
        constraints: &Arc<TrackConstraints>,
    ) -> Result<Settled, OpenError> {
        let id = self.0.id;
        seat(&self.0.shared, Asker::Member(id), |roster, _| {
            roster.constrain(id, constraints)
        })
    }

    pub(in crate::capture) fn next_reader(&self) -> u64 {
        next_id(&self.0.shared)
    }

    pub(in crate::capture) fn read(
        &self,
        reader: u64,
        caps: &gst::Caps,
    ) -> Result<(Arc<Feed>, Target), OpenError> {
        let (shared, member) = (&self.0.shared, self.0.id);
        seat(shared, Asker::Reader(reader), |roster, modes| {
            let Some(track) = roster.members.iter().find(|m| m.id == member) else {
                return false;
            };
            let wish = Wish::new(modes, track.wish.constraints.clone(), Some(caps.clone()));
            match roster.readers.iter_mut().find(|r| r.id == reader) {
                Some(known) => known.wish = wish,
                None => roster.readers.push(Reader {
                    id: reader,
                    member,
                    wish,
                    feed: None,
                }),
            }
            true
        })?;
        let state = shared.lock();
        let found = state.roster.readers.iter().find(|r| r.id == reader);
        let feed = found.and_then(|reader| reader.feed.clone());
        drop(state);
        let feed = feed.ok_or_else(|| ended(shared))?;
        let target = (*feed.target()).clone();
        Ok((feed, target))
    }

    pub(in crate::capture) fn disconnect(&self, reader: u64) {
        let shared = &self.0.shared;
        let old = {
            let mut state = shared.lock();
            let old = state.roster.clone();
            state.roster.readers.retain(|r| r.id != reader);
            (old, state.reseat(shared.kind))
        };
        drop(old);
    }
}

/// The error of those who come too late.
pub(super) fn ended(shared: &Shared) -> OpenError {
    CaptureError::new(ErrorKind::Gone, &shared.label, "its track ended").into()
}

/// What a consumer reads before anybody knows what comes.
pub(super) fn unknown() -> Target {
    Target {
        settings: Settings::default(),
        downstream: None,
        tap: Tap::Raw,
    }
}
