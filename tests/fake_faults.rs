//! The scripted faults of the fake devices, each as the real thing shows it.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::sync::Mutex;

use gst::prelude::*;

const CAPS: &str = "video/x-raw,format=YUY2,width=320,height=240,framerate=30/1";

/// The tests script one and the same camera.
static TURN: Mutex<()> = Mutex::new(());

fn playing(device: &gst::Device) -> (gst::Pipeline, gst_app::AppSink) {
    let (pipeline, sink) = fakes::pipeline(device, CAPS);
    pipeline.set_state(gst::State::Playing).unwrap();
    fakes::pull(&sink);
    (pipeline, sink)
}

#[test]
fn unplug_ends_a_running_source_as_v4l2src_ends() {
    let _turn = TURN.lock();
    let provider = fakes::provider();
    let camera = fakes::device("camera-1");
    let (pipeline, sink) = playing(&camera);
    camera.emit_by_name::<()>("unplug", &[]);
    assert!(!provider.devices().iter().any(|d| d == &camera));

    let bus = pipeline.bus().unwrap();
    let mut codes = Vec::new();
    let wanted = [gst::MessageType::Error, gst::MessageType::Eos];
    loop {
        let message = bus.timed_pop_filtered(fakes::LIMIT, &wanted);
        match message.expect("no EOS in time").view() {
            gst::MessageView::Error(error) => codes.push(error.error()),
            _ => break,
        }
        while sink.try_pull_sample(gst::ClockTime::ZERO).is_some() {}
    }
    assert!(codes[0].matches(gst::ResourceError::Read), "{codes:?}");
    assert!(codes[1].matches(gst::StreamError::Failed), "{codes:?}");
    pipeline.set_state(gst::State::Null).unwrap();

    let (pipeline, _sink) = fakes::pipeline(&camera, CAPS);
    assert!(pipeline.set_state(gst::State::Playing).is_err());
    assert!(fakes::first_error(&pipeline).matches(gst::ResourceError::NotFound));
    pipeline.set_state(gst::State::Null).unwrap();

    camera.emit_by_name::<()>("plug", &[]);
    assert!(provider.devices().iter().any(|d| d == &camera));
    let (pipeline, _sink) = playing(&camera);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn a_stall_says_nothing_and_leaves_the_missed_frames_out() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    let (pipeline, sink) = playing(&camera);
    camera.emit_by_name::<()>("stall", &[&true]);
    // What was on its way arrives; then there is silence for many frames.
    let mut last = None;
    while let Some(sample) = sink.try_pull_sample(gst::ClockTime::from_mseconds(400)) {
        last = sample.buffer().unwrap().pts().or(last);
    }
    let resumed = pipeline.current_running_time().unwrap();
    camera.emit_by_name::<()>("stall", &[&false]);
    let buffer = fakes::pull(&sink).buffer_owned().unwrap();
    assert!(buffer.flags().contains(gst::BufferFlags::DISCONT));
    assert!(
        buffer.pts().unwrap() >= resumed,
        "stale: {buffer:?} at {resumed}, last {last:?}"
    );
    let errors = pipeline
        .bus()
        .unwrap()
        .pop_filtered(&[gst::MessageType::Error]);
    assert!(errors.is_none(), "{errors:?}");
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn a_stalled_source_can_be_stopped() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    let (pipeline, _sink) = playing(&camera);
    camera.emit_by_name::<()>("stall", &[&true]);
    pipeline.set_state(gst::State::Null).unwrap();
    camera.emit_by_name::<()>("stall", &[&false]);
    assert_eq!(camera.property::<u32>("active"), 0);
}

#[test]
fn opens_are_counted() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    let before = camera.property::<u32>("opens");
    let (first, _sink) = playing(&camera);
    let (second, _sink) = playing(&camera);
    assert_eq!(camera.property::<u32>("opens"), before + 2);
    assert_eq!(camera.property::<u32>("active"), 2);
    first.set_state(gst::State::Null).unwrap();
    second.set_state(gst::State::Null).unwrap();
    assert_eq!(camera.property::<u32>("active"), 0);
}

#[test]
fn muted_is_told_once_and_seen_in_the_picture() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    let (sender, told) = std::sync::mpsc::channel();
    let handler = camera.connect_notify(Some("muted"), move |camera, _| {
        sender.send(camera.property::<bool>("muted")).unwrap();
    });
    let (pipeline, sink) = playing(&camera);
    camera.emit_by_name::<()>("set-muted", &[&true]);
    camera.emit_by_name::<()>("set-muted", &[&true]);
    // YUY2 black is 16, 128; the ball is white somewhere.
    let is_black = |sample: gst::Sample| {
        let map = sample.buffer().unwrap().map_readable().unwrap().to_vec();
        map.iter().step_by(2).all(|y| *y <= 16)
    };
    assert!((0..60).any(|_| is_black(fakes::pull(&sink))));
    camera.emit_by_name::<()>("set-muted", &[&false]);
    assert!((0..60).any(|_| !is_black(fakes::pull(&sink))));
    pipeline.set_state(gst::State::Null).unwrap();
    camera.disconnect(handler);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [true, false]);
}

#[test]
fn fail_open_gives_the_error_of_that_name() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    for (name, code) in [
        ("NotReadableError", gst::ResourceError::Busy),
        ("NotAllowedError", gst::ResourceError::NotAuthorized),
        ("NotFoundError", gst::ResourceError::NotFound),
        ("AbortError", gst::ResourceError::Failed),
    ] {
        camera.emit_by_name::<()>("fail-open", &[&name]);
        let (pipeline, _sink) = fakes::pipeline(&camera, CAPS);
        assert!(pipeline.set_state(gst::State::Playing).is_err(), "{name}");
        let error = fakes::first_error(&pipeline);
        assert!(error.matches(code), "{name}: {error}");
        assert!(error.message().contains("Fake camera 1"), "{error}");
        pipeline.set_state(gst::State::Null).unwrap();
    }
    camera.emit_by_name::<()>("fail-open", &[&""]);
    let (pipeline, _sink) = playing(&camera);
    pipeline.set_state(gst::State::Null).unwrap();
}
