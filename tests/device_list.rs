//! The process's list of devices, on the fakes.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::sync::mpsc;

use gst::prelude::*;
use gstmediastream::devices::{Change, DeviceKind, Registry};

fn told(change: &Change) -> (&'static str, String) {
    match change {
        Change::Added(device) => ("added", device.label.clone()),
        Change::Removed(device) => ("removed", device.label.clone()),
        Change::Changed(device) => ("changed", device.label.clone()),
    }
}

#[test]
fn the_list_follows_the_fakes() {
    fakes::init();
    let registry = Registry::shared().unwrap();
    registry.set_providers("fake").unwrap();
    let devices = registry.devices();
    let labels: Vec<_> = devices.iter().map(|d| d.label.as_str()).collect();
    let expected = [
        "Fake microphone 1",
        "Fake microphone 2",
        "Fake camera 1",
        "Fake camera 2",
        "Fake output 1",
    ];
    assert_eq!(
        labels, expected,
        "microphones, cameras, outputs; defaults first"
    );
    assert_eq!(devices[0].group_id, devices[2].group_id, "one webcam");
    assert_eq!(devices[1].group_id, devices[4].group_id, "one headset");
    assert_ne!(devices[0].group_id, devices[1].group_id);
    let camera = devices[2].clone();
    assert_eq!(camera.kind, DeviceKind::VideoInput);
    assert!(camera.is_default);
    assert_eq!(devices[3].facing[0].name(), "environment");

    let (sender, changes) = mpsc::channel();
    let subscription = registry.subscribe(Box::new(move |changes| {
        sender
            .send(changes.iter().map(told).collect::<Vec<_>>())
            .unwrap();
    }));
    let node = camera.preferred().unwrap().device.clone();
    node.emit_by_name::<()>("unplug", &[]);
    node.emit_by_name::<()>("plug", &[]);
    node.emit_by_name::<()>("unplug", &[]);
    registry.settle();
    assert!(registry.find(&camera.id).is_none());
    node.emit_by_name::<()>("plug", &[]);
    registry.settle();
    let label = || "Fake camera 1".to_owned();
    let (removed, added) = (vec![("removed", label())], vec![("added", label())]);
    let expected = [removed.clone(), added.clone(), removed, added];
    assert_eq!(changes.try_iter().collect::<Vec<_>>(), expected);
    let back = registry
        .find(&camera.id)
        .expect("the same id after a re-plug");
    assert_eq!(back.label, camera.label);

    drop(subscription);
    node.emit_by_name::<()>("unplug", &[]);
    node.emit_by_name::<()>("plug", &[]);
    registry.settle();
    assert_eq!(changes.try_iter().count(), 0, "ended by the drop");

    registry.set_id_salt("another");
    assert!(registry.find(&camera.id).is_none(), "all ids are new");
    let error = registry.set_providers("fake,oss").unwrap_err();
    assert!(error.to_string().contains("'oss'"), "{error}");
    assert_eq!(registry.devices().len(), 5, "an error changes nothing");
}
