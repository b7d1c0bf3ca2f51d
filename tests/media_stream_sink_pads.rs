//! The pads of `mediastreamsink`: how many there are, what they are called, and what their tracks are.

mod common;

use common::canvas::Canvas;
use common::{LIMIT, Play, eventually, init};
use gst::prelude::*;
use gstmediastream::media::{CanvasCaptureMediaStreamTrack, MediaStream, MediaStreamTrack};
use gstmediastream::model::constraints::Kind;

fn element() -> gst::Element {
    init();
    let factory = gst::ElementFactory::make("mediastreamsink");
    factory.name("canvas").build().expect("it is registered")
}

fn labels(stream: &MediaStream) -> Vec<String> {
    stream
        .get_tracks()
        .iter()
        .map(MediaStreamTrack::label)
        .collect()
}

#[test]
fn a_track_for_each_pad() {
    let element = element();
    let stream: MediaStream = element.property("stream");
    assert!(!stream.property::<bool>("active"));
    let request = |name: &str| element.request_pad_simple(name).expect("a pad");
    let names = ["video_%u", "audio_%u", "video_%u", "video_7", "video_%u"];
    let pads = names.map(request);
    let expected = ["video_0", "audio_0", "video_1", "video_7", "video_8"];
    assert_eq!(pads.each_ref().map(|pad| pad.name().to_string()), expected);
    assert_eq!(
        labels(&stream),
        expected.map(|name| format!("canvas:{name}"))
    );
    assert!(stream.property::<bool>("active"));
    for (track, pad) in stream.get_tracks().iter().zip(&pads) {
        assert!(track.property::<Option<gst::Object>>("device").is_none());
        let is_video = track.track_kind() == Kind::Video;
        let canvas = track.downcast_ref::<CanvasCaptureMediaStreamTrack>();
        assert_eq!(canvas.is_some(), is_video, "sound has no canvas");
        if let Some(canvas) = canvas {
            assert_eq!(canvas.canvas_pad().as_ref(), Some(pad));
        }
    }
    pads.iter().for_each(|pad| element.release_request_pad(pad));
    eventually("all have left", || stream.get_tracks().is_empty());
    assert!(element.pads().is_empty());
}

/// The subtype, its canvas and its life are a clone's as well.
#[test]
fn a_clone_is_of_the_same_canvas() {
    let canvas = Canvas::new("");
    let clone = canvas.track().clone_track();
    assert_ne!(clone.id(), canvas.track().id());
    let of_canvas = clone.clone().downcast::<CanvasCaptureMediaStreamTrack>();
    let pad = of_canvas.expect("it stays one").canvas_pad();
    assert_eq!(pad, canvas.sink.static_pad("video_0"));
    assert!(clone.muted());
    canvas.draw(1);
    eventually("it is unmuted", || !clone.muted());
    canvas.track().stop();
    canvas.end();
    eventually("it ends", || clone.lost().is_some());
}

/// Somebody has stopped the only track: the pipeline does not mind.
#[test]
fn a_track_that_is_stopped_is_only_stopped() {
    let canvas = Canvas::new("");
    canvas.draw(1);
    let track = canvas.track();
    track.stop();
    assert!(!canvas.stream().property::<bool>("active"));
    (2..20).for_each(|colour| drop(canvas.draw(colour)));
    canvas.request_frame();
    assert_eq!(canvas.stream().get_tracks(), [track], "it has not left");
}

#[test]
fn a_sink_without_pads_holds_nothing_up() {
    let play = Play::start("mediastreamsink videotestsrc num-buffers=3 ! fakesink sync=false");
    assert_eq!(
        play.pipeline.state(LIMIT).0,
        Ok(gst::StateChangeSuccess::Success)
    );
    play.pipeline.set_state(gst::State::Null).expect("it stops");
    let alone = Play::start("mediastreamsink");
    assert_eq!(
        alone.pipeline.state(LIMIT).0,
        Ok(gst::StateChangeSuccess::Success)
    );
}

/// A live source is one here as well.
#[test]
fn a_live_producer_does_not_preroll() {
    let play = Play::parse("videotestsrc is-live=true ! mediastreamsink name=canvas");
    let paused = play.pipeline.set_state(gst::State::Paused);
    assert_eq!(paused, Ok(gst::StateChangeSuccess::NoPreroll));
    play.play();
    let stream: MediaStream = play.element("canvas").property("stream");
    eventually("it plays", || {
        stream.get_tracks().iter().all(|track| !track.muted())
    });
}

/// The end comes when all pads have it, and is passed on out of a bin around the sink.
#[test]
fn an_end_is_the_end_of_all_pads() {
    let play = Play::start(
        "( name=around mediastreamsink name=canvas ) videotestsrc num-buffers=3 ! canvas. \
         audiotestsrc num-buffers=5 ! canvas.",
    );
    play.eos();
    let stream: MediaStream = play.element("canvas").property("stream");
    eventually("all have left", || stream.get_tracks().is_empty());
}

/// A pad that comes while the others play is announced, and plays.
#[test]
fn a_pad_that_comes_later() {
    let canvas = Canvas::new("");
    canvas.draw(1);
    let stream = canvas.stream();
    let diary = common::canvas::Diary::of(&stream);
    let pad = canvas.sink.request_pad_simple("audio_%u").expect("a pad");
    assert_eq!(stream.get_audio_tracks().len(), 1, "it is there at once");
    let source = gst::ElementFactory::make("audiotestsrc")
        .build()
        .expect("it is there");
    source.set_property("is-live", true);
    canvas.play.pipeline.add(&source).expect("it is new");
    source
        .static_pad("src")
        .expect("a pad")
        .link(&pad)
        .expect("they fit");
    source.sync_state_with_parent().expect("it starts");
    while diary.next() != "addtrack canvas:audio_0" {}
    let track = stream.get_audio_tracks().remove(0);
    eventually("it plays", || !track.muted());
}

/// `mediastreamsink video_0::sync=false`
#[test]
fn the_sinks_behind_the_pads_are_children() {
    let play =
        Play::start("videotestsrc num-buffers=3 ! mediastreamsink name=canvas video_0::sync=false");
    let sync: bool = play.element("video_0").property("sync");
    assert!(!sync);
    play.eos();
}
