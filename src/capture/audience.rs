//! To whom the device's thread hands frames, and for whom it counts them.

use std::sync::Arc;

use super::roster::{Member, Roster};
use super::{Feed, Frame, Moment, Tally, Tap};
use crate::model::constraints::{Kind, NativePoint, Property, Rate, Settings};
use crate::model::statistics::Fate;

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
    pub fn offer(&self, tap: Tap, main: bool, frame: &Frame) {
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
    pub fn lose(&self, tap: Tap, main: bool) {
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

/// A seat for each consumer, and one for each track without.
pub(super) fn audience(kind: Kind, native: Option<NativePoint>, roster: &Roster) -> Arc<[Seat]> {
    let native_rate = match native {
        Some(NativePoint::Video { frame_rate, .. }) => frame_rate.map(Rate::as_f64),
        _ => None,
    };
    let seats = roster.members.iter().flat_map(|member| {
        let mut seats = taken(kind, native_rate, roster, member);
        if seats.is_empty() {
            seats.push(Seat {
                feed: None,
                tally: member.listener.tally(),
                rate: rate(kind, &member.settings),
                native_rate,
            });
        }
        seats
    });
    seats.collect()
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
