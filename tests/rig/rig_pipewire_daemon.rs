//! The daemon of PipeWire dies, is ended, freezes, and comes back.
//!
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;
#[path = "pipewire/session.rs"]
mod session;

use std::sync::mpsc::channel;

use common::user_media;
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use gstmediastream::media::{MediaDevices, MediaStreamTrack};
use session::{
    Scene, again, await_device, camera, constraints, listed, microphone, rig, signal, start,
};

/// All that hangs on the daemon. Some of it ended with it, some did not notice.
fn restart() {
    for part in ["wireplumber", "camera", "microphone"] {
        rig(&["signal", part, "KILL"]);
    }
    for part in ["daemon", "wireplumber", "camera", "microphone"] {
        start(part);
    }
    await_device(VideoInput);
    await_device(AudioInput);
}

fn ends_with(how: &str) {
    let scene = Scene::start(&[camera(""), microphone("")]);
    let (sender, changes) = channel();
    let devices = MediaDevices::default();
    let _ = devices.enumerate_devices();
    let handler = devices.connect("devicechange", false, move |_| {
        let _ = sender.send(listed(VideoInput).is_some());
        None
    });
    signal("daemon", how);
    scene.expect("v", "ended unplugged");
    scene.expect("a", "ended unplugged");
    assert!(
        changes.iter().any(|there| !there),
        "it is told that they are gone"
    );
    assert!(listed(VideoInput).is_none() && listed(AudioInput).is_none());
    restart();
    assert!(
        changes.iter().any(|there| there),
        "it is told that they are there"
    );
    devices.disconnect(handler);
    let (video, audio) = (constraints(VideoInput, ""), constraints(AudioInput, ""));
    let stream = user_media(&format!(r#"{{"video":{video},"audio":{audio}}}"#));
    for track in stream.get_tracks() {
        assert!(track.lost().is_none());
        track.stop();
    }
    scene.over();
}

#[test]
fn a_killed_daemon_ends_the_tracks_once() {
    ends_with("KILL");
}

#[test]
fn an_ended_daemon_ends_the_tracks_once() {
    ends_with("TERM");
}

#[test]
fn the_next_daemon_serves_those_that_wait() {
    let scene = Scene::start(&[
        camera("on-ended=reconnect"),
        microphone("on-ended=reconnect"),
    ]);
    let lost = [scene.track("v"), scene.track("a")];
    signal("daemon", "KILL");
    scene.expect("v", "ended unplugged");
    scene.expect("a", "ended unplugged");
    restart();
    again(&scene, "v", "video", &lost[0]);
    again(&scene, "a", "audio", &lost[1]);
    scene.over();
}

#[test]
fn a_frozen_daemon_mutes_until_it_goes_on() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("daemon", "STOP");
    scene.expect("v", "mute stalled");
    scene.expect("a", "mute stalled");
    signal("daemon", "CONT");
    scene.expect("v", "unmute");
    scene.expect("a", "unmute");
    scene.over();
}

/// The links go with the session manager that made them. The microphone's process leaves meanwhile, since
/// WirePlumber 0.4 links nothing to a node of sound that another instance has set up.
#[test]
fn the_next_session_manager_links_again() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("wireplumber", "KILL");
    scene.expect("v", "mute stalled");
    scene.expect("a", "mute stalled");
    signal("microphone", "KILL");
    scene.expect("a", "ended unplugged");
    start("wireplumber");
    scene.expect("v", "unmute");
    start("microphone");
    let audio = constraints(AudioInput, "");
    let again = user_media(&format!(r#"{{"audio":{audio}}}"#));
    again.get_tracks().iter().for_each(MediaStreamTrack::stop);
    scene.over();
}
