//! When a frame was captured, whatever the driver says about it.
//!
//! | the driver says | then |
//! |---|---|
//! | a time after the one before, not in the future and not long past | that |
//! | the same time again, or an earlier one | when it came, less what frames of this driver take |
//! | a time to come, one long past, none | the same |
//!
//! The times of sound are calculated from two clocks, and go back a little when these are brought together:
//! such a time is what the one before it was. Sound without any time is as usual (pipewiresrc), and so are pictures of a
//! driver that has never told one: that is no correction. Where the clock of sound was set back by more, what comes waits until it
//! has arrived: dated on and on behind the sound before, it would be ahead of its time from then on.
//!
//! So a driver that lies dates frames near to where they belong, never holds the times up, and times rise
//! strictly. Sound without a time of its own follows the sound before it: it may come in heaps.
//!
//! Pure arithmetic on monotonic times.

use gst::ClockTime;

use crate::model::constraints::Kind;

/// Further ahead than this of its arrival, nothing was captured. Two clocks read one after the other, and the
/// smoothing of a sound clock, are less.
const AHEAD: ClockTime = ClockTime::from_mseconds(50);
/// What was captured longer ago was not waiting in a queue all the time.
const PAST: ClockTime = ClockTime::from_seconds(5);
/// Sound that is this close to the end of the sound before it continues it.
const CONTINUES: ClockTime = ClockTime::from_mseconds(200);
/// Sound that goes back by less than this is right.
const JITTER: ClockTime = ClockTime::from_mseconds(50);
const STEP: ClockTime = ClockTime::from_nseconds(1);

/// The capture times of one tap.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    /// That of the last frame, and its end.
    last: Option<(ClockTime, ClockTime)>,
    /// What the driver said last.
    told: Option<ClockTime>,
    /// From the capture to the arrival of the last frame whose time was right.
    delay: Option<ClockTime>,
}

/// The time of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// When it was captured.
    pub captured: ClockTime,
    /// Whether the driver said something else, or nothing.
    pub corrected: bool,
}

impl Stamps {
    /// That of a frame that arrived at `arrived` and `lasts` so long.
    pub fn next(
        &mut self,
        kind: Kind,
        told: Option<ClockTime>,
        arrived: ClockTime,
        lasts: ClockTime,
    ) -> Stamp {
        let right = told.filter(|told| self.is_right(kind, *told, arrived));
        let after_last = self.last.map(|(last, _)| last.saturating_add(STEP));
        let captured = match right {
            Some(right) => right.max(after_last.unwrap_or_default()),
            None => self.guess(kind, told, arrived, lasts),
        };
        if let Some(right) = right {
            self.delay = Some(arrived.saturating_sub(right));
        }
        let tells = told.is_some() || (kind == Kind::Video && self.told.is_some());
        self.told = told.or(self.told);
        self.last = Some((captured, captured.saturating_add(lasts)));
        Stamp {
            captured,
            corrected: right.is_none() && tells,
        }
    }

    fn is_right(&self, kind: Kind, told: ClockTime, arrived: ClockTime) -> bool {
        let jitter = match kind {
            Kind::Audio if self.told != Some(told) => JITTER,
            _ => ClockTime::ZERO,
        };
        let rises = |(last, _)| told.saturating_add(jitter) > last;
        self.last.is_none_or(rises) && is_plausible(told, arrived)
    }

    fn guess(
        &self,
        kind: Kind,
        told: Option<ClockTime>,
        arrived: ClockTime,
        lasts: ClockTime,
    ) -> ClockTime {
        let mut delay = self.delay.unwrap_or(lasts);
        if kind == Kind::Audio {
            // It arrives when its end was heard, whatever a clock that ran ahead said.
            delay = delay.max(lasts);
        }
        let at = arrived.saturating_sub(delay);
        let Some((last, end)) = self.last else {
            return at;
        };
        let goes_on = |told| Some(told) > self.told && is_plausible(told, arrived);
        let is_set_back = told.is_some_and(goes_on) && end.saturating_add(lasts) > arrived;
        let continues = kind == Kind::Audio && end.absdiff(at) < CONTINUES && !is_set_back;
        let at = if continues { end } else { at };
        at.max(last.saturating_add(STEP))
    }
}

/// Whether that can be the time of what arrived then.
fn is_plausible(told: ClockTime, arrived: ClockTime) -> bool {
    told <= arrived.saturating_add(AHEAD) && told.saturating_add(PAST) >= arrived
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: ClockTime = ClockTime::from_mseconds(40);
    /// From the capture to the arrival.
    const DELAY: u64 = 15;

    fn ms(ms: u64) -> ClockTime {
        ClockTime::from_mseconds(ms)
    }

    /// What becomes of a camera's frames 0, 40, 80 … ms after its first, of which the driver says `told`.
    fn pictures(told: impl Fn(u64) -> Option<u64>) -> Vec<(u64, bool)> {
        let mut stamps = Stamps::default();
        let mut next = |captured: u64| {
            let told = told(captured).map(|told| ms(10_000 + told));
            let arrived = ms(10_000 + captured + DELAY);
            let stamp = stamps.next(Kind::Video, told, arrived, FRAME);
            (stamp.captured.mseconds(), stamp.corrected)
        };
        (0..50).map(|frame| next(frame * 40)).collect()
    }

    fn times(pictures: &[(u64, bool)]) -> Vec<u64> {
        pictures.iter().map(|(time, _)| *time).collect()
    }

    fn right() -> Vec<u64> {
        (0..50).map(|frame| 10_000 + frame * 40).collect()
    }

    fn corrected(pictures: &[(u64, bool)]) -> usize {
        pictures.iter().filter(|(_, corrected)| *corrected).count()
    }

    #[test]
    fn what_is_right_is_left_alone() {
        let came = pictures(Some);
        assert_eq!(times(&came), right());
        assert_eq!(corrected(&came), 0);
    }

    #[test]
    fn a_lie_is_replaced_by_the_time_of_capture() {
        type Lie = fn(u64) -> Option<u64>;
        let lies: [(&str, Lie, usize); 6] = [
            ("each time twice", |at| Some(at / 80 * 80), 25),
            ("one time", |_| Some(0), 49),
            (
                "back and forth",
                |at| Some(at.saturating_sub(at % 80 * 3)),
                25,
            ),
            (
                "three seconds on, once",
                |at| Some(at + 3000 * u64::from(at == 400)),
                1,
            ),
            (
                "an hour on, from then on",
                |at| Some(at + 3_600_000 * u64::from(at >= 400)),
                40,
            ),
            ("none after the first", |at| (at == 0).then_some(0), 49),
        ];
        for (what, lie, wrong) in lies {
            let came = pictures(lie);
            assert_eq!(times(&came), right(), "{what}");
            assert_eq!(corrected(&came), wrong, "{what}");
        }
    }

    /// A second back, for good: the driver's clock was set.
    #[test]
    fn a_clock_that_was_set_back_holds_nothing_up() {
        let came = pictures(|at| {
            Some(if at < 1000 { at + 1000 } else { at }).map(|at| at.saturating_sub(1000))
        });
        let gaps = times(&came);
        assert!(gaps.windows(2).all(|pair| pair[1] > pair[0]));
        assert!(gaps[49].abs_diff(right()[49]) <= DELAY);
    }

    /// A driver that never says anything: the time of arrival, less that of one frame.
    #[test]
    fn without_any_time_arrivals_count() {
        let came = pictures(|_| None);
        assert_eq!(corrected(&came), 0, "there is nothing to correct");
        assert!(times(&came).windows(2).all(|pair| pair[1] - pair[0] == 40));
    }

    #[test]
    fn sound_in_heaps_is_contiguous() {
        let mut stamps = Stamps::default();
        let mut all = Vec::new();
        for heap in 0..20 {
            for _ in 0..10 {
                let arrived = ms(5000 + heap * 100);
                all.push(stamps.next(Kind::Audio, None, arrived, ms(10)).captured);
            }
        }
        assert!(all.windows(2).all(|pair| pair[1] - pair[0] == ms(10)));
    }

    /// As alsasrc, whose clock is brought together with that of the system.
    #[test]
    fn sound_that_goes_back_a_little_is_right() {
        let mut stamps = Stamps::default();
        let told = [0, 20, 36, 40, 41, 40, 62, 70, 83];
        let stamps = told.map(|told| {
            let (told, arrived) = (ms(5000 + told), ms(5030 + told));
            stamps.next(Kind::Audio, Some(told), arrived, ms(20))
        });
        assert!(stamps.iter().all(|stamp| !stamp.corrected));
        assert!(stamps.is_sorted_by(|a, b| a.captured < b.captured));
        assert_eq!(stamps[8].captured, ms(5083));
    }

    /// As alsasrc on a machine that stood still: its clock ran on, and is set back when the sound comes in one heap.
    #[test]
    fn sound_whose_clock_was_set_back_is_in_time_again() {
        let mut stamps = Stamps::default();
        let mut next = |told, arrived| {
            let stamp = stamps.next(Kind::Audio, Some(ms(told)), ms(arrived), ms(20));
            assert!(
                stamp.captured <= ms(arrived),
                "nothing is ahead of its arrival"
            );
            stamp
        };
        for at in (5000..5200).step_by(20) {
            assert_eq!(next(at, at + 25).captured, ms(at));
        }
        // 120 ms of it at once, and from then on as before.
        for heap in 0..6 {
            next(5080 + heap * 20, 5205);
        }
        let after = (5200..6200).step_by(20);
        let after: Vec<_> = after.map(|at| (at, next(at, at + 25))).collect();
        let in_time = after.iter().filter(|(at, stamp)| stamp.captured == ms(*at));
        assert!(in_time.count() >= 45, "{after:?}");
        let corrected = after.iter().filter(|(_, stamp)| stamp.corrected);
        assert!(corrected.count() <= 3, "{after:?}");
    }

    #[test]
    fn sound_that_was_lost_is_not_made_up_for() {
        let mut stamps = Stamps::default();
        stamps.next(Kind::Audio, None, ms(5000), ms(10));
        let next = stamps.next(Kind::Audio, None, ms(8000), ms(10));
        assert_eq!(next.captured, ms(7990));
    }

    proptest! {
        /// Whatever is said: times rise, and stay where frames arrive.
        #[test]
        fn times_rise_and_stay_near(
            told in prop::collection::vec(prop::option::of(0..u64::MAX - 1), 1..80),
            near in prop::collection::vec(0..20_000u64, 80),
            is_sound: bool,
        ) {
            let kind = if is_sound { Kind::Audio } else { Kind::Video };
            let mut stamps = Stamps::default();
            let mut last = None;
            for (frame, (far, near)) in told.iter().zip(near).enumerate() {
                let told = if frame % 2 == 0 { *far } else { Some(near * 1_000_000) };
                let arrived = ms(10_000 + frame as u64 * 10);
                let told = told.map(ClockTime::from_nseconds);
                let at = stamps.next(kind, told, arrived, ms(10)).captured;
                prop_assert!(last.is_none_or(|last| at > last));
                prop_assert!(at <= arrived + AHEAD + CONTINUES);
                prop_assert!(at + PAST + CONTINUES >= arrived);
                last = Some(at);
            }
        }
    }
}
