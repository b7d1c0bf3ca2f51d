//! One entry for hardware that both PipeWire and the kernel list, under the same id.
//!
//! Runs in: scripts/rig/run --drivers usbcam,aloop --pipewire

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use gstmediastream::devices::{Api, Change, Device, DeviceKind, Registry};

/// A sign for what happened, and the label of the device.
type Told = (char, String);

const LIMIT: Duration = Duration::from_secs(30);
const KINDS: [DeviceKind; 2] = [DeviceKind::VideoInput, DeviceKind::AudioInput];

fn registry() -> &'static Registry {
    gst::init().unwrap();
    Registry::shared().unwrap()
}

/// The webcam as soon as all of these list it: PipeWire needs a moment after a plug.
#[track_caller]
fn webcam(kind: DeviceKind, through: &[Api]) -> Arc<Device> {
    let (sender, news) = channel();
    let _subscription = registry().subscribe(Box::new(move |_| {
        // Nobody listens any more when the webcam was found.
        let _ = sender.send(());
    }));
    loop {
        let devices = registry().devices();
        let is_it = |d: &&Arc<Device>| d.kind == kind && d.label.starts_with("Rig Camera");
        let found: Vec<_> = devices.iter().filter(is_it).collect();
        assert!(found.len() <= 1, "{devices:#?}");
        if let Some(device) = found.first().filter(|device| apis(device) == through) {
            return Arc::clone(device);
        }
        if news.recv_timeout(LIMIT).is_err() {
            panic!("not through {through:?}: {devices:#?}");
        }
    }
}

fn both(through: [&[Api]; 2]) -> [Arc<Device>; 2] {
    [0, 1].map(|at| webcam(KINDS[at], through[at]))
}

const ALL: [&[Api]; 2] = [&[Api::PipeWire, Api::V4l2], &[Api::PipeWire, Api::Alsa]];

fn apis(device: &Device) -> Vec<Api> {
    device.nodes.iter().map(|node| node.api).collect()
}

#[test]
fn a_webcam_is_listed_once_and_pipewire_is_preferred() {
    registry().set_providers("auto").unwrap();
    let [camera, microphone] = both(ALL);
    assert_eq!(camera.group_id, microphone.group_id);
}

#[test]
fn the_id_is_the_same_through_every_system() {
    registry().set_providers("auto").unwrap();
    let ids = both(ALL).map(|device| device.id.clone());
    let kernel: [&[Api]; 2] = [&[Api::V4l2], &[Api::Alsa]];
    for (providers, through) in [("v4l2,alsa", kernel), ("pipewire", [&[Api::PipeWire]; 2])] {
        registry().set_providers(providers).unwrap();
        let now = both(through).map(|device| device.id.clone());
        assert_eq!(now, ids, "{providers}");
    }
}

#[test]
fn an_unplugged_webcam_is_gone_once_and_back_under_its_ids() {
    let registry = registry();
    registry.set_providers("auto").unwrap();
    let ids = both(ALL).map(|device| device.id.clone());
    let commands = std::env::var("RIG_USBCAM_COMMANDS").expect("run this in scripts/rig/run");
    let (sender, news) = channel();
    let _subscription = registry.subscribe(Box::new(move |changes| {
        for change in changes {
            // The test may be over by now.
            let _ = sender.send(change.clone());
        }
    }));
    let mut told = Vec::new();
    let mut until = |what: &str, is_done: &dyn Fn(&[Told]) -> bool| {
        while !is_done(&told) {
            let change = news.recv_timeout(LIMIT);
            told.push(
                match change.unwrap_or_else(|_| panic!("no {what} in time: {told:?}")) {
                    Change::Added(device) => ('+', device.id.clone()),
                    Change::Removed(device) => ('-', device.id.clone()),
                    Change::Changed(device) => ('~', device.id.clone()),
                },
            );
        }
    };
    std::fs::write(&commands, "unplug\n").unwrap();
    let has = |told: &[(char, String)], sign| {
        let is_told = |id: &String| told.contains(&(sign, id.clone()));
        ids.iter().all(is_told)
    };
    until("removal", &|told| has(told, '-'));
    std::fs::write(&commands, "plug\n").unwrap();
    until("addition", &|told| has(told, '+'));
    for id in &ids {
        let mut steps = told
            .iter()
            .filter(|(sign, other)| other == id && *sign != '~');
        assert_eq!(steps.next().unwrap().0, '-', "{told:?}");
        assert_eq!(steps.next().unwrap().0, '+', "{told:?}");
        assert_eq!(steps.next(), None, "{told:?}");
    }
}
