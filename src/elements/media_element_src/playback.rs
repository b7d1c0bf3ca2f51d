//! One resource being played: from its URI to its streams and their pads.
//!
//! `uridecodebin3` decodes every audio and video stream. Nothing flows before the first data of all of them
//! is there: then what the lists say of them is known, the mixer has all its inputs, and the pads can come
//! together.

use std::sync::Arc;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::MediaElementSrc;
use super::parts::{self, Missing, make};
use super::picture::Picture;
use super::sound::Sound;
use super::state::Run;
use super::stream::{Listed, Stream};
use super::tap::News;
use super::uri::is_uri;
use super::{ends, facts, failure, pads};
use crate::elements::CAT;
use crate::model::constraints::Kind;

impl MediaElementSrc {
    /// READY to PAUSED: what is there to play, and with what. Waits for nobody.
    pub(super) fn begin(&self) -> Result<(), gst::StateChangeError> {
        let element = self.obj();
        let uri = self.settings().uri.clone();
        let uri = uri.filter(|uri| !uri.is_empty()).ok_or_else(|| {
            failure::post_no_uri(&element, None);
            gst::StateChangeError
        })?;
        if !is_uri(&uri) {
            failure::post_no_uri(&element, Some(&uri));
            return Err(gst::StateChangeError);
        }
        let run = self.make_run(uri).map_err(|missing| {
            failure::post_missing(&element, missing);
            gst::StateChangeError
        })?;
        for part in run.parts() {
            if let Err(error) = parts::place(&element, part) {
                gst::error!(CAT, imp = self, "{error}");
                return Err(gst::StateChangeError);
            }
        }
        self.lock().run = Some(run);
        self.set_async(true);
        Ok(())
    }

    fn make_run(&self, uri: String) -> Result<Run, Missing> {
        let decoder = make("uridecodebin3")?;
        decoder.set_property("uri", &uri);
        // Network only: files are fast enough.
        decoder.set_property("use-buffering", true);
        let generation = {
            let mut state = self.lock();
            state.generation += 1;
            state.generation
        };
        ends::pass_on(&decoder);
        self.listen(&decoder, generation);
        Ok(Run {
            generation,
            uri,
            decoder,
            sound: Sound::new()?,
            picture: Picture::new()?,
            streams: Vec::new(),
            collection: Vec::new(),
            expected: None,
            hopeless: Vec::new(),
            pads: Vec::new(),
            format: None,
            is_exposed: false,
            is_listed: false,
            is_over: false,
            has_failed: false,
            seek: None,
        })
    }

    fn listen(&self, decoder: &gst::Element, generation: u64) {
        // Always asked, never for a stream that nothing here can decode: it would be waited for.
        decoder.connect("select-stream", false, |values| {
            let stream: Option<gst::Stream> = values.get(2).and_then(|value| value.get().ok());
            let is_wanted = stream.is_some_and(|stream| super::decoding::can_decode(&stream));
            Some(i32::from(is_wanted).to_value())
        });
        let element = self.obj().downgrade();
        decoder.connect_pad_added(move |_, pad| {
            if let Some(element) = element.upgrade() {
                element.imp().appear(generation, pad);
            }
        });
        let element = self.obj().downgrade();
        decoder.connect_pad_removed(move |_, pad| {
            if let Some(element) = element.upgrade() {
                element.imp().disappear(generation, pad);
            }
        });
    }

    /// Runs `change` on the run of `generation`, if that is still the one.
    pub(super) fn with_run<T>(
        &self,
        generation: u64,
        change: impl FnOnce(&mut Run) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        let run = state.run.as_mut();
        run.filter(|run| run.generation == generation).map(change)
    }

    /// A decoder has a pad. On its streaming thread, before anything flows.
    fn appear(&self, generation: u64, pad: &gst::Pad) {
        let Some(run) = self.with_run(generation, |run| run.clone()) else {
            return;
        };
        let Some(facts) = pad.stream() else { return };
        let Some(kind) = facts::kind(&facts) else {
            return;
        };
        let id: String = facts.stream_id().map(Into::into).unwrap_or_default();
        gst::info!(CAT, imp = self, "{kind:?} stream {id}");
        let input = match kind {
            Kind::Audio => run.sound.input(),
            Kind::Video => run.picture.input(&id),
        };
        let Some(input) = input else { return };
        let stream = match Stream::new(facts, id, kind, pad, input) {
            Ok(stream) => Arc::new(stream),
            Err(missing) => return failure::post_missing(&self.obj(), missing),
        };
        let (added, place) = (stream.clone(), run.place_of(&stream.id));
        let is_new = self.with_run(generation, |run| {
            let place = place.min(run.streams.len());
            run.streams.insert(place, added);
            run.is_exposed
        });
        self.hold(generation, &stream);
        self.watch(generation, &stream);
        if let Err(error) = stream.enter(&self.obj()) {
            gst::error!(CAT, imp = self, "{error}");
        }
        stream.tap.set_playing(self.is_playing());
        if is_new == Some(true) {
            self.join_late(generation, &stream);
        }
    }

    /// Nothing of `stream` flows before the pads are there.
    fn hold(&self, generation: u64, stream: &Arc<Stream>) {
        let (element, held) = (self.obj().downgrade(), Arc::downgrade(stream));
        stream.hold(move || {
            let (Some(element), Some(stream)) = (element.upgrade(), held.upgrade()) else {
                return true;
            };
            stream.arrive();
            let element = element.imp();
            element.expose_when_complete(generation);
            let is_open = element.with_run(generation, |run| run.is_listed);
            is_open.unwrap_or(true)
        });
    }

    fn watch(&self, generation: u64, stream: &Arc<Stream>) {
        let element = self.obj().downgrade();
        stream.tap.watch(move |news| {
            if let Some(element) = element.upgrade() {
                element.imp().hear(generation, news);
            }
        });
    }

    /// The resource has one more stream than before.
    fn join_late(&self, generation: u64, stream: &Arc<Stream>) {
        self.list(stream.kind, &[stream]);
        self.switched();
        let Some(run) = self.with_run(generation, |run| run.clone()) else {
            return;
        };
        self.expose(&run);
        // What the mixer takes is settled; if this is the first sound, it is what this one gives.
        if let Err(error) = stream.connect(run.format.as_ref()) {
            gst::error!(CAT, imp = self, "{}: {error}", stream.id);
        }
    }

    /// A decoder has a pad no more.
    fn disappear(&self, generation: u64, pad: &gst::Pad) {
        let gone = self.with_run(generation, |run| {
            let at = run.streams.iter().position(|stream| stream.source == *pad);
            at.map(|at| run.streams.remove(at))
        });
        let Some(stream) = gone.flatten() else { return };
        stream.leave(&self.obj());
        match stream.listed() {
            Some(Listed::Audio(track)) => self.audio_tracks.remove(track),
            Some(Listed::Video(track)) => self.video_tracks.remove(track),
            None => {}
        }
        self.switched();
    }

    /// The pads come when everything that will come is there.
    pub(super) fn expose_when_complete(&self, generation: u64) {
        let complete = self.with_run(generation, |run| {
            let is_due = !run.is_exposed && run.is_complete();
            run.is_exposed |= is_due;
            is_due.then(|| run.clone())
        });
        let Some(run) = complete.flatten() else {
            return;
        };
        for kind in [Kind::Video, Kind::Audio] {
            let found: Vec<&Stream> = run.of_kind(kind).map(AsRef::as_ref).collect();
            self.list(kind, &found);
        }
        self.switched();
        self.expose(&run);
        self.obj().no_more_pads();
        self.connect(&run);
        self.with_run(generation, |run| run.is_listed = true);
        self.linked();
        self.follow();
        for stream in &run.streams {
            stream.unblock();
        }
        self.set_async(false);
    }

    /// The decoders' pads are connected when what all of them give is known, and how to mix it.
    fn connect(&self, run: &Run) {
        let first = run.of_kind(Kind::Audio).find(|stream| stream.is_on());
        let sounds = first.into_iter().chain(run.of_kind(Kind::Audio));
        let caps: Vec<gst::Caps> = sounds.filter_map(|stream| stream.caps()).collect();
        let format = Sound::format(&caps);
        for stream in &run.streams {
            if let Err(error) = stream.connect(format.as_ref()) {
                gst::error!(CAT, imp = self, "{}: {error}", stream.id);
            }
        }
        self.with_run(run.generation, |run| run.format = format);
    }

    /// A pad for each kind of which there is a stream.
    fn expose(&self, run: &Run) {
        let element = self.obj();
        let of_kinds = [
            (Kind::Video, pads::VIDEO, run.picture.part()),
            (Kind::Audio, pads::AUDIO, &run.sound.elements),
        ];
        for (kind, name, part) in of_kinds {
            if run.of_kind(kind).next().is_none() || run.pad(name).is_some() {
                continue;
            }
            parts::keep_up(&element, part);
            let target = part.last().and_then(|last| last.static_pad("src"));
            let Some(pad) = pads::make(&element, name, target) else {
                continue;
            };
            let added = pad.clone();
            self.with_run(run.generation, |run| run.pads.push(added));
            let _ = pad.set_active(true);
            if let Err(error) = element.add_pad(&pad) {
                gst::error!(CAT, imp = self, "{error}");
            }
        }
    }

    /// Whether what is played has ended, or goes on. On a streaming thread.
    fn hear(&self, generation: u64, news: News) {
        let Some(run) = self.with_run(generation, |run| run.clone()) else {
            return;
        };
        let is_over = news == News::Ended && run.streams.iter().all(|s| s.tap.has_ended());
        let was_over = self.with_run(generation, |run| std::mem::replace(&mut run.is_over, is_over));
        if was_over.is_none_or(|was_over| was_over == is_over) {
            return;
        }
        if is_over {
            run.streams.iter().for_each(|stream| stream.tap.finish());
        }
        self.follow();
    }

    /// PAUSED to READY, after everything inside has stopped: nothing is left of the resource.
    pub(super) fn end(&self) {
        let run = {
            let mut state = self.lock();
            state.generation += 1;
            state.run.take()
        };
        let Some(run) = run else { return };
        let element = self.obj();
        for stream in &run.streams {
            stream.leave(&element);
        }
        self.audio_tracks.clear();
        self.video_tracks.clear();
        self.follow();
        for pad in &run.pads {
            let _ = pad.set_active(false);
            let _ = element.remove_pad(pad);
            let _ = pad.set_target(gst::Pad::NONE);
        }
        for part in run.parts() {
            parts::remove(&element, part);
        }
        self.linked();
    }
}
