//! Is media time still being delivered?
//!
//! Back ends are silent when a device stalls, and some go on trickling stale buffers, so the
//! question is not "did a buffer come" but "how much media time came in this much real time".
//! A camera that falls to a tenth of its rate in the dark is not stalled: every frame of video
//! pays the whole debt, whatever its duration. Audio pays with its duration.

use std::time::Duration;

use crate::model::constraints::Kind;

/// Frame intervals without media before a source that has delivered counts as stalled.
const LIMIT: u32 = 25;
/// The same before the first frame: starting a device takes longer than keeping it running.
const LIMIT_BEFORE_FIRST: u32 = 100;
/// A busy machine delays deliveries by more than 25 intervals of a fast camera or of a 10 ms
/// audio period; below this no silence counts as a stall.
const SHORTEST_LIMIT: Duration = Duration::from_millis(500);
/// Before the first frame, the bounds of the limit.
const FIRST_LIMITS: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(8));
/// Deliveries in a row, without a stall between them, that end a stall.
const DELIVERIES_TO_RECOVER: u32 = 2;

/// A change that the watchdog noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No media for the limit.
    Stalled,
    /// Media is back, and it stays.
    Recovered,
}

/// Counts delivered media time against real time. All times are monotonic, from any origin.
#[derive(Debug, Clone)]
pub struct Watchdog {
    kind: Kind,
    interval: Duration,
    delivered_any: bool,
    stalled: bool,
    /// Until this moment all is paid for: real time minus this is the debt.
    paid_until: Duration,
    last_delivery: Duration,
    in_a_row: u32,
}

impl Watchdog {
    /// Starts to count at `now`; `interval` is the duration of a video frame or an audio buffer.
    pub fn new(kind: Kind, interval: Duration, now: Duration) -> Self {
        Self {
            kind,
            interval,
            delivered_any: false,
            stalled: false,
            paid_until: now,
            last_delivery: now,
            in_a_row: 0,
        }
    }

    /// How much silence makes a stall now.
    pub fn limit(&self) -> Duration {
        if self.delivered_any {
            self.interval.saturating_mul(LIMIT).max(SHORTEST_LIMIT)
        } else {
            self.interval
                .saturating_mul(LIMIT_BEFORE_FIRST)
                .clamp(FIRST_LIMITS.0, FIRST_LIMITS.1)
        }
    }

    /// Whether the source counts as stalled.
    pub fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// When [`Self::check`] has to be called next; `None` while stalled (only media ends that).
    pub fn deadline(&self) -> Option<Duration> {
        (!self.stalled).then(|| self.paid_until.saturating_add(self.limit()))
    }

    /// The device was started at `now`: until then nothing was due.
    pub fn started(&mut self, now: Duration) {
        if !self.delivered_any {
            self.paid_until = now;
        }
    }

    /// A buffer of `duration` arrived at `now`.
    pub fn delivered(&mut self, now: Duration, duration: Duration) -> Option<Verdict> {
        let limit = self.limit();
        let first = !self.delivered_any;
        self.delivered_any = true;
        self.paid_until = match self.kind {
            Kind::Video => now,
            // Never ahead of real time, and never further behind than the limit: what was lost
            // in a stall is not owed for ever.
            Kind::Audio if first => now,
            // Half of real time is enough: a slow clock or a busy machine is no stall, and a stalled
            // alsasrc delivers a twentieth.
            Kind::Audio => self
                .paid_until
                .saturating_add(duration.saturating_mul(2))
                .max(now.saturating_sub(limit))
                .min(now),
        };
        if !self.stalled {
            self.last_delivery = now;
            return None;
        }
        let keeps_up = match self.kind {
            Kind::Video => now.saturating_sub(self.last_delivery) < limit,
            Kind::Audio => {
                now.saturating_sub(self.last_delivery) < duration.saturating_mul(3).max(limit / 4)
            }
        };
        self.in_a_row = if keeps_up { self.in_a_row + 1 } else { 1 };
        self.last_delivery = now;
        if self.in_a_row < DELIVERIES_TO_RECOVER {
            return None;
        }
        self.stalled = false;
        self.in_a_row = 0;
        self.paid_until = now;
        Some(Verdict::Recovered)
    }

    /// Looks at the clock.
    pub fn check(&mut self, now: Duration) -> Option<Verdict> {
        if self.stalled || now < self.paid_until.saturating_add(self.limit()) {
            return None;
        }
        self.stalled = true;
        self.in_a_row = 0;
        Some(Verdict::Stalled)
    }

    /// All that decides what comes next, as seen at `now` by a clock of `tick`: what is longer ago than any limit
    /// is alike.
    #[cfg(test)]
    pub(super) fn seen_at(&self, now: Duration, tick: Duration) -> impl Ord + Clone + use<> {
        let ago = |then: Duration| {
            let ticks = |time: Duration| (time.as_nanos() / tick.as_nanos()) as i64;
            (ticks(now) - ticks(then)).min(ticks(FIRST_LIMITS.1) + 1)
        };
        let ages = (ago(self.paid_until), ago(self.last_delivery));
        // In a row counts in a stall only, and up to what ends it.
        (self.delivered_any, self.stalled, self.in_a_row, ages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(33);

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn running(kind: Kind, interval: Duration) -> Watchdog {
        let mut dog = Watchdog::new(kind, interval, ms(0));
        assert_eq!(dog.delivered(ms(0), interval), None);
        dog
    }

    #[test]
    fn video_stalls_after_25_intervals_and_not_before() {
        let mut dog = running(Kind::Video, FRAME);
        assert_eq!(dog.check(ms(824)), None);
        assert_eq!(dog.check(ms(825)), Some(Verdict::Stalled));
        assert_eq!(dog.check(ms(2000)), None, "said once");
        assert_eq!(dog.deadline(), None);
    }

    #[test]
    fn before_the_first_frame_100_intervals() {
        let mut dog = Watchdog::new(Kind::Video, FRAME, ms(0));
        assert_eq!(dog.check(ms(3299)), None);
        assert_eq!(dog.check(ms(3300)), Some(Verdict::Stalled));
    }

    #[test]
    fn the_time_that_the_start_takes_does_not_count() {
        let mut dog = Watchdog::new(Kind::Video, FRAME, ms(0));
        dog.started(ms(5000));
        assert_eq!(dog.check(ms(8299)), None);
        assert_eq!(dog.check(ms(8300)), Some(Verdict::Stalled));
        let mut dog = running(Kind::Video, FRAME);
        dog.started(ms(800));
        assert_eq!(
            dog.check(ms(825)),
            Some(Verdict::Stalled),
            "it had delivered"
        );
    }

    /// #200: low light is not a stall.
    #[test]
    fn a_tenth_of_the_rate_is_no_stall() {
        let mut dog = running(Kind::Video, FRAME);
        for frame in 1..50 {
            assert_eq!(dog.check(ms(frame * 330)), None);
            assert_eq!(dog.delivered(ms(frame * 330), FRAME), None);
        }
    }

    /// What alsasrc does in a stall: 10 ms of old samples every 230 ms.
    #[test]
    fn trickling_audio_is_a_stall_and_trickling_on_does_not_end_it() {
        let mut dog = running(Kind::Audio, ms(10));
        let mut stalled = 0;
        for drop in 1..20 {
            let now = ms(drop * 230);
            stalled += u32::from(dog.check(now) == Some(Verdict::Stalled));
            assert_ne!(dog.delivered(now, ms(10)), Some(Verdict::Recovered));
        }
        assert_eq!(stalled, 1);
        let back = ms(20 * 230);
        assert_eq!(
            dog.delivered(back, ms(10)),
            None,
            "one buffer proves nothing"
        );
        assert_eq!(
            dog.delivered(back + ms(10), ms(10)),
            Some(Verdict::Recovered)
        );
    }

    #[test]
    fn a_single_late_frame_does_not_end_a_video_stall() {
        let mut dog = running(Kind::Video, FRAME);
        dog.check(ms(1000));
        assert_eq!(dog.delivered(ms(5000), FRAME), None);
        assert_eq!(dog.delivered(ms(5033), FRAME), Some(Verdict::Recovered));
        assert_eq!(dog.check(ms(5100)), None);
    }

    #[test]
    fn audio_at_two_thirds_of_real_time_is_no_stall() {
        let mut dog = running(Kind::Audio, ms(10));
        for n in 1..1000 {
            assert_eq!(dog.check(ms(n * 15)), None);
            dog.delivered(ms(n * 15), ms(10));
        }
    }

    #[test]
    fn steady_audio_never_stalls_and_builds_no_credit() {
        let mut dog = running(Kind::Audio, ms(10));
        for n in 1..1000 {
            assert_eq!(dog.check(ms(n * 10)), None);
            dog.delivered(ms(n * 10), ms(10));
        }
        // A burst cannot pay for a later silence.
        for _ in 0..1000 {
            dog.delivered(ms(10_000), ms(10));
        }
        assert_eq!(dog.check(ms(10_500)), Some(Verdict::Stalled));
    }
}
