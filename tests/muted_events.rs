//! `mute` and `unmute`: each track of the source is told its own, once, after the change (#33, #34, #35); and
//! from then on nothing live passes (#28, #32).

mod common;

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use common::{Play, alone, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn microphone() -> MediaStreamTrack {
    let track = user_media(r#"{"audio":{"sampleRate":{"min":44100}}}"#)
        .get_tracks()
        .remove(0);
    // It is not given back meanwhile, which would be another reason to be muted.
    track.set_relinquish(false);
    track
}

#[test]
fn every_track_is_told_once_when_it_is_so() {
    let _alone = alone();
    let device = fake("Fake microphone 1");
    let track = microphone();
    let clone = track.clone_track();
    let (sender, told) = channel();
    for (whose, track) in [("original", &track), ("clone", &clone)] {
        for event in ["mute", "unmute"] {
            let sender = sender.clone();
            track.connect(event, false, move |values| {
                let track: MediaStreamTrack = values[0].get().expect("a track");
                assert_eq!(track.muted(), event == "mute", "#34");
                let _ = sender.send((whose, event));
                None
            });
        }
    }
    // The second is no change.
    for muted in [true, true, false, false] {
        device.emit_by_name::<()>("set-muted", &[&muted]);
    }
    let mut heard: Vec<_> = told.iter().take(4).collect();
    heard.sort();
    let expected = [
        ("clone", "mute"),
        ("clone", "unmute"),
        ("original", "mute"),
        ("original", "unmute"),
    ];
    assert_eq!(heard, expected, "#35");
    track.stop();
    clone.stop();
    assert_eq!(told.try_recv().ok(), None, "#33");
}

#[test]
fn nothing_live_passes_while_it_is_muted() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let play = Play::parse(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1"#,
    );
    let source = play.element("s");
    // Whether the track was muted when a buffer left, and whether that was made up.
    let passed: Arc<Mutex<Vec<(bool, bool)>>> = Arc::default();
    let (seen, watched) = (passed.clone(), source.clone());
    let pad = source.static_pad("src").expect("a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let track: MediaStreamTrack = watched.property("track");
        let buffer = info.buffer().expect("asked for buffers");
        let is_gap = buffer.flags().contains(gst::BufferFlags::GAP);
        let mut seen = seen.lock().expect("no panic");
        seen.push((track.muted(), is_gap));
        gst::PadProbeReturn::Ok
    });
    play.play();
    play.sample("sink");
    for _ in 0..3 {
        for muted in [true, false] {
            camera.emit_by_name::<()>("set-muted", &[&muted]);
            play.track_event(if muted { "mute" } else { "unmute" });
            (0..10).for_each(|_| drop(play.sample("sink")));
        }
    }
    drop(play);
    let passed = passed.lock().expect("no panic");
    // Muted before the one and after it: muted when it was chosen.
    let chosen_muted = passed.windows(2).filter(|pair| pair[0].0 && pair[1].0);
    let made_up: Vec<bool> = chosen_muted.map(|pair| pair[1].1).collect();
    assert!(made_up.len() > 10, "{}", made_up.len());
    assert!(made_up.iter().all(|is_gap| *is_gap), "#32: {made_up:?}");
    assert!(passed.iter().any(|(_, is_gap)| !is_gap), "else it was live");
}

#[test]
fn unmuted_but_disabled_it_stays_silent() {
    let _alone = alone();
    let device = fake("Fake microphone 1");
    let track = microphone();
    let play = Play::parse("mediatrackaudiosrc name=s ! appsink name=sink");
    play.element("s").set_property("track", &track);
    play.play();
    let is_silent = || {
        let sample = play.sample("sink");
        let map = sample.buffer().expect("a buffer").map_readable();
        map.expect("system memory").iter().all(|byte| *byte == 0)
    };
    eventually("sound", || !is_silent());
    device.emit_by_name::<()>("set-muted", &[&true]);
    play.track_event("mute");
    eventually("silence", is_silent);
    assert!((0..20).all(|_| is_silent()), "#28: enabled, but muted");
    track.set_enabled(false);
    device.emit_by_name::<()>("set-muted", &[&false]);
    play.track_event("unmute");
    assert!((0..100).all(|_| is_silent()), "#28: unmuted, but disabled");
    track.set_enabled(true);
    eventually("sound", || !is_silent());
    track.stop();
}
