//! What a clock decides, on a clock that ticks.

use std::time::Duration;

use super::super::*;
use super::{Machine, after, explore};
use crate::model::constraints::Kind;

const TICK: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug)]
enum Tick {
    Wait(u32),
    Check,
    Deliver(Duration),
    /// A thread that was late to say so.
    DeliverBefore(Duration),
    CheckBefore,
    /// The device was set going, once more.
    Start,
}

/// A watchdog, its clock, and what it has told.
#[derive(Clone)]
struct ToldWatchdog {
    dog: Watchdog,
    kind: Kind,
    now: Duration,
    stalled: bool,
}

impl ToldWatchdog {
    fn listen(&mut self, verdict: Option<Verdict>) {
        match verdict {
            Some(Verdict::Stalled) => assert!(!self.stalled, "stalled twice"),
            Some(Verdict::Recovered) => assert!(self.stalled, "recovered twice"),
            None => return assert_eq!(self.dog.is_stalled(), self.stalled, "told"),
        }
        self.stalled = !self.stalled;
        assert_eq!(self.dog.is_stalled(), self.stalled, "what was told is true");
    }

    fn check(&mut self, now: Duration) {
        let due = self.dog.deadline();
        assert_eq!(due.is_none(), self.stalled);
        let verdict = self.dog.check(now);
        let expected = due.filter(|due| now >= *due).map(|_| Verdict::Stalled);
        assert_eq!(verdict, expected, "at its deadline and not before");
        self.listen(verdict);
    }

    fn deliver(&mut self, now: Duration, duration: Duration) {
        let verdict = self.dog.delivered(now, duration);
        assert_ne!(verdict, Some(Verdict::Stalled), "media is no stall");
        self.listen(verdict);
        if let (Some(due), Kind::Video) = (self.dog.deadline(), self.kind) {
            assert_eq!(due, now + self.dog.limit(), "a frame pays all");
        }
    }
}

impl Machine for ToldWatchdog {
    type Input = Tick;

    fn step(&mut self, input: Tick) {
        let before = self.now.saturating_sub(TICK);
        match input {
            Tick::Wait(ticks) => self.now += TICK * ticks,
            Tick::Check => self.check(self.now),
            Tick::CheckBefore => self.check(before),
            Tick::Deliver(duration) => self.deliver(self.now, duration),
            Tick::DeliverBefore(duration) => self.deliver(before, duration),
            Tick::Start => self.dog.started(self.now),
        }
        if let Some(due) = self.dog.deadline() {
            assert!(due <= self.now + self.dog.limit(), "no credit");
        }
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        (self.dog.seen_at(self.now, TICK), self.stalled)
    }
}

#[test]
fn a_watchdog_at_every_time() {
    let interval = Duration::from_millis(20);
    for kind in [Kind::Video, Kind::Audio] {
        let start = ToldWatchdog {
            dog: Watchdog::new(kind, interval, TICK),
            kind,
            now: TICK,
            stalled: false,
        };
        let inputs = [
            Tick::Wait(1),
            Tick::Wait(7),
            Tick::Check,
            Tick::CheckBefore,
            Tick::Deliver(TICK),
            Tick::DeliverBefore(TICK),
            Tick::Deliver(Duration::ZERO),
            Tick::Start,
        ];
        let states = explore([start], &inputs);
        let stalled = states.iter().filter(|s| s.stalled).count();
        // Eight seconds in ticks, stalled and not, before the first frame and after it.
        assert!(states.len() > 4 * 80 - 2 * 30, "{}", states.len());
        assert!(stalled > 2 * 50 && stalled < states.len(), "{stalled}");
        for state in states {
            // From everywhere: enough media ends a stall, and silence makes one.
            let media = [Tick::Deliver(TICK), Tick::Wait(1), Tick::Deliver(TICK)];
            let plays = after(&state, &media);
            assert!(!plays.stalled, "{:?}", state.dog);
            let silent = after(&plays, &[Tick::Wait(5), Tick::Check]);
            assert!(silent.stalled, "{:?}", state.dog);
        }
    }
}

#[test]
fn times_that_no_clock_shows_do_no_harm() {
    let times = [Duration::ZERO, TICK, Duration::MAX / 2, Duration::MAX];
    for kind in [Kind::Video, Kind::Audio] {
        for interval in times {
            for (start, now, duration) in triples(&times) {
                let mut dog = Watchdog::new(kind, interval, start);
                for _ in 0..2 {
                    let _ = (dog.check(now), dog.delivered(now, duration), dog.deadline());
                }
                let mut burst = Burst::begin(start);
                burst.go_on(now);
                assert!(burst.due() >= start);
            }
        }
    }
}

fn triples(times: &[Duration]) -> impl Iterator<Item = (Duration, Duration, Duration)> {
    let pairs = |a: Duration| times.iter().flat_map(move |b| [(a, *b)]);
    let pairs = times.iter().flat_map(move |a| pairs(*a));
    pairs.flat_map(|(a, b)| times.iter().map(move |c| (a, b, *c)))
}

/// A burst and its clock.
#[derive(Clone)]
struct Ringing {
    burst: Burst,
    last: u32,
    now: u32,
}

impl Machine for Ringing {
    /// Whether something changes, or time goes by.
    type Input = bool;

    fn step(&mut self, changes: bool) {
        let due = self.burst.due();
        if due <= TICK * self.now {
            // It is told, and what comes next begins anew.
            return;
        }
        if changes {
            self.burst.go_on(TICK * self.now);
            self.last = self.now;
        } else {
            self.now += 1;
        }
        assert!(self.burst.due() >= due, "nothing brings it forward");
        let quiet = TICK * (self.last + 2);
        assert_eq!(self.burst.due(), quiet.min(TICK * 10), "never later");
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        (self.last, self.now)
    }
}

#[test]
fn a_burst_at_every_time() {
    let start = Ringing {
        burst: Burst::begin(Duration::ZERO),
        last: 0,
        now: 0,
    };
    let states = explore([start], &[true, false]);
    // The last change now, one tick ago, or two, when it is told; a second after the first it is told anyway.
    assert_eq!(states.len(), 10 + 10 + 9);
}

/// The restarts of a device that fails, and when it was last started anew.
#[derive(Clone)]
struct Failing {
    restarts: Restarts,
    started: Option<u32>,
    now: u32,
}

impl Machine for Failing {
    /// Whether it fails, or a second goes by.
    type Input = bool;

    fn step(&mut self, fails: bool) {
        if !fails {
            self.now += 1;
            return;
        }
        let count = self.restarts.count();
        let is_new = self.started.is_none_or(|started| self.now - started >= 10);
        let remedy = self.restarts.failed(Duration::from_secs(self.now.into()));
        let expected = if is_new { Remedy::Restart } else { Remedy::End };
        assert_eq!(remedy, expected, "once in ten seconds");
        assert_eq!(self.restarts.count(), count + u64::from(is_new));
        if is_new {
            self.started = Some(self.now);
        }
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        self.started.map(|started| (self.now - started).min(10))
    }
}

#[test]
fn a_failing_device_at_every_time() {
    let start = Failing {
        restarts: Restarts::default(),
        started: None,
        now: 0,
    };
    let states = explore([start], &[true, false]);
    // Never, each second since, and long ago.
    assert_eq!(states.len(), 1 + 10 + 1);
}

/// Who waits for a device that was lost, on a clock of quarters of a second.
#[derive(Clone)]
struct Waiting {
    recovery: Recovery,
    trying: bool,
    now: u32,
}

impl Waiting {
    fn now(&self) -> Duration {
        Duration::from_millis(250) * self.now
    }
}

impl Machine for Waiting {
    /// `None`: time goes by.
    type Input = Option<RecoveryInput>;

    fn step(&mut self, input: Option<RecoveryInput>) {
        let Some(input) = input else {
            self.now += 1;
            return;
        };
        let (was_lost, was_due) = (self.recovery.is_lost(), self.recovery.due());
        self.recovery.apply(input, self.now());
        let (is_lost, due) = (self.recovery.is_lost(), self.recovery.due());
        match input {
            RecoveryInput::Lost => assert!(is_lost),
            RecoveryInput::Delivered => assert_eq!(is_lost, was_lost && !self.trying),
            _ => assert_eq!(is_lost, was_lost, "only an attempt that delivers ends it"),
        }
        if input == RecoveryInput::News && was_due.is_some() {
            assert!(due.is_some() && due <= was_due, "news put nothing off");
        }
        let longest = self.now() + Duration::from_secs(8);
        assert!(due.is_none_or(|due| due <= longest), "it is tried again");
        self.trying = is_lost && due.is_none();
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        (format!("{:?}", self.recovery), self.trying, self.now)
    }
}

/// Its states have no end, since the pauses are counted: all that three inputs can do, from each of the first.
#[test]
fn a_lost_device_at_every_time() {
    use RecoveryInput::{Attempt, Delivered, Failed, Lost, News};
    let inputs = [Lost, Attempt, Failed, Delivered, News].map(Some);
    // Eight failures are past the longest pause.
    let mut starts = vec![Waiting {
        recovery: Recovery::default(),
        trying: false,
        now: 0,
    }];
    for _ in 0..8 {
        let last = starts.last().expect("there is one").clone();
        starts.push(after(&last, &[Some(Lost), Some(Attempt), Some(Failed)]));
    }
    let mut walks = 0;
    for start in &starts {
        for first in inputs.iter().chain([&None]) {
            for second in inputs.iter().chain([&None]) {
                for third in inputs.iter().chain([&None]) {
                    after(start, &[*first, *second, *third]);
                    walks += 1;
                }
            }
        }
    }
    assert_eq!(walks, starts.len() * 6 * 6 * 6);
}
