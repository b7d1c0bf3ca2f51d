//! The scenario of `languages/scenario.txt` in Rust: what the other languages see is what Rust sees.

mod canvas;
#[path = "../common/mod.rs"]
mod common;
mod media_element;
mod script;

use std::sync::{Arc, Mutex};

use common::{Play, fake, init, promised};
use gio::prelude::*;
use gst::glib;
use gstmediastream::media::{
    InputDeviceInfo, MediaDeviceInfoExt, MediaDevices, MediaStream, MediaStreamTrack,
};
use script::{Script, caps, is_gap, is_media, nick, until};

fn is_small(sample: &gst::Sample) -> bool {
    is_media(sample) && caps(sample).contains("320")
}

fn items<T: IsA<glib::Object>>(list: &gio::ListModel) -> Vec<T> {
    let items = list.iter::<T>();
    items.map(|item| item.expect("nobody changes it")).collect()
}

fn labels(list: &gio::ListModel) -> String {
    let labels: Vec<_> = items::<gst::Device>(list)
        .iter()
        .map(|device| format!("\"{}\"", device.property::<String>("label")))
        .collect();
    format!("[{}]", labels.join(", "))
}

struct Scenario {
    script: Script,
    devices: MediaDevices,
    stream: MediaStream,
    video: MediaStreamTrack,
    audio: MediaStreamTrack,
    events: Arc<Mutex<Vec<String>>>,
}

/// `enumerateDevices()`, each a line.
fn enumerate(script: &mut Script, devices: &MediaDevices) {
    script.say("== enumerate");
    let mut groups = 0;
    for device in listed(devices) {
        let of = |name| device.property::<String>(name);
        script.names.entry(of("group-id")).or_insert_with(|| {
            groups += 1;
            format!("<group {groups}>")
        });
        let id = format!("<id of {}>", of("label"));
        script.names.insert(of("device-id"), id);
        let (kind, group) = (nick(&device, "kind"), script.text(&of("group-id")));
        let label = script.text(&of("label"));
        script.say(format!("{}: {kind} {label} {group}", device.type_().name()));
        if kind != "audiooutput" {
            script.say_capabilities(&device);
        }
    }
    let supported: gst::Structure = devices.emit_by_name("get-supported-constraints", &[]);
    script.say(format!("supported {}", script.structure(&supported)));
}

fn listed(devices: &MediaDevices) -> Vec<gst::Device> {
    let reply = promised(devices, "enumerate-devices", &[]);
    items(&reply.get::<gio::ListModel>("devices").expect("a list"))
}

fn refused(script: &mut Script, devices: &MediaDevices, json: Option<&str>) {
    let reply = promised(devices, "get-user-media", &[&json]);
    let error: gst::Structure = reply.get("error").expect("it is refused");
    let json = json.map_or("null".to_owned(), |json| script.text(json));
    script.say(format!("{json} -> {}", script.reason(&error)));
}

impl Scenario {
    fn begin() -> Self {
        let (mut script, devices) = (Script::new(), MediaDevices::default());
        devices.set_property("context", glib::MainContext::default());
        enumerate(&mut script, &devices);

        script.say("== getUserMedia");
        refused(&mut script, &devices, None);
        refused(&mut script, &devices, Some(r#"{"video": tru}"#));
        let wide = r#"{"video": {"width": {"min": 5000}}, "audio": true}"#;
        refused(&mut script, &devices, Some(wide));
        let other = fake("Fake camera 2");
        other.emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
        let facing = r#"{"video": {"facingMode": {"exact": "environment"}}}"#;
        refused(&mut script, &devices, Some(facing));
        other.emit_by_name::<()>("fail-open", &[&""]);
        let json = r#"{"video": {"width": {"exact": 640}, "height": {"exact": 480}, "frameRate": 30},
            "audio": {"sampleRate": {"exact": 44100}, "channelCount": 2}}"#;
        let reply = promised(&devices, "get-user-media", &[&json]);
        let stream: MediaStream = reply.get("stream").expect("there are such devices");
        let (active, characters) = (stream.active(), stream.id().len());
        script.say(format!(
            "stream: active {active}, id of {characters} characters"
        ));
        let mut scenario = Self {
            script,
            video: stream.get_video_tracks().remove(0),
            audio: stream.get_audio_tracks().remove(0),
            devices,
            stream,
            events: Arc::default(),
        };
        scenario.listen();
        scenario
    }

    fn listen(&mut self) {
        for track in self.stream.get_tracks() {
            self.script.say_track(&track);
            self.script.say_capabilities(&track);
            let device: InputDeviceInfo = track.device().expect("it has one");
            let listed = listed(&self.devices).contains(device.upcast_ref());
            let label = self.script.text(&device.label());
            let line = format!("  device {label}, the one listed {listed}");
            self.script.say(line);
            for event in ["mute", "unmute", "ended"] {
                let (events, stream) = (self.events.clone(), self.stream.clone());
                track.connect(event, false, move |values| {
                    let track: MediaStreamTrack = values[0].get().expect("the track");
                    let line = format!(
                        "{event} of {}: muted {} ({}), {}, stream active {}",
                        track.kind(),
                        track.muted(),
                        nick(&track, "muted-reason"),
                        nick(&track, "ready-state"),
                        stream.active()
                    );
                    events.lock().expect("nobody panics").push(line);
                    None
                });
            }
        }
        let hear = |object: &glib::Object, event: &'static str| {
            let events = self.events.clone();
            object.connect(event, false, move |_| {
                events.lock().expect("nobody panics").push(event.to_owned());
                None
            });
        };
        hear(self.stream.upcast_ref(), "addtrack");
        hear(self.stream.upcast_ref(), "removetrack");
        let events = self.events.clone();
        self.devices.connect("devicechange", false, move |values| {
            let list = |at: usize| labels(&values[at].get().expect("a list"));
            let line = format!("devicechange: {}, inserted {}", list(1), list(2));
            events.lock().expect("nobody panics").push(line);
            None
        });
    }

    fn count(&self) -> usize {
        self.events.lock().expect("nobody panics").len()
    }

    /// Waits for so many events.
    #[track_caller]
    fn say_events(&mut self, count: usize) {
        until("an event", || (self.count() >= count).then_some(()));
        let mut events = std::mem::take(&mut *self.events.lock().expect("nobody panics"));
        events.sort();
        events.into_iter().for_each(|event| self.script.say(event));
    }

    fn play(&mut self) -> Play {
        self.script.say("== play");
        let play = Play::parse(
            "usermediasrc name=media
            media.video_0 ! appsink name=video sync=false max-buffers=8 drop=true
            media.audio_0 ! appsink name=audio sync=false max-buffers=8 drop=true",
        );
        let media = play.element("media");
        media.set_property("stream", &self.stream);
        play.play();
        self.script.say_ten("pictures", &play, "video", is_media);
        self.script.say_ten("sound", &play, "audio", is_media);
        let same = media.property::<MediaStream>("stream") == self.stream;
        self.script
            .say(format!("the stream played is the one given {same}"));
        play
    }

    fn enabled(&mut self, play: &Play) {
        let line = |on: bool, muted: bool| format!("enabled {on}, muted {muted}");
        self.script.say("== enabled");
        self.video.set_enabled(false);
        let now = line(self.video.enabled(), self.video.muted());
        self.script.say(now);
        self.script.say_ten("black", play, "video", is_gap);
        self.script.say_ten("sound", play, "audio", is_media);
        self.video.set_enabled(true);
        let now = line(self.video.enabled(), self.video.muted());
        self.script.say(now);
        self.script.say_ten("pictures", play, "video", is_media);
    }

    #[track_caller]
    fn apply(&mut self, json: Option<&str>) {
        let reply = promised(&self.video, "apply-constraints", &[&json]);
        let result = match reply.get::<gst::Structure>("error") {
            Ok(error) => self.script.reason(&error),
            Err(_) => "done".to_owned(),
        };
        let json = json.map_or("null".to_owned(), |json| self.script.text(json));
        self.script.say(format!("{json} -> {result}"));
        self.script.say_settings(&self.video);
    }

    fn apply_constraints(&mut self, play: &Play) {
        self.script.say("== applyConstraints");
        self.apply(Some(
            r#"{"width": {"exact": 320}, "height": {"exact": 240}}"#,
        ));
        self.script.say_ten("pictures", play, "video", is_small);
        self.apply(Some(r#"{"width": {"exact": 4000}}"#));
        self.apply(Some(
            r#"{"frameRate": {"min": 200}, "advanced": [{"width": 640}]}"#,
        ));
        self.apply(Some(r#"{"width": [1, 2"#));
        self.apply(None);
        // Nobody wants to know how that went: in order all the same.
        let arguments: [&dyn ToValue; 2] = [&r#"{"width": 160}"#, &None::<gst::Promise>];
        self.video
            .emit_by_name::<()>("apply-constraints", &arguments);
        self.apply(Some(
            r#"{"width": {"exact": 640}, "height": {"exact": 480}}"#,
        ));
    }

    fn clone_both(&mut self) {
        self.script.say("== clone");
        self.video.set_content_hint("motion");
        self.video.set_content_hint("speech");
        let clone = self.video.clone_track();
        let (another, same) = (
            clone.id() != self.video.id(),
            clone.device() == self.video.device(),
        );
        self.script
            .say(format!("another id {another}, the same device {same}"));
        self.script.say_track(&clone);
        clone.set_enabled(false);
        clone.stop();
        self.script.say_track(&clone);
        self.script.say_track(&self.video);
        let stream = self.stream.clone_stream();
        let tracks = stream.get_tracks();
        self.script.say(format!(
            "another id {}, {} tracks, active {}, the same tracks {}",
            stream.id() != self.stream.id(),
            tracks.len(),
            stream.active(),
            tracks.contains(&self.video)
        ));
        tracks.iter().for_each(MediaStreamTrack::stop);
        let (active, original) = (stream.active(), self.stream.active());
        self.script
            .say(format!("active {active}, the original {original}"));
    }

    fn members(&mut self) {
        self.script.say("== stream");
        let (stream, video) = (MediaStream::new(), self.video.clone());
        let find = |id: &str| match stream.get_track_by_id(id) {
            Some(found) => (found == video).to_string(),
            None => "null".to_owned(),
        };
        let count = || stream.property::<gio::ListModel>("tracks").n_items();
        self.script.say(format!(
            "new: active {}, {} tracks",
            stream.active(),
            count()
        ));
        for track in [&video, &self.audio, &video] {
            stream.add_track(track);
        }
        self.script.say(format!(
            "added: active {}, {} tracks, {} audio, {} video",
            stream.active(),
            count(),
            stream.get_audio_tracks().len(),
            stream.get_video_tracks().len()
        ));
        let nothing: Option<MediaStreamTrack> =
            stream.emit_by_name("get-track-by-id", &[&None::<String>]);
        let nothing = nothing.map_or("null", |_| "a track");
        self.script.say(format!(
            "found {}, not found {}, {nothing}",
            find(&video.id()),
            find("")
        ));
        let before: gio::ListModel = stream.emit_by_name("get-tracks", &[]);
        stream.remove_track(&video);
        stream.remove_track(&video);
        self.script.say(format!(
            "removed: {} tracks, before {}, found {}, {}",
            count(),
            before.n_items(),
            find(&video.id()),
            nick(&video, "ready-state")
        ));
        let events = self.count();
        self.script.say(format!("events {events}"));
    }

    fn node(&mut self) {
        self.script.say("== node");
        let play = Play::parse(
            "mediatrackaudiosrc name=node on-ended=zero ! appsink name=sink sync=false",
        );
        let node = play.element("node");
        node.set_property("track", &self.video);
        let message = play.wait("warning", |m| m.type_() == gst::MessageType::Warning);
        let gst::MessageView::Warning(warning) = message.view() else {
            unreachable!("waited for a warning")
        };
        let reason = self.script.reason(warning.details().expect("they say why"));
        self.script.say(reason);
        let stream = self.stream.clone_stream();
        let track = stream.get_audio_tracks().remove(0);
        node.set_property("media-stream", &stream);
        play.play();
        play.sample("sink");
        let given = node.property::<MediaStream>("media-stream") == stream;
        let of_it = node.property::<MediaStreamTrack>("track") == track;
        self.script
            .say(format!("the stream given {given}, its track {of_it}"));
        self.script.say_ten("sound", &play, "sink", is_media);
        stream.get_tracks().iter().for_each(MediaStreamTrack::stop);
        let is_silence =
            |sample: &gst::Sample| is_gap(sample) && caps(sample).contains("1 channel");
        self.script.say_ten("silence", &play, "sink", is_silence);
    }

    fn faults(&mut self, play: &Play) {
        self.script.say("== events");
        let camera = fake("Fake camera 1");
        for muted in [true, false] {
            camera.emit_by_name::<()>("set-muted", &[&muted]);
            self.say_events(1);
            self.script.say_message(play);
        }
        camera.emit_by_name::<()>("unplug", &[]);
        self.say_events(2);
        self.script.say_message(play);
        self.script.say_track(&self.video);
        let ended = play.ends("video");
        self.script.say(format!("the pad has ended {ended}"));
        self.script.say_ten("sound", play, "audio", is_media);
        camera.emit_by_name::<()>("plug", &[]);
        self.say_events(1);
    }

    fn permission(&mut self) {
        self.script.say("== permission");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        let handler = self
            .devices
            .connect("permission-request", false, move |values| {
                let kinds: Vec<String> = values[1].get().expect("the kinds");
                let device: InputDeviceInfo = values[2].get().expect("the device");
                let question = format!("asked for {kinds:?}: {:?}", device.label());
                heard.lock().expect("nobody panics").push(question);
                Some((device.label() == "Fake camera 1").to_value())
            });
        let play = Play::parse("mediatrackvideosrc name=source ! fakesink");
        let constraints = r#"{"facingMode": {"exact": "environment"}}"#;
        play.element("source")
            .set_property("constraints", constraints);
        play.play();
        let bus = play.bus();
        let message = until("the error", || bus.pop_filtered(&[gst::MessageType::Error]));
        drop(play);
        self.devices.disconnect(handler);
        let questions = std::mem::take(&mut *asked.lock().expect("nobody panics"));
        questions.into_iter().for_each(|line| self.script.say(line));
        let gst::MessageView::Error(error) = message.view() else {
            unreachable!("waited for an error")
        };
        let refused = error.error().matches(gst::ResourceError::NotAuthorized);
        self.script.say(format!("not authorized {refused}"));
        let details = error.details().expect("they say why");
        let reason = self.script.reason(details);
        self.script.say(reason);
    }

    fn stop(mut self, play: Play) {
        self.script.say("== stop");
        self.audio.stop();
        let (state, active) = (nick(&self.audio, "ready-state"), self.stream.active());
        self.script.say(format!("{state}, stream active {active}"));
        let ended = play.ends("audio");
        self.script.say(format!("the pad has ended {ended}"));
        drop(play);
        let users = |label| fake(label).property::<u32>("active");
        until("the microphone is closed", || {
            (users("Fake microphone 1") == 0).then_some(())
        });
        let (camera, microphone) = (users("Fake camera 1"), users("Fake microphone 1"));
        self.script.say(format!(
            "users of the camera {camera}, of the microphone {microphone}"
        ));
        let events = self.count();
        self.script.say(format!("events {events}"));
        self.script.say_track(&self.audio);
        self.devices
            .set_property("context", None::<glib::MainContext>);
        self.script.finish();
    }
}

#[test]
fn what_any_language_sees() {
    init();
    let mut scenario = Scenario::begin();
    let play = scenario.play();
    scenario.enabled(&play);
    scenario.apply_constraints(&play);
    scenario.clone_both();
    scenario.members();
    scenario.node();
    media_element::media_element(&mut scenario.script);
    canvas::canvas(&mut scenario.script);
    scenario.faults(&play);
    scenario.permission();
    scenario.stop(play);
}
