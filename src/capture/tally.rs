//! The statistics of one track while it lives: counted on streaming threads, read on any.
//!
//! Whoever decides what becomes of a frame counts it: the consumer that sends it, the device's
//! thread where it is lost or where there is no consumer. Of several consumers only the first counts.
//! Nothing is counted while the track does not flow.
//!
//! Lock: `state` is a leaf, held for a few additions.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::delivery::now;
use crate::model::constraints::Kind;
use crate::model::statistics::{Counter, Decimation, Fate, Stats};

/// One captured buffer, as far as statistics go.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When it was captured.
    pub captured: gst::ClockTime,
    /// For how long it lasts.
    pub duration: Option<gst::ClockTime>,
    /// Frames a second of the track: pictures, or samples.
    pub rate: Option<f64>,
}

#[derive(Debug)]
struct State {
    flowing: bool,
    counter: Counter,
    decimation: Decimation,
}

/// The counters of one track.
#[derive(Debug)]
pub struct Tally {
    kind: Kind,
    state: Mutex<State>,
}

impl Tally {
    /// Nothing counted yet, and nothing flows.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            state: Mutex::new(State {
                flowing: false,
                counter: Counter::new(kind),
                decimation: Decimation::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the track is live, enabled and not muted. From the moment this returns, nothing is
    /// counted for a track that does not flow.
    pub fn set_flowing(&self, flowing: bool) {
        let mut state = self.lock();
        if std::mem::replace(&mut state.flowing, flowing) != flowing {
            state.decimation = Decimation::default();
        }
    }

    /// All values of one moment.
    pub fn stats(&self) -> Stats {
        self.lock().counter.stats()
    }

    /// `resetLatency()`
    pub fn reset_latency(&self) {
        self.lock().counter.reset_latency();
    }

    /// What became of a buffer.
    pub fn count(&self, fate: Fate, moment: Moment) {
        let now = now();
        let mut state = self.lock();
        if state.flowing {
            add(&mut state.counter, self.kind, fate, moment, now);
        }
    }

    /// A buffer came, and there is no consumer: a track of a lower rate would have left some out.
    pub(super) fn unread(&self, moment: Moment, native_rate: Option<f64>) {
        let now = now();
        // At the rate of the camera every frame counts, however irregular they come.
        let lower = moment
            .rate
            .filter(|rate| *rate > 0.0 && native_rate.is_some_and(|native| *rate < native * 0.99));
        let interval = |rate: f64| Duration::try_from_secs_f64(1.0 / rate).ok();
        let lasts = native_rate.and_then(interval);
        let mut state = self.lock();
        if !state.flowing {
            return;
        }
        let fate = match (self.kind, lower.and_then(interval)) {
            (Kind::Video, Some(interval)) => state.decimation.fate(
                moment.captured.into(),
                interval,
                moment.duration.map(Duration::from).or(lasts),
            ),
            _ => Fate::Delivered,
        };
        add(&mut state.counter, self.kind, fate, moment, now);
    }

    /// The driver skipped pictures.
    pub(super) fn missed(&self, frames: u64) {
        let mut state = self.lock();
        if state.flowing {
            state.counter.count(Fate::Dropped, frames, Duration::ZERO);
        }
    }
}

fn add(counter: &mut Counter, kind: Kind, fate: Fate, moment: Moment, now: gst::ClockTime) {
    let lasts = Duration::from(moment.duration.unwrap_or_default());
    if kind == Kind::Video {
        return counter.count(fate, 1, lasts);
    }
    // In frames of the track: a consumer does not see how many the device makes of them.
    let frames = (lasts.as_secs_f64() * moment.rate.unwrap_or_default()).round() as u64;
    counter.count(fate, frames, lasts);
    if fate == Fate::Delivered {
        counter.arrived(frames, now.saturating_sub(moment.captured).into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::statistics::VideoStats;

    const PICTURE: Moment = Moment {
        captured: gst::ClockTime::ZERO,
        duration: None,
        rate: None,
    };

    /// #189
    #[test]
    fn nothing_is_counted_while_nothing_flows() {
        gst::init().unwrap();
        let tally = Tally::new(Kind::Video);
        tally.count(Fate::Delivered, PICTURE);
        tally.set_flowing(true);
        tally.count(Fate::Delivered, PICTURE);
        tally.missed(3);
        tally.set_flowing(false);
        tally.count(Fate::Discarded, PICTURE);
        tally.unread(PICTURE, None);
        tally.missed(3);
        let expected = VideoStats {
            delivered_frames: 1,
            discarded_frames: 0,
            total_frames: 4,
        };
        assert_eq!(tally.stats(), Stats::Video(expected));
    }

    /// #191: a camera that is late now and then discards nothing.
    #[test]
    fn at_the_rate_of_the_camera_nothing_is_discarded() {
        gst::init().unwrap();
        let tally = Tally::new(Kind::Video);
        tally.set_flowing(true);
        for at in [0, 33, 80, 90, 101, 166, 170] {
            let moment = Moment {
                captured: gst::ClockTime::from_mseconds(at),
                duration: None,
                rate: Some(30.0),
            };
            tally.unread(moment, Some(30.0));
        }
        let expected = VideoStats {
            delivered_frames: 7,
            discarded_frames: 0,
            total_frames: 7,
        };
        assert_eq!(tally.stats(), Stats::Video(expected));
    }
}
