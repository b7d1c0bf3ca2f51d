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

use super::opening;
use super::settings::{OnEnded, Settings, parse};
use super::state::{Phase, Shared};
use super::statistics::Statistics;
use super::stream::Stream;
use crate::caps::structure;
use crate::elements::{PATIENCE, message};
use crate::media::track::{Consumer, MutedOutput, Output};
use crate::media::{MediaStreamTrack, dispatch, error_reply};
use crate::model::constraints::Kind;
use crate::model::lifecycle::Recovery;

/// The latency that is answered before the device has told its own.
const LATENCY: gst::ClockTime = gst::ClockTime::from_mseconds(34);

/// The common part of both elements.
pub(super) struct Core {
    pub kind: Kind,
    settings: Mutex<Settings>,
    shared: Arc<Shared>,
    stream: Mutex<Option<Stream>>,
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
        playing.or_else(|| self.settings().track.clone())
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
        if track
            .as_ref()
            .is_some_and(|track| track.track_kind() != self.kind)
        {
            // As MediaStreamTrackAudioSourceNode has it, for both kinds; a property cannot refuse.
            let text = format!(
                "a track of the other kind is not played, this is {:?}",
                self.kind
            );
            let details = structure::error("InvalidStateError", &text);
            return message::post_refusal(element.upcast_ref(), &text, details);
        }
        let nothing = track.is_none();
        let old = std::mem::replace(&mut self.settings().track, track);
        drop(old);
        if nothing && self.shared.lock().recovery.is_lost() {
            // That is being asked for already.
            return self.shared.news();
        }
        opening::begin(self, element, None);
    }

    fn wake(&self) {
        let feed = self.shared.lock().feed.clone();
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
        if settings.track.is_some() {
            return Ok(());
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
        *self.stream() = Some(Stream::default());
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

    fn stream(&self) -> MutexGuard<'_, Option<Stream>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The consumer's caps may have changed.
    pub fn reconfigure(&self, element: &gst_base::BaseSrc) {
        let connection = self.shared.lock().connection.clone();
        if let Some(connection) = connection {
            opening::renegotiate(self, element, connection);
        }
    }

    /// The next buffer. Runs on the streaming thread.
    pub fn create(&self, element: &gst_base::BaseSrc) -> Result<gst::Buffer, gst::FlowError> {
        let mut stream = self.stream().take().ok_or(gst::FlowError::Flushing)?;
        let result = self.produce(element, &mut stream);
        let mut place = self.stream();
        // `stop` waits for this thread, so the place is still ours.
        *place = Some(stream);
        result
    }

    fn produce(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
    ) -> Result<gst::Buffer, gst::FlowError> {
        loop {
            self.take_consumer(element, stream)?;
            let flushed = std::mem::take(&mut self.shared.lock().flushed);
            let (muted, on_ended) = {
                let settings = self.settings();
                (settings.muted_output, settings.on_ended)
            };
            let Some(consumer) = stream.consumer.as_mut() else {
                continue;
            };
            if flushed {
                stream.has_segment = false;
                consumer.resume();
            }
            let lost = consumer.track().lost().is_some();
            let linger = lost && on_ended != OnEnded::Eos;
            let recovers = linger && on_ended == OnEnded::Reconnect;
            if recovers != stream.recovers {
                let track = consumer.track().clone();
                stream.recovers = recovers && opening::begin(self, element, Some(track));
                if !recovers {
                    self.give_up();
                }
            }
            match consumer.next(muted, linger) {
                Output::Flushing => return Err(gst::FlowError::Flushing),
                Output::Woken => {
                    self.update_latency(element, consumer.latency());
                    stream.announce(element.src_pad());
                }
                Output::Failed(error) => {
                    message::post_open_error(element.upcast_ref(), &error);
                    return Err(gst::FlowError::Error);
                }
                // Lost between the two looks at it: look again.
                Output::Ended if consumer.track().lost().is_some() && on_ended != OnEnded::Eos => {}
                Output::Ended => return Err(gst::FlowError::Eos),
                Output::Gap { at, duration } => self.gap(element, stream, at, duration),
                Output::Buffer {
                    mut buffer,
                    caps,
                    at,
                    duration,
                } => {
                    let Some(at) = stream.timeline.running_time(element.upcast_ref(), at) else {
                        continue;
                    };
                    self.send_caps(element, stream, caps)?;
                    stream.announce(element.src_pad());
                    stream.has_segment = true;
                    let writable = buffer.make_mut();
                    writable.set_pts(at);
                    writable.set_duration(duration);
                    return Ok(buffer);
                }
            }
        }
    }

    /// Another mode or rate has another latency: the pipeline has to know.
    fn update_latency(&self, element: &gst_base::BaseSrc, latency: gst::ClockTime) {
        let old = self.shared.lock().latency.replace(latency);
        if old != Some(latency) {
            let message = gst::message::Latency::builder().src(element).build();
            message::send(element.upcast_ref(), message);
        }
    }

    /// Waits for a track if there is none, and takes a new one as soon as it is there.
    fn take_consumer(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
    ) -> Result<(), gst::FlowError> {
        let mut state = self.shared.lock();
        let fresh = loop {
            if state.flushing {
                return Err(gst::FlowError::Flushing);
            }
            match std::mem::replace(&mut state.phase, Phase::Streaming) {
                Phase::Ready(consumer) => break consumer,
                Phase::Failed => {
                    state.phase = Phase::Failed;
                    return Err(gst::FlowError::Error);
                }
                Phase::Ended => {
                    state.phase = Phase::Ended;
                    return Err(gst::FlowError::Eos);
                }
                phase if stream.consumer.is_some() => {
                    state.phase = phase;
                    return Ok(());
                }
                phase => state.phase = phase,
            }
            state = self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        };
        let group = *state.group.get_or_insert_with(gst::GroupId::next);
        drop(state);
        self.begin_stream(element, stream, fresh, group);
        Ok(())
    }

    fn begin_stream(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
        mut fresh: Box<Consumer>,
        group: gst::GroupId,
    ) {
        let track = fresh.track().clone();
        if let Some(old) = stream.consumer.take() {
            fresh.succeed(&old);
        }
        stream.recovers = false;
        stream.consumer = Some(fresh);
        let of_kind = match self.kind {
            Kind::Audio => gst::StreamType::AUDIO,
            Kind::Video => gst::StreamType::VIDEO,
        };
        let id = track.id();
        let description = gst::Stream::new(Some(&id), None, of_kind, gst::StreamFlags::empty());
        let start = gst::event::StreamStart::builder(&id)
            .group_id(group)
            .stream(description)
            .build();
        element.src_pad().push_event(start);
        // Not here: no handler of an application runs on the streaming thread.
        let element = element.downgrade();
        dispatch(move || {
            if let Some(element) = element.upgrade() {
                element.notify("track");
            }
        });
    }

    /// A lost device is not waited for any more.
    fn give_up(&self) {
        self.shared.lock().recovery = Recovery::default();
        self.shared.changed.notify_all();
    }

    fn send_caps(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
        caps: gst::Caps,
    ) -> Result<(), gst::FlowError> {
        if stream.caps.as_ref() == Some(&caps) {
            return Ok(());
        }
        let accepted = element.set_caps(&caps);
        stream.caps = Some(caps);
        accepted.map_err(|_| gst::FlowError::NotNegotiated)
    }

    /// A GAP event in place of a buffer. It needs a segment before it as a buffer does.
    fn gap(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
        at: gst::ClockTime,
        duration: gst::ClockTime,
    ) {
        let Some(at) = stream.timeline.running_time(element.upcast_ref(), at) else {
            return;
        };
        let caps = stream
            .consumer
            .as_ref()
            .and_then(|consumer| consumer.caps().cloned());
        if let Some(caps) = caps
            && self.send_caps(element, stream, caps).is_err()
        {
            return;
        }
        let pad = element.src_pad();
        if !std::mem::replace(&mut stream.has_segment, true) {
            let segment = gst::FormattedSegment::<gst::ClockTime>::new();
            pad.push_event(gst::event::Segment::new(&segment));
        }
        stream.announce(element.src_pad());
        pad.push_event(gst::event::Gap::builder(at).duration(duration).build());
    }
}

/// What a failed `constraints` write says: the element goes on as it was.
pub(super) fn refuse(element: &gst::Element, error: &crate::capture::OpenError) {
    message::post_refusal(element, &error.to_string(), error_reply::open_error(error));
}
