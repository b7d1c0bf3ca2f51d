//! A camera and a microphone of PipeWire whose process stops, fails or dies, whose node or link is destroyed,
//! muted or suspended.
//!
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;
#[path = "pipewire/session.rs"]
mod session;

use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use session::{Scene, again, await_device, camera, global, microphone, run, signal, start};

#[test]
fn a_stopped_camera_is_muted_until_it_goes_on() {
    let scene = Scene::start(&[camera("")]);
    signal("camera", "STOP");
    scene.expect("v", "mute stalled");
    signal("camera", "CONT");
    scene.expect("v", "unmute");
    scene.over();
}

#[test]
fn a_stopped_microphone_is_muted_until_it_goes_on() {
    let scene = Scene::start(&[microphone("")]);
    signal("microphone", "STOP");
    scene.expect("a", "mute stalled");
    signal("microphone", "CONT");
    scene.expect("a", "unmute");
    scene.over();
}

#[test]
fn a_stalled_camera_is_muted_until_it_goes_on() {
    let scene = Scene::start(&[camera("")]);
    signal("camera", "USR1");
    scene.expect("v", "mute stalled");
    signal("camera", "USR1");
    scene.expect("v", "unmute");
    scene.over();
}

#[test]
fn a_killed_camera_ends_its_track() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("camera", "KILL");
    scene.expect("v", "ended unplugged");
    start("camera");
    await_device(VideoInput);
    scene.over();
}

#[test]
fn a_camera_in_error_is_muted_and_its_end_is_told() {
    let scene = Scene::start(&[camera("")]);
    signal("camera", "USR2");
    scene.expect("v", "mute stalled");
    signal("camera", "TERM");
    scene.expect("v", "ended unplugged");
    start("camera");
    await_device(VideoInput);
    scene.over();
}

#[test]
fn a_killed_microphone_ends_its_track() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("microphone", "KILL");
    scene.expect("a", "ended unplugged");
    start("microphone");
    await_device(AudioInput);
    scene.over();
}

#[test]
fn devices_that_return_are_taken_again() {
    let scene = Scene::start(&[
        camera("on-ended=reconnect"),
        microphone("on-ended=reconnect"),
    ]);
    let lost = [scene.track("v"), scene.track("a")];
    signal("camera", "KILL");
    signal("microphone", "KILL");
    scene.expect("v", "ended unplugged");
    scene.expect("a", "ended unplugged");
    start("camera");
    start("microphone");
    again(&scene, "v", "video", &lost[0]);
    again(&scene, "a", "audio", &lost[1]);
    scene.over();
}

#[test]
fn a_muted_node_mutes_its_track() {
    let scene = Scene::start(&[microphone("")]);
    let node = global("Node", "rig-microphone").expect("it is there");
    assert!(run(&["wpctl", "set-mute", &node, "1"]));
    scene.expect("a", "mute system");
    assert!(run(&["wpctl", "set-mute", &node, "0"]));
    scene.expect("a", "unmute");
    scene.over();
}

#[test]
fn a_destroyed_node_ends_its_track() {
    let scene = Scene::start(&[camera("")]);
    let node = global("Node", "rig-camera").expect("it is there");
    assert!(run(&["pw-cli", "destroy", &node]));
    scene.expect("v", "ended unplugged");
    signal("camera", "KILL");
    start("camera");
    await_device(VideoInput);
    scene.over();
}

/// And again: a session manager that has just started may make more than one before it is done.
#[test]
fn a_destroyed_link_is_made_again() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    for (sink, node) in [("video", "rig-camera"), ("audio", "rig-microphone")] {
        let node = global("Node", node).expect("it is there");
        for _ in 0..2 {
            let is_its = format!("link.output.node = \"{node}\"");
            let link = global("Link", &is_its).expect("it is linked");
            assert!(run(&["pw-cli", "destroy", &link]));
            scene.restarts(sink);
        }
    }
    scene.over();
}
