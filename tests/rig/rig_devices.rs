//! The list of devices follows real hardware: V4L2 and ALSA, and hot-plug of both.
//!
//! Runs in: scripts/rig/run --drivers usbcam,aloop,vivid

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use gst::prelude::*;
use gstmediastream::devices::{Api, Change, Device, DeviceKind, Registry, Subscription};

const LIMIT: Duration = Duration::from_secs(30);

fn usbcam(command: &str) {
    let commands = std::env::var("RIG_USBCAM_COMMANDS").expect("run this in scripts/rig/run");
    std::fs::write(commands, format!("{command}\n")).unwrap();
}

fn registry() -> &'static Registry {
    gst::init().unwrap();
    Registry::shared().unwrap()
}

fn of(kind: DeviceKind, label: &str) -> Vec<Arc<Device>> {
    let mut devices = registry().devices();
    devices.retain(|d| d.kind == kind && d.label.starts_with(label));
    devices
}

#[track_caller]
fn one(kind: DeviceKind, label: &str) -> Arc<Device> {
    let found = of(kind, label);
    assert_eq!(found.len(), 1, "{label} in {:#?}", registry().devices());
    found[0].clone()
}

/// Changes of devices of that label from now on.
fn changes(label: &'static str) -> (Receiver<Change>, Subscription) {
    let (sender, receiver) = channel();
    let subscription = registry().subscribe(Box::new(move |changes| {
        for change in changes {
            let (Change::Added(device) | Change::Removed(device) | Change::Changed(device)) =
                change;
            if device.label.starts_with(label) {
                // The test may be over by now.
                let _ = sender.send(change.clone());
            }
        }
    }));
    (receiver, subscription)
}

#[track_caller]
fn until(changes: &Receiver<Change>, what: &str, is_it: impl Fn(&Change) -> bool) {
    while !is_it(
        &changes
            .recv_timeout(LIMIT)
            .unwrap_or_else(|_| panic!("no {what} in time")),
    ) {}
}

#[test]
fn a_webcam_is_a_camera_and_a_microphone_of_one_group() {
    let camera = one(DeviceKind::VideoInput, "Rig Camera");
    let microphone = one(DeviceKind::AudioInput, "Rig Camera");
    assert_eq!(camera.group_id, microphone.group_id);
    assert_eq!(camera.nodes[0].api, Api::V4l2);
    assert!(
        camera.nodes[0]
            .path
            .as_ref()
            .unwrap()
            .starts_with("/dev/video")
    );
    assert_eq!(microphone.nodes[0].api, Api::Alsa);
    assert_eq!(microphone.nodes[0].path.as_deref(), Some("hw:Camera,0"));
    let caps = microphone.nodes[0].device.caps().unwrap();
    let rates = caps.structure(0).unwrap().get::<gst::List>("rate").unwrap();
    assert_eq!(rates.len(), 2, "the kernel's own list: {caps}");
}

#[test]
fn neither_metadata_nodes_nor_anything_else_is_a_camera() {
    let cameras = of(DeviceKind::VideoInput, "");
    let labels: Vec<_> = cameras.iter().map(|d| d.label.as_str()).collect();
    assert_eq!(labels.len(), 2, "{labels:?}");
    assert!(
        labels.contains(&"vivid") && labels.contains(&"Rig Camera"),
        "{labels:?}"
    );
}

#[test]
fn unplug_and_plug_are_told_and_the_ids_are_the_same() {
    let before = [DeviceKind::VideoInput, DeviceKind::AudioInput].map(|kind| {
        let device = one(kind, "Rig Camera");
        assert!(!device.plugged, "it was there before");
        device.id.clone()
    });
    let (news, _subscription) = changes("Rig Camera");
    usbcam("unplug");
    for _ in &before {
        until(&news, "removal", |change| {
            matches!(change, Change::Removed(_))
        });
    }
    assert!(before.iter().all(|id| registry().find(id).is_none()));
    usbcam("plug");
    for _ in &before {
        until(&news, "addition", |change| {
            matches!(change, Change::Added(_))
        });
    }
    for id in &before {
        let device = registry().find(id).expect("the id survives a re-plug");
        assert_eq!(device.label, "Rig Camera");
        assert!(device.plugged, "#157: by somebody, just now");
    }
}
