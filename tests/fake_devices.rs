//! The fake devices deliver what they list, live, and nothing else.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use gst::prelude::*;

#[test]
fn the_provider_lists_two_cameras_two_microphones_and_an_output() {
    let devices = fakes::provider().devices();
    let listed: Vec<_> = devices
        .iter()
        .map(|d| (d.display_name().to_string(), d.device_class().to_string()))
        .collect();
    let expected = [
        ("Fake camera 1", "Video/Source"),
        ("Fake camera 2", "Video/Source"),
        ("Fake microphone 1", "Audio/Source"),
        ("Fake microphone 2", "Audio/Source"),
        ("Fake output 1", "Audio/Sink"),
    ];
    assert_eq!(listed, expected.map(|(a, b)| (a.into(), b.into())));
}

#[track_caller]
fn assert_delivers(device: &str, caps: &str) {
    let device = fakes::device(device);
    let (pipeline, sink) = fakes::pipeline(&device, caps);
    let change = pipeline.set_state(gst::State::Playing).unwrap();
    assert!(
        matches!(
            change,
            gst::StateChangeSuccess::NoPreroll | gst::StateChangeSuccess::Async
        ),
        "a live source"
    );
    let mut last = None;
    for _ in 0..4 {
        let sample = fakes::pull(&sink);
        let expected: gst::Caps = caps.parse().unwrap();
        assert!(sample.caps().unwrap().is_subset(&expected));
        let pts = sample.buffer().unwrap().pts().unwrap();
        assert!(last.is_none_or(|last| pts > last), "{last:?} {pts}");
        last = Some(pts);
    }
    let now = pipeline.current_running_time().unwrap();
    assert!(last.unwrap() <= now, "captured before it was delivered");
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn every_kind_of_mode_is_delivered() {
    for (device, caps) in [
        (
            "camera-1",
            "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1",
        ),
        (
            "camera-1",
            "image/jpeg,width=1280,height=720,framerate=30/1",
        ),
        (
            "camera-2",
            "video/x-raw,format=NV12,width=640,height=480,framerate=60/1",
        ),
        (
            "microphone-1",
            "audio/x-raw,format=S16LE,rate=44100,channels=2",
        ),
        (
            "microphone-2",
            "audio/x-raw,format=F32LE,rate=16000,channels=1",
        ),
    ] {
        assert_delivers(device, caps);
    }
}

#[test]
fn a_mode_that_is_not_listed_is_refused() {
    let device = fakes::device("camera-1");
    let (pipeline, _sink) = fakes::pipeline(
        &device,
        "video/x-raw,format=YUY2,width=1280,height=720,framerate=30/1",
    );
    let _ = pipeline.set_state(gst::State::Playing);
    let error = fakes::first_error(&pipeline);
    assert!(error.matches(gst::StreamError::Failed), "{error}");
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn an_output_takes_sound() {
    let sink = fakes::device("output-1").create_element(None).unwrap();
    assert!(sink.static_pad("sink").is_some());
}
