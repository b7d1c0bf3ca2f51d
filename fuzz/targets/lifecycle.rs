//! Anything that can happen to a source and its tracks, in any order and at any time.
//!
//! `src/model/lifecycle/explored` goes through every state; here sequences are long and clocks jump.

#![no_main]

use std::time::Duration;

use arbitrary::Arbitrary;
use gstmediastream::model::constraints::Kind;
use gstmediastream::model::lifecycle::{
    Burst, EndReason, Flow, MutedReason, ReadyState, Remedy, Restarts, Source, SourceEffect,
    SourceInput, Track, TrackEvent, TrackInput, Verdict, Watchdog,
};
use libfuzzer_sys::fuzz_target;

const MUTED: [MutedReason; 5] = [
    MutedReason::Privacy,
    MutedReason::System,
    MutedReason::Photo,
    MutedReason::Released,
    MutedReason::Stalled,
];
const ENDS: [EndReason; 4] = [
    EndReason::Unplugged,
    EndReason::Failed,
    EndReason::Exhausted,
    EndReason::Revoked,
];

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Step {
    Mute { reason: u8, holds: bool },
    End { reason: u8 },
    Enable { track: u8, enabled: bool },
    Stop { track: u8 },
    TearDown { track: u8 },
    Configured { track: u8 },
    Clone { track: u8 },
    Start { now: u64 },
    Deliver { now: u64, duration: u64 },
    Check { now: u64 },
    Fail { now: u64 },
    Change { now: u64 },
}

#[derive(Arbitrary, Debug)]
struct Life {
    video: bool,
    interval: u64,
    now: u64,
    steps: Vec<Step>,
}

/// A track and what its events said.
struct Told {
    track: Track,
    muted: bool,
    ended: bool,
}

impl Told {
    fn new(track: Track) -> Self {
        let muted = track.muted().is_some();
        Self {
            track,
            muted,
            ended: false,
        }
    }

    fn apply(&mut self, input: TrackInput) {
        let was = self.track.ready_state();
        let event = self.track.apply(input);
        if was == ReadyState::Ended {
            assert_eq!(event, None, "nothing follows the end");
            assert_eq!(self.track.ready_state(), ReadyState::Ended);
            assert_eq!(self.track.flow(), Flow::Nothing);
        }
        match event {
            Some(TrackEvent::Mute(_)) => assert!(!std::mem::replace(&mut self.muted, true)),
            Some(TrackEvent::Unmute) => assert!(std::mem::replace(&mut self.muted, false)),
            Some(TrackEvent::Ended(_)) => assert!(!std::mem::replace(&mut self.ended, true)),
            Some(TrackEvent::ConfigurationChange) => assert!(!self.muted),
            None => {}
        }
    }
}

struct World {
    source: Source,
    tracks: Vec<Told>,
    dog: Watchdog,
    stalled: bool,
    restarts: Restarts,
    burst: Burst,
    begin: Duration,
}

impl World {
    fn step(&mut self, step: Step) {
        match step {
            Step::Mute { reason, holds } => {
                self.source(SourceInput::Mute(of(&MUTED, reason), holds));
            }
            Step::End { reason } => self.source(SourceInput::End(of(&ENDS, reason))),
            Step::Enable { track, enabled } => self.track(track, TrackInput::SetEnabled(enabled)),
            Step::Stop { track } => self.track(track, TrackInput::Stop),
            Step::TearDown { track } => self.track(track, TrackInput::TearDown),
            Step::Configured { track } => self.track(track, TrackInput::Configured),
            Step::Clone { track } => {
                let at = usize::from(track) % self.tracks.len();
                if self.tracks.len() < 16 {
                    let clone = self.tracks[at].track.clone_for(self.source.muted());
                    self.tracks.push(Told::new(clone));
                }
            }
            Step::Start { now } => self.dog.started(ns(now)),
            Step::Deliver { now, duration } => {
                let verdict = self.dog.delivered(ns(now), ns(duration));
                self.verdict(verdict);
            }
            Step::Check { now } => {
                let verdict = self.dog.check(ns(now));
                self.verdict(verdict);
            }
            Step::Fail { now } => {
                let count = self.restarts.count();
                let restarts = self.restarts.failed(ns(now)) == Remedy::Restart;
                assert_eq!(self.restarts.count(), count + u64::from(restarts));
            }
            Step::Change { now } => {
                let due = self.burst.due();
                self.burst.go_on(ns(now));
                assert!(self.burst.due() >= due, "nothing brings it forward");
                let latest = self.begin.saturating_add(Duration::from_secs(1));
                assert!(
                    self.burst.due() <= latest,
                    "and nothing puts it off for ever"
                );
            }
        }
    }

    fn source(&mut self, input: SourceInput) {
        let ended = self.source.ended();
        let told = match self.source.apply(input) {
            Some(_) if ended.is_some() => panic!("nothing follows the end"),
            Some(SourceEffect::Muted(reason)) => TrackInput::SetMuted(Some(reason)),
            Some(SourceEffect::Unmuted) => TrackInput::SetMuted(None),
            Some(SourceEffect::Ended(reason)) => TrackInput::SourceEnded(reason),
            None => return,
        };
        self.tracks.iter_mut().for_each(|track| track.apply(told));
        for told in &self.tracks {
            if told.track.ready_state() == ReadyState::Live {
                assert_eq!(self.source.ended(), None);
                assert_eq!(told.track.muted(), self.source.muted());
            }
        }
    }

    fn track(&mut self, track: u8, input: TrackInput) {
        let at = usize::from(track) % self.tracks.len();
        self.tracks[at].apply(input);
    }

    fn verdict(&mut self, verdict: Option<Verdict>) {
        match verdict {
            Some(Verdict::Stalled) => assert!(!std::mem::replace(&mut self.stalled, true)),
            Some(Verdict::Recovered) => assert!(std::mem::replace(&mut self.stalled, false)),
            None => {}
        }
        assert_eq!(self.dog.is_stalled(), self.stalled);
        assert_eq!(self.dog.deadline().is_none(), self.stalled);
    }
}

fn of<T: Copy>(all: &[T], number: u8) -> T {
    all[usize::from(number) % all.len()]
}

fn ns(time: u64) -> Duration {
    Duration::from_nanos(time)
}

fuzz_target!(|life: Life| {
    let kind = if life.video { Kind::Video } else { Kind::Audio };
    let now = ns(life.now);
    let mut world = World {
        source: Source::default(),
        tracks: vec![Told::new(Track::new(None))],
        dog: Watchdog::new(kind, ns(life.interval), now),
        stalled: false,
        restarts: Restarts::default(),
        burst: Burst::begin(now),
        begin: now,
    };
    life.steps.iter().for_each(|step| world.step(*step));
});
