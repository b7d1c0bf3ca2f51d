//! Sources, tracks, and both together.

use std::collections::BTreeSet;

use super::super::MutedReason::{Photo, Privacy, Released, Stalled, System};
use super::super::*;
use super::{Machine, explore};

const MUTED: [MutedReason; 5] = [Privacy, System, Photo, Released, Stalled];
const ENDS: [EndReason; 4] = [
    EndReason::Unplugged,
    EndReason::Failed,
    EndReason::Exhausted,
    EndReason::Revoked,
];

fn source_inputs(muted: &[MutedReason], ends: &[EndReason]) -> Vec<SourceInput> {
    let muted = muted.iter().copied();
    let mutes = muted.flat_map(|r| [SourceInput::Mute(r, true), SourceInput::Mute(r, false)]);
    mutes
        .chain(ends.iter().copied().map(SourceInput::End))
        .collect()
}

/// A source, the reasons that hold, and what it has told.
#[derive(Clone, Default)]
struct ToldSource {
    source: Source,
    held: BTreeSet<MutedReason>,
    muted: Option<MutedReason>,
    ended: Option<EndReason>,
}

impl Machine for ToldSource {
    type Input = SourceInput;

    fn step(&mut self, input: SourceInput) {
        let effect = self.source.apply(input);
        if self.ended.is_some() {
            assert_eq!(effect, None, "nothing follows the end");
            assert_eq!(self.source.ended(), self.ended);
            return;
        }
        match input {
            SourceInput::Mute(reason, true) => drop(self.held.insert(reason)),
            SourceInput::Mute(reason, false) => drop(self.held.remove(&reason)),
            SourceInput::End(reason) => self.ended = Some(reason),
        }
        match effect {
            Some(SourceEffect::Muted(reason)) => {
                assert_ne!(self.muted, Some(reason), "told twice");
                self.muted = Some(reason);
            }
            Some(SourceEffect::Unmuted) => assert!(self.muted.take().is_some(), "told twice"),
            Some(SourceEffect::Ended(reason)) => assert_eq!(Some(reason), self.ended),
            None => assert!(!matches!(input, SourceInput::End(_)), "an end is told"),
        }
        assert_eq!(self.source.ended(), self.ended);
        assert_eq!(self.source.muted(), self.held.first().copied());
        assert_eq!(self.muted, self.source.muted(), "what was told is true");
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        format!("{:?}", self.source)
    }
}

#[test]
fn a_source_in_every_state() {
    let states = explore([ToldSource::default()], &source_inputs(&MUTED, &ENDS));
    // The reasons in every order in which they may have begun: 1 + 5 + 20 + 60 + 120 + 120; live, or ended.
    assert_eq!(states.len(), 326 * (1 + ENDS.len()));
}

/// A track and what it has told.
#[derive(Clone)]
struct ToldTrack {
    track: Track,
    muted: bool,
    ended: bool,
}

impl ToldTrack {
    fn new(muted: Option<MutedReason>) -> Self {
        Self {
            track: Track::new(muted),
            muted: muted.is_some(),
            ended: false,
        }
    }

    fn listen(&mut self, input: TrackInput, event: Option<TrackEvent>) {
        match event {
            Some(TrackEvent::Mute(reason)) => {
                assert_eq!(input, TrackInput::SetMuted(Some(reason)));
                assert!(!std::mem::replace(&mut self.muted, true), "mute twice");
            }
            Some(TrackEvent::Unmute) => {
                assert!(
                    std::mem::replace(&mut self.muted, false),
                    "unmute without mute"
                )
            }
            Some(TrackEvent::Ended(reason)) => {
                assert_eq!(input, TrackInput::SourceEnded(reason));
                assert!(!std::mem::replace(&mut self.ended, true), "ended twice");
            }
            Some(TrackEvent::ConfigurationChange) => assert!(!self.muted, "#195"),
            None => {}
        }
    }
}

impl Machine for ToldTrack {
    type Input = TrackInput;

    fn step(&mut self, input: TrackInput) {
        let before = self.track.clone();
        let event = self.track.apply(input);
        self.listen(input, event);
        let track = &self.track;
        if before.ready_state() == ReadyState::Ended {
            assert_eq!(event, None, "nothing follows the end, {input:?}");
            assert_eq!(track.ready_state(), ReadyState::Ended, "#39");
            assert_eq!(track.lost(), before.lost());
        } else {
            let ends = matches!(
                input,
                TrackInput::Stop | TrackInput::TearDown | TrackInput::SourceEnded(_)
            );
            assert_eq!(track.ready_state() == ReadyState::Ended, ends);
            assert_eq!(track.muted().is_some(), self.muted, "what was told is true");
        }
        assert_eq!(track.lost().is_some(), self.ended, "a stop is no loss");
        let enabled = match input {
            TrackInput::SetEnabled(enabled) => enabled,
            _ => before.enabled(),
        };
        assert_eq!(track.enabled(), enabled);
        let flow = match (track.ready_state(), enabled && track.muted().is_none()) {
            (ReadyState::Ended, _) => Flow::Nothing,
            (ReadyState::Live, true) => Flow::Live,
            (ReadyState::Live, false) => Flow::Zero,
        };
        assert_eq!(track.flow(), flow);
        let clone = track.clone_for(Some(Stalled));
        assert_eq!(
            (clone.enabled(), clone.ready_state(), clone.muted()),
            (enabled, track.ready_state(), Some(Stalled))
        );
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        format!("{:?}", self.track)
    }
}

#[test]
fn a_track_in_every_state() {
    let reasons = || MUTED.into_iter().map(Some).chain([None]);
    let mut inputs = vec![
        TrackInput::SetEnabled(true),
        TrackInput::SetEnabled(false),
        TrackInput::Stop,
        TrackInput::TearDown,
        TrackInput::Configured,
    ];
    inputs.extend(reasons().map(TrackInput::SetMuted));
    inputs.extend(ENDS.map(TrackInput::SourceEnded));
    let states = explore(reasons().map(ToldTrack::new), &inputs);
    // Enabled or not, muted for five reasons or not; live, stopped, or lost for four reasons.
    assert_eq!(states.len(), 2 * 6 * (1 + 1 + ENDS.len()));
}

#[derive(Clone, Copy, Debug)]
enum Happens {
    ToSource(SourceInput),
    ToTrack(usize, TrackInput),
}

/// A source and two tracks of it, each told what the source says.
#[derive(Clone)]
struct Shared {
    source: ToldSource,
    tracks: [ToldTrack; 2],
}

impl Machine for Shared {
    type Input = Happens;

    fn step(&mut self, input: Happens) {
        match input {
            Happens::ToTrack(which, input) => self.tracks[which].step(input),
            Happens::ToSource(input) => {
                let effect = self.source.source.clone().apply(input);
                self.source.step(input);
                let told = match effect {
                    Some(SourceEffect::Muted(reason)) => TrackInput::SetMuted(Some(reason)),
                    Some(SourceEffect::Unmuted) => TrackInput::SetMuted(None),
                    Some(SourceEffect::Ended(reason)) => TrackInput::SourceEnded(reason),
                    None => return,
                };
                self.tracks.iter_mut().for_each(|track| track.step(told));
            }
        }
        for track in self.tracks.iter().map(|told| &told.track) {
            if track.ready_state() == ReadyState::Live {
                assert_eq!(self.source.source.ended(), None);
                assert_eq!(track.muted(), self.source.source.muted());
            } else {
                let lost = track.lost().is_none_or(|r| self.source.ended == Some(r));
                assert!(lost, "for the reason of the source");
            }
        }
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        let tracks = self.tracks.each_ref().map(|told| told.key());
        (self.source.key(), tracks)
    }
}

#[test]
fn two_tracks_of_one_source_in_every_state() {
    let ends = &ENDS[..2];
    let mut inputs: Vec<_> = source_inputs(&[Privacy, Stalled], ends)
        .into_iter()
        .map(Happens::ToSource)
        .collect();
    for which in [0, 1] {
        let of = |input| Happens::ToTrack(which, input);
        inputs.push(of(TrackInput::Stop));
        inputs.extend([true, false].map(|on| of(TrackInput::SetEnabled(on))));
    }
    let start = Shared {
        source: ToldSource::default(),
        tracks: [ToldTrack::new(None), ToldTrack::new(None)],
    };
    let states = explore([start], &inputs);
    let both_live = states.iter().filter(|state| {
        let live = |told: &ToldTrack| told.track.ready_state() == ReadyState::Live;
        state.tracks.iter().all(live)
    });
    // No reason, each of two alone, both in either order; each track enabled or not.
    assert_eq!(both_live.count(), 5 * 2 * 2);
    let lost = states.iter().filter(|s| s.tracks.iter().all(|t| t.ended));
    assert_eq!(lost.count(), 5 * 2 * 2 * ends.len());
}
