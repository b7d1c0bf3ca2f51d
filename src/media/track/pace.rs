//! When the next buffer of a track is due, and which of the device's frames still fit.
//!
//! Pure arithmetic on capture times (monotonic, absolute). Time goes on whatever the device does:
//! a consumer that is filled with black or silence and one that is fed see the same rising times.

use gst::ClockTime;

use crate::capture::Target;
use crate::model::constraints::{Kind, Property};

/// The grain of silence that is made.
pub(super) const SILENCE: ClockTime = ClockTime::from_mseconds(10);
/// The frame rate of black where the track has none.
const BLACK_RATE: f64 = 30.0;
/// No picture is waited for any longer than for one of this rate.
const SLOWEST: f64 = 0.01;
/// Audio that is this close to where it is expected continues it without a jump.
const AUDIO_TOLERANCE: ClockTime = ClockTime::from_mseconds(40);
const STEP: ClockTime = ClockTime::from_nseconds(1);
/// No buffer lasts longer, whatever is said of it: what comes after it has a place in time as well.
const LONGEST: ClockTime = ClockTime::from_seconds(3600);

/// Where on the time line the next buffer belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pace {
    /// The duration of one buffer that is made here.
    pub interval: ClockTime,
    /// The end of the last buffer.
    pub next: ClockTime,
    /// The time of the last buffer.
    last: Option<ClockTime>,
}

/// Where a buffer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its time.
    pub at: ClockTime,
    /// Whether it does not continue the one before.
    pub discont: bool,
}

impl Pace {
    /// The first buffer is expected at `now`.
    pub fn new(interval: ClockTime, now: ClockTime) -> Self {
        Self {
            interval,
            next: now,
            last: None,
        }
    }

    /// Places a picture captured at `captured`; `None`: it is older than what was sent already.
    pub fn picture(&mut self, captured: ClockTime, duration: Option<ClockTime>) -> Option<Place> {
        if self.last.is_some_and(|last| captured <= last) {
            return None;
        }
        Some(self.put(captured, duration.unwrap_or(self.interval), false))
    }

    /// Whether a picture captured at `captured`, one of every `apart`, is one that a lower rate leaves
    /// out: the one after it is nearer to where a picture is due.
    pub fn is_surplus(&self, captured: ClockTime, apart: Option<ClockTime>) -> bool {
        let early = apart.unwrap_or(self.interval).min(self.interval) / 2;
        self.last.is_some() && captured.saturating_add(early) < self.next
    }

    /// Places sound: at the end of the last where it is close to it.
    pub fn sound(&mut self, captured: ClockTime, duration: ClockTime) -> Option<Place> {
        if self.last.is_none() {
            return Some(self.put(captured, duration, true));
        }
        let close = captured.absdiff(self.next) < AUDIO_TOLERANCE;
        if !close && captured < self.next {
            return None;
        }
        let at = if close { self.next } else { captured };
        Some(self.put(at, duration, !close))
    }

    /// Places silence in the stead of sound captured at `captured`. Where some of that was lost, the
    /// silence is longer: there is nothing that could jump.
    pub fn silence(&mut self, captured: ClockTime, duration: ClockTime) -> Option<Place> {
        if self.last.is_some() && captured >= self.next.saturating_add(AUDIO_TOLERANCE) {
            return Some(self.filler(captured.saturating_add(duration) - self.next));
        }
        self.sound(captured, duration)
    }

    /// Places a buffer that was made here, right after the last.
    pub fn filler(&mut self, duration: ClockTime) -> Place {
        let at = self.next;
        self.put(at, duration, false)
    }

    /// What was sent last is not shown or heard for longer than until `time`, whatever was said of it.
    pub fn cut(&mut self, time: ClockTime) {
        let after_last = self.last.map(|last| last.saturating_add(STEP));
        self.next = self.next.min(time).max(after_last.unwrap_or_default());
    }

    /// Leaves out what lies before `time`.
    pub fn skip_to(&mut self, time: ClockTime) {
        self.next = self.next.max(time);
    }

    /// Goes on at `time`, as if a buffer had ended there.
    pub fn go_on_at(&mut self, time: ClockTime) {
        self.next = self.next.max(time);
        self.last = self.last.max(Some(time.saturating_sub(self.interval)));
    }

    fn put(&mut self, at: ClockTime, duration: ClockTime, discont: bool) -> Place {
        self.last = Some(at);
        self.next = at.saturating_add(duration.min(LONGEST));
        Place { at, discont }
    }
}

/// Frames a second of the track: pictures, or samples.
pub(super) fn rate(kind: Kind, target: &Target) -> Option<f64> {
    target.settings.number(match kind {
        Kind::Video => Property::FrameRate,
        Kind::Audio => Property::SampleRate,
    })
}

/// How long a buffer that is made lasts.
pub(super) fn interval(kind: Kind, target: &Target) -> ClockTime {
    if kind == Kind::Audio {
        return SILENCE;
    }
    let rate = rate(kind, target).filter(|rate| *rate > 0.0);
    // A constraint may ask for a frame in an age of the world.
    ClockTime::from_seconds_f64(1.0 / rate.unwrap_or(BLACK_RATE).max(SLOWEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: ClockTime = ClockTime::from_mseconds(40);

    fn ms(n: u64) -> ClockTime {
        ClockTime::from_mseconds(n)
    }

    #[test]
    fn times_rise_strictly_across_filling() {
        let mut pace = Pace::new(FRAME, ms(1000));
        assert_eq!(
            pace.picture(ms(1000), Some(FRAME)).map(|p| p.at),
            Some(ms(1000))
        );
        assert_eq!(pace.filler(FRAME).at, ms(1040));
        assert_eq!(pace.filler(FRAME).at, ms(1080));
        assert_eq!(pace.picture(ms(1080), Some(FRAME)), None);
        assert_eq!(
            pace.picture(ms(1081), Some(FRAME)).map(|p| p.at),
            Some(ms(1081))
        );
    }

    #[test]
    fn a_lower_rate_leaves_out_every_second_picture() {
        let mut pace = Pace::new(ms(66), ms(0));
        let mut kept = 0;
        for frame in 0..30 {
            let at = ms(frame * 33);
            if !pace.is_surplus(at, Some(ms(33))) {
                pace.picture(at, Some(ms(66)));
                kept += 1;
            }
        }
        assert_eq!(kept, 15);
    }

    #[test]
    fn a_quarter_of_the_rate_leaves_out_three_of_four() {
        let mut pace = Pace::new(ms(133), ms(0));
        let at = (0..40).map(|frame| ms(frame * 100 / 3));
        let kept = at.filter(|at| {
            let kept = !pace.is_surplus(*at, Some(ms(33)));
            kept && pace.picture(*at, Some(ms(133))).is_some()
        });
        assert_eq!(kept.count(), 10);
    }

    #[test]
    fn a_buffer_that_is_said_to_last_for_ever_lasts_an_hour() {
        let mut pace = Pace::new(FRAME, ms(1000));
        pace.picture(ms(1000), Some(ClockTime::MAX));
        assert_eq!(pace.next, ms(1000) + LONGEST);
        pace.sound(ClockTime::MAX, ClockTime::MAX);
        assert!(pace.silence(ClockTime::MAX, ClockTime::MAX).is_some());
        assert!(!pace.is_surplus(ClockTime::MAX, Some(ClockTime::MAX)));
    }

    #[test]
    fn what_lasts_long_is_cut_short() {
        let mut pace = Pace::new(FRAME, ms(1000));
        pace.picture(ms(1000), Some(ms(60_000)));
        pace.cut(ms(1500));
        assert_eq!(pace.filler(FRAME).at, ms(1500));
        pace.cut(ms(100));
        assert!(pace.filler(FRAME).at > ms(1500), "times rise");
    }

    #[test]
    fn silence_covers_what_was_lost() {
        let mut pace = Pace::new(ms(10), ms(0));
        pace.silence(ms(0), ms(10));
        let place = pace.silence(ms(100), ms(10));
        assert_eq!(
            place.map(|place| (place.at, place.discont)),
            Some((ms(10), false))
        );
        assert_eq!(pace.next, ms(110));
        assert_eq!(pace.silence(ms(60), ms(10)), None);
        assert_eq!(
            pace.silence(ms(112), ms(10)).map(|place| place.at),
            Some(ms(110))
        );
        assert_eq!(pace.next, ms(120));
    }

    #[test]
    fn sound_is_contiguous_and_jumps_only_when_it_must() {
        let mut pace = Pace::new(ms(10), ms(0));
        pace.sound(ms(5), ms(10));
        let place = pace.sound(ms(17), ms(10));
        assert_eq!(
            place,
            Some(Place {
                at: ms(15),
                discont: false
            })
        );
        let place = pace.sound(ms(500), ms(10));
        assert_eq!(
            place,
            Some(Place {
                at: ms(500),
                discont: true
            })
        );
        assert_eq!(pace.sound(ms(300), ms(10)), None);
    }
}
