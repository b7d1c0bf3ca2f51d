//! A fake device that refuses a mode it announces, changes it unasked, or announces what it cannot deliver.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::sync::Mutex;

use gst::prelude::*;

const SMALL: &str = "video/x-raw,format=YUY2,width=320,height=240,framerate=30/1";
const LARGE: &str = "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1";

/// The tests script one and the same camera.
static TURN: Mutex<()> = Mutex::new(());

fn width(sample: &gst::Sample) -> i32 {
    sample
        .caps()
        .unwrap()
        .structure(0)
        .unwrap()
        .get("width")
        .unwrap()
}

/// The error on the way to PLAYING or after that.
fn error(pipeline: &gst::Pipeline) -> gst::glib::Error {
    let error = fakes::first_error(pipeline);
    pipeline.set_state(gst::State::Null).unwrap();
    error
}

#[test]
fn a_refused_mode_is_refused_until_it_is_not() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("refuse-caps", &[&"video/x-raw, width=[1, 400]"]);
    let (pipeline, sink) = fakes::pipeline(&camera, SMALL);
    let _ = pipeline.set_state(gst::State::Playing);
    assert!(error(&pipeline).matches(gst::StreamError::Failed));
    let (other, large) = fakes::pipeline(&camera, LARGE);
    other.set_state(gst::State::Playing).unwrap();
    assert_eq!(width(&fakes::pull(&large)), 640);
    other.set_state(gst::State::Null).unwrap();
    camera.emit_by_name::<()>("refuse-caps", &[&""]);
    pipeline.set_state(gst::State::Playing).unwrap();
    assert_eq!(width(&fakes::pull(&sink)), 320);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn running_sources_change_unasked_and_back() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    // Modes of 320 come first for a sink that takes all.
    let (pipeline, sink) = fakes::pipeline(&camera, "video/x-raw,width={320,640}");
    pipeline.set_state(gst::State::Playing).unwrap();
    let before = width(&fakes::pull(&sink));
    let other = if before == 320 { LARGE } else { SMALL };
    camera.emit_by_name::<()>("change-caps", &[&other]);
    let mut widths = std::iter::repeat_with(|| width(&fakes::pull(&sink))).take(90);
    assert!(widths.any(|width| width == 960 - before));
    camera.emit_by_name::<()>("change-caps", &[&""]);
    let mut widths = std::iter::repeat_with(|| width(&fakes::pull(&sink))).take(90);
    assert!(widths.any(|width| width == before));
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn caps_change_at_a_frame_and_a_filter_does_not_take_them() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    let faults = format!(r#"{{"changeCaps": "{LARGE}", "changeCapsAt": 3}}"#);
    camera.set_property("faults", faults);
    let (pipeline, sink) = fakes::pipeline(&camera, SMALL);
    pipeline.set_state(gst::State::Playing).unwrap();
    let widths: Vec<_> = std::iter::from_fn(|| sink.try_pull_sample(fakes::LIMIT))
        .take(30)
        .map(|sample| width(&sample))
        .collect();
    assert_eq!(widths, [320, 320]);
    assert!(error(&pipeline).matches(gst::StreamError::Failed));
    // It happened. Those that start later are asked again.
    pipeline.set_state(gst::State::Playing).unwrap();
    (0..4).for_each(|_| assert_eq!(width(&fakes::pull(&sink)), 320));
    pipeline.set_state(gst::State::Null).unwrap();
    camera.set_property("faults", "");
}

#[test]
fn a_mode_without_a_rate_is_delivered() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    for modes in [
        "video/x-raw,format=YUY2,width=320,height=240",
        "video/x-raw,format=YUY2,width=320,height=240,framerate=0/1",
    ] {
        camera.emit_by_name::<()>("set-modes", &[&modes]);
        let (pipeline, sink) = fakes::pipeline(&camera, modes);
        pipeline.set_state(gst::State::Playing).unwrap();
        let times = [0; 3].map(|_| fakes::pull(&sink).buffer().unwrap().pts().unwrap());
        assert!(times.is_sorted(), "{times:?}");
        pipeline.set_state(gst::State::Null).unwrap();
        // What it announced before is no mode any more.
        let (pipeline, _sink) = fakes::pipeline(&camera, LARGE);
        let _ = pipeline.set_state(gst::State::Playing);
        assert!(error(&pipeline).matches(gst::StreamError::Failed));
    }
    camera.set_property("faults", "");
}

#[test]
fn what_cannot_be_delivered_is_an_error() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    for modes in [
        "EMPTY",
        "video/x-raw,format=YUY2,width=0,height=0,framerate=30/1",
        "video/x-raw,format=YUY2,width=2147483647,height=2147483647,framerate=30/1",
        "video/x-raw,format=YUY2,width=-320,height=240,framerate=-30/1",
        "video/x-raw,format=NOTHING,width=320,height=240,framerate=30/1",
        "video/x-h264,width=320,height=240",
        "image/png",
        "audio/x-raw,format=S16LE,rate=2147483647,channels=2147483647",
        "application/x-nothing",
        "video/x-raw(memory:DMABuf),format=YUY2,width=320,height=240,framerate=30/1",
    ] {
        camera.emit_by_name::<()>("set-modes", &[&modes]);
        let source = camera.create_element(None).unwrap();
        let sink = gst::ElementFactory::make("fakesink").build().unwrap();
        let pipeline = gst::Pipeline::new();
        pipeline.add_many([&source, &sink]).unwrap();
        source.link(&sink).unwrap();
        let _ = pipeline.set_state(gst::State::Playing);
        let error = error(&pipeline);
        assert!(error.is::<gst::StreamError>(), "{modes}: {error}");
    }
    camera.set_property("faults", "");
    assert_eq!(camera.property::<u32>("active"), 0);
}
