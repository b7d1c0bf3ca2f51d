//! A fake device that starts late, or only the second time.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::sync::Mutex;

use gst::prelude::*;

const CAPS: &str = "video/x-raw,format=YUY2,width=320,height=240,framerate=30/1";

/// The tests script one and the same camera.
static TURN: Mutex<()> = Mutex::new(());

#[test]
fn it_fails_once_and_then_works() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("fail-once", &[&"NotReadableError"]);
    let (pipeline, sink) = fakes::pipeline(&camera, CAPS);
    assert!(pipeline.set_state(gst::State::Playing).is_err());
    assert!(fakes::first_error(&pipeline).matches(gst::ResourceError::Busy));
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(camera.property::<u32>("active"), 0);
    pipeline.set_state(gst::State::Playing).unwrap();
    fakes::pull(&sink);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn it_starts_as_slowly_as_asked() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("slow-start", &[&300u32]);
    let (pipeline, sink) = fakes::pipeline(&camera, CAPS);
    let begin = std::time::Instant::now();
    pipeline.set_state(gst::State::Playing).unwrap();
    assert!(begin.elapsed().as_millis() >= 300, "no sooner");
    fakes::pull(&sink);
    pipeline.set_state(gst::State::Null).unwrap();
    camera.emit_by_name::<()>("slow-start", &[&0u32]);
}

#[test]
fn a_slow_start_can_fail_as_well() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.set_property("faults", r#"{"slowStart": 50, "failOnce": "AbortError"}"#);
    let (pipeline, _sink) = fakes::pipeline(&camera, CAPS);
    let opens: u32 = camera.property("opens");
    assert!(pipeline.set_state(gst::State::Playing).is_err());
    assert!(fakes::first_error(&pipeline).matches(gst::ResourceError::Failed));
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(camera.property::<u32>("opens"), opens);
    assert_eq!(camera.property::<u32>("active"), 0);
    camera.set_property("faults", "");
}

#[test]
fn unplugging_ends_a_slow_start() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("slow-start", &[&u32::MAX]);
    let opens: u32 = camera.property("opens");
    let (pipeline, _sink) = fakes::pipeline(&camera, CAPS);
    let starting = std::thread::spawn({
        let pipeline = pipeline.clone();
        move || pipeline.set_state(gst::State::Playing)
    });
    while camera.property::<u32>("opens") == opens {
        std::thread::yield_now();
    }
    camera.emit_by_name::<()>("unplug", &[]);
    assert!(starting.join().unwrap().is_err());
    assert!(fakes::first_error(&pipeline).matches(gst::ResourceError::NotFound));
    pipeline.set_state(gst::State::Null).unwrap();
    camera.set_property("faults", "");
    assert_eq!(camera.property::<u32>("active"), 0);
}
