//! Tracks of a camera, of a canvas, and of a file side by side in one `usermediasrc stream=…`.

mod common;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use common::{Play, eventually, user_media};
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

/// A film of a minute: small, slow, and of its own directory.
struct Film(std::path::PathBuf);

impl Film {
    fn new() -> Self {
        let name = format!("mediastream-mixed-{}.mkv", std::process::id());
        let film = Self(std::env::temp_dir().join(name));
        Play::start(&format!(
            "videotestsrc num-buffers=600 pattern=ball ! video/x-raw,width=64,height=48,framerate=10/1 \
             ! jpegenc ! matroskamux ! filesink location={}",
            film.0.display()
        ))
        .eos();
        film
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// How many pictures came of which track, without those that stand in for missing ones.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<HashMap<String, u64>>>);

impl Seen {
    fn watch(&self, source: &gst::Element) {
        let seen = self.clone();
        source.connect_pad_added(move |_, pad| {
            let seen = seen.clone();
            pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
                let began = pad.sticky_event::<gst::event::StreamStart>(0);
                let id = began.map(|event| event.stream_id().to_owned());
                let is_picture =
                    |buffer: &gst::Buffer| !buffer.flags().contains(gst::BufferFlags::GAP);
                if let Some(id) = id.filter(|_| info.buffer().is_some_and(is_picture)) {
                    *seen.lock().entry(id).or_default() += 1;
                }
                gst::PadProbeReturn::Ok
            });
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().expect("nobody panics with it")
    }

    fn of(&self, track: &MediaStreamTrack) -> u64 {
        self.lock().get(&track.id()).copied().unwrap_or_default()
    }

    /// Two more of each.
    fn go_on<'a>(&self, tracks: impl Iterator<Item = &'a MediaStreamTrack>) {
        let enough = tracks.map(|track| (track, self.of(track) + 2));
        for (track, enough) in enough.collect::<Vec<_>>() {
            let what = format!("{} goes on", track.label());
            eventually(&what, || self.of(track) >= enough);
        }
    }
}

fn track_of(play: &Play) -> MediaStreamTrack {
    let stream: MediaStream = play.element("canvas").property("stream");
    eventually("it has a track", || !stream.get_video_tracks().is_empty());
    stream.get_video_tracks().remove(0)
}

#[test]
fn each_can_be_removed_while_the_others_play() {
    let film = Film::new();
    let camera = user_media(r#"{"video":true}"#).get_video_tracks().remove(0);
    let canvas =
        Play::start("videotestsrc is-live=true pattern=ball ! mediastreamsink name=canvas");
    let player = Play::start(&format!(
        "uridecodebin3 uri=file://{} ! mediastreamsink name=canvas",
        film.0.display()
    ));
    let tracks = [camera, track_of(&canvas), track_of(&player)];
    let stream = MediaStream::from_tracks(tracks.clone());
    let seen = Seen::default();
    let reader = Play::parse("usermediasrc name=source");
    let source = reader.element("source");
    seen.watch(&source);
    source.set_property("stream", &stream);
    reader.play();
    seen.go_on(tracks.iter());
    for removed in &tracks {
        stream.remove_track(removed);
        eventually("its pad leaves", || source.src_pads().len() == 2);
        let at = seen.of(removed);
        seen.go_on(tracks.iter().filter(|track| *track != removed));
        assert_eq!(seen.of(removed), at, "{}", removed.label());
        stream.add_track(removed);
        eventually("its pad is back", || source.src_pads().len() == 3);
        seen.go_on(tracks.iter());
    }
    tracks[0].stop();
}

/// One that ends by itself takes only its own pad along.
#[test]
fn one_ends_and_the_others_play() {
    let short = Play::parse("videotestsrc num-buffers=20 ! mediastreamsink name=canvas");
    let canvas =
        Play::start("videotestsrc is-live=true pattern=ball ! mediastreamsink name=canvas");
    let camera = user_media(r#"{"video":true}"#).get_video_tracks().remove(0);
    let ending = track_of(&short);
    let others = [camera, track_of(&canvas)];
    let stream = MediaStream::from_tracks(others.iter().cloned().chain([ending.clone()]));
    let seen = Seen::default();
    let reader = Play::parse("usermediasrc name=source");
    let source = reader.element("source");
    seen.watch(&source);
    source.set_property("stream", &stream);
    reader.play();
    eventually("all are there", || source.src_pads().len() == 3);
    short.play();
    eventually("it ends", || ending.lost().is_some());
    seen.go_on(others.iter());
    stream.remove_track(&ending);
    eventually("its pad leaves", || source.src_pads().len() == 2);
    seen.go_on(others.iter());
    others[0].stop();
}
