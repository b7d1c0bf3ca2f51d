//! Faults in the stream of a fake source: at a frame, in what is written on the frames, and for good.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::sync::Mutex;

use gst::prelude::*;

const CAPS: &str = "video/x-raw,format=YUY2,width=320,height=240,framerate=30/1";

/// The tests script one and the same camera.
static TURN: Mutex<()> = Mutex::new(());

fn playing(camera: &gst::Device) -> (gst::Pipeline, gst_app::AppSink) {
    let (pipeline, sink) = fakes::pipeline(camera, CAPS);
    pipeline.set_state(gst::State::Playing).unwrap();
    (pipeline, sink)
}

fn buffer(sink: &gst_app::AppSink) -> gst::Buffer {
    fakes::pull(sink).buffer_owned().unwrap()
}

fn forget(camera: &gst::Device) {
    camera.set_property("faults", "");
}

/// The frames that come before the error, and the error.
fn end(pipeline: &gst::Pipeline, sink: &gst_app::AppSink) -> (usize, gst::glib::Error) {
    let samples = std::iter::from_fn(|| sink.try_pull_sample(fakes::LIMIT));
    let frames = samples.take(90).count();
    assert!(sink.is_eos());
    (frames, fakes::first_error(pipeline))
}

#[test]
fn it_is_unplugged_at_a_frame() {
    let _turn = TURN.lock();
    let provider = fakes::provider();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("unplug-at", &[&4u32]);
    let (sender, told) = std::sync::mpsc::channel();
    let handler = camera.connect_notify(Some("plugged"), move |camera, _| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or_default().to_owned();
        let _ = sender.send((camera.property::<bool>("plugged"), name));
    });
    let (pipeline, sink) = playing(&camera);
    let (frames, error) = end(&pipeline, &sink);
    assert_eq!(frames, 3);
    assert!(error.matches(gst::ResourceError::Read), "{error}");
    let (plugged, thread) = told.recv().unwrap();
    assert!(!plugged);
    assert!(!thread.contains(":src"), "told on the streaming thread");
    camera.disconnect(handler);
    assert!(!provider.devices().iter().any(|d| d == &camera));
    pipeline.set_state(gst::State::Null).unwrap();

    // It happens once.
    camera.emit_by_name::<()>("plug", &[]);
    let (pipeline, sink) = playing(&camera);
    (0..6).for_each(|_| drop(fakes::pull(&sink)));
    pipeline.set_state(gst::State::Null).unwrap();
    forget(&camera);
}

#[test]
fn it_breaks_and_works_again_while_it_stays_listed() {
    let _turn = TURN.lock();
    let provider = fakes::provider();
    let camera = fakes::device("camera-1");
    let (pipeline, sink) = playing(&camera);
    fakes::pull(&sink);
    camera.emit_by_name::<()>("break-stream", &[]);
    let (_, error) = end(&pipeline, &sink);
    assert!(error.matches(gst::ResourceError::Read), "{error}");
    assert!(error.message().contains("Fake camera 1"), "{error}");
    assert!(provider.devices().iter().any(|d| d == &camera));
    pipeline.set_state(gst::State::Null).unwrap();

    camera.emit_by_name::<()>("break-at", &[&3u32]);
    let (pipeline, sink) = playing(&camera);
    assert_eq!(end(&pipeline, &sink).0, 2);
    pipeline.set_state(gst::State::Null).unwrap();
    let (pipeline, sink) = playing(&camera);
    (0..4).for_each(|_| drop(fakes::pull(&sink)));
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(camera.property::<u32>("active"), 0);
}

#[test]
fn it_stalls_at_a_frame_until_the_stall_ends() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("stall-at", &[&3u32]);
    let (sender, told) = std::sync::mpsc::channel();
    let handler = camera.connect_notify(Some("stalled"), move |camera, _| {
        let _ = sender.send(camera.property::<bool>("stalled"));
    });
    let (pipeline, sink) = playing(&camera);
    (0..2).for_each(|_| drop(fakes::pull(&sink)));
    assert!(told.recv().unwrap());
    assert!(sink.try_pull_sample(gst::ClockTime::ZERO).is_none());
    camera.emit_by_name::<()>("stall", &[&false]);
    assert!(buffer(&sink).flags().contains(gst::BufferFlags::DISCONT));
    assert!(!told.recv().unwrap());
    camera.disconnect(handler);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn so_many_buffers_are_corrupt() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("corrupt", &[&2u32]);
    let (pipeline, sink) = playing(&camera);
    let corrupt: Vec<_> = (0..4)
        .map(|_| buffer(&sink).flags().contains(gst::BufferFlags::CORRUPTED))
        .collect();
    assert_eq!(corrupt, [true, true, false, false]);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn the_driver_lies_about_the_time_and_delivers_as_fast_as_before() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    for lie in ["repeat", "freeze", "backward", "jump", "none"] {
        camera.emit_by_name::<()>("set-timestamps", &[&lie]);
        let (pipeline, sink) = playing(&camera);
        let told: Vec<_> = (0..6).map(|_| buffer(&sink).pts()).collect();
        let pairs = || told.iter().zip(&told[1..]);
        let is_lie = match lie {
            "repeat" => pairs().filter(|(a, b)| a == b).count() == 3,
            "freeze" => pairs().all(|(a, b)| a == b && a.is_some()),
            "backward" => pairs().filter(|(a, b)| a > b).count() >= 2,
            "jump" => told.iter().all(|pts| pts.unwrap().hours() == 1),
            _ => told.iter().all(Option::is_none),
        };
        assert!(is_lie, "{lie}: {told:?}");
        pipeline.set_state(gst::State::Null).unwrap();
    }
    forget(&camera);
    let (pipeline, sink) = playing(&camera);
    let told: Vec<_> = (0..6).map(|_| buffer(&sink).pts()).collect();
    assert!(
        told.is_sorted() && told[0].unwrap().hours() == 0,
        "{told:?}"
    );
    pipeline.set_state(gst::State::Null).unwrap();
}
