//! `capture-stream`: streams that follow what is heard and seen ("captureStream()" of Media Capture from
//! DOM Elements).
//!
//! What ends a captured track happens where it is decided (`Tap::finish`), so that it ends first; its place in
//! the streams follows on a queue, one change after the other.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::MediaElementSrc;
use super::stream::Stream;
use crate::media::{MediaStream, MediaStreamTrack};

/// A stream that was given to the application.
#[derive(Debug)]
struct Captured {
    stream: glib::WeakRef<MediaStream>,
    tracks: Vec<CapturedTrack>,
}

#[derive(Debug, Clone)]
struct CapturedTrack {
    of: Arc<Stream>,
    /// Which source of that stream it lives from.
    number: u64,
    track: MediaStreamTrack,
}

impl CapturedTrack {
    fn is(&self, stream: &Arc<Stream>, number: Option<u64>) -> bool {
        Arc::ptr_eq(&self.of, stream) && Some(self.number) == number
    }
}

/// All of them. The lock is a leaf; only tasks of the element's queue write.
#[derive(Debug, Default)]
pub(super) struct Captures(Mutex<Vec<Captured>>);

impl Captures {
    fn take(&self) -> Vec<Captured> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, captured: Vec<Captured>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = captured;
    }
}

impl MediaElementSrc {
    /// A stream of what is heard and seen, which follows that. Waits for nobody but the streams that were given
    /// before.
    pub(super) fn capture_stream(&self) -> MediaStream {
        let stream = MediaStream::new();
        let (sender, done) = channel();
        let (element, given) = (self.obj().clone(), stream.downgrade());
        self.tasks.push(move || {
            let element = element.imp();
            let mut captured = element.captures.take();
            captured.push(Captured {
                stream: given,
                tracks: Vec::new(),
            });
            element.captures.put(captured);
            element.follow_now(Some(&sender));
        });
        // Fails when there is no thread to be had: what is captured then comes later.
        let _ = done.recv();
        stream
    }

    /// Lets what was captured follow. Never waits.
    pub(super) fn follow(&self) {
        let element = self.obj().downgrade();
        self.tasks.push(move || {
            if let Some(element) = element.upgrade() {
                element.imp().follow_now(None);
            }
        });
    }

    /// On the queue. `first`: the last stream is about to be given, nobody has seen it.
    fn follow_now(&self, first: Option<&std::sync::mpsc::Sender<()>>) {
        let mut all = self.captures.take();
        all.retain(|captured| captured.stream.upgrade().is_some());
        let wanted = match all.is_empty() {
            true => Vec::new(),
            false => self.audible_and_visible(),
        };
        let newest = all.len().checked_sub(1).filter(|_| first.is_some());
        for (at, captured) in all.iter_mut().enumerate() {
            let Some(stream) = captured.stream.upgrade() else {
                continue;
            };
            let is_new = newest == Some(at);
            agree(captured, &stream, &wanted, is_new);
        }
        self.captures.put(all);
        if let Some(first) = first {
            let _ = first.send(());
        }
    }

    /// The streams to be captured.
    fn audible_and_visible(&self) -> Vec<Arc<Stream>> {
        let run = self.lock().run.clone();
        let run = run.filter(|run| run.is_listed && !run.is_over);
        let streams = run.map(|run| run.streams).unwrap_or_default();
        streams.into_iter().filter(|s| s.is_on()).collect()
    }
}

/// Makes the tracks of one captured stream those of `wanted`.
fn agree(captured: &mut Captured, stream: &MediaStream, wanted: &[Arc<Stream>], is_new: bool) {
    let is_wanted = |known: &CapturedTrack| {
        let mut wanted = wanted.iter();
        wanted.any(|stream| known.is(stream, stream.tap.number()))
    };
    let tracks = std::mem::take(&mut captured.tracks);
    let (mut kept, over): (Vec<_>, Vec<_>) = tracks.into_iter().partition(is_wanted);
    for old in &over {
        // Made too late for who has switched it off.
        if !wanted.iter().any(|stream| Arc::ptr_eq(stream, &old.of)) {
            old.of.tap.finish();
        }
        stream.change_by_agent(Some(&old.track), None);
    }
    for of in wanted {
        let source = of.tap.source(&of.label());
        if kept.iter().any(|known| known.is(of, Some(source.number))) {
            continue;
        }
        let track = MediaStreamTrack::generated(&source.generator);
        match is_new {
            true => stream.add_track(&track),
            false => stream.change_by_agent(None, Some(&track)),
        }
        kept.push(CapturedTrack {
            of: of.clone(),
            number: source.number,
            track,
        });
        // Switched off meanwhile: nobody else ends what was made too late.
        if !of.is_on() {
            of.tap.finish();
        }
    }
    captured.tracks = kept;
}
