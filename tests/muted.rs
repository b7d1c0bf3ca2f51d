//! Muted has a reason, both edges are events, and what flows meanwhile is chosen (#32, #34, #35).

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

#[test]
fn the_systems_switch_mutes_and_unmutes() {
    let _alone = alone();
    let microphone = fake("Fake microphone 1");
    let (play, healthy) = Healthy::start(
        r#"mediatrackaudiosrc name=s constraints="{\"sampleRate\":{\"min\":44100}}" ! appsink name=sink"#,
    );
    play.sample("sink");
    let track: MediaStreamTrack = play.element("s").property("track");
    let clone = track.clone_track();
    microphone.emit_by_name::<()>("set-muted", &[&true]);
    let mute = play.track_event("mute");
    assert_eq!(mute.get::<String>("reason").as_deref(), Ok("system"));
    assert!(track.muted());
    eventually("every track of the source", || clone.muted());
    microphone.emit_by_name::<()>("set-muted", &[&false]);
    play.track_event("unmute");
    assert!(!track.muted());
    healthy.check();
    clone.stop();
}

#[test]
fn a_stall_mutes_and_its_end_unmutes() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1"#,
    );
    play.sample("sink");
    camera.emit_by_name::<()>("stall", &[&true]);
    let mute = play.track_event("mute");
    assert_eq!(mute.get::<String>("reason").as_deref(), Ok("stalled"));
    // A live source that goes quiet starves what is behind it: black goes on.
    let mut gaps = 0;
    while gaps < 10 {
        let sample = play.sample("sink");
        gaps += u32::from(
            sample
                .buffer()
                .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP)),
        );
    }
    camera.emit_by_name::<()>("stall", &[&false]);
    play.track_event("unmute");
    while play
        .sample("sink")
        .buffer()
        .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP))
    {}
    healthy.check();
}

#[test]
fn gap_sends_events_and_none_sends_nothing() {
    let _alone = alone();
    for (output, gaps_wanted) in [("gap", true), ("none", false)] {
        let play = Play::start(&format!(
            "mediatrackaudiosrc name=s muted-output={output} ! appsink name=sink"
        ));
        play.sample("sink");
        let source = play.element("s");
        let track: MediaStreamTrack = source.property("track");
        let (sender, heard) = std::sync::mpsc::channel();
        let pad = source.static_pad("src").expect("a pad");
        let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
        pad.add_probe(mask, move |_, info| {
            let what = match info.event() {
                Some(event) if event.type_() == gst::EventType::Gap => "gap",
                Some(_) => return gst::PadProbeReturn::Ok,
                None => "buffer",
            };
            let _ = sender.send(what);
            gst::PadProbeReturn::Ok
        });
        track.set_enabled(false);
        if gaps_wanted {
            for _ in 0..5 {
                while heard.recv().expect("it flows") != "gap" {}
            }
        }
        track.set_enabled(true);
        while heard.recv().expect("it flows") != "buffer" {}
    }
}
