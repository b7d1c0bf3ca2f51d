//! The rig itself: its devices are there, deliver, go and come back.
//!
//! Runs in: scripts/rig/run --drivers vivid,usbcam,aloop

use std::path::Path;
use std::process::Command;

use gst::prelude::*;

/// Ample on a machine that compiles beside it; nothing waits this long unless it is broken.
const LIMIT: gst::ClockTime = gst::ClockTime::from_seconds(30);

fn rig(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this in scripts/rig/run"))
}

fn usbcam(command: &str) {
    std::fs::write(rig("RIG_USBCAM_COMMANDS"), format!("{command}\n")).unwrap();
}

/// The next message of one of these types, or a panic.
fn wait_for(bus: &gst::Bus, types: &[gst::MessageType]) -> gst::Message {
    bus.timed_pop_filtered(LIMIT, types)
        .unwrap_or_else(|| panic!("none of {types:?} within {LIMIT}"))
}

fn plays_to_its_end(description: &str) {
    gst::init().unwrap();
    let pipeline = gst::parse::launch(description).unwrap();
    let bus = pipeline.bus().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let message = wait_for(&bus, &[gst::MessageType::Eos, gst::MessageType::Error]);
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(
        message.type_(),
        gst::MessageType::Eos,
        "{description}: {message:?}"
    );
}

#[test]
fn vivid_delivers() {
    plays_to_its_end(&format!(
        "v4l2src device={} num-buffers=5 ! video/x-raw,width=640,height=360,framerate=30/1 ! fakesink",
        rig("RIG_VIVID")
    ));
}

#[test]
fn the_loop_delivers() {
    plays_to_its_end(&format!(
        "alsasrc device={} num-buffers=5 ! audio/x-raw,rate=48000 ! fakesink",
        rig("RIG_ALOOP_CAPTURE")
    ));
}

#[test]
fn the_usb_camera_delivers_goes_and_comes_back() {
    gst::init().unwrap();
    let camera = rig("RIG_USBCAM_VIDEO");
    let compressed = format!(
        "v4l2src device={camera} num-buffers=5 ! image/jpeg,width=1280,height=720 ! jpegdec ! fakesink"
    );
    plays_to_its_end(&compressed);
    plays_to_its_end(&format!(
        "alsasrc device={} num-buffers=5 ! audio/x-raw,rate=16000 ! fakesink",
        rig("RIG_USBCAM_AUDIO")
    ));

    let pipeline = gst::parse::launch(&format!(
        "v4l2src device={camera} ! video/x-raw,width=640,height=480 ! fakesink"
    ))
    .unwrap();
    let bus = pipeline.bus().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    wait_for(&bus, &[gst::MessageType::StreamStart]);
    usbcam("unplug");
    wait_for(&bus, &[gst::MessageType::Error]);
    pipeline.set_state(gst::State::Null).unwrap();
    let gone = Command::new("udevadm")
        .args(["wait", "--removed", "--timeout=30", &camera])
        .status()
        .unwrap();
    assert!(gone.success());
    assert!(!Path::new(&camera).exists());

    usbcam("plug");
    let back = Command::new("udevadm")
        .args(["wait", "--timeout=30", &camera])
        .status()
        .unwrap();
    assert!(back.success());
    plays_to_its_end(&compressed);
}
