//! Getting the stream, and following it: a pad for each of its tracks.
//!
//! Threads: getUserMedia waits for devices, on a thread of its own. Children come and go on one
//! task queue, so that a change of the track set and a restart of the element never interleave;
//! only the way down to READY removes them on the thread of the state change.
//!
//! An answer that comes after the element was stopped is not wanted any more (`generation`): its
//! tracks are stopped and nobody hears of it.

use gio::prelude::*;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::child;
use super::imp::UserMediaSrc;
use super::state::{Child, Watch};
use crate::elements::{CAT, PATIENCE, message};
use crate::media::task_queue::spawn;
use crate::media::{GetUserMediaError, MediaStream, MediaStreamTrack, get_user_media};
use crate::model::constraints::Kind;

impl UserMediaSrc {
    /// What can be refused without asking a device is refused here, in words.
    pub(super) fn check(&self) -> Result<(), gst::StateChangeError> {
        let settings = self.settings().clone();
        if settings.stream.is_some() {
            return Ok(());
        }
        settings.stream_constraints().map(drop).map_err(|error| {
            message::post_type_error(self.obj().upcast_ref(), &error);
            gst::StateChangeError
        })
    }

    /// Asks for the stream. Returns at once.
    pub(super) fn begin(&self) {
        let settings = self.settings().clone();
        let generation = {
            let mut state = self.lock();
            state.generation += 1;
            state.is_active = true;
            state.group = Some(gst::GroupId::next());
            state.generation
        };
        if let Some(stream) = settings.stream {
            return self.play(generation, stream, Vec::new());
        }
        // Refused in `check` already if they cannot be read.
        let Ok(constraints) = settings.stream_constraints() else {
            return;
        };
        let element = self.obj().downgrade();
        spawn(move || {
            let outcome = get_user_media(&constraints);
            let Some(element) = element.upgrade() else {
                return outcome.iter().flatten().for_each(MediaStreamTrack::stop);
            };
            match outcome {
                Ok(tracks) => {
                    let stream = MediaStream::from_tracks(tracks.clone());
                    element.imp().play(generation, stream, tracks);
                }
                Err(error) => element.imp().fail(generation, &error),
            }
        });
    }

    fn fail(&self, generation: u64, error: &GetUserMediaError) {
        if self.lock().generation == generation {
            gst::error!(CAT, imp = self, "{error}");
            message::post_failure(self.obj().upcast_ref(), error);
        }
    }

    /// The stream is there. `own`: what ends with the element.
    fn play(&self, generation: u64, stream: MediaStream, own: Vec<MediaStreamTrack>) {
        let is_wanted = {
            let mut state = self.lock();
            let is_wanted = state.generation == generation;
            if is_wanted {
                state.stream = Some(stream.clone());
                state.own = own.clone();
            }
            is_wanted
        };
        if !is_wanted {
            return own.iter().for_each(MediaStreamTrack::stop);
        }
        let watch = self.watch(&stream, generation);
        let unwanted = {
            let mut state = self.lock();
            match state.generation == generation {
                true => state.watch.replace(watch),
                false => Some(watch),
            }
        };
        drop(unwanted);
        self.obj().notify("stream");
        self.follow(generation);
    }

    fn watch(&self, stream: &MediaStream, generation: u64) -> Watch {
        let element = self.obj().downgrade();
        let tracks = stream.track_set();
        let on_tracks = tracks.connect_items_changed(move |_, _, _, _| {
            if let Some(element) = element.upgrade() {
                element.imp().follow(generation);
            }
        });
        let on_stream = ["addtrack", "removetrack"].map(|event| {
            let element = self.obj().downgrade();
            stream.connect(event, false, move |values| {
                let track = values
                    .get(1)
                    .and_then(|value| value.get::<MediaStreamTrack>().ok());
                if let (Some(element), Some(track)) = (element.upgrade(), track) {
                    message::post_stream_event(element.upcast_ref(), &track, event);
                }
                None
            })
        });
        Watch {
            stream: stream.clone(),
            tracks,
            on_stream: on_stream.into(),
            on_tracks: Some(on_tracks),
        }
    }

    /// Makes pads and tracks agree, after all that was asked before.
    fn follow(&self, generation: u64) {
        let element = self.obj().downgrade();
        self.tasks.push(move || {
            if let Some(element) = element.upgrade() {
                element.imp().agree(generation);
            }
        });
    }

    fn agree(&self, generation: u64) {
        let Some((stream, children, announced)) = ({
            let state = self.lock();
            let wanted = state.generation == generation;
            let stream = state.stream.clone().filter(|_| wanted);
            stream.map(|stream| (stream, state.children.clone(), state.is_announced))
        }) else {
            return;
        };
        let tracks = stream.get_tracks();
        let is_played = |track: &MediaStreamTrack| children.iter().any(|c| c.track == *track);
        let gone: Vec<&Child> = children
            .iter()
            .filter(|c| !tracks.contains(&c.track))
            .collect();
        let fresh: Vec<_> = tracks.iter().filter(|track| !is_played(track)).collect();
        if announced && gone.is_empty() && fresh.is_empty() {
            return;
        }
        self.post_collection(&stream, &tracks);
        gone.into_iter().for_each(|child| self.release(child));
        let added: Vec<Child> = fresh
            .into_iter()
            .filter_map(|track| self.add(generation, track))
            .collect();
        if !announced {
            self.lock().is_announced = true;
            self.obj().no_more_pads();
        }
        self.start(generation, &added);
    }

    /// One track less. Its streaming thread may be in a sink that is paused, and there is no waiting for it then: whoever
    /// changes the state of the pipeline would wait for the child, and the sink for him.
    fn release(&self, child: &Child) {
        {
            let mut state = self.lock();
            state.children.retain(|other| other.name != child.name);
            state.leaving.push(child.clone());
        }
        let (element, leaving) = (self.obj().downgrade(), child.element.clone());
        child.when_idle(move || {
            if let Some(element) = element.upgrade() {
                let bin = element.clone();
                element.imp().tasks.push(move || bin.imp().let_go(&leaving));
            }
        });
    }

    /// Nobody is in it any more. If the element was stopped meanwhile, it is gone already.
    fn let_go(&self, leaving: &gst::Element) {
        let child = {
            let mut state = self.lock();
            let at = state.leaving.iter().position(|c| c.element == *leaving);
            at.map(|at| state.leaving.remove(at))
        };
        if let Some(child) = child {
            child.leave(&self.obj(), true);
        }
    }

    /// One more track: its child and its pad.
    fn add(&self, generation: u64, track: &MediaStreamTrack) -> Option<Child> {
        let (number, group) = {
            let mut state = self.lock();
            if state.generation != generation {
                return None;
            }
            (state.number(track.track_kind()), state.group?)
        };
        let settings = self.settings().clone();
        let child = child::make(&self.obj(), track, number, group, &settings)?;
        // Known before GstBin announces the element: who looks up the name then finds the track.
        self.lock().children.push(child.clone());
        self.follow_child(&child, generation);
        if let Err(error) = child.enter(&self.obj()) {
            gst::error!(CAT, imp = self, "{} cannot be added: {error}", child.name);
        }
        Some(child)
    }

    /// A child that took a lost device again, or another one, plays a new track.
    fn follow_child(&self, child: &Child, generation: u64) {
        let element = self.obj().downgrade();
        let name = child.name.clone();
        child
            .element
            .connect_notify(Some("track"), move |child, _| {
                let track = child.property::<Option<MediaStreamTrack>>("track");
                if let (Some(element), Some(track)) = (element.upgrade(), track) {
                    element.imp().replaced(generation, &name, track);
                }
            });
    }

    fn replaced(&self, generation: u64, name: &str, track: MediaStreamTrack) {
        let (stream, old) = {
            let mut state = self.lock();
            if state.generation != generation {
                return;
            }
            let child = state.children.iter_mut().find(|child| child.name == name);
            let Some(child) = child.filter(|child| child.track != track) else {
                return;
            };
            let old = std::mem::replace(&mut child.track, track.clone());
            (state.stream.clone(), old)
        };
        let element = self.obj();
        element.child_removed(&old, name);
        element.child_added(&track, name);
        if let Some(stream) = stream {
            stream.change_by_agent(Some(&old), Some(&track));
            let mut tracks = stream.get_tracks();
            tracks
                .iter_mut()
                .filter(|member| **member == old)
                .for_each(|m| *m = track.clone());
            self.post_collection(&stream, &tracks);
        }
    }

    fn start(&self, generation: u64, added: &[Child]) {
        for child in added {
            child.keep_up_with(&self.obj());
        }
        let (stopped, wants_eos) = {
            let mut state = self.lock();
            let stopped = state.generation != generation;
            if stopped {
                let is_added = |c: &Child| added.iter().any(|child| child.element == c.element);
                state.children.retain(|c| !is_added(c));
            }
            (stopped, !stopped && state.wants_eos)
        };
        for child in added {
            if stopped {
                child.leave(&self.obj(), false);
            } else if wants_eos {
                child.element.send_event(gst::event::Eos::new());
            }
        }
    }

    fn post_collection(&self, stream: &MediaStream, tracks: &[MediaStreamTrack]) {
        let streams = tracks.iter().map(|track| {
            let of_kind = match track.track_kind() {
                Kind::Audio => gst::StreamType::AUDIO,
                Kind::Video => gst::StreamType::VIDEO,
            };
            gst::Stream::new(Some(&track.id()), None, of_kind, gst::StreamFlags::empty())
        });
        let collection = gst::StreamCollection::builder(Some(&stream.id()))
            .streams(streams)
            .build();
        let element = self.obj();
        let message = gst::message::StreamCollection::builder(&collection)
            .src(&*element)
            .build();
        message::send(element.upcast_ref(), message);
    }

    /// On the way down: no pads, no tracks of our own.
    pub(super) fn end(&self) {
        let (children, own, watch) = {
            let mut state = self.lock();
            let generation = state.generation + 1;
            let old = std::mem::take(&mut *state);
            state.generation = generation;
            let children = [old.children, old.leaving].concat();
            (children, old.own, old.watch)
        };
        drop(watch);
        for child in &children {
            child.leave(&self.obj(), false);
        }
        MediaStreamTrack::stop_within(&own, PATIENCE);
    }

    /// Another stream while running: its tracks take the place of the old ones.
    pub(super) fn exchange(&self, stream: MediaStream) {
        let (generation, own, watch) = {
            let mut state = self.lock();
            if !state.is_active {
                return;
            }
            state.generation += 1;
            (
                state.generation,
                std::mem::take(&mut state.own),
                state.watch.take(),
            )
        };
        drop(watch);
        self.play(generation, stream, Vec::new());
        own.iter().for_each(MediaStreamTrack::stop);
    }

    /// Whether an EOS has to wait until there is a track to end.
    pub(super) fn defers_eos(&self, event: &gst::Event) -> bool {
        let mut state = self.lock();
        let defers = event.type_() == gst::EventType::Eos && state.is_active && !state.is_announced;
        state.wants_eos |= defers;
        defers
    }

    /// The children of GstChildProxy: tracks.
    pub(super) fn child_tracks(&self) -> Vec<(String, glib::Object)> {
        let children = self.lock().children.clone();
        let track = |child: Child| (child.name, child.track.upcast());
        children.into_iter().map(track).collect()
    }

    /// Hands changed settings down.
    pub(super) fn configure_children(&self) {
        let settings = self.settings().clone();
        let children = self.lock().children.clone();
        for child in children {
            child::configure(&child.element, &settings);
        }
    }
}
