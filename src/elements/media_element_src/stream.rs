//! One audio or video stream of the resource, from the decoder on.
//!
//! ```text
//! sound:   audioconvert ! scaletempo ! tee ─┬─ queue ! appsink                                    (to be captured)
//!                                           └─ audioconvert ! audioresample ! capsfilter ! mixer  (to be heard)
//! picture:                             tee ─┬─ queue ! appsink
//!                                           └─ queue ! funnel                                     (to be seen)
//! ```
//!
//! The appsink plays in real time, whether or not it is captured from: it is the pace of an element to
//! which nothing is linked. It comes first, so that what is behind the pads does not hold it up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use gst::prelude::*;

use super::parts::{self, Missing, make};
use super::tap::Tap;
use super::{MediaElementSrc, facts};
use crate::media::track_list::{AudioTrack, VideoTrack};
use crate::model::constraints::Kind;

/// How much may wait to be captured while what is behind the pad takes its time to begin.
const LONGEST: gst::ClockTime = gst::ClockTime::from_seconds(10);
/// While it plays, what is behind the pads may be ahead of the clock by so much sound,
const SOUND: gst::ClockTime = gst::ClockTime::SECOND;
/// and by so many pictures: they are large, and a decoder may have few.
const PICTURES: u32 = 3;

/// What applications see of it.
#[derive(Debug)]
pub(super) enum Listed {
    Audio(AudioTrack),
    Video(VideoTrack),
}

/// See above.
#[derive(Debug)]
pub(super) struct Stream {
    pub id: String,
    pub kind: Kind,
    /// Of the resource, with its tags.
    pub facts: gst::Stream,
    /// The decoder's pad.
    pub source: gst::Pad,
    /// The input of the mixer or the funnel.
    pub input: gst::Pad,
    pub tap: Tap,
    /// From the decoder to the tee.
    trunk: Vec<gst::Element>,
    /// From the tee to the tap.
    captured: Vec<gst::Element>,
    /// From the tee to the junction.
    shown: Vec<gst::Element>,
    block: Mutex<Option<gst::PadProbeId>>,
    has_data: AtomicBool,
    is_open: AtomicBool,
    is_gone: AtomicBool,
    listed: OnceLock<Listed>,
}

impl Stream {
    /// Makes the elements, outside of any bin.
    pub fn new(
        facts: gst::Stream,
        kind: Kind,
        source: &gst::Pad,
        input: gst::Pad,
    ) -> Result<Self, Missing> {
        let (mut trunk, mut shown) = (Vec::new(), Vec::new());
        let queue = make("queue")?;
        queue.set_property("silent", true);
        queue.set_property("max-size-bytes", 0u32);
        match kind {
            Kind::Audio => {
                trunk.extend([make("audioconvert")?, make("scaletempo")?]);
                for factory in ["audioconvert", "audioresample", "capsfilter"] {
                    shown.push(make(factory)?);
                }
            }
            // Whoever waits at the junction, for its turn or for another's preroll, does not keep the tap from its own.
            Kind::Video => {
                let queue = make("queue")?;
                queue.set_property("silent", true);
                queue.set_property("max-size-buffers", 1u32);
                queue.set_property("max-size-bytes", 0u32);
                queue.set_property("max-size-time", gst::ClockTime::ZERO);
                shown.push(queue);
            }
        }
        let tee = make("tee")?;
        tee.set_property("allow-not-linked", true);
        trunk.push(tee);
        let tap = Tap::new(kind);
        let sink = tap.sink().clone().upcast();
        Ok(Self {
            id: facts::id(&facts),
            kind,
            facts,
            source: source.clone(),
            input,
            tap,
            trunk,
            captured: vec![queue, sink],
            shown,
            block: Mutex::new(None),
            has_data: AtomicBool::new(false),
            is_open: AtomicBool::new(false),
            is_gone: AtomicBool::new(false),
            listed: OnceLock::new(),
        })
    }

    /// Puts it into `bin`, not yet behind the decoder's pad.
    pub fn enter(&self, bin: &MediaElementSrc) -> Result<(), gst::glib::BoolError> {
        for chain in self.chains() {
            parts::place(bin, chain)?;
        }
        let ends = |chain: &[gst::Element]| {
            let first = chain.first()?.static_pad("sink")?;
            Some((first, chain.last()?.static_pad("src")))
        };
        // The tap is the first to get a buffer.
        let (tap, junction) = (ends(&self.captured), ends(&self.shown));
        let input = junction.as_ref().map_or(&self.input, |(first, _)| first);
        for sink in tap.iter().map(|(first, _)| first).chain([input]) {
            let branch = self
                .trunk
                .last()
                .and_then(|tee| tee.request_pad_simple("src_%u"));
            if let Some(branch) = branch {
                branch.link(sink).map_err(not_linked)?;
            }
        }
        if let Some((_, Some(last))) = junction {
            last.link(&self.input).map_err(not_linked)?;
        }
        for chain in self.chains() {
            parts::keep_up(bin, chain);
        }
        Ok(())
    }

    /// Lets the decoder's data in. `format`: what the mixer takes.
    pub fn connect(&self, format: Option<&gst::Caps>) -> Result<(), gst::glib::BoolError> {
        if let (Kind::Audio, Some(filter), Some(format)) = (self.kind, self.shown.last(), format) {
            filter.set_property("caps", format);
        }
        match self.upstream() {
            Some(sink) if !self.source.is_linked() => {
                self.source.link(&sink).map(drop).map_err(not_linked)
            }
            _ => Ok(()),
        }
    }

    /// From the ends to the decoder: what is behind is ready before what is in front of it.
    fn chains(&self) -> [&[gst::Element]; 3] {
        [&self.captured, &self.shown, &self.trunk]
    }

    /// What the decoder gives, once it has begun.
    pub fn caps(&self) -> Option<gst::Caps> {
        self.source.current_caps()
    }

    /// Takes it out of `bin`. What was captured of it ends.
    pub fn leave(&self, bin: &MediaElementSrc) {
        self.is_gone.store(true, Ordering::SeqCst);
        self.tap.finish();
        self.unblock();
        for chain in self.chains() {
            parts::remove(bin, chain);
        }
        if let Some(junction) = self.input.parent_element() {
            junction.release_request_pad(&self.input);
        }
    }

    /// Where seeks are sent to, and what the decoder knows of time is asked for.
    pub fn upstream(&self) -> Option<gst::Pad> {
        self.trunk.first()?.static_pad("sink")
    }

    /// Whether anything has come: sound, a picture, or the news that there is none. Everything that
    /// the resource says of it comes before.
    pub fn has_data(&self) -> bool {
        self.has_data.load(Ordering::SeqCst)
    }

    /// Holds back what comes first, until [`Self::unblock`], unless `arrived` says that it may pass.
    pub fn hold(&self, arrived: impl Fn() -> bool + Send + Sync + 'static) {
        let kinds = gst::PadProbeType::BLOCK
            | gst::PadProbeType::BUFFER
            | gst::PadProbeType::BUFFER_LIST
            | gst::PadProbeType::EVENT_DOWNSTREAM;
        let id = self.source.add_probe(kinds, move |_, info| {
            let is_data = info.event().is_none_or(|event| {
                matches!(event.type_(), gst::EventType::Gap | gst::EventType::Eos)
            });
            match is_data {
                false => gst::PadProbeReturn::Pass,
                true if arrived() => gst::PadProbeReturn::Remove,
                true => gst::PadProbeReturn::Ok,
            }
        });
        *self.block.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    /// Whether what comes may pass.
    pub fn is_open(&self) -> bool {
        self.is_open.load(Ordering::SeqCst)
    }

    /// Something has come.
    pub fn arrive(&self) {
        self.has_data.store(true, Ordering::SeqCst);
    }

    /// Lets go of what was held back.
    pub fn unblock(&self) {
        self.is_open.store(true, Ordering::SeqCst);
        let mut block = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        let id = block.take();
        drop(block);
        if let Some(id) = id {
            self.source.remove_probe(id);
        }
    }

    /// How much may wait to be captured. What is behind the pad may take seconds before it is ready to play,
    /// an encoder for instance: nothing is captured before that, so all of it waits.
    pub fn wait_for_pad(&self, waits: bool) {
        let Some(queue) = self.captured.first() else {
            return;
        };
        let (pictures, time) = match (self.kind, waits) {
            (_, true) => (0, LONGEST),
            (Kind::Audio, false) => (0, SOUND),
            (Kind::Video, false) => (PICTURES, gst::ClockTime::ZERO),
        };
        queue.set_property("max-size-time", time);
        queue.set_property("max-size-buffers", pictures);
    }

    /// It has its place in a list.
    pub fn enlist(&self, listed: Listed) {
        let _ = self.listed.set(listed);
    }

    pub fn listed(&self) -> Option<&Listed> {
        self.listed.get()
    }

    /// Whether it is to be heard or seen.
    pub fn is_on(&self) -> bool {
        let is_chosen = match self.listed() {
            Some(Listed::Audio(track)) => track.enabled(),
            Some(Listed::Video(track)) => track.selected(),
            None => false,
        };
        is_chosen && !self.is_gone.load(Ordering::SeqCst)
    }

    /// What it is called.
    pub fn label(&self) -> String {
        match self.listed() {
            Some(Listed::Audio(track)) => track.label(),
            Some(Listed::Video(track)) => track.label(),
            None => String::new(),
        }
    }
}

fn not_linked(error: gst::PadLinkError) -> gst::glib::BoolError {
    gst::glib::bool_error!("{error}")
}
