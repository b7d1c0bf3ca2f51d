//! What only the streaming thread uses.

use std::time::Instant;

use gst::prelude::*;

use super::rest::Rest;
use super::state::LATENCY;
use super::timeline::Timeline;
use crate::media::MediaStreamTrack;
use crate::media::track::Consumer;

/// The stream on the pad, from start to stop.
#[derive(Default)]
pub(super) struct Stream {
    pub consumer: Option<Box<Consumer>>,
    /// What follows on the end of a track that was given. The consumer, if there was one, stays beside
    /// it: through that the element hears of the end.
    pub rest: Option<Rest>,
    /// The track is one that the application gave to this element.
    pub is_given: bool,
    /// The consumer's caps may have changed since the end.
    pub renegotiates: bool,
    pub caps: Option<gst::Caps>,
    pub timeline: Timeline,
    pub has_segment: bool,
    /// Since when downstream does not take the caps.
    pub refused: Option<Instant>,
    /// The track's device is lost, and is to be taken again.
    pub recovers: bool,
    /// The track and the hint that downstream knows of.
    told: Option<(String, String)>,
    /// Whether that is the track which is played.
    is_told: bool,
}

impl Stream {
    /// The track that is played.
    pub fn track(&self) -> Option<&MediaStreamTrack> {
        let of_rest = self.rest.as_ref().map(|rest| &rest.track);
        of_rest.or_else(|| self.consumer.as_ref().map(|consumer| consumer.track()))
    }

    /// What the next buffer is to be, once known.
    pub fn promised(&self) -> Option<&gst::Caps> {
        match &self.rest {
            Some(rest) => rest.caps(),
            None => self.consumer.as_ref().and_then(|consumer| consumer.caps()),
        }
    }

    /// Plays `fresh` from now on: times rise across the change.
    pub fn begin(&mut self, mut fresh: Box<Consumer>) -> MediaStreamTrack {
        let track = fresh.track().clone();
        if let Some(old) = self.consumer.take() {
            fresh.succeed(&old);
        }
        if let Some(rest) = self.rest.take() {
            fresh.go_on_at(rest.time());
        }
        self.recovers = false;
        self.is_told = false;
        self.consumer = Some(fresh);
        track
    }

    /// Goes on where `track`, which has ended, was, for a consumer of `accepted`.
    pub fn begin_rest(
        &mut self,
        track: MediaStreamTrack,
        accepted: &gst::Caps,
    ) -> MediaStreamTrack {
        let earlier = self.rest.take().map(|rest| rest.time());
        let live = self.consumer.as_ref();
        let next = earlier.or(live.map(|consumer| consumer.time()));
        let latency = live.map_or(LATENCY, |consumer| consumer.latency());
        let in_force = self.caps.clone();
        let rest = Rest::new(track.clone(), in_force, accepted, next, latency);
        self.renegotiates = false;
        self.is_told = false;
        self.rest = Some(rest);
        track
    }

    /// Goes on from the present, after a time in which nobody read.
    pub fn resume(&mut self) {
        self.refused = None;
        if let Some(rest) = &mut self.rest {
            rest.resume();
        } else if let Some(consumer) = &mut self.consumer {
            consumer.resume();
        }
    }

    /// Tells downstream what the track is for, once there is anything to be told about: an encoder
    /// chooses by it what to give up first when it cannot keep up. Called between buffers, so the news
    /// stands where the hint changed.
    pub fn announce(&mut self, pad: &gst::Pad) {
        let Some(track) = self.track().filter(|_| self.caps.is_some()) else {
            return;
        };
        // Asked for each buffer, so first the cheap way.
        let told = self.told.as_ref().filter(|_| self.is_told);
        if told.is_some_and(|(_, hint)| track.has_content_hint(hint)) {
            return;
        }
        let news = (track.id(), track.content_hint().unwrap_or_default());
        self.is_told = true;
        if self.told.as_ref() == Some(&news) {
            return;
        }
        let structure = gst::Structure::builder("media-stream-track")
            .field("track-id", &news.0)
            .field("content-hint", &news.1)
            .build();
        self.told = Some(news);
        // Sticky: who is linked later gets it as well.
        pad.push_event(gst::event::CustomDownstreamSticky::new(structure));
    }
}
