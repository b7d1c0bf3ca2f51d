//! The rig's USB camera has the faults that it is told to have.
//!
//! Runs in: scripts/rig/run --drivers usbcam

use std::process::Command;

use gst::prelude::*;

const LIMIT: gst::ClockTime = gst::ClockTime::from_seconds(30);
/// Ten frames or more: nothing in this time is a stall.
const QUIET: gst::ClockTime = gst::ClockTime::from_mseconds(500);

fn rig(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this in scripts/rig/run"))
}

fn usbcam(command: &str) {
    std::fs::write(rig("RIG_USBCAM_COMMANDS"), format!("{command}\n")).unwrap();
}

fn amixer(setting: &str) {
    let status = Command::new("amixer")
        .args(["-q", "-c", "Camera", "sset", "Mic", setting])
        .status();
    assert!(status.unwrap().success(), "amixer sset Mic {setting}");
}

/// A pipeline that ends in an appsink, stopped when it goes.
struct Capture {
    pipeline: gst::Element,
    sink: gst_app::AppSink,
}

impl Capture {
    fn start(description: &str) -> Self {
        gst::init().unwrap();
        let description = format!("{description} ! appsink name=sink sync=false");
        let pipeline = gst::parse::launch(&description).unwrap();
        let sink = pipeline
            .downcast_ref::<gst::Bin>()
            .unwrap()
            .by_name("sink")
            .unwrap();
        pipeline.set_state(gst::State::Playing).unwrap();
        Capture {
            pipeline,
            sink: sink.downcast().unwrap(),
        }
    }

    fn raw_video() -> Self {
        let device = rig("RIG_USBCAM_VIDEO");
        Self::start(&format!(
            "v4l2src device={device} ! video/x-raw,width=640,height=480"
        ))
    }

    fn microphone() -> Self {
        let device = rig("RIG_USBCAM_AUDIO");
        Self::start(&format!(
            "alsasrc device={device} ! audio/x-raw,format=S16LE,rate=48000"
        ))
    }

    fn next(&self) -> gst::Buffer {
        let sample = self.sink.try_pull_sample(LIMIT).expect("nothing comes");
        sample.buffer_owned().unwrap()
    }

    fn is_quiet(&self) -> bool {
        self.sink.try_pull_sample(QUIET).is_none()
    }

    /// Waits for a buffer that is as wanted. What was on its way when a command was given comes first.
    fn wait_for(&self, what: &str, mut wanted: impl FnMut(&gst::Buffer) -> bool) {
        let found = (0..300).any(|_| wanted(&self.next()));
        assert!(found, "{what}: not within 300 buffers");
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.pipeline.set_state(gst::State::Null).unwrap();
    }
}

fn bytes(buffer: &gst::Buffer) -> Vec<u8> {
    buffer.map_readable().unwrap().to_vec()
}

fn peak(buffer: &gst::Buffer) -> i16 {
    let samples = bytes(buffer);
    let samples = samples
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
    samples.max().unwrap()
}

#[test]
fn the_camera_stalls_and_goes_on() {
    let capture = Capture::raw_video();
    capture.next();
    usbcam("video stall");
    let stalled = (0..20).any(|_| capture.is_quiet());
    usbcam("video run");
    assert!(stalled, "frames go on coming");
    capture.next();
}

#[test]
fn as_many_frames_are_corrupt_as_asked_for() {
    let capture = Capture::raw_video();
    capture.next();
    usbcam("video corrupt 3");
    let is_corrupt = |frame: &gst::Buffer| frame.flags().contains(gst::BufferFlags::CORRUPTED);
    capture.wait_for("a corrupt frame", is_corrupt);
    let more = (0..30).filter(|_| is_corrupt(&capture.next())).count();
    assert_eq!(more, 2);
}

#[test]
fn the_picture_goes_black_and_comes_back() {
    let capture = Capture::raw_video();
    let is_black =
        |frame: &gst::Buffer| bytes(frame).chunks_exact(2).all(|pixel| pixel == [16, 128]);
    assert!(!is_black(&capture.next()));
    usbcam("video black");
    capture.wait_for("a black frame", is_black);
    usbcam("video run");
    capture.wait_for("a picture", |frame| !is_black(frame));
}

#[test]
fn the_camera_slows_down() {
    let capture = Capture::raw_video();
    usbcam("video fps 2");
    let mut earlier = capture.next().pts().unwrap();
    capture.wait_for("frames half a second apart", |frame| {
        let apart = frame.pts().unwrap() - earlier;
        earlier = frame.pts().unwrap();
        apart > gst::ClockTime::from_mseconds(400)
    });
    usbcam("video run");
}

#[test]
fn the_microphone_has_a_switch_and_a_volume() {
    let capture = Capture::microphone();
    capture.wait_for("the tone", |sound| peak(sound) > 7000);
    amixer("nocap");
    capture.wait_for("silence", |sound| peak(sound) == 0);
    amixer("20");
    amixer("cap");
    capture.wait_for("the tone at -20 dB", |sound| {
        (500..900).contains(&peak(sound))
    });
    amixer("40");
    capture.wait_for("the tone", |sound| peak(sound) > 7000);
}
