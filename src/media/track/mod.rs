//! `GstMediaStreamTrack`: one track of a camera, a microphone, or a pipeline of the application (Media
//! Capture and Streams, `MediaStreamTrack`).
//!
//! Every rule of its life is in `model::lifecycle::track`; here are the GObject, its events and its
//! connection to the source.
//!
//! Locks: `imp::MediaStreamTrack::state` is a leaf. Nothing of GStreamer or GLib is called, and no
//! membership of a device is dropped, while it is held.

mod actions;
mod canvas;
mod configuration;
mod consumer;
mod filling;
mod hint;
mod imp;
mod keeper;
mod output;
mod pace;
mod spacing;
mod standing;
mod statistics;
mod still;
mod subclass;

use std::sync::Arc;
use std::time::{Duration, Instant};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

pub(super) use keeper::of_kind as live_tracks;

use imp::Identity;

pub use canvas::{CanvasCaptureMediaStreamTrack, RequestFrame};
pub use consumer::{Consumer, ConsumerError, MutedOutput, News};
pub use output::{Content, Output};
pub use still::StillError;

use crate::capture::{self, CaptureError, Generator, Modes, OpenError, Settled, Tally};
use crate::devices::Device;
use crate::media::dispatcher::dispatch;
use crate::media::lens::Lens;
use crate::model::constraints::{Capabilities, Kind, Settings, TrackConstraints};
use crate::model::lifecycle::{self, EndReason, Flow, SourceEffect, TrackEvent, TrackInput};

glib::wrapper! {
    /// One track of a camera, a microphone, or a pipeline of the application.
    ///
    /// Properties `id`, `kind`, `label`, `enabled`, `muted`, `muted-reason`, `ready-state`,
    /// `content-hint`, `device`, `relinquish`, `stats`; actions `stop`, `clone`, `get-capabilities`,
    /// `get-settings`, `get-constraints`, `apply-constraints`, `reset-latency`, `grab-frame`,
    /// `take-photo`, `get-photo-capabilities`, `get-photo-settings`; signals `mute`,
    /// `unmute`, `ended`, `configurationchange`.
    ///
    /// A live track that somebody listens to stays alive without further references: `stop()` ends it.
    pub struct MediaStreamTrack(ObjectSubclass<imp::MediaStreamTrack>) @extends gst::Object;
}

/// `MediaStreamTrackState`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, glib::Enum)]
#[enum_type(name = "GstMediaStreamTrackState")]
pub enum MediaStreamTrackState {
    /// The source makes a best effort to deliver.
    #[default]
    #[enum_value(name = "Live", nick = "live")]
    Live,
    /// The source delivers no more and never will for this track.
    #[enum_value(name = "Ended", nick = "ended")]
    Ended,
}

/// Why a track is muted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, glib::Enum)]
#[enum_type(name = "GstMediaStreamTrackMutedReason")]
pub enum MediaStreamTrackMutedReason {
    /// It is not.
    #[default]
    #[enum_value(name = "Not muted", nick = "none")]
    None,
    /// The device delivers nothing and says nothing.
    #[enum_value(name = "The device delivers nothing", nick = "stalled")]
    Stalled,
    /// The operating system or its mixer.
    #[enum_value(name = "Muted by the system", nick = "system")]
    System,
    /// A privacy shutter or key of the device.
    #[enum_value(name = "Muted by a privacy switch", nick = "privacy")]
    Privacy,
    /// The device was given back because no track needs it.
    #[enum_value(name = "The device is released", nick = "released")]
    Released,
}

impl From<Option<lifecycle::MutedReason>> for MediaStreamTrackMutedReason {
    fn from(reason: Option<lifecycle::MutedReason>) -> Self {
        use lifecycle::MutedReason;
        match reason {
            None => Self::None,
            Some(MutedReason::Stalled) => Self::Stalled,
            Some(MutedReason::System | MutedReason::Photo) => Self::System,
            Some(MutedReason::Privacy) => Self::Privacy,
            Some(MutedReason::Released) => Self::Released,
        }
    }
}

/// The signals of its events.
const EVENTS: [&str; 4] = ["mute", "unmute", "ended", "configurationchange"];

/// The value of the attribute `kind`.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Audio => "audio",
        Kind::Video => "video",
    }
}

/// Tells a track, on the dispatcher, what happens to its source.
struct SourceListener {
    track: glib::WeakRef<MediaStreamTrack>,
    tally: Option<Arc<Tally>>,
}

impl SourceListener {
    fn new(track: &MediaStreamTrack) -> Arc<Self> {
        Arc::new(Self {
            track: track.downgrade(),
            tally: track.imp().tally().cloned(),
        })
    }
}

impl capture::Listener for SourceListener {
    fn source(&self, effect: SourceEffect) {
        let input = match effect {
            SourceEffect::Muted(reason) => TrackInput::SetMuted(Some(reason)),
            SourceEffect::Unmuted => TrackInput::SetMuted(None),
            SourceEffect::Ended(reason) => TrackInput::SourceEnded(reason),
        };
        let track = self.track.clone();
        // "Queue a task" of the specification: `stop()` before it runs makes it a no-op.
        dispatch(move || {
            if let Some(track) = track.upgrade() {
                track.apply(input);
            }
        });
    }

    fn settings(&self, settled: Settled, by_others: bool) {
        let track = self.track.clone();
        // Dispatched also where nobody is told: in order with what is.
        dispatch(move || {
            if let Some(track) = track.upgrade() {
                track.configured(settled, by_others);
            }
        });
    }

    fn changed(&self) {
        if let Some(track) = self.track.upgrade() {
            track.catch_up();
        }
    }

    fn tally(&self) -> Option<Arc<Tally>> {
        self.tally.clone()
    }
}

impl MediaStreamTrack {
    /// Opens the device of `modes` for a new track ("create a MediaStreamTrack"). Waits for the device. `lens`:
    /// whether the track may move it.
    ///
    /// # Errors
    ///
    /// As [`capture::open`].
    pub fn open(
        modes: &Modes,
        constraints: &TrackConstraints,
        consumer: Option<gst::Caps>,
        lens: Lens,
    ) -> Result<Self, OpenError> {
        let device = &modes.device;
        let kind = capture::kind_of(device).ok_or_else(|| {
            let kind = capture::ErrorKind::NotFound;
            CaptureError::new(kind, &device.label, "it is an output: nothing to capture")
        })?;
        let constraints = Arc::new(constraints.for_kind(kind));
        let track: Self = glib::Object::new();
        let identity = Identity::of_device(kind, device.clone());
        track.imp().init(identity, constraints.clone(), lens);
        let constraints = lens.constraints(&constraints);
        let listener = SourceListener::new(&track);
        let (membership, settled) = capture::open(modes, constraints, consumer, listener)?;
        track.imp().join(membership, settled);
        keeper::keep(&track);
        track.catch_up();
        Ok(track)
    }

    /// A new track of what `generator` is fed with. It has no device and no statistics; its settings are known
    /// with the first frames. Waits for nobody.
    pub fn generated(generator: &Generator) -> Self {
        let track: Self = glib::Object::new();
        track.live_from(generator);
        track
    }

    /// Begins the life of a track that is fresh from its constructor.
    fn live_from(&self, generator: &Generator) {
        let identity = Identity::of_generator(generator);
        let imp = self.imp();
        imp.init(identity, Arc::default(), Lens::default());
        let (membership, settled) = generator.join(SourceListener::new(self));
        imp.join(membership, settled);
        keeper::keep(self);
        self.catch_up();
    }

    /// Whether audio or video.
    pub fn track_kind(&self) -> Kind {
        self.imp().kind()
    }

    /// The device it captures from.
    pub fn source_device(&self) -> Option<Arc<Device>> {
        self.imp().device().cloned()
    }

    /// Why the source ended the track; `None` while it is live, and after `stop()`.
    pub fn lost(&self) -> Option<EndReason> {
        self.imp().lock().life.lost()
    }

    /// `stop()`: ended when this returns, without an event. The last track closes the device.
    pub fn stop(&self) {
        self.apply(TrackInput::Stop);
    }

    /// The same for several, and waits until devices of which these were the last tracks are closed; for
    /// those that hang no longer than `limit`, all together. For state changes: what comes after NULL
    /// (another program, the end of the process) finds the devices closed.
    pub fn stop_within(tracks: &[Self], limit: Duration) {
        let leave = |track: &Self| {
            let membership = track.imp().lock().membership.clone();
            track.stop();
            membership.map(capture::Membership::leave_closing)
        };
        let closing: Vec<_> = tracks.iter().filter_map(leave).collect();
        let until = Instant::now() + limit;
        for closing in closing {
            closing.wait(until.saturating_duration_since(Instant::now()));
        }
    }

    /// What a consumer gets now.
    pub fn flow(&self) -> Flow {
        self.imp().lock().life.flow()
    }

    /// Whether `contentHint` is this.
    pub fn has_content_hint(&self, hint: &str) -> bool {
        self.imp().lock().hint.text() == hint
    }

    /// `getSettings()`.
    pub fn settings(&self) -> Settings {
        self.imp().visible_settings()
    }

    /// `getCapabilities()`.
    pub fn capabilities(&self) -> Capabilities {
        self.imp().lock().capabilities.clone()
    }

    /// `getConstraints()`.
    pub fn constraints(&self) -> Arc<TrackConstraints> {
        self.imp().lock().constraints.clone()
    }

    /// `applyConstraints()`. Waits for the device: see the action for the asynchronous form.
    ///
    /// # Errors
    ///
    /// [`OpenError::Overconstrained`], and then nothing has changed.
    pub fn apply_constraints(&self, constraints: &TrackConstraints) -> Result<(), OpenError> {
        // D6: members of the other kind are stripped, as in getUserMedia.
        let constraints = Arc::new(constraints.for_kind(self.track_kind()));
        let _turn = self.imp().turn();
        let (membership, in_force) = {
            let state = self.imp().lock();
            (state.membership.clone(), state.in_force(&constraints))
        };
        // #94: on an ended track it succeeds, whatever was passed, and changes nothing.
        let Some(membership) = membership else {
            return Ok(());
        };
        let settled = membership.apply(in_force)?;
        let mut state = self.imp().lock();
        state.constraints = constraints;
        state.settle(settled);
        Ok(())
    }

    /// The same after all earlier calls for this track, on a thread that may wait; `done` hears
    /// how it went, on that thread.
    pub fn apply_constraints_later(
        &self,
        constraints: TrackConstraints,
        done: impl FnOnce(Result<(), OpenError>) + Send + 'static,
    ) {
        let track = self.clone();
        self.imp()
            .later(move || done(track.apply_constraints(&constraints)));
    }

    /// `clone()`: a new track of the same source, independent from now on. Waits for nobody.
    pub fn clone_track(&self) -> Self {
        let imp = self.imp();
        let (life, membership, constraints, in_force, settled, lens) = {
            let state = imp.lock();
            let settled = Settled {
                settings: state.settings.clone(),
                serial: state.serial,
            };
            let constraints = state.constraints.clone();
            let in_force = state.in_force(&constraints);
            let membership = state.membership.clone();
            (
                state.life.clone(),
                membership,
                constraints,
                in_force,
                settled,
                state.lens,
            )
        };
        // "A new MediaStreamTrack", and of what the original is: a track of a canvas stays one.
        let clone = canvas::sibling(self);
        let Some(identity) = imp.identity() else {
            return clone;
        };
        clone.imp().init(identity.clone(), constraints, lens);
        let listener = SourceListener::new(&clone);
        clone.imp().copy_from(imp, &life);
        let Some(original) = membership else {
            // The original ended: so has the clone.
            clone.apply(TrackInput::Stop);
            return clone;
        };
        let membership = original.clone_for(in_force, life.enabled(), listener);
        membership.allow_relinquishing(self.imp().relinquish());
        clone.imp().join(membership, settled);
        keeper::keep(&clone);
        clone.catch_up();
        clone
    }

    /// What happened to the source between its answer and the track's being made of it.
    fn catch_up(&self) {
        let track = self.downgrade();
        dispatch(move || {
            let Some(track) = track.upgrade() else { return };
            let membership = track.imp().lock().membership.clone();
            let Some(membership) = membership else { return };
            track.apply(match membership.ended() {
                Some(reason) => TrackInput::SourceEnded(reason),
                None => TrackInput::SetMuted(membership.muted()),
            });
        });
    }

    /// Takes an input in and performs its effects, on the calling thread: the dispatcher's, or
    /// that of an application that wrote a property or called `stop()`.
    fn apply(&self, input: TrackInput) {
        let imp = self.imp();
        let (event, changed, left) = imp.transition(input);
        imp.wake_consumers();
        if changed.contains(&"enabled") {
            imp.tell_source();
        }
        for property in changed {
            self.notify(property);
        }
        if let Some(event) = event {
            self.fire(event);
        }
        if event == Some(TrackEvent::Unmute) {
            self.catch_up_configuration();
        }
        // May close the device, on the worker's thread.
        if let Some(left) = left {
            left.leave();
            keeper::let_go(self);
        }
    }

    /// Tells an event: the signal, then the elements that play the track.
    fn fire(&self, event: TrackEvent) {
        gst::info!(super::CAT, obj = self, "{event:?}");
        self.emit_by_name::<()>(event.name(), &[]);
        self.imp().tell_consumers(event);
    }

    /// Ends the track for a reason of the application's side, as if its source had (tests,
    /// revoked permission): queued, with the event.
    pub fn end(&self, reason: EndReason) {
        let track = self.downgrade();
        dispatch(move || {
            if let Some(track) = track.upgrade() {
                track.apply(TrackInput::SourceEnded(reason));
            }
        });
    }

    /// Connects a consumer that takes `caps`. `news` hears of every event of the track, on the
    /// dispatcher, after the track's own signal.
    ///
    /// # Errors
    ///
    /// [`ConsumerError::Ended`]; [`ConsumerError::Open`] when the track cannot serve the caps.
    pub fn consume(&self, caps: &gst::Caps, news: News) -> Result<Consumer, ConsumerError> {
        Consumer::connect(self, caps, news)
    }
}
