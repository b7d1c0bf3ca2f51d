//! What only the streaming thread uses.

use gst::prelude::*;

use super::timeline::Timeline;
use crate::media::track::Consumer;

/// The stream on the pad, from start to stop.
#[derive(Default)]
pub(super) struct Stream {
    pub consumer: Option<Box<Consumer>>,
    pub caps: Option<gst::Caps>,
    pub timeline: Timeline,
    pub has_segment: bool,
    /// The track's device is lost, and is to be taken again.
    pub recovers: bool,
    /// The track and the hint that downstream knows of.
    told: Option<(String, String)>,
}

impl Stream {
    /// Tells downstream what the track is for, once there is anything to be told about: an encoder
    /// chooses by it what to give up first when it cannot keep up. Called between buffers, so the news
    /// stands where the hint changed.
    pub fn announce(&mut self, pad: &gst::Pad) {
        let Some(consumer) = self.consumer.as_ref().filter(|_| self.caps.is_some()) else {
            return;
        };
        let track = consumer.track();
        let news = (track.id(), track.content_hint().unwrap_or_default());
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
