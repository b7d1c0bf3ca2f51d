//! A camera and a microphone that PipeWire has and the kernel has as well, when PipeWire fails.
//!
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;
#[path = "pipewire/session.rs"]
mod session;

use gstmediastream::devices::Api;
use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use session::{Scene, await_that, camera, microphone, registry_of, rig, signal, start, usbcam};

/// Waits until both are listed as PipeWire's and the kernel's.
fn both_ways() {
    registry_of("pipewire,v4l2,alsa");
    for (kind, api) in [(VideoInput, Api::V4l2), (AudioInput, Api::Alsa)] {
        await_that(kind, |device| {
            device.nodes.iter().any(|node| node.api == api)
        });
    }
}

/// Ends what is watched with the device, and puts everything back.
fn unplugged(scene: Scene, names: &[&str]) {
    usbcam("unplug");
    for name in names {
        scene.expect(name, "ended unplugged");
    }
    scene.over();
    for part in ["wireplumber", "daemon"] {
        rig(&["signal", part, "KILL"]);
    }
    start("daemon");
    start("wireplumber");
    usbcam("plug");
    both_ways();
}

#[test]
fn without_the_daemon_the_camera_is_opened_through_the_kernel() {
    both_ways();
    let scene = Scene::start(&[camera("")]);
    signal("daemon", "KILL");
    scene.restarts("video");
    unplugged(scene, &["v"]);
}

#[test]
fn without_the_daemon_the_microphone_is_opened_through_the_kernel() {
    both_ways();
    let scene = Scene::start(&[microphone("")]);
    signal("daemon", "KILL");
    scene.restarts("audio");
    unplugged(scene, &["a"]);
}

#[test]
fn without_the_session_manager_the_camera_is_opened_through_the_kernel() {
    both_ways();
    let scene = Scene::start(&[camera("")]);
    signal("wireplumber", "KILL");
    scene.restarts("video");
    unplugged(scene, &["v"]);
}
