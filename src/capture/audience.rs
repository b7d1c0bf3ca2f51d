//! To whom the device's thread hands frames, and for whom it counts them.

use std::sync::Arc;

use super::roster::{Member, Roster};
use super::tally::Unread;
use super::{Feed, Frame, Moment, Tally, Tap};
use crate::model::constraints::{Kind, NativePoint, Property, Rate, Settings};
use crate::model::statistics::Fate;

/// All of a device.
#[derive(Debug, Default)]
pub(super) struct Audience {
    seats: Box<[Seat]>,
    /// For the tracks of a camera that have no consumer: one each rate. They cost nothing for each of them.
    unread: Box<[Arc<Unread>]>,
}

impl Audience {
    /// Hands a frame over, see [`Seat::offer`]. Before it the driver skipped some.
    pub fn offer(&self, tap: Tap, main: bool, frame: &Frame, skipped: u64) {
        if skipped > 0 {
            let tallies = self.seats.iter().filter_map(|seat| seat.tally.as_ref());
            tallies.for_each(|tally| tally.missed(skipped));
            self.unread.iter().for_each(|unread| unread.missed(skipped));
        }
        for seat in &self.seats {
            seat.offer(tap, main, frame);
        }
        if main {
            for unread in &self.unread {
                unread.count(frame.captured, frame.duration);
            }
        }
    }

    /// A frame of this tap is lost before anybody gets it.
    pub fn lose(&self, tap: Tap, main: bool) {
        self.seats.iter().for_each(|seat| seat.lose(tap, main));
        if main {
            self.unread.iter().for_each(|unread| unread.missed(1));
        }
    }

    /// Whether somebody reads from this tap.
    pub fn reads(&self, tap: Tap) -> bool {
        let feeds = self.seats.iter().filter_map(|seat| seat.feed.as_ref());
        feeds.into_iter().any(|feed| feed.tap() == tap)
    }

    /// A frame that came before them.
    pub fn hand_over(&self, tap: Tap, frame: &Frame) {
        let readers = self.seats.iter().filter(|seat| seat.feed.is_some());
        readers.for_each(|seat| seat.offer(tap, true, frame));
    }
}

/// One consumer of a track, or a track that has none.
#[derive(Debug)]
pub(super) struct Seat {
    pub feed: Option<Arc<Feed>>,
    /// Where its frames are counted: of several consumers of a track only the first has it.
    pub tally: Option<Arc<Tally>>,
    /// Frames a second of the track.
    pub rate: Option<f64>,
    /// Frames a second of the camera, if it says.
    pub native_rate: Option<f64>,
}

impl Seat {
    /// Hands a frame over. `main`: whether the tap is the one that consumers without a preference read.
    fn offer(&self, tap: Tap, main: bool, frame: &Frame) {
        match &self.feed {
            Some(feed) => {
                if let Some(lost) = feed.offer(tap, frame.clone()) {
                    self.count(Fate::Dropped, &lost);
                }
            }
            None if main => {
                if let Some(tally) = &self.tally {
                    tally.unread(self.moment(frame), self.native_rate);
                }
            }
            None => {}
        }
    }

    /// A frame of this tap is lost before anybody gets it.
    fn lose(&self, tap: Tap, main: bool) {
        let concerned = self.feed.as_ref().map_or(main, |feed| feed.tap() == tap);
        if concerned && let Some(tally) = &self.tally {
            tally.missed(1);
        }
    }

    fn count(&self, fate: Fate, frame: &Frame) {
        if let Some(tally) = &self.tally {
            tally.count(fate, self.moment(frame));
        }
    }

    fn moment(&self, frame: &Frame) -> Moment {
        Moment {
            captured: frame.captured,
            duration: frame.duration,
            rate: self.rate,
        }
    }
}

/// Frames a second: pictures, or samples.
pub(super) fn rate(kind: Kind, settings: &Settings) -> Option<f64> {
    settings.number(match kind {
        Kind::Video => Property::FrameRate,
        Kind::Audio => Property::SampleRate,
    })
}

/// A seat for each consumer; tracks without are counted as `before`, where they were counted.
pub(super) fn audience(
    kind: Kind,
    native: Option<NativePoint>,
    roster: &Roster,
    before: &Audience,
) -> Audience {
    let native_rate = match native {
        Some(NativePoint::Video { frame_rate, .. }) => frame_rate.map(Rate::as_f64),
        _ => None,
    };
    let mut unread = Vec::new();
    let mut seats = Vec::new();
    for member in &roster.members {
        let taken = taken(kind, native_rate, roster, member);
        let tally = member.listener.tally();
        let rate = rate(kind, &member.settings);
        // What has none (a generator's track) is counted nowhere.
        if let Some(tally) = tally {
            let together = (taken.is_empty() && kind == Kind::Video)
                .then(|| together(&mut unread, before, (rate, native_rate)));
            tally.follow(together.as_ref());
            if taken.is_empty() && together.is_none() {
                seats.push(Seat {
                    feed: None,
                    tally: Some(tally),
                    rate,
                    native_rate,
                });
            }
        }
        seats.extend(taken);
    }
    Audience {
        seats: seats.into(),
        unread: unread.into(),
    }
}

/// Where tracks of this rate are counted that have no consumer.
fn together(
    unread: &mut Vec<Arc<Unread>>,
    before: &Audience,
    (rate, native_rate): (Option<f64>, Option<f64>),
) -> Arc<Unread> {
    let is_it = |unread: &&Arc<Unread>| unread.is_of(rate, native_rate);
    if let Some(found) = unread.iter().find(is_it) {
        return found.clone();
    }
    let known = before.unread.iter().find(is_it).cloned();
    let found = known.unwrap_or_else(|| Arc::new(Unread::new(rate, native_rate)));
    unread.push(found.clone());
    found
}

fn taken(kind: Kind, native_rate: Option<f64>, roster: &Roster, member: &Member) -> Vec<Seat> {
    let readers = roster.readers.iter().filter(|r| r.member == member.id);
    let feeds = readers.filter_map(|reader| reader.feed.clone()).enumerate();
    let seats = feeds.map(|(index, feed)| {
        feed.set_counting(index == 0);
        Seat {
            tally: member.listener.tally().filter(|_| index == 0),
            rate: rate(kind, &feed.target().settings),
            native_rate,
            feed: Some(feed),
        }
    });
    seats.collect()
}
