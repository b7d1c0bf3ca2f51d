//! The part of the scenario with a media element: its track lists.

use std::sync::{Arc, Mutex};

use gio::prelude::*;
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::MediaStream;
use gstmediastream::media::track_list::{AudioTrackList, VideoTrackList};

use crate::common::Play;
use crate::items;
use crate::script::{Script, until};

const FILM: &str = "
    matroskamux name=mux ! filesink name=file
    videotestsrc num-buffers=15 ! video/x-raw,width=64,height=48,framerate=15/1 ! vp8enc deadline=1 ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=en,title=English ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=de,title=Deutsch ! mux.
";

/// A film in two languages, deleted at the end.
struct Film(std::path::PathBuf);

impl Film {
    fn make() -> Self {
        let name = format!("scenario-{}.mkv", std::process::id());
        let film = Self(std::env::temp_dir().join(name));
        let play = Play::parse(FILM);
        let path = film.0.to_str().expect("a name");
        play.element("file").set_property("location", path);
        play.play();
        play.eos();
        film
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

type Events = Arc<Mutex<Vec<String>>>;

fn listen(events: &Events, kind: &'static str, tracks: &impl IsA<glib::Object>) {
    for event in ["change", "addtrack", "removetrack"] {
        let events = events.clone();
        tracks.connect(event, false, move |_| {
            let line = format!("{event} of {kind}");
            events.lock().expect("nobody panics").push(line);
            None
        });
    }
}

fn lists(audio: &AudioTrackList, video: &VideoTrackList) -> String {
    format!(
        "{} audio, {} video, selected {}",
        audio.length(),
        video.n_items(),
        video.selected_index()
    )
}

#[track_caller]
fn say_three(script: &mut Script, events: &Events) {
    let three = until("three events", || {
        let mut events = events.lock().expect("nobody panics");
        (events.len() == 3).then(|| std::mem::take(&mut *events))
    });
    script.say(three.join(", "));
}

/// What a language without this crate sees of a track.
fn say_media_track(
    script: &mut Script,
    (kind, switch): (&str, &str),
    tracks: &impl IsA<glib::Object>,
    track: &glib::Object,
) {
    let text = |name| script.text(&track.property::<String>(name));
    let id = track.property::<String>("id");
    let found: Option<glib::Object> = tracks.emit_by_name("get-track-by-id", &[&id]);
    let buffer: Option<glib::Object> = track.property("source-buffer");
    let line = format!(
        "{kind}: {} {}, language {}, {switch} {}, found {}, source buffer {}",
        track.property::<String>("kind"),
        text("label"),
        text("language"),
        track.property::<bool>(switch),
        found.as_ref() == Some(track),
        buffer.map_or("null", |_| "one"),
    );
    script.say(line);
}

/// All of it.
pub fn media_element(script: &mut Script) {
    script.say("== mediaElement");
    let film = Film::make();
    let element = gst::parse::launch("mediaelementsrc").expect("it is registered");
    let uri = glib::filename_to_uri(&film.0, None).expect("an absolute path");
    element.set_property("uri", uri);
    let audio: AudioTrackList = element.property("audio-tracks");
    let video: VideoTrackList = element.property("video-tracks");
    let events = Events::default();
    listen(&events, "audio", &audio);
    listen(&events, "video", &video);

    script.say(format!("before: {}", lists(&audio, &video)));
    element.set_state(gst::State::Paused).expect("it begins");
    say_three(script, &events);
    for track in items(video.upcast_ref()) {
        say_media_track(script, ("video", "selected"), &video, &track);
    }
    for track in items(audio.upcast_ref()) {
        say_media_track(script, ("audio", "enabled"), &audio, &track);
    }
    let find = |id: Option<&str>| -> Option<glib::Object> {
        audio.emit_by_name("get-track-by-id", &[&id])
    };
    let none = [find(Some("")), find(None)].map(|found| found.map_or("null", |_| "a track"));
    let (selected, none) = (video.selected_index(), none.join(", "));
    script.say(format!("selected {selected}, not found {none}"));

    // The tracks in the user's language, and no pictures.
    for track in audio.tracks() {
        track.set_enabled(track.language() == "de");
        track.set_enabled(track.language() == "de");
    }
    video.tracks().remove(0).set_selected(false);
    say_three(script, &events);
    let enabled = audio.tracks().into_iter().map(|t| t.enabled().to_string());
    let enabled = enabled.collect::<Vec<_>>().join(", ");
    let selected = video.selected_index();
    script.say(format!("enabled {enabled}, selected {selected}"));
    let stream: MediaStream = element.emit_by_name("capture-stream", &[]);
    let tracks = until("a captured track", || {
        let tracks = stream.get_tracks();
        (tracks.len() == 1).then_some(tracks)
    });
    let captured = tracks.into_iter();
    let captured = captured.map(|t| format!("{} {}", t.kind(), script.text(&t.label())));
    let captured = captured.collect::<Vec<_>>().join(", ");
    let active = stream.active();
    script.say(format!("captured: active {active}, {captured}"));
    element.set_state(gst::State::Null).expect("it stops");
    let after = lists(&audio, &video);
    assert!(events.lock().expect("nobody panics").is_empty());
    script.say(format!("after: {after}, no events"));
}
