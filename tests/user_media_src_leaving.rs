//! A track that leaves the stream while its sink is paused, and so does not take what it has: nobody waits for it.

mod common;

use std::sync::mpsc::channel;

use common::{LIMIT, Play, alone, eventually, user_media};
use gst::prelude::*;

fn leaves_and_goes_to(state: gst::State) {
    let _alone = alone();
    let stream = user_media(r#"{"video":true}"#);
    let [track] = &stream.get_tracks()[..] else {
        panic!("one track");
    };
    let play = Play::parse("usermediasrc name=s s.video_0 ! fakesink name=sink sync=false");
    play.element("s").set_property("stream", &stream);
    let sink = play.element("sink");
    let (came, comes) = channel();
    let pad = sink.static_pad("sink").expect("a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        let _ = came.send(());
        gst::PadProbeReturn::Ok
    });
    play.play();
    comes.recv_timeout(LIMIT.into()).expect("it plays");
    // Or the pipeline would take it to PLAYING again.
    sink.set_locked_state(true);
    sink.set_state(gst::State::Paused).expect("it pauses");
    // It has a buffer, and keeps it waiting.
    sink.state(LIMIT).0.expect("it is paused");
    let sound = user_media(r#"{"audio":true}"#);
    let [microphone] = &sound.get_tracks()[..] else {
        panic!("one track");
    };
    stream.remove_track(track);
    stream.add_track(microphone);
    let source = play.element("s");
    eventually("the next one joins", || {
        source.static_pad("audio_0").is_some()
    });
    sink.set_locked_state(false);
    let pipeline = play.pipeline.clone();
    let (done, told) = channel();
    std::thread::spawn(move || {
        let changed = pipeline.set_state(state);
        let _ = done.send(changed.is_ok());
    });
    let changed = told.recv_timeout(LIMIT.into());
    assert_eq!(changed, Ok(true), "the state change returns");
    track.stop();
    microphone.stop();
}

#[test]
fn while_the_pipeline_is_stopped() {
    leaves_and_goes_to(gst::State::Null);
}

#[test]
fn while_the_pipeline_is_paused() {
    leaves_and_goes_to(gst::State::Paused);
}
