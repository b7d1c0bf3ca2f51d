//! What a pipeline that starts waits for, and what it does not, where a `mediastreamsink` is in it.

mod common;

use common::canvas::{Canvas, RGBA};
use common::{LIMIT, Play, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStream;

#[track_caller]
fn reaches(play: &Play, state: gst::State) {
    play.pipeline.set_state(state).expect("it is accepted");
    let reached = play.pipeline.state(LIMIT);
    assert_eq!(
        reached,
        (
            Ok(gst::StateChangeSuccess::Success),
            state,
            gst::State::VoidPending
        )
    );
}

/// It may never draw; as often as it starts.
#[test]
fn a_live_producer_plays_before_it_draws() {
    for between in ["", "! queue", "! videoconvert ! identity"] {
        let canvas = Canvas::of(&format!(
            "appsrc name=pen is-live=true format=time caps={RGBA} {between} \
             ! mediastreamsink name=canvas frame-rate=0"
        ));
        for _ in 0..3 {
            reaches(&canvas.play, gst::State::Playing);
            let stream = canvas.stream();
            eventually("it has a track", || !stream.get_video_tracks().is_empty());
            let track = canvas.track();
            assert!(track.muted());
            canvas.push(&common::canvas::picture(1));
            eventually("it is shown", || !track.muted());
            let paused = canvas.play.pipeline.set_state(gst::State::Paused);
            assert_eq!(paused, Ok(gst::StateChangeSuccess::NoPreroll));
            reaches(&canvas.play, gst::State::Playing);
            // Nor is it told to be built in another way.
            let warning = canvas.play.bus().pop_filtered(&[gst::MessageType::Warning]);
            assert!(warning.is_none(), "{warning:?}");
            reaches(&canvas.play, gst::State::Null);
        }
    }
}

#[test]
fn a_pad_that_nothing_is_linked_to_is_not_waited_for() {
    let play = Play::parse("videotestsrc ! mediastreamsink name=canvas");
    let canvas = play.element("canvas");
    canvas.request_pad_simple("audio_%u").expect("a pad");
    reaches(&play, gst::State::Paused);
    reaches(&play, gst::State::Playing);
    let stream: MediaStream = canvas.property("stream");
    let video = stream.get_video_tracks().remove(0);
    eventually("the other plays", || !video.muted());
    let late = canvas.request_pad_simple("audio_%u").expect("a pad");
    reaches(&play, gst::State::Playing);
    assert_eq!(late.name(), "audio_1");
}

/// What is played begins on time, however long it takes to be made, also where pads are found late, and again.
#[test]
fn what_is_not_live_is_waited_for() {
    let line = format!("appsrc name=pen format=time caps={RGBA} ! mediastreamsink name=canvas");
    let canvas = Canvas::of(&line);
    let pipeline = &canvas.play.pipeline;
    for _ in 0..3 {
        let paused = pipeline.set_state(gst::State::Paused);
        assert_eq!(paused, Ok(gst::StateChangeSuccess::Async));
        canvas.push(&common::canvas::picture(1));
        reaches(&canvas.play, gst::State::Paused);
        reaches(&canvas.play, gst::State::Null);
    }
    // Where the pad that was linked is found again later.
    let pen = canvas.play.element("pen");
    pen.unlink(&canvas.sink);
    let paused = pipeline.set_state(gst::State::Paused);
    assert_eq!(paused, Ok(gst::StateChangeSuccess::Async));
    pen.link_pads(Some("src"), &canvas.sink, Some("video_0"))
        .expect("they fit");
    canvas.push(&common::canvas::picture(1));
    reaches(&canvas.play, gst::State::Paused);
}

/// A property is the application's.
#[test]
fn an_application_can_say_that_nothing_is_waited_for() {
    let canvas = Canvas::of(&format!(
        "appsrc name=pen format=time caps={RGBA} ! mediastreamsink name=canvas video_0::async=false"
    ));
    for _ in 0..2 {
        reaches(&canvas.play, gst::State::Playing);
        reaches(&canvas.play, gst::State::Null);
        assert!(!canvas.play.element("video_0").property::<bool>("async"));
    }
}
