//! Getting a track: everything here that waits for a device runs on a thread of its own.
//!
//! An answer that comes after the element was stopped, or was told to play something else, is not
//! wanted any more (`State::generation`): its track is stopped and nobody hears of it.

use std::sync::{Arc, Weak};

use gst::glib;
use gst::prelude::*;
use gst_base::prelude::*;

use super::core::{Core, refuse};
use super::settings::parse;
use super::state::{Phase, Shared, now};
use crate::capture::Connection;
use crate::elements::message;
use crate::media::task_queue::spawn;
use crate::media::track::{Consumer, ConsumerError};
use crate::media::{GetUserMediaError, MediaStreamTrack, get_track};
use crate::model::constraints::{Kind, TrackConstraints};
use crate::model::lifecycle::{Recovery, RecoveryInput};

/// What an opening thread needs to know.
pub(super) struct Job {
    pub shared: Arc<Shared>,
    pub element: glib::WeakRef<gst_base::BaseSrc>,
    pub generation: u64,
    pub kind: Kind,
    constraints: TrackConstraints,
    given: Option<MediaStreamTrack>,
    lost: Option<MediaStreamTrack>,
}

/// Asks for a track, or for one in the place of `lost`. Returns at once; false: nobody asks.
pub(super) fn begin(
    core: &Core,
    element: &gst_base::BaseSrc,
    lost: Option<MediaStreamTrack>,
) -> bool {
    let settings = core.settings().clone();
    if !core.shared().lock().started {
        return false;
    }
    // Written in the middle of the start it was not looked at there. Nothing is opened in its place.
    let given = match settings.given.clone().ready() {
        Ok(given) => given,
        Err(why) => {
            message::fail_invalid(element.upcast_ref(), &why);
            return false;
        }
    };
    // Refused in `before` already if it cannot be read.
    let constraints = settings.track_constraints().unwrap_or_default();
    let (generation, old) = {
        let mut state = core.shared().lock();
        if !state.started {
            return false;
        }
        state.generation += 1;
        match lost {
            Some(_) => state.recovery.apply(RecoveryInput::Lost, now()),
            None => state.recovery = Recovery::default(),
        }
        // A lost track goes on filling its pad until the next is there.
        let old = if lost.is_none() || !matches!(state.phase, Phase::Streaming) {
            std::mem::replace(&mut state.phase, Phase::Opening)
        } else {
            Phase::Opening
        };
        (state.generation, old)
    };
    drop(old);
    let job = Job {
        shared: core.shared().clone(),
        element: element.downgrade(),
        generation,
        kind: core.kind,
        constraints,
        given: given.track().filter(|_| lost.is_none()).cloned(),
        lost,
    };
    spawn(move || job.run())
}

impl Job {
    fn run(self) {
        match &self.lost {
            None => self.open_once(),
            Some(track) => self.reconnect(track),
        }
    }

    fn is_wanted(&self) -> bool {
        self.shared.lock().generation == self.generation
    }

    fn open_once(&self) {
        let Some(element) = self.element.upgrade() else {
            return;
        };
        let caps = consumer_caps(&element);
        let opened = match &self.given {
            Some(track) => Ok((track.clone(), false)),
            None => get_track(self.kind, &self.constraints, Some(&caps)).map(|t| (t, true)),
        };
        let outcome = opened.and_then(|(track, owned)| {
            let consumer = consume(&track, &element, &caps);
            consumer.map(|consumer| (consumer, owned)).inspect_err(|_| {
                if owned {
                    track.stop();
                }
            })
        });
        match outcome {
            Ok((consumer, owned)) => self.deliver(&element, consumer, owned, None),
            Err(error) => self.fail(&element, &error),
        }
    }

    /// The element plays `consumer` from now on. `wish`: what the track was asked for with, where it
    /// takes the place of a lost one.
    pub(super) fn deliver(
        &self,
        element: &gst_base::BaseSrc,
        consumer: Consumer,
        owned: bool,
        wish: Option<Arc<TrackConstraints>>,
    ) {
        let track = consumer.track().clone();
        let feed = consumer.feed();
        let latency = consumer.latency();
        let connection = Arc::downgrade(consumer.connection());
        let counters = consumer.connection().membership().counters();
        let mut state = self.shared.lock();
        let given_up = self.lost.is_some() && !state.recovery.is_lost();
        if state.generation != self.generation || given_up {
            drop(state);
            drop(consumer);
            if owned {
                track.stop();
            }
            return;
        }
        let old = std::mem::replace(&mut state.phase, Phase::Ready(Box::new(consumer)));
        let old_feed = state.feed.replace(feed.clone());
        let flushing = state.flushing;
        let old_track = state.track.replace(track.clone());
        let old_owned = std::mem::replace(&mut state.owned, owned);
        state.connection = Some(connection);
        state.latency = Some(latency);
        state.stream_id = Some(track.id());
        state.recovery.apply(RecoveryInput::Delivered, now());
        state.statistics.reconnects += u64::from(self.lost.is_some());
        state.statistics.play(counters);
        let late_wish = state.wish.take().filter(|last| Some(last) != wish.as_ref());
        drop(state);
        if let Some(late) = late_wish {
            constrain(&self.shared, element, track.clone(), (*late).clone());
        }
        feed.set_flushing(flushing);
        // It may have changed between the two.
        let now = self.shared.lock().flushing;
        if now != flushing {
            feed.set_flushing(now);
        }
        // The streaming thread may be waiting for the lost one.
        if let Some(feed) = old_feed {
            feed.wake();
        }
        drop(old);
        if let Some(old) = old_track.filter(|old| old_owned && *old != track) {
            old.stop();
        }
        self.shared.changed.notify_all();
        let latency = gst::message::Latency::builder().src(element).build();
        message::send(element.upcast_ref(), latency);
    }

    fn fail(&self, element: &gst_base::BaseSrc, error: &GetUserMediaError) {
        if !self.is_wanted() {
            return;
        }
        // Nothing more, ever: that is an end, not an error. An error is on the bus before the
        // streaming thread learns of it, and so before what the base class makes of it.
        let ended = matches!(error, GetUserMediaError::Ended);
        if !ended {
            gst::error!(super::super::CAT, obj = element, "{error}");
            message::post_failure(element.upcast_ref(), error);
        }
        let mut state = self.shared.lock();
        if state.generation != self.generation {
            return;
        }
        let mut old = None;
        if ended {
            state.phase = Phase::Ended(self.given.clone());
            state.stream_id = self.given.as_ref().map(|track| track.id());
            let owned = std::mem::take(&mut state.owned);
            old = std::mem::replace(&mut state.track, self.given.clone()).filter(|_| owned);
        } else {
            state.phase = Phase::Failed;
        }
        let feed = state.feed.clone();
        drop(state);
        // What was played until now is not played any more.
        if let Some(feed) = feed {
            feed.wake();
        }
        if let Some(old) = old {
            old.stop();
        }
        self.shared.changed.notify_all();
    }
}

/// What is behind the element: a required constraint on the track.
pub(super) fn consumer_caps(element: &gst_base::BaseSrc) -> gst::Caps {
    let pad = element.src_pad();
    let template = pad.pad_template_caps();
    if pad.peer().is_none() {
        return gst::Caps::new_any();
    }
    let peer = pad.peer_query_caps(None);
    if peer.is_any() {
        return peer;
    }
    // The consumer's order is its preference.
    peer.intersect_with_mode(&template, gst::CapsIntersectMode::First)
}

pub(super) fn consume(
    track: &MediaStreamTrack,
    element: &gst_base::BaseSrc,
    caps: &gst::Caps,
) -> Result<Consumer, GetUserMediaError> {
    let weak = element.downgrade();
    let news = Box::new(move |track: &MediaStreamTrack, event| {
        if let Some(element) = weak.upgrade() {
            message::post_track_event(element.upcast_ref(), track, event);
        }
    });
    track.consume(caps, news).map_err(|error| match error {
        ConsumerError::Open(error) => GetUserMediaError::Open(error),
        ConsumerError::Ended => GetUserMediaError::Ended,
    })
}

/// `constraints` was written while a track plays, or after it was lost.
pub(super) fn apply(
    shared: &Arc<Shared>,
    element: &gst_base::BaseSrc,
    track: MediaStreamTrack,
    json: Option<String>,
) {
    // What cannot be read was refused already, by who wrote it.
    if let Ok(constraints) = parse(json.as_deref()) {
        constrain(shared, element, track, constraints);
    }
}

fn constrain(
    shared: &Arc<Shared>,
    element: &gst_base::BaseSrc,
    track: MediaStreamTrack,
    constraints: TrackConstraints,
) {
    if track.lost().is_some() {
        return wish(shared, element, &track, constraints);
    }
    let (weak, shared) = (element.downgrade(), shared.clone());
    let (played, asked) = (track.clone(), constraints.clone());
    track.apply_constraints_later(constraints, move |result| {
        let Some(element) = weak.upgrade() else {
            return;
        };
        match result {
            // On a track that has ended it succeeds, and is for the one that takes its place.
            _ if played.lost().is_some() => wish(&shared, &element, &played, asked),
            Ok(()) => {}
            Err(error) => refuse(element.upcast_ref(), &error),
        }
    });
}

/// The track in the place of `lost` is to meet `constraints`.
fn wish(
    shared: &Arc<Shared>,
    element: &gst_base::BaseSrc,
    lost: &MediaStreamTrack,
    constraints: TrackConstraints,
) {
    let next = {
        let mut state = shared.lock();
        let next = state.track.clone().filter(|track| track != lost);
        if next.is_none() && state.started {
            state.wish = Some(Arc::new(constraints.clone()));
        }
        next
    };
    match next {
        Some(track) => constrain(shared, element, track, constraints),
        None => shared.news(),
    }
}

/// Asks what is behind the element again. What was in force stays until the answer is there.
pub(super) fn renegotiate(core: &Core, element: &gst_base::BaseSrc, connection: Weak<Connection>) {
    let weak = element.downgrade();
    let shared = core.shared().clone();
    let generation = shared.lock().generation;
    spawn(move || {
        let Some(element) = weak.upgrade() else {
            return;
        };
        let caps = consumer_caps(&element);
        let wanted = shared.lock().generation == generation;
        let Some(connection) = connection.upgrade().filter(|_| wanted) else {
            return;
        };
        match connection.renegotiate(&caps) {
            Ok(_) => {}
            // What the track cannot be made into is an error of the pipeline.
            Err(error) if error.is_of_what_was_asked() => {
                message::post_open_error(element.upcast_ref(), &error);
            }
            // What became of the device is not: the track is told, and who plays next is asked again.
            Err(error) => gst::info!(super::super::CAT, obj = element, "not negotiated: {error}"),
        }
    });
}
