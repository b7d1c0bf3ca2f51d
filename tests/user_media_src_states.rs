//! `usermediasrc` is started and stopped at any moment: no hang, no critical, nothing left open.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{Play, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStream;

const STATES: [gst::State; 4] = [
    gst::State::Null,
    gst::State::Ready,
    gst::State::Paused,
    gst::State::Playing,
];

/// Links every pad to a sink of its own, and counts what comes.
fn linked() -> (Play, Arc<AtomicU64>) {
    let play = Play::parse("usermediasrc name=s fakesink async=false");
    let buffers = Arc::new(AtomicU64::new(0));
    let (pipeline, counter) = (play.pipeline.downgrade(), buffers.clone());
    play.element("s").connect_pad_added(move |_, pad| {
        let Some(pipeline) = pipeline.upgrade() else {
            return;
        };
        let counter = counter.clone();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
            counter.fetch_add(1, Ordering::Relaxed);
            gst::PadProbeReturn::Ok
        });
        let sink = gst::ElementFactory::make("fakesink")
            .property("async", false)
            .property("sync", false)
            .build()
            .expect("it exists");
        pipeline.add(&sink).expect("a new element");
        let _ = sink.sync_state_with_parent();
        let _ = pad.link(&sink.static_pad("sink").expect("a sink has one"));
    });
    (play, buffers)
}

fn nothing_is_open() {
    for label in [
        "Fake camera 1",
        "Fake camera 2",
        "Fake microphone 1",
        "Fake microphone 2",
    ] {
        let device = fake(label);
        eventually("everything is closed", || {
            device.property::<u32>("active") == 0
        });
    }
}

#[test]
fn fifty_runs_stopped_at_any_moment() {
    let (play, buffers) = linked();
    for run in 0_u64..50 {
        let seen = buffers.load(Ordering::Relaxed);
        play.play();
        // Every fifth runs for a while; the others are stopped while devices open and pads come.
        if run % 5 == 0 {
            eventually("buffers flow", || {
                buffers.load(Ordering::Relaxed) > seen + run
            });
        }
        let state = STATES[usize::try_from(run * 7 % 4).expect("small")];
        let _ = play.pipeline.set_state(state);
        if run % 3 == 0 {
            let _ = play.pipeline.set_state(gst::State::Null);
            assert_eq!(play.element("s").num_pads(), 0);
        }
    }
    drop(play);
    nothing_is_open();
}

#[test]
fn its_stream_changes_while_it_starts_and_stops() {
    let tracks = user_media(r#"{"audio":true,"video":true}"#).get_tracks();
    let stream = MediaStream::from_tracks(tracks.clone());
    let (play, buffers) = linked();
    play.element("s").set_property("stream", &stream);
    for run in 0..30 {
        play.play();
        let track = &tracks[run % 2];
        stream.remove_track(track);
        let _ = play.pipeline.set_state(STATES[run % 4]);
        stream.add_track(track);
    }
    play.play();
    let seen = buffers.load(Ordering::Relaxed);
    eventually("both are played", || {
        play.element("s").num_pads() == 2 && buffers.load(Ordering::Relaxed) > seen + 20
    });
    drop(play);
    tracks.iter().for_each(|track| track.stop());
    nothing_is_open();
}

/// The stream is there at once, so its tracks join while the element is on its way to PLAYING.
#[test]
fn tracks_that_join_on_the_way_to_playing_play() {
    let stream = user_media(r#"{"video": {"width": 320}, "audio": true}"#);
    for _ in 0..300 {
        let (play, buffers) = linked();
        let element = play.element("s");
        element.set_property("stream", &stream);
        play.play();
        let bin = element.downcast_ref::<gst::Bin>().expect("it is a bin");
        eventually("both tracks play", || {
            let children = bin.children();
            let plays = |child: &gst::Element| child.current_state() == gst::State::Playing;
            children.len() == 2 && children.iter().all(plays)
        });
        drop((play, buffers));
    }
    for track in stream.get_tracks() {
        track.stop();
    }
    nothing_is_open();
}
