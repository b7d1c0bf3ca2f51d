//! What a consumer gets while nothing of its track comes: black or silence, or the picture that is there.

use std::time::{Duration, Instant};

use gst::ClockTime;

use super::MediaStreamTrackState;
use super::consumer::{Consumer, MutedOutput, now};
use super::output::{Content, Output};
use super::pace::{Place, SILENCE};
use crate::capture::{Frame, Zero};
use crate::model::constraints::Kind;

/// Sound that stops for so long is silence from then on.
const HUSH: ClockTime = ClockTime::from_mseconds(500);

fn instant(time: ClockTime) -> Instant {
    Instant::now() + Duration::from(time.saturating_sub(now()))
}

impl Consumer {
    /// When a buffer has to be made here because none came: as late as the latency allows.
    pub(super) fn due(&self) -> Instant {
        instant(self.pace.next.saturating_add(self.latency()))
    }

    /// Until when is waited for what comes next of a track that is live: a picture may have been put off, and sound
    /// that stops is silence.
    pub(super) fn patience(&self, muted: MutedOutput) -> Option<Instant> {
        // Before anything came nobody knows what silence is.
        let can_be = self.frames.is_some() && muted != MutedOutput::None;
        let silent = can_be && self.is_generated(Kind::Audio);
        let silence = silent.then(|| self.pace.next.saturating_add(HUSH));
        self.standing.due().or(silence).map(instant)
    }

    /// A producer said how long its last buffer lasts; it is seen and heard for as long as the track is live.
    pub(super) fn look(&mut self, live: bool) {
        if self.standing.ceases(live) && self.is_generated(Kind::Video) {
            // In time to be sent at once.
            self.pace.cut(now().saturating_sub(self.latency()));
        }
    }

    /// Silence up to now, where sound has stopped.
    pub(super) fn bridge(&mut self, muted: MutedOutput) -> Option<Output> {
        let missing = now().saturating_sub(self.pace.next);
        if !self.is_generated(Kind::Audio) || missing < HUSH {
            return None;
        }
        self.frames.as_ref()?;
        let place = self.pace.filler(missing);
        Some(self.nothing(place, muted))
    }

    /// Whether a picture is shown while the track is muted: that of a source which keeps one ("keeps showing
    /// the last frame" of Media Capture from DOM Elements).
    pub(super) fn stands_still(&self, muted: MutedOutput) -> bool {
        let track = &self.track;
        self.is_generated(Kind::Video)
            && muted == MutedOutput::Zero
            && track.enabled()
            && track.ready_state() == MediaStreamTrackState::Live
    }

    /// The picture that is there already, for a reader who has not seen it, or was shown black in its place.
    pub(super) fn catch_up(&mut self, live: bool) -> Option<Output> {
        if !self.standing.is_owed(live, now()) {
            return None;
        }
        let Some(mut picture) = self.connection.membership().picture() else {
            // Of other frames, which are gone.
            self.standing.forget_due();
            return None;
        };
        self.standing.catch_up(&picture);
        picture.captured = now();
        self.send(picture).1
    }

    /// A frame that must not be seen: zero information in its place, at its time.
    pub(super) fn replace(&mut self, frame: &Frame, muted: MutedOutput) -> Option<Output> {
        if muted == MutedOutput::None {
            return None;
        }
        self.expect(&frame.caps);
        // Seen when it may be, unless there is a newer one by then.
        self.standing.owe_later();
        let kind = self.track.track_kind();
        if kind == Kind::Video && self.pace.is_surplus(frame.captured, frame.duration) {
            return None;
        }
        // A picture lasts as long as the track's rate says, not as long as the device's.
        let duration = match kind {
            Kind::Video => Some(self.pace.interval),
            Kind::Audio => frame.duration,
        };
        let place = match kind {
            Kind::Video => self.place(frame.captured, duration)?,
            Kind::Audio => self
                .pace
                .silence(frame.captured, duration.unwrap_or(SILENCE))?,
        };
        Some(self.nothing(place, muted))
    }

    /// Zero information because nothing comes.
    pub(super) fn fill(&mut self, muted: MutedOutput) -> Option<Output> {
        let place = self.pace.filler(self.pace.interval);
        self.frames.as_ref()?;
        Some(self.nothing(place, muted))
    }

    pub(super) fn nothing(&mut self, place: Place, muted: MutedOutput) -> Output {
        let duration = self.pace.next - place.at;
        let stands_still = self.stands_still(muted);
        let content = match (&self.frames, muted) {
            (Some((_, caps)), _)
                if stands_still && let Some(picture) = self.standing.picture(caps) =>
            {
                Some((Content::Media(picture.clone()), caps.clone()))
            }
            (Some((_, caps)), MutedOutput::Zero) => {
                let caps = caps.clone();
                self.standing.owe();
                if self.zero.as_ref().is_none_or(|zero| *zero.caps() != caps) {
                    self.zero = Some(Zero::new(&caps));
                }
                self.zero
                    .as_ref()
                    .and_then(|z| z.buffer(duration))
                    .map(|black| (Content::Zero(black), caps))
            }
            _ => None,
        };
        match content {
            Some((content, caps)) => Output::Buffer {
                content,
                caps,
                at: place.at,
                duration,
                discont: std::mem::take(&mut self.discont) || place.discont,
            },
            None => Output::Gap {
                at: place.at,
                duration,
            },
        }
    }
}
