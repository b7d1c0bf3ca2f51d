//! What `mediaelementsrc` plays, and what it was asked to.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;

use super::picture::Picture;
use super::sound::Sound;
use super::stream::Stream;
use crate::model::constraints::Kind;

/// What changes while the element runs. A leaf: nothing is called while it is locked.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Rises with every start and stop: what an earlier run tells is not wanted any more.
    pub generation: u64,
    pub run: Option<Run>,
    /// To what the pads of the last run were linked.
    pub peers: Vec<(glib::GString, glib::WeakRef<gst::Pad>)>,
}

/// One resource being played, from READY to PAUSED and back.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub generation: u64,
    pub uri: String,
    /// `uridecodebin`
    pub decoder: gst::Element,
    pub sound: Sound,
    pub picture: Picture,
    /// In the order of the resource.
    pub streams: Vec<Arc<Stream>>,
    pub pads: Vec<gst::GhostPad>,
    /// What the mixer takes.
    pub format: Option<gst::Caps>,
    /// There will be no more of them.
    pub are_all_there: bool,
    /// All of them are listed, or about to be.
    pub is_complete: bool,
    /// The tracks are in the lists.
    pub is_listed: bool,
    /// All streams have been played to their end.
    pub is_over: bool,
    /// Somebody has sent an EOS.
    pub is_stopped: bool,
    /// An error was posted: what follows from it is not.
    pub has_failed: bool,
    /// The last seek.
    pub seek: Option<gst::Seqnum>,
}

impl Run {
    /// What is there whatever the resource has.
    pub fn parts(&self) -> [&[gst::Element]; 3] {
        let decoder = std::slice::from_ref(&self.decoder);
        [&self.sound.elements, self.picture.part(), decoder]
    }

    /// The streams of `kind`, in the order of the resource.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Arc<Stream>> {
        self.streams
            .iter()
            .filter(move |stream| stream.kind == kind)
    }

    pub fn pad(&self, name: &str) -> Option<&gst::GhostPad> {
        self.pads.iter().find(|pad| pad.name() == name)
    }
}
