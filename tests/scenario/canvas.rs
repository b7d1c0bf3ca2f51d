//! The part of the scenario with a pipeline that is a stream: its pictures, on request.

use std::sync::{Arc, Mutex};

use gst::glib;
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

use crate::common::canvas::{Canvas, RGBA, Viewer, of_memory, picture};
use crate::script::{Script, caps, nick, until};

type Events = Arc<Mutex<Vec<String>>>;

fn state(stream: &MediaStream) -> String {
    let tracks: gio::ListModel = stream.property("tracks");
    let count = gio::prelude::ListModelExt::n_items(&tracks);
    format!("stream active {}, {count} tracks", stream.active())
}

/// What a handler sees.
fn listen(events: &Events, stream: &MediaStream, track: &MediaStreamTrack) {
    let of_track = ["mute", "unmute", "ended"];
    let of_track = of_track.map(|event| (event, track.upcast_ref::<glib::Object>(), 0));
    let of_stream = ["addtrack", "removetrack"];
    let of_stream = of_stream.map(|event| (event, stream.upcast_ref(), 1));
    for (event, object, at) in of_track.into_iter().chain(of_stream) {
        let (events, stream) = (events.clone(), stream.downgrade());
        object.connect(event, false, move |values| {
            let stream = stream.upgrade().expect("it is held");
            let track: MediaStreamTrack = values[at].get().expect("the track");
            let line = format!(
                "{event} of {}: muted {} ({}), {}, {}",
                track.kind(),
                track.muted(),
                nick(&track, "muted-reason"),
                nick(&track, "ready-state"),
                state(&stream)
            );
            events.lock().expect("nobody panics").push(line);
            None
        });
    }
}

fn request(object: &impl IsA<glib::Object>) {
    object.emit_by_name::<()>("request-frame", &[]);
}

struct Part<'a> {
    script: &'a mut Script,
    canvas: Canvas,
    stream: MediaStream,
    track: MediaStreamTrack,
    events: Events,
}

impl Part<'_> {
    /// Waits for so many events, which come in this order.
    #[track_caller]
    fn say_events(&mut self, count: usize) {
        let events = until("an event", || {
            let mut events = self.events.lock().expect("nobody panics");
            (events.len() >= count).then(|| std::mem::take(&mut *events))
        });
        events.into_iter().for_each(|event| self.script.say(event));
    }

    /// Waits for a picture of another colour than this.
    #[track_caller]
    fn say_seen(&mut self, viewer: &Viewer, what: &str, besides: Option<u8>) {
        let (sample, colour) = until("a new picture", || {
            let sample = viewer.sample();
            let (colour, _) = of_memory(&sample.buffer_owned()?);
            (Some(colour) != besides).then_some((sample, colour))
        });
        let caps = caps(&sample);
        self.script.say(format!("{what}: seen {colour}, {caps}"));
    }

    fn say_type(&mut self, what: &str, track: &glib::Object) {
        let pad = self.canvas.sink.static_pad("video_0");
        let is_it = track.property::<Option<gst::Pad>>("canvas") == pad;
        let name = track.type_().name();
        let line = format!("{what}: {name}, its canvas the pad {is_it}");
        self.script.say(line);
    }

    fn before(&mut self) {
        let same = self.canvas.stream() == self.stream;
        let now = state(&self.stream);
        self.script
            .say(format!("before: {now}, the same one {same}"));
        self.script.say_track(&self.track);
        let track = self.track.clone();
        self.say_type("track", track.upcast_ref());
    }

    fn first(&mut self) -> Viewer {
        self.canvas.play.play();
        self.canvas.push(&picture(1));
        self.say_events(1);
        let viewer = Viewer::of(&self.track);
        self.say_seen(&viewer, "drawn 1", None);
        // They come as events do, so that they never change in the midst of a handler.
        until("the settings", || {
            let settings: gst::Structure = self.track.emit_by_name("get-settings", &[]);
            (settings.n_fields() > 0).then_some(())
        });
        self.script.say_track(&self.track);
        viewer
    }

    /// What came unasked, or twice, would be seen instead of the next.
    fn requests(&mut self, viewer: &Viewer) {
        let draw = |part: &Self, colours: &[u8]| {
            let colours = colours.iter();
            colours.for_each(|colour| drop(part.canvas.draw(*colour)));
        };
        draw(self, &[2, 3]);
        self.canvas.request_frame();
        self.say_seen(viewer, "drawn 2 and 3, requested of the element", None);
        let clone: MediaStreamTrack = self.track.emit_by_name("clone", &[]);
        self.say_type("clone", clone.upcast_ref());
        draw(self, &[4, 5]);
        request(&clone);
        self.say_seen(viewer, "drawn 4 and 5, requested of the clone", None);
        clone.stop();
        let states = [&clone, &self.track].map(|track| nick(track, "ready-state"));
        let [clone, original] = states;
        self.script
            .say(format!("clone {clone}, the original {original}"));
        (0..3).for_each(|_| request(&self.track));
        draw(self, &[6, 7]);
        self.say_seen(viewer, "requested three times, drawn 6 and 7", None);
        draw(self, &[8]);
        request(&self.track);
        self.say_seen(viewer, "drawn 8, requested once more", None);
    }

    fn pause(&mut self, viewer: &Viewer) {
        let pipeline = &self.canvas.play.pipeline;
        let _ = pipeline.set_state(gst::State::Paused);
        self.say_events(1);
        self.script.say_message(&viewer.0);
        self.canvas.play.play();
        self.canvas.push(&picture(9));
        self.say_events(1);
        self.script.say_message(&viewer.0);
        request(&self.track);
        // Whoever looks meanwhile goes on seeing what was captured last.
        self.say_seen(viewer, "drawn 9, requested after the pause", Some(8));
    }

    fn end(mut self, viewer: Viewer) {
        self.canvas.end();
        self.say_events(2);
        self.script.say_message(&viewer.0);
        let ended = viewer.0.ends("eye");
        self.script.say(format!("the pad has ended {ended}"));
        // Too late: nothing comes of it.
        request(&self.track);
        drop(viewer);
        drop(self.canvas);
        let now = state(&self.stream);
        let count = self.events.lock().expect("nobody panics").len();
        self.script.say(format!("after: {now}, events {count}"));
    }
}

/// All of it.
pub fn canvas(script: &mut Script) {
    script.say("== canvas");
    let canvas = Canvas::of(&format!(
        "appsrc name=pen format=time caps={RGBA} ! mediastreamsink name=canvas frame-rate=0"
    ));
    let (stream, track, events) = (canvas.stream(), canvas.track(), Events::default());
    listen(&events, &stream, &track);
    let mut part = Part {
        script,
        canvas,
        stream,
        track,
        events,
    };
    part.before();
    let viewer = part.first();
    part.requests(&viewer);
    part.pause(&viewer);
    part.end(viewer);
}
