//! Tracks that are all disabled give a real device back: the driver, or PipeWire, no longer knows of
//! us. Enabled again, it is taken again.
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;

use std::process::{Command, Stdio};

use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackMutedReason as Reason;
use gstmediastream::media::track::MediaStreamTrackState::Live;

const LINE: &str = "mediatrackvideosrc name=v ! appsink name=video drop=true max-buffers=1 \
     mediatrackaudiosrc name=a ! appsink name=audio drop=true max-buffers=1";

/// Which of our two devices are in use, as others see it.
fn in_use() -> [bool; 2] {
    if std::env::var_os("RIG_PIPEWIRE_CAMERA").is_some() {
        let nodes = Command::new("pw-cli").args(["ls", "Node"]).output();
        let nodes = String::from_utf8(nodes.expect("pw-cli starts").stdout).expect("text");
        return ["Stream/Input/Video", "Stream/Input/Audio"].map(|class| nodes.contains(class));
    }
    let camera = std::env::var("RIG_USBCAM_VIDEO").expect("run this in scripts/rig/run");
    // The driver takes a format from others only when nobody has buffers.
    let status = Command::new("v4l2-ctl")
        .args(["-d", &camera, "--set-fmt-video=width=640,height=480"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let microphone = std::fs::read_to_string("/proc/asound/Camera/pcm0c/sub0/status");
    [
        !status.expect("v4l2-ctl starts").success(),
        microphone.expect("the card is there").trim() != "closed",
    ]
}

fn is_nothing(sample: &gst::Sample) -> bool {
    let flags = sample.buffer().map(|b| b.flags());
    flags.is_some_and(|flags| flags.contains(gst::BufferFlags::GAP))
}

#[test]
fn disabled_they_are_given_back_and_enabled_taken_again() {
    let play = Play::start(LINE);
    play.sample("video");
    play.sample("audio");
    assert_eq!(in_use(), [true, true]);
    let tracks: [MediaStreamTrack; 2] = ["v", "a"].map(|name| play.element(name).property("track"));
    tracks.iter().for_each(|track| track.set_enabled(false));
    // Whatever they were muted for before: a device in software stalls on a busy machine.
    eventually("they say so", || {
        let released = |track: &MediaStreamTrack| track.muted_reason() == Reason::Released;
        tracks.iter().all(released)
    });
    eventually("others may have them", || in_use() == [false, false]);
    for _ in 0..20 {
        assert!(is_nothing(&play.sample("video")));
        assert!(is_nothing(&play.sample("audio")));
    }
    assert!(tracks.iter().all(|track| track.ready_state() == Live));
    tracks.iter().for_each(|track| track.set_enabled(true));
    while is_nothing(&play.sample("video")) {}
    while is_nothing(&play.sample("audio")) {}
    assert_eq!(in_use(), [true, true]);
}

/// What another program has taken meanwhile cannot be taken again: the track ends, and says so.
#[test]
fn what_another_program_has_taken_meanwhile_ends() {
    let Some(camera) = std::env::var_os("RIG_USBCAM_VIDEO") else {
        return;
    };
    if std::env::var_os("RIG_PIPEWIRE_CAMERA").is_some() {
        // PipeWire has it, and gives it to everybody.
        return;
    }
    let play =
        Play::start("mediatrackvideosrc name=v ! appsink name=video drop=true max-buffers=1");
    play.sample("video");
    let track: MediaStreamTrack = play.element("v").property("track");
    track.set_enabled(false);
    eventually("it is given back", || {
        track.muted_reason() == Reason::Released
    });
    let mut other = Command::new("gst-launch-1.0")
        .arg("-q")
        .arg("v4l2src")
        .arg(format!("device={}", camera.to_string_lossy()))
        .args(["!", "fdsink", "fd=1"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("gst-launch-1.0 starts");
    let mut frames = other.stdout.take().expect("piped");
    std::io::Read::read_exact(&mut frames, &mut [0]).expect("a frame");
    track.set_enabled(true);
    let ended = play.track_event("ended");
    drop(frames);
    let _ = other.kill();
    let _ = other.wait();
    assert_eq!(ended.get::<String>("reason").as_deref(), Ok("failed"));
    assert!(play.ends("video"));
}
