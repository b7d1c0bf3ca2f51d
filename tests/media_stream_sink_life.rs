//! What a producer does, as the tracks of its `mediastreamsink` see it.

mod common;

use common::canvas::{Canvas, Diary, of_memory, picture};
use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStream;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::model::lifecycle::EndReason;

const TRACK: &str = "canvas:video_0";

fn told(event: &str) -> String {
    format!("{event} {TRACK}")
}

/// The stream is complete when the launch line is parsed, and its tracks wait.
#[test]
fn before_it_plays_its_tracks_are_muted() {
    let play = Play::parse("videotestsrc ! mediastreamsink name=canvas audiotestsrc ! canvas.");
    let stream: MediaStream = play.element("canvas").property("stream");
    assert_eq!(stream.get_video_tracks().len(), 1);
    assert_eq!(stream.get_audio_tracks().len(), 1);
    assert!(stream.property::<bool>("active"));
    let diary = Diary::of(&stream);
    play.pipeline
        .set_state(gst::State::Paused)
        .expect("it prerolls");
    let (paused, ..) = play.pipeline.state(common::LIMIT);
    assert_eq!(paused, Ok(gst::StateChangeSuccess::Success));
    for track in stream.get_tracks() {
        assert!(track.muted());
        assert_eq!(track.ready_state(), Live);
    }
    assert_eq!(diary.rest(), Vec::<String>::new());
    play.play();
    let mut unmuted = [diary.next(), diary.next()];
    unmuted.sort();
    assert_eq!(unmuted, ["unmute canvas:audio_0", "unmute canvas:video_0"]);
}

#[test]
fn a_pause_mutes_and_nothing_else() {
    let canvas = Canvas::new("");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let track = canvas.track();
    let diary = Diary::of(&canvas.stream());
    let _ = canvas.play.pipeline.set_state(gst::State::Paused);
    assert_eq!(diary.next(), told("mute"));
    assert!(track.muted());
    canvas.play.play();
    // A sink that was paused plays on with what comes next.
    let second = canvas.draw(2);
    assert_eq!(diary.next(), told("unmute"));
    assert_eq!(track.ready_state(), Live);
    while viewer.see() != of_memory(&second) {}
    assert_eq!(diary.rest(), Vec::<String>::new());
}

/// #173: a seek neither ends a track nor mutes it, nor makes another.
#[test]
fn a_seek_is_nothing() {
    let canvas = Canvas::of("videotestsrc name=pen ! mediastreamsink name=canvas");
    let track = canvas.track();
    let diary = Diary::of(&canvas.stream());
    canvas.play.play();
    assert_eq!(diary.next(), told("unmute"));
    assert!(!track.muted());
    let sink = canvas.play.element("video_0");
    let rendered = || {
        let stats: gst::Structure = sink.property("stats");
        stats.get::<u64>("rendered").expect("a count")
    };
    for to in [50, 7, 100] {
        let flags = gst::SeekFlags::FLUSH;
        let to = gst::ClockTime::from_seconds(to);
        canvas
            .play
            .pipeline
            .seek_simple(flags, to)
            .expect("it can seek");
        eventually("it goes on", || rendered() > 3);
    }
    assert_eq!(diary.rest(), Vec::<String>::new());
    assert_eq!(canvas.stream().get_tracks(), [track]);
}

/// #171: ended before it is removed.
#[test]
fn the_end_of_the_stream_ends_the_track_which_then_leaves() {
    let canvas = Canvas::new("");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let track = canvas.track();
    let diary = Diary::of(&canvas.stream());
    canvas.end();
    assert_eq!(diary.next_change(), told("ended"));
    assert_eq!(diary.next_change(), told("removetrack"));
    assert_eq!(track.ready_state(), Ended);
    assert_eq!(track.lost(), Some(EndReason::Exhausted));
    assert!(canvas.stream().get_tracks().is_empty());
    assert!(!canvas.stream().property::<bool>("active"));
    canvas.play.eos();
    viewer.0.eos();
}

/// The same stream, another track, in this order.
#[test]
fn a_producer_that_is_started_again_has_another_track() {
    let canvas = Canvas::new("frame-rate=0");
    let stream = canvas.stream();
    let mut diary = Diary::of(&stream);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let track = canvas.track();
        ids.push(track.id());
        let drawn = canvas.draw(1);
        drop(canvas.viewer(&drawn));
        let _ = canvas.play.pipeline.set_state(gst::State::Ready);
        assert_eq!(diary.next_change(), told("ended"));
        assert_eq!(diary.next_change(), told("removetrack"));
        canvas.play.play();
        assert_eq!(diary.next_change(), told("addtrack"));
        assert_eq!(canvas.stream(), stream);
        diary = Diary::of(&stream);
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

/// After its end a stream that is sought in goes on, with another track.
#[test]
fn data_after_the_end_is_another_tracks() {
    let canvas = Canvas::of("videotestsrc name=pen ! mediastreamsink name=canvas");
    let diary = Diary::of(&canvas.stream());
    let pipeline = &canvas.play.pipeline;
    let play_a_little = || {
        let (flush, set) = (gst::SeekFlags::FLUSH, gst::SeekType::Set);
        let stop = gst::ClockTime::from_mseconds(100);
        let sought = pipeline.seek(1.0, flush, set, gst::ClockTime::ZERO, set, stop);
        sought.expect("it can seek");
    };
    pipeline.set_state(gst::State::Paused).expect("it prerolls");
    assert!(pipeline.state(common::LIMIT).0.is_ok());
    play_a_little();
    canvas.play.play();
    assert_eq!(diary.next_change(), told("ended"));
    assert_eq!(diary.next_change(), told("removetrack"));
    canvas.play.eos();
    play_a_little();
    assert_eq!(diary.next_change(), told("addtrack"));
    assert_eq!(diary.next_change(), told("removetrack"), "at the next end");
}

/// Nobody has drawn, and nobody will.
#[test]
fn an_end_without_a_beginning() {
    let canvas = Canvas::new("");
    let diary = Diary::of(&canvas.stream());
    let viewer = common::canvas::Viewer::of(&canvas.track());
    canvas.end();
    assert_eq!(diary.next_change(), told("ended"));
    assert_eq!(diary.next_change(), told("removetrack"));
    viewer.0.eos();
}

/// Without the element nothing is drawn any more, whoever has the track.
#[test]
fn tracks_end_with_the_element() {
    let canvas = Canvas::of("appsrc name=pen ! mediastreamsink name=canvas");
    let (stream, track) = (canvas.stream(), canvas.track());
    let diary = Diary::of(&stream);
    drop(canvas);
    assert_eq!(diary.next_change(), told("ended"));
    assert_eq!(diary.next_change(), told("removetrack"));
    assert_eq!(track.ready_state(), Ended);
    assert!(track.property::<Option<gst::Pad>>("canvas").is_some());
    track.emit_by_name::<()>("request-frame", &[]);
}

/// One pad is released while the other plays.
#[test]
fn a_pad_that_is_released_takes_its_track_along() {
    let canvas = Canvas::new("appsrc name=other format=time ! canvas.");
    let other = canvas.play.element("other");
    let caps: gst::Caps = common::canvas::RGBA.parse().expect("they are caps");
    other.set_property("caps", &caps);
    let _: gst::FlowReturn = other.emit_by_name("push-buffer", &[&picture(9)]);
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let track = canvas.stream().get_video_tracks().remove(1);
    eventually("both are unmuted", || !track.muted());
    let diary = Diary::of(&canvas.stream());
    let pad = canvas.sink.static_pad("video_1").expect("it was requested");
    let source = other.static_pad("src").expect("a pad");
    other.set_locked_state(true);
    other.set_state(gst::State::Null).expect("it stops");
    source.unlink(&pad).expect("it was linked");
    canvas.sink.release_request_pad(&pad);
    assert_eq!(diary.next_change(), "ended canvas:video_1");
    assert_eq!(diary.next_change(), "removetrack canvas:video_1");
    assert_eq!(track.ready_state(), Ended);
    assert_eq!(canvas.stream().get_tracks(), [canvas.track()]);
    let second = canvas.draw(2);
    assert_eq!(viewer.see(), of_memory(&second));
    assert_eq!(diary.rest(), Vec::<String>::new());
}
