//! What `mediaelementsrc` plays, and what it was asked to.

use std::sync::Arc;

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
}

/// One resource being played, from READY to PAUSED and back.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub generation: u64,
    pub uri: String,
    /// `uridecodebin3`
    pub decoder: gst::Element,
    pub sound: Sound,
    pub picture: Picture,
    /// Those that have a pad, in the order of the resource.
    pub streams: Vec<Arc<Stream>>,
    /// All that the resource has, whatever it is.
    pub collection: Vec<gst::Stream>,
    /// Of the streams that are to be decoded, once the decoders are there.
    pub expected: Option<Vec<String>>,
    /// Of the streams that cannot be decoded.
    pub hopeless: Vec<String>,
    pub pads: Vec<gst::GhostPad>,
    /// What the mixer takes.
    pub format: Option<gst::Caps>,
    /// The pads are there, or about to be.
    pub is_exposed: bool,
    /// The tracks are in the lists.
    pub is_listed: bool,
    /// All streams have been played to their end.
    pub is_over: bool,
    /// An error was posted: what follows from it is not.
    pub has_failed: bool,
    /// The last seek.
    pub seek: Option<gst::Seqnum>,
}

impl Run {
    /// Whether everything that will come has come.
    pub fn is_complete(&self) -> bool {
        let has_data = |id: &String| {
            let known = self.streams.iter().find(|stream| stream.id == *id);
            known.is_some_and(|stream| stream.has_data())
        };
        let mut expected = self.expected.iter().flatten();
        self.expected.is_some() && expected.all(|id| self.hopeless.contains(id) || has_data(id))
    }

    /// What is there whatever the resource has.
    pub fn parts(&self) -> [&[gst::Element]; 3] {
        let decoder = std::slice::from_ref(&self.decoder);
        [&self.sound.elements, self.picture.part(), decoder]
    }

    /// Where a stream belongs among the others.
    pub fn place_of(&self, id: &str) -> usize {
        let number = |id: &str| {
            let mut all = self.collection.iter();
            all.position(|stream| stream.stream_id().is_some_and(|known| known == id))
        };
        let own = number(id).unwrap_or(usize::MAX);
        let is_before = |s: &&Arc<Stream>| number(&s.id).unwrap_or(usize::MAX) <= own;
        self.streams.iter().take_while(is_before).count()
    }

    /// The streams of `kind`, in the order of the resource.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Arc<Stream>> {
        self.streams.iter().filter(move |stream| stream.kind == kind)
    }

    pub fn pad(&self, name: &str) -> Option<&gst::GhostPad> {
        self.pads.iter().find(|pad| pad.name() == name)
    }
}
