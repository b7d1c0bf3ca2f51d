//! Two webcams that are alike in everything, the serial number too.
//!
//! Runs in: scripts/rig/run --drivers usbcam

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use gstmediastream::devices::{Change, Device, DeviceKind, Registry};

const LIMIT: Duration = Duration::from_secs(30);

/// The second webcam, unplugged when it goes.
struct Twin(Child);

impl Twin {
    fn plug() -> Self {
        // Built beside the tests.
        let program = std::env::current_exe().unwrap();
        let program = program.ancestors().nth(2).map(Path::to_owned).unwrap();
        let twin = Command::new(program.join("usbcam"))
            .args(["--port", "2", "--commands", "/run/rig/usbcam-twin"])
            .spawn();
        Self(twin.expect("the rig's camera is built with its tests"))
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn webcams(registry: &Registry) -> Vec<Arc<Device>> {
    let mut devices = registry.devices();
    devices.retain(|d| d.kind != DeviceKind::AudioOutput && d.label.starts_with("Rig Camera"));
    devices
}

fn ids(devices: &[Arc<Device>]) -> BTreeSet<(DeviceKind, String)> {
    devices.iter().map(|d| (d.kind, d.id.clone())).collect()
}

#[test]
fn two_of_a_kind_are_told_apart_and_the_first_keeps_its_ids() {
    gst::init().unwrap();
    let registry = Registry::shared().unwrap();
    let (sender, news) = channel();
    let _subscription = registry.subscribe(Box::new(move |changes| {
        for change in changes {
            let told = match change {
                Change::Added(device) => ('+', device.id.clone()),
                Change::Removed(device) => ('-', device.id.clone()),
                Change::Changed(_) => continue,
            };
            // The test may be over by now.
            let _ = sender.send(told);
        }
    }));
    let next = |sign| loop {
        let (told, id) = news.recv_timeout(LIMIT).expect("nothing in time");
        if told == sign {
            return id;
        }
    };
    let first = webcams(registry);
    assert_eq!(first.len(), 2, "{first:#?}");

    let twin = Twin::plug();
    let added = BTreeSet::from([next('+'), next('+')]);
    let both = webcams(registry);
    assert_eq!(ids(&both).len(), 4, "{both:#?}");
    assert!(ids(&both).is_superset(&ids(&first)), "{both:#?}");
    let groups: BTreeSet<_> = both.iter().map(|d| &d.group_id).collect();
    assert_eq!(groups.len(), 2, "{both:#?}");

    drop(twin);
    assert_eq!(BTreeSet::from([next('-'), next('-')]), added);
    assert_eq!(ids(&webcams(registry)), ids(&first));

    let _twin = Twin::plug();
    assert_eq!(
        BTreeSet::from([next('+'), next('+')]),
        added,
        "the same again"
    );
}
