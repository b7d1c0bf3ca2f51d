//! Getting a track: everything here that waits for a device runs on a thread of its own.
//!
//! An answer that comes after the element was stopped, or was told to play something else, is not
//! wanted any more (`State::generation`): its track is stopped and nobody hears of it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use gst::glib;
use gst::prelude::*;
use gst_base::prelude::*;

use super::core::{Core, Phase, Shared, refuse};
use super::settings::parse;
use crate::capture::Connection;
use crate::devices::Registry;
use crate::elements::message;
use crate::media::task_queue::spawn;
use crate::media::track::{Consumer, ConsumerError};
use crate::media::{GetUserMediaError, MediaStreamTrack, get_track, get_track_of};
use crate::model::constraints::{Kind, TrackConstraints};

/// The pauses between attempts to take a lost device again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(8));

/// What an opening thread needs to know.
struct Job {
    shared: Arc<Shared>,
    element: glib::WeakRef<gst_base::BaseSrc>,
    generation: u64,
    kind: Kind,
    constraints: TrackConstraints,
    given: Option<MediaStreamTrack>,
    lost: Option<MediaStreamTrack>,
}

/// Asks for a track, or for the one that was `lost`. Returns at once.
pub(super) fn begin(core: &Core, element: &gst_base::BaseSrc, lost: Option<MediaStreamTrack>) {
    let settings = core.settings().clone();
    // Refused in `before` already if it cannot be read.
    let constraints = settings.track_constraints().unwrap_or_default();
    let (generation, old) = {
        let mut state = core.shared().lock();
        if !state.started {
            return;
        }
        state.generation += 1;
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
        given: settings.track.filter(|_| lost.is_none()),
        lost,
    };
    spawn(move || job.run());
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
            Ok((consumer, owned)) => self.deliver(&element, consumer, owned),
            Err(error) => self.fail(&element, &error),
        }
    }

    /// Tries until the device is back or nobody waits any more; slower and slower, and at once
    /// when the list of devices changes.
    fn reconnect(&self, lost: &MediaStreamTrack) {
        let shared = self.shared.clone();
        let _watch = Registry::shared().ok().map(|registry| {
            registry.subscribe(Box::new(move |_| {
                shared.lock().devices_changed = true;
                shared.changed.notify_all();
            }))
        });
        let mut pause = PAUSES.0;
        while self.is_wanted() {
            let Some(element) = self.element.upgrade() else {
                return;
            };
            let caps = consumer_caps(&element);
            // The same identity first, then any that meets the constraints: those in force when it
            // was lost.
            let constraints = lost.constraints();
            let same = lost.source_device().map(|device| device.id.clone());
            let opened = get_track_of(
                same.as_deref().unwrap_or_default(),
                self.kind,
                &constraints,
                Some(&caps),
            )
            .or_else(|_| get_track(self.kind, &constraints, Some(&caps)));
            let consumer = opened.and_then(|track| {
                // A picture that was switched off stays off.
                track.set_enabled(lost.enabled());
                track.set_content_hint(lost.content_hint().unwrap_or_default());
                consume(&track, &element, &caps)
            });
            match consumer {
                Ok(consumer) => return self.deliver(&element, consumer, true),
                Err(error) => gst::info!(super::super::CAT, obj = element, "not yet back: {error}"),
            }
            drop(element);
            self.pause(pause);
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    fn pause(&self, pause: Duration) {
        let state = self.shared.lock();
        let wait = self
            .shared
            .changed
            .wait_timeout_while(state, pause, |state| {
                state.generation == self.generation && !state.devices_changed
            });
        if let Ok((mut state, _)) = wait {
            state.devices_changed = false;
        }
    }

    fn deliver(&self, element: &gst_base::BaseSrc, consumer: Consumer, owned: bool) {
        let track = consumer.track().clone();
        let feed = consumer.feed();
        let latency = consumer.latency();
        let connection = Arc::downgrade(consumer.connection());
        let mut state = self.shared.lock();
        if state.generation != self.generation {
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
        drop(state);
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
        if state.generation == self.generation {
            state.phase = if ended { Phase::Ended } else { Phase::Failed };
            if ended {
                state.stream_id = self.given.as_ref().map(|track| track.id());
            }
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

/// What is behind the element: a required constraint on the track.
fn consumer_caps(element: &gst_base::BaseSrc) -> gst::Caps {
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

fn consume(
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

/// `constraints` was written while a track plays.
pub(super) fn apply(element: &gst_base::BaseSrc, track: MediaStreamTrack, json: Option<String>) {
    let weak = element.downgrade();
    let constraints = match parse(json.as_deref()) {
        Ok(constraints) => constraints,
        // Said already by who wrote it.
        Err(_) => return,
    };
    track.apply_constraints_later(constraints, move |result| {
        if let (Err(error), Some(element)) = (result, weak.upgrade()) {
            refuse(element.upcast_ref(), &error);
        }
    });
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
        if let Err(error) = connection.renegotiate(&caps) {
            message::post_open_error(element.upcast_ref(), &error);
        }
    });
}
