//! The GObject of a track: properties, actions, signals, and the state behind them.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::actions::actions;
use super::consumer::Station;
use super::hint::Hint;
use super::{MediaStreamTrackMutedReason, MediaStreamTrackState, kind_name, statistics};
use crate::caps::text;
use crate::capture::{Generator, Membership, Settled, Tally};
use crate::devices::Device;
use crate::media::lens::Lens;
use crate::media::task_queue::TaskQueue;
use crate::media::{InputDeviceInfo, device_info, error_reply};
use crate::model::constraints::{Capabilities, Kind, Property, Settings, TrackConstraints};
use crate::model::lifecycle::{self, ReadyState, TrackEvent, TrackInput};

/// What changes in the life of a track.
pub(super) struct State {
    pub life: lifecycle::Track,
    pub membership: Option<Membership>,
    pub constraints: Arc<TrackConstraints>,
    pub settings: Settings,
    /// Which change of the source the settings are of.
    pub serial: u64,
    /// A changed configuration that is told when the track is unmuted.
    pub pending: Option<Settled>,
    pub relinquish: bool,
    pub capabilities: Capabilities,
    /// Whether it may move the lens.
    pub lens: Lens,
    pub hint: Hint,
    pub consumers: Vec<std::sync::Weak<Station>>,
}

impl State {
    /// What counts beside or of `constraints`: the hint adds wishes, a hidden lens takes some away.
    pub fn in_force(&self, constraints: &Arc<TrackConstraints>) -> Arc<TrackConstraints> {
        self.lens.constraints(&self.hint.beside(constraints))
    }

    /// Takes new settings in, unless newer ones are known; says whether they are.
    pub fn settle(&mut self, settled: Settled) -> bool {
        if settled.serial < self.serial {
            return false;
        }
        self.serial = settled.serial;
        self.settings = self.lens.settings(settled.settings);
        self.pending = self.pending.take().filter(|p| p.serial > self.serial);
        true
    }
}

/// What never changes.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    kind: Kind,
    label: String,
    device: Option<Arc<Device>>,
    /// Of tracks of devices only (#192).
    tally: Option<Arc<Tally>>,
}

impl Identity {
    pub fn of_device(kind: Kind, device: Arc<Device>) -> Self {
        Self {
            kind,
            label: device.label.clone(),
            tally: Some(Arc::new(Tally::new(kind))),
            device: Some(device),
        }
    }

    pub fn of_generator(generator: &Generator) -> Self {
        Self {
            kind: generator.kind(),
            label: generator.label().to_owned(),
            tally: None,
            device: None,
        }
    }

    /// Of another track of the same source.
    fn again(self) -> Self {
        let tally = self.tally.map(|_| Arc::new(Tally::new(self.kind)));
        Self { tally, ..self }
    }
}

#[derive(glib::Properties)]
#[properties(wrapper_type = super::MediaStreamTrack)]
pub struct MediaStreamTrack {
    /// `id`: unique, generated, constant for life.
    #[property(get)]
    id: String,
    /// `kind`: "audio" or "video".
    #[property(name = "kind", type = String, get = Self::kind_name)]
    identity: OnceLock<Identity>,
    /// `label`: the source's, kept after it is gone.
    #[property(name = "label", type = String, get = Self::label)]
    /// The device it captures from; null of a pipeline.
    #[property(name = "device", type = Option<InputDeviceInfo>, get = Self::device_info)]
    /// `enabled`: the application's switch.
    #[property(name = "enabled", type = bool, default = true, get = Self::enabled,
        set = Self::set_enabled, explicit_notify)]
    /// `muted`: the source cannot deliver right now.
    #[property(name = "muted", type = bool, get = Self::muted)]
    /// Why it is muted.
    #[property(name = "muted-reason", type = MediaStreamTrackMutedReason,
        get = Self::muted_reason, builder(MediaStreamTrackMutedReason::None))]
    /// `readyState`.
    #[property(name = "ready-state", type = MediaStreamTrackState,
        get = Self::ready_state, builder(MediaStreamTrackState::Live))]
    /// Whether the device may be given back while this track, and every other of it, is disabled or
    /// muted by a switch. It is taken again when the track is neither; off, that costs no time.
    #[property(name = "relinquish", type = bool, default = true, get = Self::relinquish,
        set = Self::set_relinquish, explicit_notify)]
    /// `contentHint`.
    #[property(name = "content-hint", type = Option<String>, get = Self::content_hint,
        set = Self::set_content_hint, explicit_notify)]
    state: Mutex<State>,
    tasks: TaskQueue,
    turn: Mutex<()>,
}

#[glib::object_subclass]
impl ObjectSubclass for MediaStreamTrack {
    const NAME: &'static str = "GstMediaStreamTrack";
    type Type = super::MediaStreamTrack;
    type ParentType = gst::Object;

    fn new() -> Self {
        let mut life = lifecycle::Track::new(None);
        // Without a device there is nothing to be live: `init` begins the life of a real track.
        life.apply(TrackInput::Stop);
        Self {
            id: glib::uuid_string_random().into(),
            identity: OnceLock::new(),
            state: Mutex::new(State {
                life,
                membership: None,
                constraints: Arc::default(),
                settings: Settings::default(),
                serial: 0,
                pending: None,
                relinquish: true,
                capabilities: Capabilities::default(),
                lens: Lens::default(),
                hint: Hint::default(),
                consumers: Vec::new(),
            }),
            tasks: TaskQueue::default(),
            turn: Mutex::default(),
        }
    }
}

// Not `derived_properties`: that knows no structures.
impl ObjectImpl for MediaStreamTrack {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
            let derived = MediaStreamTrack::derived_properties().iter().cloned();
            derived.chain([statistics::property()]).collect()
        });
        &PROPERTIES
    }

    fn property(&self, id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        match pspec.name() {
            "stats" => self.stats().to_value(),
            _ => self.derived_property(id, pspec),
        }
    }

    fn set_property(&self, id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        self.derived_set_property(id, &text::readable(value), pspec);
    }

    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<Vec<Signal>> = LazyLock::new(|| {
            let mut signals: Vec<_> = super::EVENTS
                .map(|name| Signal::builder(name).build())
                .into();
            signals.extend(actions());
            signals
        });
        &SIGNALS
    }
}

impl GstObjectImpl for MediaStreamTrack {}

impl MediaStreamTrack {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn kind(&self) -> Kind {
        self.identity
            .get()
            .map_or(Kind::Video, |identity| identity.kind)
    }

    fn kind_name(&self) -> String {
        kind_name(self.kind()).to_owned()
    }

    fn label(&self) -> String {
        self.identity()
            .map(|identity| identity.label.clone())
            .unwrap_or_default()
    }

    fn device_info(&self) -> Option<InputDeviceInfo> {
        device_info::of(self.device()?).downcast().ok()
    }

    fn enabled(&self) -> bool {
        self.lock().life.enabled()
    }

    /// Takes effect with the next frame of every consumer.
    fn set_enabled(&self, enabled: bool) {
        self.obj().apply(TrackInput::SetEnabled(enabled));
    }

    pub(super) fn relinquish(&self) -> bool {
        self.lock().relinquish
    }

    fn set_relinquish(&self, allowed: bool) {
        let before = {
            let mut state = self.lock();
            // Under the lock, so that what is said last is what is kept; the channel never blocks.
            if let Some(membership) = &state.membership {
                membership.allow_relinquishing(allowed);
            }
            std::mem::replace(&mut state.relinquish, allowed)
        };
        if before != allowed {
            self.obj().notify("relinquish");
        }
    }

    /// Tells the source whether the application wants the track's media.
    pub(super) fn tell_source(&self) {
        let state = self.lock();
        // Under the lock, as in `set_relinquish`.
        if let Some(membership) = &state.membership {
            membership.enable(state.life.enabled());
        }
    }

    fn muted(&self) -> bool {
        self.lock().life.muted().is_some()
    }

    fn muted_reason(&self) -> MediaStreamTrackMutedReason {
        self.lock().life.muted().into()
    }

    fn ready_state(&self) -> MediaStreamTrackState {
        match self.lock().life.ready_state() {
            ReadyState::Live => MediaStreamTrackState::Live,
            ReadyState::Ended => MediaStreamTrackState::Ended,
        }
    }

    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.get()
    }

    pub(super) fn device(&self) -> Option<&Arc<Device>> {
        self.identity()?.device.as_ref()
    }

    /// Where its frames are counted.
    pub(super) fn tally(&self) -> Option<&Arc<Tally>> {
        self.identity()?.tally.as_ref()
    }

    /// Gives a new track its source. Called once, before anybody else has the track.
    pub(super) fn init(&self, identity: Identity, constraints: Arc<TrackConstraints>, lens: Lens) {
        let _ = self.identity.set(identity.again());
        let mut state = self.lock();
        state.lens = lens;
        state.life = lifecycle::Track::new(None);
        self.count_while_flowing(&state.life);
        state.constraints = constraints;
    }

    /// The track has its place at the device; its muted state is the source's.
    pub(super) fn join(&self, membership: Membership, settled: Settled) {
        let muted = membership.muted();
        let capabilities = membership.capabilities();
        let mut state = self.lock();
        state.life.apply(TrackInput::SetMuted(muted));
        self.count_while_flowing(&state.life);
        state.capabilities = state.lens.capabilities(capabilities);
        state.settle(settled);
        state.membership = Some(membership);
    }

    /// "Clone a track" steps 2, 3 and 5.
    pub(super) fn copy_from(&self, original: &Self, life: &lifecycle::Track) {
        let (settings, capabilities, hint, relinquish) = {
            let state = original.lock();
            let copy = (&state.settings, &state.capabilities, &state.hint);
            (
                copy.0.clone(),
                copy.1.clone(),
                copy.2.clone(),
                state.relinquish,
            )
        };
        let mut state = self.lock();
        state.life = life.clone_for(life.muted());
        self.count_while_flowing(&state.life);
        state.settings = settings;
        state.capabilities = capabilities;
        state.hint = hint;
        state.relinquish = relinquish;
    }

    /// Applies an input; gives the event, the properties that changed, and what the track leaves.
    pub(super) fn transition(
        &self,
        input: TrackInput,
    ) -> (Option<TrackEvent>, Vec<&'static str>, Option<Membership>) {
        let mut state = self.lock();
        let before = state.life.clone();
        let event = state.life.apply(input);
        self.count_while_flowing(&state.life);
        let after = &state.life;
        let mut changed = Vec::new();
        if before.enabled() != after.enabled() {
            changed.push("enabled");
        }
        if before.muted().is_some() != after.muted().is_some() {
            changed.push("muted");
        }
        if before.muted() != after.muted() {
            changed.push("muted-reason");
        }
        let ended = after.ready_state() == ReadyState::Ended;
        if before.ready_state() != after.ready_state() {
            changed.push("ready-state");
        }
        let left = if ended { state.membership.take() } else { None };
        (event, changed, left)
    }

    fn consumers(&self) -> Vec<Arc<Station>> {
        let mut state = self.lock();
        state
            .consumers
            .retain(|consumer| consumer.strong_count() > 0);
        state
            .consumers
            .iter()
            .filter_map(std::sync::Weak::upgrade)
            .collect()
    }

    pub(super) fn wake_consumers(&self) {
        self.consumers().iter().for_each(|consumer| consumer.wake());
    }

    pub(super) fn tell_consumers(&self, event: TrackEvent) {
        let track = self.obj();
        self.consumers()
            .iter()
            .for_each(|consumer| consumer.tell(&track, event));
    }

    /// "getSettings": an ended track keeps only the inherent properties, #117.
    pub(super) fn visible_settings(&self) -> Settings {
        let state = self.lock();
        if state.life.ready_state() == ReadyState::Live {
            return state.settings.clone();
        }
        let inherent = [Property::DeviceId, Property::FacingMode, Property::GroupId];
        let mut settings = Settings::default();
        for property in inherent {
            if let Some(value) = state.settings.get(property) {
                settings.set(property, value.clone());
            }
        }
        settings
    }

    /// Taken by whoever changes the constraints in force, from reading what to ask for until the answer is
    /// stored: nobody asks the device for what is no longer meant.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `task` after all earlier ones of this track, where it may wait.
    pub(super) fn later(&self, task: impl FnOnce() + Send + 'static) {
        self.tasks.push(task);
    }

    /// The action: off the caller's thread, in the order called.
    pub(super) fn apply_constraints(&self, json: Option<String>, promise: Option<gst::Promise>) {
        let answer = move |error: Option<gst::Structure>| {
            if let Some(promise) = promise {
                promise.reply(Some(error_reply::reply(error)));
            }
        };
        match TrackConstraints::from_json(json.as_deref().unwrap_or("{}")) {
            Err(error) => self.later(move || answer(Some(error_reply::type_error(&error)))),
            Ok(constraints) => self.obj().apply_constraints_later(constraints, |result| {
                answer(result.err().map(|error| error_reply::open_error(&error)))
            }),
        }
    }
}
