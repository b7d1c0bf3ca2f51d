//! Capture times rise across everything that can happen to a live track: disabled, muted, other
//! settings in the same mode of the device and in another, a photo of another size (#194).

mod common;

use std::sync::{Arc, Mutex};

use common::{Play, eventually, fake, promised};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// The times that leave the pad of element `s`.
fn times(play: &Play) -> Arc<Mutex<Vec<gst::ClockTime>>> {
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = times.clone();
    let pad = play.element("s").static_pad("src").expect("one src pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        if let Some(pts) = info.buffer().and_then(|buffer| buffer.pts()) {
            seen.lock().expect("not poisoned").push(pts);
        }
        gst::PadProbeReturn::Ok
    });
    times
}

fn applied(track: &MediaStreamTrack, json: &str) {
    let reply = promised(track, "apply-constraints", &[&json]);
    assert!(!reply.has_field("error"), "{json}: {reply}");
}

fn rise(times: &Mutex<Vec<gst::ClockTime>>) {
    let times = times.lock().expect("not poisoned");
    for pair in times.windows(2) {
        assert!(pair[1] > pair[0], "{} after {}", pair[1], pair[0]);
    }
}

#[test]
fn of_a_camera() {
    let play = Play::parse("mediatrackvideosrc name=s ! fakesink sync=false");
    let times = times(&play);
    let more = || {
        let then = times.lock().expect("not poisoned").len();
        eventually("more frames", || {
            times.lock().expect("not poisoned").len() > then + 10
        });
    };
    play.play();
    more();
    let track: MediaStreamTrack = play.element("s").property("track");
    let camera = fake(&track.property::<String>("label"));
    for json in [
        r#"{"width":{"exact":160},"height":{"exact":120}}"#,
        r#"{"width":{"exact":1920},"height":{"exact":1080}}"#,
        r#"{"width":{"exact":320},"height":{"exact":240},"frameRate":{"exact":10}}"#,
        r#"{"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":30}}"#,
    ] {
        applied(&track, json);
        more();
        track.set_enabled(false);
        more();
        track.set_enabled(true);
        more();
        camera.emit_by_name::<()>("set-muted", &[&true]);
        eventually("muted", || track.property::<bool>("muted"));
        more();
        camera.emit_by_name::<()>("set-muted", &[&false]);
        eventually("unmuted", || !track.property::<bool>("muted"));
        let reply = promised(&track, "take-photo", &[&r#"{"imageWidth":1280}"#]);
        assert!(reply.has_field("sample"), "{reply}");
        more();
    }
    drop(play);
    rise(&times);
}

#[test]
fn of_a_microphone() {
    let play = Play::parse("mediatrackaudiosrc name=s ! fakesink sync=false");
    let times = times(&play);
    let more = || {
        let then = times.lock().expect("not poisoned").len();
        eventually("more sound", || {
            times.lock().expect("not poisoned").len() > then + 10
        });
    };
    play.play();
    more();
    let track: MediaStreamTrack = play.element("s").property("track");
    for json in [
        r#"{"sampleRate":{"exact":44100}}"#,
        r#"{"channelCount":{"exact":1}}"#,
        "{}",
    ] {
        applied(&track, json);
        more();
        track.set_enabled(false);
        more();
        track.set_enabled(true);
        more();
    }
    drop(play);
    rise(&times);
}
