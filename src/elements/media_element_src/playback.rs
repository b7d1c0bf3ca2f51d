//! One resource being played: from its URI to its streams and their pads.
//!
//! `uridecodebin` decodes every audio and video stream, and says when it has shown all of them. Nothing flows
//! before something has come from each: then what the lists say of them is known, the mixer has all its inputs,
//! and the pads can come together. (`uridecodebin3` is for players that decode one stream of each kind. Up to GStreamer 1.24 it also
//! keeps the end of a stream to itself until all have ended, for which a mixer waits, and hangs when it is
//! stopped while it starts.)

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
use super::{facts, failure, pads, silence, waiting};
use crate::elements::{CAT, message};
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
        let decoder = make("uridecodebin")?;
        decoder.set_property("uri", &uri);
        // Texts and whatever else there may be are left alone.
        decoder.set_property("caps", pads::raw());
        decoder.set_property("expose-all-streams", false);
        let generation = {
            let mut state = self.lock();
            state.generation += 1;
            state.generation
        };
        self.listen(&decoder, generation);
        Ok(Run {
            generation,
            uri,
            decoder,
            sound: Sound::new()?,
            picture: Picture::new()?,
            streams: Vec::new(),
            pads: Vec::new(),
            format: None,
            are_all_there: false,
            is_complete: false,
            is_listed: false,
            is_over: false,
            is_stopped: false,
            has_failed: false,
            seek: None,
        })
    }

    fn listen(&self, decoder: &gst::Element, generation: u64) {
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
        silence::listen(decoder, &self.obj(), generation, move |element| {
            element.imp().fail_silently(generation);
        });
        let element = self.obj().downgrade();
        decoder.connect_no_more_pads(move |_| {
            if let Some(element) = element.upgrade() {
                let element = element.imp();
                element.with_run(generation, |run| run.are_all_there = true);
                element.complete(generation);
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
        let Some((facts, kind)) = facts::of_pad(pad) else {
            return;
        };
        gst::info!(CAT, imp = self, "{kind:?} stream {}", facts::id(&facts));
        let input = match kind {
            Kind::Audio => run.sound.input(),
            Kind::Video => run.picture.input(),
        };
        let Some(input) = input else { return };
        let stream = match Stream::new(facts, kind, pad, input) {
            Ok(stream) => Arc::new(stream),
            Err(missing) => return failure::post_missing(&self.obj(), missing),
        };
        let is_known = self.with_run(generation, |run| {
            run.streams.push(stream.clone());
            // More streams than before, if this is not the beginning.
            run.is_complete = false;
            run.are_all_there = false;
        });
        if is_known.is_none() {
            return stream.leave(&self.obj());
        }
        self.hold(generation, &stream);
        self.watch(generation, &stream);
        if let Err(error) = stream.enter(&self.obj()) {
            gst::error!(CAT, imp = self, "{error}");
        }
        if self.with_run(generation, |_| ()).is_none() {
            // Stopped meanwhile, before it was inside.
            return stream.leave(&self.obj());
        }
        stream.tap.set_playing(self.is_playing());
    }

    /// Nothing of `stream` flows before the pads are there.
    fn hold(&self, generation: u64, stream: &Arc<Stream>) {
        let (element, held) = (self.obj().downgrade(), Arc::downgrade(stream));
        stream.hold(move || {
            let (Some(element), Some(stream)) = (element.upgrade(), held.upgrade()) else {
                return true;
            };
            stream.arrive();
            element.imp().complete(generation);
            stream.is_open()
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

    /// A decoder has a pad no more.
    fn disappear(&self, generation: u64, pad: &gst::Pad) {
        let gone = self.with_run(generation, |run| {
            let at = run
                .streams
                .iter()
                .position(|stream| stream.source == *pad)?;
            Some((run.streams.remove(at), run.picture.clone()))
        });
        let Some((stream, picture)) = gone.flatten() else {
            return;
        };
        picture.leave(&stream.input);
        stream.leave(&self.obj());
        match stream.listed() {
            Some(Listed::Audio(track)) => self.audio_tracks.remove(track),
            Some(Listed::Video(track)) => self.video_tracks.remove(track),
            None => {}
        }
        self.switched();
    }

    /// Goes on when all decoders have a pad, and something has come from each.
    fn complete(&self, generation: u64) {
        let found = self.with_run(generation, |run| {
            let is_due = run.are_all_there && run.streams.iter().all(|stream| stream.has_data());
            // Once for each set of streams.
            let is_first = is_due && !std::mem::replace(&mut run.is_complete, true);
            is_first.then(|| run.clone())
        });
        let Some(run) = found.flatten() else { return };
        if run.streams.is_empty() {
            return self.give_up(&run);
        }
        for kind in [Kind::Video, Kind::Audio] {
            let is_new = |stream: &&Arc<Stream>| stream.listed().is_none();
            let found = run.of_kind(kind).filter(is_new);
            let found: Vec<&Stream> = found.map(AsRef::as_ref).collect();
            self.list(kind, &found);
        }
        self.post_collection(&run);
        self.switched();
        self.connect(&run);
        self.with_run(generation, |run| run.is_listed = true);
        self.expose(&run);
        let element = self.obj();
        element.no_more_pads();
        match waiting::in_vain(&element, &run) {
            Some(in_vain) if self.is_first_failure(generation) => {
                failure::post_in_vain(&element, &run.uri, &in_vain);
            }
            Some(_) => {}
            None => {
                if let Some(input) = waiting::unlinked(&element, &run) {
                    failure::post_unlinked(&element, &input);
                }
            }
        }
        self.linked();
        self.follow();
        run.streams.iter().for_each(|stream| stream.unblock());
        self.set_async(false);
    }

    /// Decoders without a pad.
    fn give_up(&self, run: &Run) {
        if self.is_first_failure(run.generation) {
            failure::post_nothing(&self.obj(), &run.uri);
        }
        self.set_async(false);
    }

    pub(super) fn is_first_failure(&self, generation: u64) -> bool {
        let failed = |run: &mut Run| std::mem::replace(&mut run.has_failed, true);
        self.with_run(generation, failed) == Some(false)
    }

    /// The decoders' pads are connected when what all of them give is known, and how to mix it.
    fn connect(&self, run: &Run) {
        let first = run.of_kind(Kind::Audio).find(|stream| stream.is_on());
        let sounds = first.into_iter().chain(run.of_kind(Kind::Audio));
        let caps: Vec<gst::Caps> = sounds.filter_map(|stream| stream.caps()).collect();
        // Once settled it stays: others are converted.
        let format = run.format.clone().or_else(|| Sound::format(&caps));
        for stream in &run.streams {
            if let Err(error) = stream.connect(format.as_ref()) {
                gst::error!(CAT, imp = self, "{}: {error}", stream.id);
            }
        }
        self.with_run(run.generation, |run| run.format = format);
    }

    fn post_collection(&self, run: &Run) {
        let streams = run.streams.iter().map(|stream| stream.facts.clone());
        let collection = gst::StreamCollection::builder(None)
            .streams(streams)
            .build();
        let element = self.obj();
        let message = gst::message::StreamCollection::builder(&collection)
            .src(&*element)
            .build();
        message::send(element.upcast_ref(), message);
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
            let _ = pad.set_active(true);
            if let Err(error) = element.add_pad(&pad) {
                gst::error!(CAT, imp = self, "{error}");
                continue;
            }
            self.link_again(&pad);
            let added = pad.clone();
            if self
                .with_run(run.generation, |run| run.pads.push(added))
                .is_none()
            {
                // Stopped meanwhile: whoever did that does not know of it.
                self.remove(&[pad]);
                return;
            }
        }
    }

    /// Takes pads away, and remembers to what they were linked.
    fn remove(&self, pads: &[gst::GhostPad]) {
        let linked = pads.iter().filter_map(|pad| {
            let peer = pad.peer()?;
            Some((pad.name(), peer.downgrade()))
        });
        let linked: Vec<_> = linked.collect();
        // One that did not come this time is still waited for.
        let is_new = |name: &gst::glib::GString| linked.iter().any(|(new, _)| new == name);
        let mut state = self.lock();
        state.peers.retain(|(name, _)| !is_new(name));
        state.peers.extend(linked);
        drop(state);
        let element = self.obj();
        pads.iter()
            .for_each(|pad| super::pads::remove(&element, pad));
    }

    /// A pipeline that was written down is linked once, and played again and again.
    fn link_again(&self, pad: &gst::GhostPad) {
        let name = pad.name();
        let peer = {
            let mut state = self.lock();
            let at = state.peers.iter().position(|(of, _)| *of == name);
            at.map(|at| state.peers.swap_remove(at).1)
        };
        let Some(peer) = peer.and_then(|peer| peer.upgrade()) else {
            return;
        };
        if pad.is_linked() || peer.is_linked() {
            return;
        }
        if let Err(error) = pad.link(&peer) {
            gst::warning!(CAT, imp = self, "{name} is not linked again: {error}");
        }
    }

    /// Whether what is played has ended, or goes on. On a streaming thread.
    fn hear(&self, generation: u64, news: News) {
        let Some(run) = self.with_run(generation, |run| run.clone()) else {
            return;
        };
        let is_over = news == News::Ended && run.streams.iter().all(|s| s.tap.has_ended());
        let was_over = self.with_run(generation, |run| {
            std::mem::replace(&mut run.is_over, is_over)
        });
        if was_over.is_none_or(|was_over| was_over == is_over) {
            return;
        }
        if is_over {
            run.streams.iter().for_each(|stream| stream.tap.finish());
            self.compare_with_duration(&run);
        }
        self.follow();
    }

    /// What has been played to its end should have been as long as it said.
    fn compare_with_duration(&self, run: &Run) {
        let reaches = run.streams.iter().filter_map(|stream| stream.tap.reach());
        let reaches: Vec<_> = reaches.collect();
        let mut query = gst::query::Duration::new(gst::Format::Time);
        let is_known = self.query_time(&mut query) == Some(true);
        let duration: Option<gst::ClockTime> = query.result().try_into().ok().flatten();
        let (Some(until), Some(duration), true) = (
            reaches.iter().map(|reach| reach.until).max(),
            duration,
            is_known,
        ) else {
            return;
        };
        let stop = reaches.iter().filter_map(|reach| reach.stop).max();
        let expected = stop.map_or(duration, |stop| stop.min(duration));
        // Durations are rounded, and guessed where a file does not say.
        if !run.is_stopped && until + expected / 10 < expected {
            failure::post_cut_short(&self.obj(), &run.uri, until, expected);
        }
    }

    /// Before PAUSED to READY: what still comes from inside is not wanted any more, and no news.
    pub(super) fn forget(&self) {
        let picture = {
            let mut state = self.lock();
            state.generation += 1;
            let generation = state.generation;
            state.run.as_mut().map(|run| {
                run.generation = generation;
                run.picture.clone()
            })
        };
        if let Some(picture) = picture {
            picture.close();
        }
    }

    /// After PAUSED to READY, when everything inside has stopped: nothing is left of the resource.
    pub(super) fn end(&self) {
        let run = self.lock().run.take();
        let Some(run) = run else { return };
        let element = self.obj();
        for stream in &run.streams {
            stream.leave(&element);
        }
        self.audio_tracks.clear();
        self.video_tracks.clear();
        self.follow();
        self.remove(&run.pads);
        for part in run.parts() {
            parts::remove(&element, part);
        }
        self.linked();
    }
}
