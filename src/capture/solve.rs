//! Which native mode serves everybody: the joint choice over all tracks and consumers of one
//! device.

use std::sync::Arc;

use super::modes::Modes;
use super::processing::{self, Processing};
use super::{CAT, CaptureError, ErrorKind, OpenError, Tap, Target};
use crate::caps::MediaType;
use crate::model::constraints::{
    Alternative, Defaults, NativePoint, Property, Request, Settings, TrackConstraints,
    select_joint_from,
};

/// What one track, or one consumer of one track, asks for.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The constraints of the track.
    pub constraints: Arc<TrackConstraints>,
    /// The caps of the consumer; `None`: nobody reads.
    pub consumer: Option<gst::Caps>,
    /// Those caps taken apart, and against the modes of the device. Index by index.
    branches: Vec<gst::Caps>,
    alternatives: Vec<Alternative>,
    /// The consumer's rate and channels are made for it, whatever the device gives.
    resampled: bool,
}

impl Wish {
    /// A wish against the modes of a device.
    pub fn new(
        modes: &Modes,
        constraints: Arc<TrackConstraints>,
        consumer: Option<gst::Caps>,
    ) -> Self {
        let any = gst::Caps::new_any();
        let (branches, alternatives) = modes.alternatives(consumer.as_ref().unwrap_or(&any));
        Self {
            branches,
            alternatives,
            constraints,
            consumer,
            resampled: false,
        }
    }

    /// The same of a consumer whose rate and channels are no constraints.
    pub fn resampled(mut self) -> Self {
        for alternative in &mut self.alternatives {
            alternative.required.remove(Property::SampleRate);
            alternative.required.remove(Property::ChannelCount);
        }
        self.resampled = true;
        self
    }

    /// The same wish against other modes of the same device.
    pub fn against(&self, modes: &Modes) -> Self {
        let wish = Self::new(modes, self.constraints.clone(), self.consumer.clone());
        match self.resampled {
            true => wish.resampled(),
            false => wish,
        }
    }

    /// The same wish of a track whose constraints changed.
    pub fn with_constraints(&self, constraints: Arc<TrackConstraints>) -> Self {
        Self {
            constraints,
            ..self.clone()
        }
    }

    /// What the consumer's feed is to deliver, when alternative `met` of its caps was chosen.
    fn target(&self, met: Option<usize>, settings: &Settings) -> Target {
        let branch = met.and_then(|met| self.branches.get(met));
        let downstream = branch
            .and_then(|caps| caps.structure(0))
            .map(|s| s.to_owned());
        let coded = downstream
            .as_ref()
            .is_some_and(|s| !MediaType::from_structure(s).is_raw());
        Target {
            settings: settings.clone(),
            downstream,
            tap: if coded { Tap::Coded } else { Tap::Raw },
        }
    }

    fn request(&self) -> Request<'_> {
        Request {
            constraints: &self.constraints,
            alternatives: &self.alternatives,
        }
    }
}

/// A native mode, and what every wish gets from it, in the order of the wishes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    /// Index of the mode.
    pub candidate: usize,
    /// What the device is set to.
    pub native: NativePoint,
    /// What each wish gets.
    pub outcomes: Vec<Outcome>,
}

/// What one wish gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    /// The track whose wish it was.
    pub member: u64,
    /// The consumer of that track, if it was one's.
    pub reader: Option<u64>,
    /// The settings of the track as this consumer sees it.
    pub settings: Settings,
    /// The same for its feed.
    pub target: Target,
}

impl Choice {
    /// Whether the device keeps its mode from `other` to this choice.
    pub fn same_native(&self, other: &Self) -> bool {
        self.candidate == other.candidate
            && self.native == other.native
            && self.latency() == other.latency()
            && self.processing() == other.processing()
    }

    /// What is done to the sound, the same for all tracks.
    pub fn processing(&self) -> Processing {
        let first = self.outcomes.first();
        first.map_or_else(Processing::default, |o| Processing::of(&o.settings))
    }

    /// Whether anybody wants raw media: where nobody does, nothing is decoded.
    pub fn needs_raw(&self) -> bool {
        self.outcomes
            .iter()
            .any(|outcome| outcome.target.tap == Tap::Raw)
    }

    /// The shortest latency that a track of sound has, in seconds: the device's period.
    pub fn latency(&self) -> Option<f64> {
        let of_each = self
            .outcomes
            .iter()
            .filter_map(|o| o.settings.number(Property::Latency));
        of_each.reduce(f64::min)
    }
}

/// Solves for all wishes together, incumbents first. Each comes with the track and the consumer
/// that it belongs to: who of them leaves before the device has taken the choice takes nothing else
/// along. `current` is what the device is set to.
///
/// # Errors
///
/// The reason why the first wish that cannot be served cannot.
pub(super) fn solve(
    modes: &Modes,
    wishes: &[(u64, Option<u64>, Wish)],
    current: Option<&Choice>,
) -> Result<Choice, OpenError> {
    if modes.candidates.is_empty() {
        let detail = if modes.device.nodes.is_empty() {
            "it is listed, but nothing offers to open it"
        } else {
            "it offers no format that can be used; gst-device-monitor-1.0 shows what it has"
        };
        let label = &modes.device.label;
        return Err(CaptureError::new(ErrorKind::Failed, label, detail).into());
    }
    let requests: Vec<Request<'_>> = wishes.iter().map(|(.., wish)| wish.request()).collect();
    // With somebody else to interrupt, the mode it is in is as good as any equal one.
    let current = current.filter(|_| wishes.len() > 1);
    let shared = wishes.windows(2).any(|pair| pair[0].0 != pair[1].0);
    let processed = current
        .map(Choice::processing)
        .filter(|processing| shared && !processing.is_off())
        .map(|processing| processing.kept(&modes.candidates));
    let candidates = processed.as_ref().unwrap_or(&modes.candidates);
    let current = current.map(|c| (c.candidate, c.native));
    let joint = select_joint_from(candidates, &requests, &Defaults::default(), current)
        .map_err(|(_, error)| OpenError::Overconstrained(processing::explain(error)))?;
    let outcomes = wishes
        .iter()
        .zip(joint.tracks)
        .map(|((member, reader, wish), track)| Outcome {
            member: *member,
            reader: *reader,
            target: wish.target(track.alternative, &track.settings),
            settings: track.settings,
        })
        .collect();
    gst::info!(CAT, "\"{}\": {}", modes.device.label, joint.report);
    Ok(Choice {
        candidate: joint.candidate,
        native: joint.native,
        outcomes,
    })
}
