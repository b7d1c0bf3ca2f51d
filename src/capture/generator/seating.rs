//! Who gets what of a generator: the constraints of its tracks and the caps of their consumers against what
//! its frames are.
//!
//! There is one mode, so what one track wants is nothing to the others. A change is made on a copy
//! of the roster, solved without the lock, and put in place unless another one was faster; then again.

use std::sync::Arc;

use super::super::audience::{Audience, audience};
use super::super::modes::Modes;
use super::super::roster::{Reader, Roster};
use super::super::solve::{Outcome, Wish, solve};
use super::super::source::Listener;
use super::super::{CAT, Feed, OpenError, Settled};
use super::place::{ended, unknown};
use super::{Shared, State};
use crate::model::constraints::Kind;

/// For whom a change is made: nobody else is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// A track, and so its consumers as well.
    Member(u64),
    /// One consumer.
    Reader(u64),
}

impl Asker {
    fn concerns(self, member: u64, reader: Option<u64>) -> bool {
        match self {
            Self::Member(id) => id == member,
            Self::Reader(id) => Some(id) == reader,
        }
    }
}

/// Settings to be told to a track.
struct News {
    listener: Arc<dyn Listener>,
    settled: Settled,
}

/// Makes a change and solves it for who asked. Before anything is known of the frames everything is taken.
///
/// # Errors
///
/// [`OpenError::Overconstrained`], and then nothing has changed; that the track ended, where `change` does
/// not find it.
pub(super) fn seat(
    shared: &Shared,
    asker: Asker,
    change: impl Fn(&mut Roster, &Modes) -> bool,
) -> Result<Settled, OpenError> {
    loop {
        let (version, modes, mut roster) = shared.lock().copy();
        if !change(&mut roster, &modes) {
            return Err(ended(shared));
        }
        let mut outcomes = Vec::new();
        for (member, reader, wish) in roster.wishes() {
            if asker.concerns(member, reader) && !modes.candidates.is_empty() {
                outcomes.extend(serve(&modes, member, reader, wish)?);
            }
        }
        if let Some(news) = shared.put(version, None, roster, outcomes) {
            tell(news, false);
            return Ok(shared.settled(asker));
        }
    }
}

/// The frames are something else from now on. Who cannot be served any more keeps what was agreed on, and
/// who has waited for the first frames in vain is told.
pub(super) fn seat_all(shared: &Shared, frames: &gst::Caps, modes: Arc<Modes>) {
    loop {
        let (version, old, roster) = shared.lock().copy();
        let roster = roster.against(&modes);
        let is_first = old.candidates.is_empty();
        let mut outcomes = Vec::new();
        let mut failed: Vec<(Arc<Feed>, OpenError)> = Vec::new();
        for (member, reader, wish) in roster.wishes() {
            let freely = || Wish::new(&modes, Arc::default(), None);
            match serve(&modes, member, reader, wish) {
                Ok(outcome) => outcomes.extend(outcome),
                Err(error) => {
                    gst::warning!(CAT, "\"{}\" is {frames} now: {error}", shared.label);
                    match feed_of(&roster, reader).filter(|_| is_first) {
                        Some(feed) => failed.push((feed, error)),
                        None if reader.is_none() => {
                            outcomes.extend(serve(&modes, member, None, freely()).ok().flatten());
                        }
                        None => {}
                    }
                }
            }
        }
        let now = (frames.clone(), modes.clone());
        let Some(news) = shared.put(version, Some(now), roster, outcomes) else {
            continue;
        };
        failed
            .into_iter()
            .for_each(|(feed, error)| feed.fail(error));
        // The first settings are no change of any.
        return tell(news, !is_first);
    }
}

fn tell(news: Vec<News>, by_others: bool) {
    for News { listener, settled } in news {
        listener.settings(settled, by_others);
    }
}

fn serve(
    modes: &Modes,
    member: u64,
    reader: Option<u64>,
    wish: Wish,
) -> Result<Option<Outcome>, OpenError> {
    let choice = solve(modes, &[(member, reader, wish)], None)?;
    Ok(choice.outcomes.into_iter().next())
}

fn feed_of(roster: &Roster, reader: Option<u64>) -> Option<Arc<Feed>> {
    let is_it = |r: &&Reader| Some(r.id) == reader;
    roster.readers.iter().find(is_it)?.feed.clone()
}

impl State {
    fn copy(&self) -> (u64, Arc<Modes>, Roster) {
        (self.version, self.modes.clone(), self.roster.clone())
    }

    /// Frames go to those who are there now. Gives what is to be dropped without the lock.
    pub(super) fn reseat(&mut self, kind: Kind) -> Arc<Audience> {
        self.version += 1;
        let audience = audience(kind, None, &self.roster, &self.audience);
        std::mem::replace(&mut self.audience, audience.into())
    }
}

/// What the frames are.
type Frames = (gst::Caps, Arc<Modes>);

impl Shared {
    /// `None`: the roster is another by now.
    fn put(
        &self,
        version: u64,
        frames: Option<Frames>,
        roster: Roster,
        outcomes: Vec<Outcome>,
    ) -> Option<Vec<News>> {
        let mut state = self.lock();
        if state.version != version {
            return None;
        }
        let old = frames.map(|(caps, modes)| {
            let modes = std::mem::replace(&mut state.modes, modes);
            // What was to be seen of the old frames has been seen.
            let pictures = (state.picture.take(), state.unseen.take());
            (pictures, modes, state.frames.replace(caps))
        });
        let left = std::mem::replace(&mut state.roster, roster);
        let news = state.settle(self.kind, outcomes);
        let audience = state.reseat(self.kind);
        drop(state);
        drop((old, left, audience));
        Some(news)
    }

    /// What is in force for the track that asked.
    fn settled(&self, asker: Asker) -> Settled {
        let state = self.lock();
        let mut members = state.roster.members.iter();
        let member = members.find(|member| asker == Asker::Member(member.id));
        Settled {
            settings: member.map(|m| m.settings.clone()).unwrap_or_default(),
            serial: state.serial,
        }
    }
}

impl State {
    /// Gives every outcome to whom it is for; consumers that nothing is known for get a feed to wait at.
    fn settle(&mut self, kind: Kind, outcomes: Vec<Outcome>) -> Vec<News> {
        self.serial += 1;
        let serial = self.serial;
        let roster = &mut self.roster;
        let mut news: Vec<News> = Vec::new();
        for outcome in outcomes {
            if let Some(reader) = outcome.reader {
                roster.settle(kind, reader, &outcome.target);
            }
            let mut members = roster.members.iter_mut();
            let Some(member) = members.find(|m| m.id == outcome.member) else {
                continue;
            };
            if member.settings != outcome.settings {
                member.settings = outcome.settings.clone();
                let settings = outcome.settings;
                let settled = Settled { settings, serial };
                let listener = member.listener.clone();
                news.push(News { listener, settled });
            }
        }
        for reader in roster.readers.iter_mut().filter(|r| r.feed.is_none()) {
            reader.feed = Some(Arc::new(Feed::new(kind, unknown())));
        }
        news
    }
}
