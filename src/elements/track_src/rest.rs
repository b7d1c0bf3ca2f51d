//! What flows after the end of a track that the application gave, with `on-ended=zero`: one channel of
//! silence where the consumer takes that (as the source nodes of Web Audio have it), else silence or black
//! in the caps in force.
//!
//! There is no device any more: the streaming thread makes it all.

use std::time::{Duration, Instant};

use gst::ClockTime;
use gst::prelude::*;

use crate::caps::MediaType;
use crate::caps::read::is_system_memory;
use crate::capture::Zero;
use crate::media::MediaStreamTrack;
use crate::media::track::{Content, MutedOutput, Output};
use crate::model::constraints::Kind;

/// The grain of silence, as while a track is muted.
const SILENCE: ClockTime = ClockTime::from_mseconds(10);
/// The rate of black where no caps were in force.
const BLACK: ClockTime = ClockTime::from_mseconds(33);

/// What was not sent for so long is not made up for.
const LONGEST: ClockTime = ClockTime::SECOND;

/// Zero information without a device.
pub(super) struct Rest {
    pub track: MediaStreamTrack,
    /// The caps to send it in, the best first; the next where one is refused.
    choices: Vec<gst::Caps>,
    /// What was in force before.
    in_force: Option<gst::Caps>,
    zero: Option<Zero>,
    /// The end of what was sent.
    next: ClockTime,
    interval: ClockTime,
    latency: ClockTime,
    discont: bool,
}

impl Rest {
    /// What follows at `next` on frames of `in_force`, if any came, for a consumer of `accepted`.
    pub fn new(
        track: MediaStreamTrack,
        in_force: Option<gst::Caps>,
        accepted: &gst::Caps,
        next: Option<ClockTime>,
        latency: ClockTime,
    ) -> Self {
        let kind = track.track_kind();
        let choices = choices(kind, in_force.as_ref(), accepted);
        Self {
            interval: interval(kind, choices.first()),
            track,
            choices,
            discont: in_force.is_none(),
            in_force,
            zero: None,
            next: next.unwrap_or_else(now),
            latency,
        }
    }

    /// The consumer takes `accepted` from now on.
    pub fn renegotiate(&mut self, accepted: &gst::Caps) {
        let kind = self.track.track_kind();
        self.choices = choices(kind, self.in_force.as_ref(), accepted);
    }

    /// What it is sent in.
    pub fn caps(&self) -> Option<&gst::Caps> {
        self.choices.first()
    }

    /// The consumer did not accept the caps after all: the next best.
    pub fn leave_out_refused(&mut self) {
        self.choices.drain(..self.choices.len().min(1));
    }

    /// When the next buffer begins.
    pub fn time(&self) -> ClockTime {
        self.next
    }

    /// Goes on from the present, after a time in which nobody read.
    pub fn resume(&mut self) {
        self.next = self.next.max(now().saturating_sub(self.latency));
        self.discont = true;
    }

    /// When the next buffer has to be made: as late as the latency allows.
    pub fn due(&self) -> Instant {
        let due = self.next + self.latency;
        Instant::now() + Duration::from(due.saturating_sub(now()))
    }

    /// The next buffer or gap. Not for `MutedOutput::None`: then it is not asked.
    pub fn fill(&mut self, muted: MutedOutput) -> Output {
        if self.next + LONGEST < now() {
            self.resume();
        }
        let (at, duration) = (self.next, self.interval);
        self.next += duration;
        let caps = self.caps().cloned().filter(|_| muted == MutedOutput::Zero);
        let made = caps.and_then(|caps| Some((self.zero(&caps)?.buffer(duration)?, caps)));
        let Some((buffer, caps)) = made else {
            return Output::Gap { at, duration };
        };
        Output::Buffer {
            content: Content::Zero(buffer),
            caps,
            at,
            duration,
            discont: std::mem::take(&mut self.discont),
        }
    }

    fn zero(&mut self, caps: &gst::Caps) -> Option<&Zero> {
        if self.zero.as_ref().is_none_or(|zero| zero.caps() != caps) {
            self.zero = Some(Zero::new(caps));
        }
        self.zero.as_ref()
    }
}

fn now() -> ClockTime {
    gst::SystemClock::obtain().time()
}

fn interval(kind: Kind, caps: Option<&gst::Caps>) -> ClockTime {
    if kind == Kind::Audio {
        return SILENCE;
    }
    let rate = caps
        .and_then(|caps| caps.structure(0))
        .and_then(|structure| structure.get::<gst::Fraction>("framerate").ok())
        .filter(|rate| rate.numer() > 0);
    let interval = rate.and_then(|rate| {
        let (numer, denom) = (u64::try_from(rate.numer()), u64::try_from(rate.denom()));
        ClockTime::SECOND.mul_div_floor(denom.ok()?, numer.ok()?)
    });
    interval.filter(|apart| !apart.is_zero()).unwrap_or(BLACK)
}

/// One channel of what was in force, that itself, and whatever the consumer takes.
fn choices(kind: Kind, in_force: Option<&gst::Caps>, accepted: &gst::Caps) -> Vec<gst::Caps> {
    let template = super::caps(kind);
    let takes = accepted.intersect_with_mode(&template, gst::CapsIntersectMode::First);
    let mut choices = Vec::new();
    if kind == Kind::Audio {
        choices.extend(in_force.map(one_channel));
    }
    choices.extend(in_force.cloned());
    choices.retain(|caps| takes.can_intersect(caps));
    // Nothing else can be made here.
    let raw = takes.iter_with_features().find(|(structure, features)| {
        MediaType::from_structure(structure).is_raw() && is_system_memory(features)
    });
    choices.extend(raw.map(|(structure, _)| fixed(kind, structure.to_owned())));
    choices.dedup();
    choices
}

fn one_channel(caps: &gst::Caps) -> gst::Caps {
    let mut caps = caps.clone();
    for structure in caps.make_mut().iter_mut() {
        structure.remove_field("channel-mask");
        structure.set("channels", 1i32);
    }
    caps
}

/// Of what the consumer takes, what is nearest to the usual.
fn fixed(kind: Kind, mut structure: gst::Structure) -> gst::Caps {
    match kind {
        Kind::Audio => sound(&mut structure),
        Kind::Video => picture(&mut structure),
    }
    structure.fixate();
    gst::Caps::from(structure)
}

fn sound(structure: &mut gst::StructureRef) {
    prefer(structure, "format", gst_audio::AUDIO_FORMAT_F32.to_str());
    nearest(structure, "rate", 48_000);
    nearest(structure, "channels", 1);
    let channels = structure.get::<i32>("channels").unwrap_or(1);
    if channels > 2 && !structure.has_field("channel-mask") {
        let mask = u32::try_from(channels).unwrap_or_default();
        let mask = gst_audio::AudioChannelPosition::fallback_mask(mask);
        structure.set("channel-mask", gst::Bitmask::new(mask));
    }
}

fn picture(structure: &mut gst::StructureRef) {
    prefer(structure, "format", "I420");
    nearest(structure, "width", 640);
    nearest(structure, "height", 480);
    if structure.has_field("framerate") {
        structure.fixate_field_nearest_fraction("framerate", gst::Fraction::new(30, 1));
    } else {
        structure.set("framerate", gst::Fraction::new(30, 1));
    }
    prefer(structure, "interlace-mode", "progressive");
    if structure.has_field("pixel-aspect-ratio") {
        structure.fixate_field_nearest_fraction("pixel-aspect-ratio", gst::Fraction::new(1, 1));
    } else {
        structure.set("pixel-aspect-ratio", gst::Fraction::new(1, 1));
    }
}

fn nearest(structure: &mut gst::StructureRef, name: &str, to: i32) {
    if structure.has_field(name) {
        structure.fixate_field_nearest_int(name, to);
    } else {
        structure.set(name, to);
    }
}

fn prefer(structure: &mut gst::StructureRef, name: &str, text: &str) {
    if structure.has_field(name) {
        structure.fixate_field_str(name, text);
    } else {
        structure.set(name, text);
    }
}
