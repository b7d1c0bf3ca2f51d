//! What `usermediasrc` plays.

use std::sync::{Arc, Mutex};

use gst::glib;
use gst::prelude::*;

use crate::media::object_list::ObjectList;
use crate::media::{MediaStream, MediaStreamTrack};
use crate::model::constraints::Kind;

/// One track being played.
#[derive(Debug, Clone)]
pub(super) struct Child {
    /// `video_0`: the name of the pad, and of the track as a child.
    pub name: String,
    pub track: MediaStreamTrack,
    pub element: gst::Element,
    pub pad: gst::GhostPad,
    /// A leaf.
    pub place: Arc<Mutex<Place>>,
}

/// Whether a child is in the bin. It goes in once, and out once.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nobody has put all of it in yet.
    #[default]
    Outside,
    Inside,
    /// It is to be out, whoever puts it in.
    Left,
}

/// What changes while the element runs. A leaf: nothing is called while it is locked.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Rises with every start and stop: an answer to an earlier one is not wanted any more.
    pub generation: u64,
    /// Between READY and PLAYING.
    pub is_active: bool,
    pub stream: Option<MediaStream>,
    /// Tracks that were opened here, so they end with the element.
    pub own: Vec<MediaStreamTrack>,
    pub children: Vec<Child>,
    /// No longer played, and waiting for their last buffer to be taken.
    pub leaving: Vec<Child>,
    pub group: Option<gst::GroupId>,
    /// Whether `no-more-pads` was said.
    pub is_announced: bool,
    /// An EOS was sent to the element before there was a track to end.
    pub wants_eos: bool,
    pub watch: Option<Watch>,
    made: [u32; 2],
}

impl State {
    /// The next unused number of a pad of `kind`.
    pub fn number(&mut self, kind: Kind) -> u32 {
        let made = &mut self.made[kind as usize];
        *made += 1;
        *made - 1
    }
}

/// Signal handlers on the stream being played; ends with it.
#[derive(Debug)]
pub(super) struct Watch {
    pub stream: MediaStream,
    pub tracks: ObjectList,
    pub on_stream: Vec<glib::SignalHandlerId>,
    pub on_tracks: Option<glib::SignalHandlerId>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        for handler in self.on_stream.drain(..) {
            self.stream.disconnect(handler);
        }
        if let Some(handler) = self.on_tracks.take() {
            self.tracks.disconnect(handler);
        }
    }
}
