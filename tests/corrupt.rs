//! Frames that the driver marks as corrupt are left out and counted; they end nothing. Where no other
//! comes, the track is muted as of a device that delivers nothing, until one does.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

const CAMERA: &str = r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink sync=false"#;
const MICROPHONE: &str = r#"mediatrackaudiosrc name=s constraints="{\"channelCount\":{\"exact\":2}}" ! appsink name=sink sync=false"#;

/// Sound again however the test ends.
struct Corrupt(gst::Device);

impl Corrupt {
    fn begin(device: &str, buffers: u32) -> Self {
        let device = fake(device);
        device.emit_by_name::<()>("corrupt", &[&buffers]);
        Self(device)
    }
}

impl Drop for Corrupt {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("corrupt", &[&0u32]);
    }
}

/// A camera that gives JPEG only, for the time of a test.
struct Coding(gst::Device);

impl Coding {
    fn begin(camera: &gst::Device) -> Self {
        let modes = "image/jpeg,width=640,height=480,framerate=30/1";
        camera.emit_by_name::<()>("set-modes", &[&modes]);
        settle();
        Self(camera.clone())
    }
}

impl Drop for Coding {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("set-modes", &[&""]);
        settle();
    }
}

fn corrupted(play: &Play) -> u64 {
    let stats: gst::Structure = play.element("s").property("stats");
    stats.get("corrupted").expect("counted")
}

fn live(play: &Play) {
    let is_gap = |sample: gst::Sample| {
        let buffer = sample.buffer().expect("one");
        assert!(!buffer.flags().contains(gst::BufferFlags::CORRUPTED));
        buffer.flags().contains(gst::BufferFlags::GAP)
    };
    while is_gap(play.sample("sink")) {}
}

fn a_few(line: &str, device: &str) {
    let (play, healthy) = Healthy::start(line);
    live(&play);
    let _corrupt = Corrupt::begin(device, 5);
    eventually("they are counted", || corrupted(&play) == 5);
    for _ in 0..10 {
        live(&play);
    }
    let track: MediaStreamTrack = play.element("s").property("track");
    assert!(!track.muted() && track.lost().is_none());
    assert_eq!(corrupted(&play), 5);
    healthy.check();
}

fn all(line: &str, device: &str) {
    let (play, healthy) = Healthy::start(line);
    live(&play);
    let corrupt = Corrupt::begin(device, u32::MAX);
    let muted = play.track_event("mute");
    assert_eq!(muted.get::<String>("reason").as_deref(), Ok("stalled"));
    drop(corrupt);
    play.track_event("unmute");
    live(&play);
    healthy.check();
}

#[test]
fn a_few_pictures_are_left_out() {
    let _alone = alone();
    a_few(CAMERA, "Fake camera 2");
}

#[test]
fn a_few_buffers_of_sound_are_left_out() {
    let _alone = alone();
    a_few(MICROPHONE, "Fake microphone 1");
}

#[test]
fn nothing_but_corrupt_pictures_is_a_stall() {
    let _alone = alone();
    all(CAMERA, "Fake camera 2");
}

#[test]
fn nothing_but_corrupt_sound_is_a_stall() {
    let _alone = alone();
    all(MICROPHONE, "Fake microphone 1");
}

/// Whatever a decoder makes of them.
#[test]
fn corrupt_pictures_of_a_coding_camera_are_left_out_as_well() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let _coding = Coding::begin(&camera);
    let line = CAMERA.replace("!", "! video/x-raw !");
    a_few(&line, "Fake camera 2");
    all(&line, "Fake camera 2");
}
