//! The list of devices follows PipeWire: its nodes, and its daemon's end and return.
//!
//! Runs in: scripts/rig/pipewire-session

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use gst::prelude::*;
use gstmediastream::devices::{Api, Change, DeviceKind, Registry, Subscription};

const LIMIT: Duration = Duration::from_secs(30);

fn registry() -> &'static Registry {
    gst::init().unwrap();
    let registry = Registry::shared().unwrap();
    registry.set_providers("pipewire").unwrap();
    registry
}

fn pipewire(arguments: &[&str]) {
    let script = std::env::var("RIG_PIPEWIRE").expect("run this in scripts/rig/pipewire-session");
    let status = Command::new(script).args(arguments).status();
    assert!(status.unwrap().success(), "{arguments:?}");
}

/// The signs and kinds of all changes from now on.
fn changes() -> (Receiver<(char, DeviceKind)>, Subscription) {
    let (sender, receiver) = channel();
    let subscription = registry().subscribe(Box::new(move |changes| {
        for change in changes {
            let told = match change {
                Change::Added(device) => ('+', device.kind),
                Change::Removed(device) => ('-', device.kind),
                Change::Changed(device) => ('~', device.kind),
            };
            // The test may be over by now.
            let _ = sender.send(told);
        }
    }));
    (receiver, subscription)
}

#[track_caller]
fn until(news: &Receiver<(char, DeviceKind)>, wanted: (char, DeviceKind)) {
    loop {
        let told = news.recv_timeout(LIMIT);
        if told.unwrap_or_else(|_| panic!("no {wanted:?} in time")) == wanted {
            return;
        }
    }
}

fn id(kind: DeviceKind) -> Option<String> {
    let devices = registry().devices();
    let device = devices.iter().find(|d| d.kind == kind)?;
    Some(device.id.clone())
}

#[test]
fn virtual_devices_are_listed_by_their_names() {
    let devices = registry().devices();
    for (kind, name) in [
        (DeviceKind::AudioInput, "rig-microphone"),
        (DeviceKind::VideoInput, "rig-camera"),
    ] {
        let of_kind: Vec<_> = devices.iter().filter(|d| d.kind == kind).collect();
        assert_eq!(of_kind.len(), 1, "{devices:#?}");
        assert_eq!(of_kind[0].nodes[0].api, Api::PipeWire);
        assert_eq!(of_kind[0].nodes[0].path.as_deref(), Some(name));
    }
}

#[test]
fn a_camera_that_goes_and_returns_is_the_same() {
    let before = id(DeviceKind::VideoInput).unwrap();
    let (news, _subscription) = changes();
    pipewire(&["signal", "camera", "KILL"]);
    until(&news, ('-', DeviceKind::VideoInput));
    assert_eq!(id(DeviceKind::VideoInput), None);
    pipewire(&["start", "camera", "640x480@30"]);
    until(&news, ('+', DeviceKind::VideoInput));
    assert_eq!(id(DeviceKind::VideoInput), Some(before));
}

#[test]
fn devices_go_with_the_daemon_and_return_with_the_next() {
    let before = id(DeviceKind::VideoInput).unwrap();
    // A capture holds on to what it has of the dead daemon.
    let devices = registry().devices();
    let camera = devices.iter().find(|d| d.kind == DeviceKind::VideoInput);
    let source = camera.unwrap().nodes[0]
        .device
        .create_element(None)
        .unwrap();
    source.set_state(gst::State::Ready).unwrap();
    let (news, _subscription) = changes();
    pipewire(&["signal", "daemon", "KILL"]);
    until(&news, ('-', DeviceKind::VideoInput));
    for part in ["wireplumber", "camera", "microphone"] {
        // Some end with the daemon.
        let script = std::env::var("RIG_PIPEWIRE").unwrap();
        let _ = Command::new(script).args(["signal", part, "KILL"]).status();
    }
    pipewire(&["start", "daemon"]);
    pipewire(&["start", "wireplumber"]);
    pipewire(&["start", "camera", "640x480@30"]);
    pipewire(&["start", "microphone"]);
    until(&news, ('+', DeviceKind::VideoInput));
    assert_eq!(id(DeviceKind::VideoInput), Some(before));

    // What is listed now can be opened, whatever hangs on the dead one.
    let devices = registry().devices();
    let camera = devices.iter().find(|d| d.kind == DeviceKind::VideoInput);
    let pipeline = gst::parse::launch(
        "capsfilter name=in caps=video/x-raw,format=YUY2,width=640,height=480,framerate=30/1 ! fakesink name=out num-buffers=5",
    );
    let pipeline = pipeline.unwrap().downcast::<gst::Pipeline>().unwrap();
    let again = camera.unwrap().nodes[0]
        .device
        .create_element(None)
        .unwrap();
    pipeline.add(&again).unwrap();
    again.link(&pipeline.by_name("in").unwrap()).unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
    let limit = gst::ClockTime::from_seconds(30);
    let message = pipeline.bus().unwrap().timed_pop_filtered(limit, &wanted);
    assert_eq!(message.expect("no frames").type_(), gst::MessageType::Eos);
    pipeline.set_state(gst::State::Null).unwrap();
    let _ = source.set_state(gst::State::Null);
}
