//! A source without a device: what a pipeline of the application gives ("VideoTrackGenerator" of
//! MediaStreamTrack Insertable Media Processing, "captureStream()", "MediaStreamAudioDestinationNode").
//!
//! It has no thread and nothing to wait for: whoever pushes hands the frame to the feeds of the readers, by
//! reference, and every question of a track is answered at once. What its frames are is not known before
//! the first: until then its tracks have no settings, and consumers wait.
//!
//! | file | noun |
//! |---|---|
//! | `mod` | the end that is fed |
//! | `place` | a track's place at it |
//! | `seating` | who gets what: constraints and consumers against its frames |
//!
//! Lock: `Shared::state` is a leaf. Nothing of GStreamer is called, and no frame is dropped, while it is held:
//! decisions are made on a copy and put in place unless another was faster.

mod place;
mod seating;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::audience::Audience;
use super::delivery::{length_of_sound, now};
use super::glance::Glances;
use super::modes::Modes;
use super::roster::Roster;
use super::source::Listener;
use super::stamps::Stamps;
use super::{CAT, CaptureError, Copies, ErrorKind, Frame, Tap};
use crate::model::constraints::Kind;
use crate::model::lifecycle::{EndReason, MutedReason, Source, SourceEffect, SourceInput};

pub use place::Place;

struct State {
    life: Source,
    modes: Arc<Modes>,
    /// What is pushed is this.
    frames: Option<gst::Caps>,
    roster: Roster,
    audience: Arc<Audience>,
    /// The picture that is to be seen until the next comes.
    picture: Option<Frame>,
    /// The one that will be when the source is not muted any more.
    unseen: Option<Frame>,
    stamps: Stamps,
    /// Counts what tracks are told of.
    serial: u64,
    /// Counts the changes of `modes` and `roster`.
    version: u64,
    last_id: u64,
}

struct Shared {
    kind: Kind,
    label: String,
    state: Mutex<State>,
    glances: Arc<Glances>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listeners(state: &State) -> Vec<Arc<dyn Listener>> {
        let members = state.roster.members.iter();
        members.map(|member| member.listener.clone()).collect()
    }

    fn hand_out(&self, frame: &Frame, audience: &Audience) {
        audience.offer(Tap::Raw, true, frame, 0);
        self.glances.offer(0, Tap::Raw, true, frame);
    }

    /// Takes an input of the life of the source in; its tracks are told.
    fn live(&self, input: SourceInput) {
        let listeners = {
            let mut state = self.lock();
            let effect: Option<SourceEffect> = state.life.apply(input);
            effect.map(|_| Self::listeners(&state)).unwrap_or_default()
        };
        listeners.iter().for_each(|listener| listener.changed());
    }
}

/// The end that is fed. Any clone of it feeds the same tracks.
#[derive(Clone)]
pub struct Generator(Arc<Shared>);

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Generator({:?}, \"{}\")", self.0.kind, self.0.label)
    }
}

impl Generator {
    /// One of `kind` whose tracks are called `label`. It is muted until [`Self::set_muted`] says otherwise.
    pub fn new(kind: Kind, label: &str) -> Self {
        let mut life = Source::default();
        life.apply(SourceInput::Mute(MutedReason::Stalled, true));
        Self(Arc::new(Shared {
            kind,
            label: label.to_owned(),
            glances: Arc::default(),
            state: Mutex::new(State {
                life,
                modes: Arc::new(Modes::of_frames(label, kind, None)),
                frames: None,
                roster: Roster::default(),
                audience: Arc::default(),
                picture: None,
                unseen: None,
                stamps: Stamps::default(),
                serial: 0,
                version: 0,
                last_id: 0,
            }),
        }))
    }

    /// Audio or video.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What its tracks are called.
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// What is pushed from now on: raw media, fixed. Consumers keep what they have agreed on wherever it can
    /// be made of the new frames; those that waited for the first caps and cannot have theirs fail.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Failed`] when the caps say nothing that a track could be; what was in force stays.
    pub fn set_caps(&self, caps: &gst::Caps) -> Result<(), CaptureError> {
        let shared = &self.0;
        if shared.lock().frames.as_ref() == Some(caps) {
            return Ok(());
        }
        let modes = Modes::of_frames(&shared.label, shared.kind, Some(caps));
        if modes.candidates.is_empty() {
            let kind = match shared.kind {
                Kind::Audio => "sound with a rate and a number of channels",
                Kind::Video => "pictures with a size",
            };
            let detail = format!("{caps} are no raw {kind}: convert before");
            return Err(CaptureError::new(ErrorKind::Failed, &shared.label, detail));
        }
        gst::info!(CAT, "generator \"{}\": {caps}", shared.label);
        seating::seat_all(shared, caps, Arc::new(modes));
        Ok(())
    }

    /// Hands a buffer to all tracks, by reference. Never waits: a reader that is late loses its own frames.
    /// `at` is when it was captured, on the monotonic system clock; if nothing says so, it is now. Of what comes while
    /// the source is muted the last picture is seen afterwards.
    pub fn push(&self, buffer: gst::Buffer, at: Option<gst::ClockTime>) {
        let shared = &self.0;
        let arrived = now();
        let Some(caps) = shared.lock().frames.clone() else {
            return;
        };
        let length = || length_of_sound(&buffer, &caps);
        let duration = buffer.duration().or_else(length);
        let (frame, audience, old) = {
            let mut state = shared.lock();
            if state.life.ended().is_some() {
                return;
            }
            let lasts = duration.unwrap_or_default();
            let stamp = state.stamps.next(shared.kind, at, arrived, lasts);
            let frame = Frame {
                discont: buffer.flags().contains(gst::BufferFlags::DISCONT),
                buffer,
                caps,
                captured: stamp.captured,
                duration,
                copies: Copies::default(),
            };
            if state.life.muted().is_some() {
                let old = match shared.kind {
                    Kind::Video => state.unseen.replace(frame),
                    Kind::Audio => Some(frame),
                };
                drop(state);
                return drop(old);
            }
            let old = match shared.kind {
                Kind::Video => state.picture.replace(frame.clone()),
                Kind::Audio => None,
            };
            (frame, state.audience.clone(), old)
        };
        shared.hand_out(&frame, &audience);
        drop(old);
    }

    /// Whether there is nothing to be had now: the producer is paused, or has nothing at this position.
    /// Pictures stand still meanwhile; of sound there is silence.
    pub fn set_muted(&self, muted: bool) {
        let shared = &self.0;
        shared.live(SourceInput::Mute(MutedReason::Stalled, muted));
        // What was drawn meanwhile.
        let shown = now();
        let (unseen, audience, old) = {
            let mut state = shared.lock();
            if state.life.muted().is_some() {
                return;
            }
            let Some(mut unseen) = state.unseen.take() else {
                return;
            };
            // Its readers were shown the one before until now.
            unseen.captured = unseen.captured.max(shown);
            let old = state.picture.replace(unseen.clone());
            (unseen, state.audience.clone(), old)
        };
        shared.hand_out(&unseen, &audience);
        drop(old);
    }

    /// Whether it is muted.
    pub fn is_muted(&self) -> bool {
        self.0.lock().life.muted().is_some()
    }

    /// No more comes, ever: its tracks end.
    pub fn end(&self, reason: EndReason) {
        self.0.live(SourceInput::End(reason));
    }

    /// A track lives from it.
    pub(crate) fn join(&self, listener: Arc<dyn Listener>) -> (super::Membership, super::Settled) {
        let (place, settled) = Place::join(&self.0, listener);
        (super::Membership::Generator(place), settled)
    }
}
