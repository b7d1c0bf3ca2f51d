//! What `mediatrackvideosrc` and `mediatrackaudiosrc` both do.
//!
//! Threads: state changes and properties come from the application and never wait; `create` runs
//! on the element's streaming thread and waits only for what `set_flushing` can interrupt; devices
//! are waited for in `opening`, on threads of their own.
//!
//! Locks, none held while GStreamer is called: `settings`; `state` with `changed`; `stream`, which
//! is taken out of its mutex by the streaming thread while it works.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gst::prelude::*;
use gst_base::prelude::*;

use super::given::Given;
use super::opening;
use super::settings::{OnEnded, Settings, parse};
use super::state::{LATENCY, Shared};
use super::statistics::Statistics;
use super::stream::Stream;
use crate::elements::{PATIENCE, message};
use crate::media::track::MutedOutput;
use crate::media::{MediaStream, MediaStreamTrack, error_reply};
use crate::model::constraints::Kind;
use crate::model::lifecycle::Recovery;

/// The common part of both elements.
pub(super) struct Core {
    pub kind: Kind,
    settings: Mutex<Settings>,
    shared: Arc<Shared>,
    /// Boxed: it is taken out for each buffer.
    stream: Mutex<Option<Box<Stream>>>,
}

impl Core {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            settings: Mutex::default(),
            shared: Arc::default(),
            stream: Mutex::default(),
        }
    }

    pub fn constructed(&self, element: &gst_base::BaseSrc) {
        element.set_live(true);
        element.set_format(gst::Format::Time);
        element.set_do_timestamp(false);
        // The stream is the track's: the base class's own stream-start, whose id is made of the
        // element's name, is left out, and ours is sent when the track is there.
        let shared = Arc::downgrade(&self.shared);
        let mask = gst::PadProbeType::EVENT_DOWNSTREAM;
        element.src_pad().add_probe(mask, move |_, info| {
            let Some(gst::EventView::StreamStart(start)) = info.event().map(|event| event.view())
            else {
                return gst::PadProbeReturn::Ok;
            };
            let ours = shared.upgrade().is_some_and(|shared| {
                shared.lock().stream_id.as_deref() == Some(start.stream_id())
            });
            match ours {
                true => gst::PadProbeReturn::Ok,
                // Not `Drop`: GStreamer 1.22 and the bindings both let go of a dropped event.
                false => gst::PadProbeReturn::Handled,
            }
        });
    }

    pub fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn constraints(&self) -> Option<String> {
        self.settings().constraints.clone()
    }

    pub fn track(&self) -> Option<MediaStreamTrack> {
        let playing = self.shared.lock().track.clone();
        playing.or_else(|| self.settings().given.track().cloned())
    }

    /// The stream that the track was picked from, if the application gave one.
    pub fn media_stream(&self) -> Option<MediaStream> {
        self.settings().given.stream().cloned()
    }

    /// It plays one of several tracks that something else plays, in this group.
    pub fn set_part_of(&self, group: gst::GroupId) {
        self.settings().is_part = true;
        self.shared.lock().group = Some(group);
    }

    pub fn is_part(&self) -> bool {
        self.settings().is_part
    }

    pub fn muted_output(&self) -> MutedOutput {
        self.settings().muted_output
    }

    pub fn on_ended(&self) -> OnEnded {
        self.settings().on_ended
    }

    pub fn set_muted_output(&self, to: MutedOutput) {
        self.settings().muted_output = to;
        self.wake();
    }

    pub fn set_on_ended(&self, to: OnEnded) {
        self.settings().on_ended = to;
        self.wake();
    }

    /// Before the start it says what to ask for; while a track plays it is `applyConstraints`.
    pub fn set_constraints(&self, element: &gst_base::BaseSrc, json: Option<String>) {
        gst::info!(super::super::CAT, obj = element, "constraints: {json:?}");
        let (playing, started) = {
            let state = self.shared.lock();
            (state.track.clone(), state.started)
        };
        // Before the start the start says what is wrong with it; now nobody else would.
        if started && let Err(error) = parse(json.as_deref()) {
            let details = error_reply::type_error(&error);
            return message::post_refusal(element.upcast_ref(), &error.to_string(), details);
        }
        self.settings().constraints = json.clone();
        match playing {
            Some(track) => opening::apply(&self.shared, element, track, json),
            // Still opening, for something else.
            None => drop(opening::begin(self, element, None)),
        }
    }

    pub fn set_track(&self, element: &gst_base::BaseSrc, track: Option<MediaStreamTrack>) {
        let given = track.map(|track| Given::of_track(track, self.kind));
        self.give(element, given.unwrap_or_default());
    }

    pub fn set_media_stream(&self, element: &gst_base::BaseSrc, stream: Option<MediaStream>) {
        self.give(element, stream.map(Given::of_stream).unwrap_or_default());
    }

    /// Takes what is to be played in the place of what was, if it can be played.
    fn give(&self, element: &gst_base::BaseSrc, given: Given) {
        let started = self.shared.lock().started;
        let given = match (given.clone().ready(), started) {
            (Ok(ready), _) => ready,
            // There may be a track to pick with the start.
            (Err(_), false) if given.stream().is_some() => given,
            (Err(why), _) => {
                message::post_invalid(element.upcast_ref(), &why);
                if started {
                    return;
                }
                given
            }
        };
        let nothing = matches!(given, Given::Nothing);
        let had_stream = given.stream().is_none() && self.settings().given.stream().is_some();
        let old = std::mem::replace(&mut self.settings().given, given);
        drop(old);
        if had_stream {
            element.notify("media-stream");
        }
        if nothing && self.shared.lock().recovery.is_lost() {
            // That is being asked for already.
            return self.shared.news();
        }
        opening::begin(self, element, None);
    }

    fn wake(&self) {
        let feed = {
            let mut state = self.shared.lock();
            state.woken = true;
            state.feed.clone()
        };
        if let Some(feed) = feed {
            feed.wake();
        }
        self.shared.changed.notify_all();
    }

    /// What can be refused without asking a device is refused here, in words.
    pub fn before(
        &self,
        element: &gst_base::BaseSrc,
        transition: gst::StateChange,
    ) -> Result<(), gst::StateChangeError> {
        if transition != gst::StateChange::ReadyToPaused {
            return Ok(());
        }
        let settings = self.settings().clone();
        match settings.given.clone().ready() {
            Ok(Given::Nothing) => {}
            Ok(ready) => {
                let old = std::mem::replace(&mut self.settings().given, ready);
                drop(old);
                return Ok(());
            }
            // Nor is anything else opened in its place.
            Err(why) => {
                message::fail_invalid(element.upcast_ref(), &why);
                return Err(gst::StateChangeError);
            }
        }
        settings
            .track_constraints()
            .and_then(|constraints| constraints.for_kind(self.kind).check_get_user_media())
            .map_err(|error| {
                message::post_type_error(element.upcast_ref(), &error);
                gst::StateChangeError
            })
    }

    pub fn start(&self, element: &gst_base::BaseSrc) {
        *self.stream() = Some(Box::default());
        {
            let mut state = self.shared.lock();
            state.started = true;
            state.statistics = Statistics::default();
        }
        opening::begin(self, element, None);
    }

    pub fn stop(&self) {
        let mut state = self.shared.lock();
        state.generation += 1;
        state.started = false;
        state.paused = false;
        let phase = std::mem::take(&mut state.phase);
        let track = state.track.take();
        let owned = std::mem::take(&mut state.owned);
        state.feed = None;
        state.connection = None;
        state.latency = None;
        state.stream_id = None;
        state.recovery = Recovery::default();
        state.wish = None;
        drop(state);
        self.shared.changed.notify_all();
        let stream = self.stream().take();
        // Leaves the device, on its worker's thread.
        drop((phase, stream));
        if let Some(track) = track.filter(|_| owned) {
            MediaStreamTrack::stop_within(&[track], PATIENCE);
        }
    }

    /// The base class lets a `create()` that waits go on waiting through a pause.
    pub fn set_paused(&self, paused: bool) {
        let feed = {
            let mut state = self.shared.lock();
            state.paused = paused;
            state.flushed = true;
            state.feed.clone().filter(|_| !state.flushing)
        };
        if let Some(feed) = feed {
            // What came during the pause is forgotten.
            feed.set_flushing(true);
            feed.set_flushing(false);
            feed.wake();
        }
        self.shared.changed.notify_all();
    }

    pub fn set_flushing(&self, flushing: bool) {
        let feed = {
            let mut state = self.shared.lock();
            state.flushing = flushing;
            state.flushed = true;
            state.feed.clone()
        };
        self.shared.changed.notify_all();
        if let Some(feed) = feed {
            feed.set_flushing(flushing);
        }
    }

    pub fn latency(&self) -> gst::ClockTime {
        self.shared.lock().latency.unwrap_or(LATENCY)
    }

    /// The property `stats`.
    pub fn stats(&self) -> gst::Structure {
        self.shared.lock().statistics.structure()
    }

    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(super) fn stream(&self) -> MutexGuard<'_, Option<Box<Stream>>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The consumer's caps may have changed.
    pub fn reconfigure(&self, element: &gst_base::BaseSrc) {
        if let Some(stream) = self.stream().as_mut() {
            stream.renegotiates = true;
        }
        let connection = self.shared.lock().connection.clone();
        if let Some(connection) = connection {
            opening::renegotiate(self, element, connection);
        }
    }
}

/// What a failed `constraints` write says: the element goes on as it was.
pub(super) fn refuse(element: &gst::Element, error: &crate::capture::OpenError) {
    message::post_refusal(element, &error.to_string(), error_reply::open_error(error));
}
