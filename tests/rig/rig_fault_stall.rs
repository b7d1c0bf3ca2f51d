//! A webcam that delivers nothing, for whatever reason, and says nothing: its track is muted for the
//! reason `stalled`, black and silence go on, and it is unmuted when there is something again.
//!
//! Runs in: scripts/rig/run --drivers usbcam

#[path = "../common/mod.rs"]
mod common;

use common::healthy::Healthy;
use common::rig::{Repaired, Told, listed, live, only, property, usbcam};
use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Live;

/// One half of the webcam, and the healthy one beside it.
fn start(half: &str) -> (Play, Healthy, MediaStreamTrack) {
    Healthy::beside("v4l2,alsa");
    let (kind, more) = match half {
        "video" => (
            VideoInput,
            r#""width":{"exact":320},"height":{"exact":240},"frameRate":{"exact":15}"#,
        ),
        _ => (AudioInput, ""),
    };
    let constraints = property(&only(&listed(kind, "Rig Camera"), more));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrack{half}src name=s {constraints} ! appsink name=sink drop=true max-buffers=1"
    ));
    live(&play, "sink");
    let track = play.element("s").property("track");
    (play, healthy, track)
}

/// One fault after the other, each of them in the running pipeline.
fn stalls(half: &str, faults: &[&str]) {
    let _repaired = Repaired;
    let (play, healthy, track) = start(half);
    for fault in faults {
        let told = Told::of(&track);
        usbcam(&format!("{half} {fault}"));
        told.wait("mute stalled");
        assert_eq!(track.ready_state(), Live, "{fault}");
        // What it is made of instead goes on.
        for _ in 0..10 {
            play.sample("sink");
        }
        usbcam(&format!("{half} run"));
        told.wait("unmute");
        live(&play, "sink");
        assert_eq!(
            told.all(),
            ["mute stalled", "unmute"],
            "{fault}: each edge once"
        );
    }
    healthy.check();
}

#[test]
fn no_pictures_and_pictures_that_fail_on_the_wire() {
    stalls("video", &["stall", "error"]);
}

#[test]
fn no_sound_and_packets_that_are_empty_or_fail_on_the_wire() {
    stalls("audio", &["stall", "empty", "error"]);
}

/// Pictures that the driver marks are left out. None of them for as long as a stall, none of them shown.
#[test]
fn pictures_with_the_error_bit_are_left_out() {
    let _repaired = Repaired;
    let (play, healthy, track) = start("video");
    let told = Told::of(&track);
    usbcam("video corrupt 5");
    for _ in 0..30 {
        let sample = live(&play, "sink");
        let flags = sample.buffer().expect("a buffer").flags();
        assert!(!flags.contains(gst::BufferFlags::CORRUPTED));
    }
    // A picture for which the driver had no buffer, while this machine stood still, is lost whatever it was.
    let lost = || {
        let stats: gst::Structure = track.property("stats");
        let count = |field| stats.get::<u64>(field).expect("counted");
        count("totalFrames") - count("deliveredFrames") - count("discardedFrames")
    };
    eventually("all are counted", || lost() >= 5);
    let stats: gst::Structure = play.element("s").property("stats");
    let corrupted = stats.get::<u64>("corrupted").expect("counted");
    assert!((1..=5).contains(&corrupted), "{stats}");
    usbcam("video short 3");
    for _ in 0..20 {
        live(&play, "sink");
    }
    assert_eq!(told.all(), [] as [&str; 0]);
    healthy.check();
}
