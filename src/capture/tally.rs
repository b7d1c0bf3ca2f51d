//! The statistics of one track while it lives: counted on streaming threads, read on any.
//!
//! Whoever decides what becomes of a frame counts it: the consumer that sends it, the device's
//! thread where it is lost or where there is no consumer. Of several consumers only the first counts.
//! Nothing is counted while the track does not flow.
//!
//! Pictures of tracks that nobody plays are counted once for all such tracks of one rate ([`Unread`]), however many there are.
//!
//! Locks: `state`, and then that of an [`Unread`]; held for a few additions.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::delivery::now;
use crate::model::constraints::Kind;
use crate::model::statistics::{Counter, Decimation, Fate, Stats, VideoStats};

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
    /// Where its frames are counted while it has no consumer, and what was counted there when it last looked.
    unread: Option<(Arc<Unread>, VideoStats)>,
}

impl State {
    /// Takes over what was counted for it since it last looked.
    fn look(&mut self) {
        let Some((unread, seen)) = &mut self.unread else {
            return;
        };
        let counted = unread.stats();
        let before = std::mem::replace(seen, counted);
        if self.flowing {
            self.counter.add(counted.since(&before));
        }
    }
}

/// What becomes of the pictures of all tracks of one rate that have no consumer.
#[derive(Debug)]
pub(super) struct Unread {
    /// Frames a second of the tracks, and of the camera if it says.
    rate: Option<f64>,
    native_rate: Option<f64>,
    counts: Mutex<(Counter, Decimation)>,
}

impl Unread {
    /// Nothing counted yet.
    pub fn new(rate: Option<f64>, native_rate: Option<f64>) -> Self {
        let counts = (Counter::new(Kind::Video), Decimation::default());
        Self {
            rate,
            native_rate,
            counts: Mutex::new(counts),
        }
    }

    /// Whether it is for tracks of this rate.
    pub fn is_of(&self, rate: Option<f64>, native_rate: Option<f64>) -> bool {
        (self.rate, self.native_rate) == (rate, native_rate)
    }

    fn lock(&self) -> MutexGuard<'_, (Counter, Decimation)> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A picture came.
    pub fn count(&self, captured: gst::ClockTime, duration: Option<gst::ClockTime>) {
        let moment = Moment {
            captured,
            duration,
            rate: self.rate,
        };
        let (counter, decimation) = &mut *self.lock();
        let fate = unread(Kind::Video, decimation, moment, self.native_rate);
        counter.count(fate, 1, Duration::ZERO);
    }

    /// The driver skipped pictures.
    pub fn missed(&self, frames: u64) {
        self.lock().0.count(Fate::Dropped, frames, Duration::ZERO);
    }

    fn stats(&self) -> VideoStats {
        match self.lock().0.stats() {
            Stats::Video(stats) => stats,
            Stats::Audio(_) => VideoStats::default(),
        }
    }
}

/// What becomes of a buffer of a track without a consumer: a track of a lower rate would have left some out.
fn unread(
    kind: Kind,
    decimation: &mut Decimation,
    moment: Moment,
    native_rate: Option<f64>,
) -> Fate {
    // At the rate of the camera every frame counts, however irregular they come.
    let lower = moment
        .rate
        .filter(|rate| *rate > 0.0 && native_rate.is_some_and(|native| *rate < native * 0.99));
    let interval = |rate: f64| Duration::try_from_secs_f64(1.0 / rate).ok();
    match (kind, lower.and_then(interval)) {
        (Kind::Video, Some(wanted)) => {
            let lasts = moment.duration.map(Duration::from);
            let lasts = lasts.or_else(|| native_rate.and_then(interval));
            decimation.fate(moment.captured.into(), wanted, lasts)
        }
        _ => Fate::Delivered,
    }
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
                unread: None,
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
        state.look();
        if std::mem::replace(&mut state.flowing, flowing) != flowing {
            state.decimation = Decimation::default();
        }
    }

    /// Where the pictures of the track are counted from now on; `None`: here, one by one.
    pub(super) fn follow(&self, unread: Option<&Arc<Unread>>) {
        let mut state = self.lock();
        let followed = state.unread.as_ref().map(|(unread, _)| Arc::as_ptr(unread));
        if followed == unread.map(Arc::as_ptr) {
            return;
        }
        state.look();
        let old = std::mem::replace(
            &mut state.unread,
            unread.map(|unread| (unread.clone(), unread.stats())),
        );
        drop(state);
        drop(old);
    }

    /// All values of one moment.
    pub fn stats(&self) -> Stats {
        let mut state = self.lock();
        state.look();
        state.counter.stats()
    }

    /// `resetLatency()`
    pub fn reset_latency(&self) {
        self.lock().counter.reset_latency();
    }

    /// What became of a buffer.
    pub fn count(&self, fate: Fate, moment: Moment) {
        // Of a picture nobody asks when it arrived.
        let now = match self.kind {
            Kind::Video => moment.captured,
            Kind::Audio => now(),
        };
        let mut state = self.lock();
        if state.flowing {
            add(&mut state.counter, self.kind, fate, moment, now);
        }
    }

    /// A buffer came, and there is no consumer.
    pub(super) fn unread(&self, moment: Moment, native_rate: Option<f64>) {
        let now = now();
        let mut state = self.lock();
        if !state.flowing {
            return;
        }
        let fate = unread(self.kind, &mut state.decimation, moment, native_rate);
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

    /// #189, #192: counted once for all, as if each had been counted by itself.
    #[test]
    fn tracks_without_a_consumer_are_counted_together() {
        let unread = Arc::new(Unread::new(Some(15.0), Some(30.0)));
        let tallies = [(); 3].map(|()| Tally::new(Kind::Video));
        let pictures = |from: u64| {
            (from..from + 30).for_each(|at| {
                let captured = gst::ClockTime::SECOND * at / 30;
                unread.count(captured, None);
            });
        };
        let stats = || {
            tallies.each_ref().map(|tally| match tally.stats() {
                Stats::Video(s) => (s.delivered_frames, s.discarded_frames, s.total_frames),
                Stats::Audio(_) => unreachable!("they are of video"),
            })
        };
        tallies.iter().for_each(|tally| tally.follow(Some(&unread)));
        tallies[0].set_flowing(true);
        tallies[1].set_flowing(true);
        pictures(0);
        assert_eq!(stats(), [(15, 15, 30), (15, 15, 30), (0, 0, 0)]);
        tallies[0].set_flowing(false);
        tallies[1].follow(None);
        tallies[2].set_flowing(true);
        pictures(30);
        unread.missed(2);
        assert_eq!(stats(), [(15, 15, 30), (15, 15, 30), (15, 15, 32)]);
    }
}
