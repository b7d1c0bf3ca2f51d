//! Who shares a device: the tracks, and the consumers that read them.
//!
//! A change is made on a copy and put in place when the device has taken it, so nothing is ever
//! half applied.

use std::sync::Arc;

use super::solve::Wish;
use super::source::Listener;
use super::{Feed, Target};
use crate::model::constraints::{Kind, Property, Settings, TrackConstraints};

/// A track.
#[derive(Clone)]
pub(super) struct Member {
    pub id: u64,
    pub listener: Arc<dyn Listener>,
    pub settings: Settings,
    /// The application's switch.
    pub enabled: bool,
    /// Whether the device may be given back while the track is disabled or muted.
    pub relinquish: bool,
    /// What counts while nobody reads the track.
    pub wish: Wish,
}

/// A consumer of a track.
#[derive(Clone)]
pub(super) struct Reader {
    pub id: u64,
    pub member: u64,
    pub wish: Wish,
    /// Made with the first choice that serves it.
    pub feed: Option<Arc<Feed>>,
}

/// All of them, in order of arrival.
#[derive(Clone, Default)]
pub(super) struct Roster {
    pub members: Vec<Member>,
    pub readers: Vec<Reader>,
}

impl Roster {
    /// Every wish and whose it is: the consumers' of a track that is read, else the track's own.
    pub fn wishes(&self) -> Vec<(u64, Option<u64>, Wish)> {
        let mut wishes = Vec::new();
        for member in &self.members {
            let before = wishes.len();
            let readers = self.readers.iter().filter(|r| r.member == member.id);
            wishes.extend(readers.map(|r| (member.id, Some(r.id), r.wish.clone())));
            if wishes.len() == before {
                wishes.push((member.id, None, member.wish.clone()));
            }
        }
        wishes
    }

    /// Replaces the constraints of a track, for itself and its consumers.
    pub fn constrain(&mut self, member: u64, constraints: &Arc<TrackConstraints>) -> bool {
        let Some(found) = self.members.iter_mut().find(|m| m.id == member) else {
            return false;
        };
        found.wish = found.wish.with_constraints(constraints.clone());
        for reader in self.readers.iter_mut().filter(|r| r.member == member) {
            reader.wish = reader.wish.with_constraints(constraints.clone());
        }
        true
    }

    /// Whether anybody needs the device to deliver. `muted`: nothing can be seen or heard of it anyway.
    pub fn needs_media(&self, muted: bool) -> bool {
        self.members
            .iter()
            .any(|m| !m.relinquish || (m.enabled && !muted))
    }

    /// Whether anybody asks a value of `property`, not only that it be there.
    pub fn asks_value_of(&self, property: Property) -> bool {
        self.members
            .iter()
            .any(|m| m.wish.constraints.asks_value_of(property))
    }

    /// The same wishes against other modes of the same device.
    pub fn against(mut self, modes: &super::modes::Modes) -> Self {
        let members = self.members.iter_mut().map(|m| &mut m.wish);
        let readers = self.readers.iter_mut().map(|r| &mut r.wish);
        members
            .chain(readers)
            .for_each(|wish| *wish = wish.against(modes));
        self
    }

    /// Sound is resampled and mixed for this consumer, as Web Audio does for its nodes.
    pub fn resample(&mut self, reader: u64) {
        let found = self.readers.iter_mut().find(|r| r.id == reader);
        if let Some(found) = found {
            found.wish = found.wish.clone().resampled();
        }
    }

    /// Removes a track and its consumers.
    pub fn remove_member(&mut self, member: u64) {
        self.members.retain(|m| m.id != member);
        self.readers.retain(|r| r.member != member);
    }

    /// Gives a consumer what was chosen for it, and a feed if it has none yet.
    pub fn settle(&mut self, kind: Kind, reader: u64, target: &Target) {
        if let Some(found) = self.readers.iter_mut().find(|r| r.id == reader) {
            match &found.feed {
                Some(feed) => feed.set_target(target.clone()),
                None => found.feed = Some(Arc::new(Feed::new(kind, target.clone()))),
            }
        }
    }

    /// The feeds of all consumers.
    pub fn feeds(&self) -> Arc<[Arc<Feed>]> {
        self.readers.iter().filter_map(|r| r.feed.clone()).collect()
    }
}
