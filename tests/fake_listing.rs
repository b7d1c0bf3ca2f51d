//! Faults of the fake devices that show in the list: other modes, two of one model, other numbers.

mod common;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use common::{alone, fake, init, settle};
use gst::prelude::*;
use gstmediastream::devices::{Change, Device, Registry, Subscription};

fn registry() -> &'static Registry {
    init();
    Registry::shared().expect("the registry starts")
}

fn follow() -> (Subscription, Receiver<String>) {
    let (sender, told) = channel();
    let subscription = registry().subscribe(Box::new(move |changes| {
        for change in changes {
            let (sign, device) = match change {
                Change::Added(device) => ('+', device),
                Change::Removed(device) => ('-', device),
                Change::Changed(device) => ('~', device),
            };
            let _ = sender.send(format!("{sign}{}", device.label));
        }
    }));
    (subscription, told)
}

/// What was told up to now.
fn news(told: &Receiver<String>) -> Vec<String> {
    settle();
    told.try_iter().collect()
}

fn listed(label: &str) -> Vec<Arc<Device>> {
    settle();
    let mut devices = registry().devices();
    devices.retain(|device| device.label == label);
    devices
}

fn only(label: &str) -> Arc<Device> {
    let mut devices = listed(label);
    assert_eq!(devices.len(), 1, "{label}");
    devices.remove(0)
}

fn caps(device: &Device) -> String {
    let node = device.preferred().expect("a way to open it");
    node.device.caps().expect("caps").to_string()
}

fn path(device: &Device) -> String {
    let node = device.preferred().expect("a way to open it");
    node.path.clone().expect("a path")
}

#[test]
fn other_modes_are_a_changed_device_that_the_old_object_scripts() {
    let _alone = alone();
    let (_subscription, told) = follow();
    let camera = fake("Fake camera 1");
    let before = only("Fake camera 1");
    for modes in [
        "video/x-raw, format=(string)YUY2, width=(int)640, height=(int)480",
        "video/x-raw, format=(string)YUY2, width=(int)0, height=(int)0, framerate=(fraction)30/1",
        "ANY",
    ] {
        camera.emit_by_name::<()>("set-modes", &[&modes]);
        let now = only("Fake camera 1");
        assert_eq!(caps(&now), modes);
        assert_eq!(now.id, before.id);
        assert_eq!(news(&told), ["~Fake camera 1"], "{modes}");
    }
    // What has no pictures to give is no camera.
    camera.emit_by_name::<()>("set-modes", &[&"EMPTY"]);
    assert!(listed("Fake camera 1").is_empty());
    assert_eq!(news(&told), ["-Fake camera 1"]);
    // No caps at all, and what they are already.
    camera.emit_by_name::<()>("set-modes", &[&"video/x-raw, width=["]);
    camera.emit_by_name::<()>("set-modes", &[&"EMPTY"]);
    assert!(news(&told).is_empty());

    camera.emit_by_name::<()>("set-modes", &[&None::<String>]);
    let now = only("Fake camera 1");
    assert_eq!(caps(&now), caps(&before));
    assert_eq!(now.id, before.id);
    assert_eq!(news(&told), ["+Fake camera 1"]);
    // The object in the list and the one from before are one device.
    let node = now.preferred().expect("a way to open it");
    assert_ne!(node.device, camera);
    node.device.emit_by_name::<()>("set-muted", &[&true]);
    assert!(camera.property::<bool>("muted"));
    camera.emit_by_name::<()>("set-muted", &[&false]);
    assert!(!node.device.property::<bool>("muted"));
}

#[test]
fn a_duplicate_is_another_device_and_the_first_keeps_its_id() {
    let _alone = alone();
    let (_subscription, told) = follow();
    let camera = fake("Fake camera 2");
    let first = only("Fake camera 2");
    camera.emit_by_name::<()>("duplicate", &[&true]);
    camera.emit_by_name::<()>("duplicate", &[&true]);
    assert_eq!(news(&told), ["+Fake camera 2"]);
    let both = listed("Fake camera 2");
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].id, first.id);
    assert_ne!(both[1].id, first.id);
    assert_ne!(both[1].group_id, first.group_id);
    assert_eq!(caps(&both[1]), caps(&both[0]));
    assert_ne!(path(&both[1]), path(&both[0]));
    let twin = both[1].preferred().expect("a way to open it");
    let name: String = twin.device.property("name-in-provider");
    assert_eq!(name, "camera-2-twin");
    let name = |device: &gst::Device| {
        let facts = device.properties().expect("facts");
        facts.get::<String>("fake.name").expect("a name")
    };
    assert_eq!(name(&twin.device), name(&camera));

    // It has faults of its own, and is not duplicated itself.
    twin.device.emit_by_name::<()>("stall", &[&true]);
    twin.device.emit_by_name::<()>("duplicate", &[&true]);
    assert!(!camera.property::<bool>("stalled"));
    twin.device.set_property("faults", "");
    assert!(news(&told).is_empty());

    // The first leaves, and the second is still the second.
    camera.emit_by_name::<()>("unplug", &[]);
    assert_eq!(only("Fake camera 2").id, both[1].id);
    camera.emit_by_name::<()>("plug", &[]);
    camera.emit_by_name::<()>("duplicate", &[&false]);
    assert_eq!(only("Fake camera 2").id, first.id);
    assert_eq!(news(&told).len(), 3);
}

#[test]
fn renumbering_swaps_the_paths_and_nothing_else() {
    let _alone = alone();
    let (_subscription, told) = follow();
    let labels = ["Fake camera 1", "Fake camera 2"];
    let before = labels.map(only);
    let microphone = path(&only("Fake microphone 1"));
    let camera = fake("Fake camera 1");
    let source = camera.create_element(None).expect("an element");
    let play = common::Play::parse("fakesink name=sink");
    play.pipeline.add(&source).expect("it is new");
    source.link(&play.element("sink")).expect("it links");
    play.play();

    camera.emit_by_name::<()>("renumber", &[]);
    let (error, _) = play.error();
    assert!(error.matches(gst::ResourceError::Read), "{error}");
    let mut news = news(&told);
    news[..2].sort();
    news[2..].sort();
    let expected = [
        "-Fake camera 1",
        "-Fake camera 2",
        "+Fake camera 1",
        "+Fake camera 2",
    ];
    assert_eq!(news, expected, "all leave before any comes back");
    let after = labels.map(only);
    for at in 0..2 {
        assert_eq!(after[at].id, before[at].id, "{}", labels[at]);
        assert_eq!(after[at].group_id, before[at].group_id);
        assert_eq!(path(&after[at]), path(&before[1 - at]));
    }
    assert_eq!(path(&only("Fake microphone 1")), microphone);
    // One by itself gets a number that is free.
    let other = fake("Fake camera 2");
    other.emit_by_name::<()>("unplug", &[]);
    camera.emit_by_name::<()>("renumber", &[]);
    let moved = path(&only("Fake camera 1"));
    assert!(!before.iter().any(|device| path(device) == moved));
    other.emit_by_name::<()>("plug", &[]);
    settle();
}

#[test]
fn whatever_many_threads_do_the_list_is_right_in_the_end() {
    let _alone = alone();
    settle();
    let devices = ["Fake camera 1", "Fake camera 2", "Fake microphone 1"].map(fake);
    std::thread::scope(|scope| {
        for (at, device) in devices.iter().chain(&devices).enumerate() {
            scope.spawn(move || {
                for step in 0..60 {
                    match (step * 7 + at) % 7 {
                        0 => device.emit_by_name::<()>("unplug", &[]),
                        1 => device.emit_by_name::<()>("plug", &[]),
                        2 => device.emit_by_name::<()>("duplicate", &[&(step % 2 == 0)]),
                        3 => device.emit_by_name::<()>("renumber", &[]),
                        4 => device.emit_by_name::<()>("set-default", &[]),
                        5 => device.emit_by_name::<()>("set-modes", &[&"video/x-raw;audio/x-raw"]),
                        _ => device.set_property("faults", "{}"),
                    }
                }
            });
        }
    });
    for device in &devices {
        device.set_property("faults", "{}");
    }
    for (device, label) in
        devices
            .iter()
            .zip(["Fake camera 1", "Fake camera 2", "Fake microphone 1"])
    {
        let listed = only(label);
        let node = listed.preferred().expect("a way to open it");
        let name = |device: &gst::Device| device.property::<String>("name-in-provider");
        assert_eq!(name(&node.device), name(device));
        assert_eq!(path(&listed), path_of(&node.device));
        assert_ne!(caps(&listed), "video/x-raw; audio/x-raw");
    }
    assert_eq!(registry().devices().len(), 5);
    // The default is what it was, for the other tests.
    devices[0].emit_by_name::<()>("set-default", &[]);
    settle();
    assert!(devices[0].property::<bool>("is-default"));
    assert_eq!(registry().devices().len(), 5);
}

#[test]
fn another_default_that_is_told_late_lists_nobody_again() {
    let _alone = alone();
    settle();
    let cameras = ["Fake camera 1", "Fake camera 2"].map(fake);
    std::thread::scope(|scope| {
        for at in 0..4 {
            let camera = &cameras[at % 2];
            scope.spawn(move || {
                for _ in 0..100 {
                    camera.emit_by_name::<()>("renumber", &[]);
                    camera.emit_by_name::<()>("set-default", &[]);
                }
            });
        }
    });
    cameras[0].emit_by_name::<()>("set-default", &[]);
    settle();
    assert_eq!(registry().devices().len(), 5);
}

fn path_of(device: &gst::Device) -> String {
    let facts = device.properties().expect("facts");
    facts.get("fake.path").expect("a path")
}
