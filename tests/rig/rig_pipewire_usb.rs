//! A USB camera and microphone that WirePlumber brings into PipeWire: pulled out, and left behind by the daemon or
//! the session manager.
//!
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;
#[path = "pipewire/session.rs"]
mod session;

use common::user_media;
use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use session::{Scene, again, camera, constraints, microphone, rig, signal, start, usbcam};

/// Both devices, as new tracks.
fn both() {
    let (video, audio) = (constraints(VideoInput, ""), constraints(AudioInput, ""));
    let stream = user_media(&format!(r#"{{"video":{video},"audio":{audio}}}"#));
    for track in stream.get_tracks() {
        assert!(track.lost().is_none());
        track.stop();
    }
}

#[test]
fn unplugged_both_end_and_are_taken_again() {
    let scene = Scene::start(&[
        camera("on-ended=reconnect"),
        microphone("on-ended=reconnect"),
    ]);
    let lost = [scene.track("v"), scene.track("a")];
    usbcam("unplug");
    scene.expect("v", "ended unplugged");
    scene.expect("a", "ended unplugged");
    usbcam("plug");
    again(&scene, "v", "video", &lost[0]);
    again(&scene, "a", "audio", &lost[1]);
    scene.over();
}

#[test]
fn a_stall_is_muted_and_its_end_unmuted() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    usbcam("video stall");
    usbcam("audio stall");
    scene.expect("v", "mute stalled");
    scene.expect("a", "mute stalled");
    usbcam("video run");
    usbcam("audio run");
    scene.expect("v", "unmute");
    scene.expect("a", "unmute");
    scene.over();
}

#[test]
fn the_devices_go_with_the_session_manager_and_return_with_the_next() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("wireplumber", "KILL");
    scene.ends("v");
    scene.ends("a");
    scene.over();
    start("wireplumber");
    both();
}

#[test]
fn the_devices_go_with_the_daemon_and_return_with_the_next() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("daemon", "KILL");
    scene.ends("v");
    scene.ends("a");
    scene.over();
    rig(&["signal", "wireplumber", "KILL"]);
    start("daemon");
    start("wireplumber");
    both();
}
