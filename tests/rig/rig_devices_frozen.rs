//! A PipeWire daemon that answers nobody holds nobody up, and its devices join when it does.
//!
//! Runs in: scripts/rig/pipewire-session

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

use gstmediastream::devices::{Api, Change, Registry};

const LIMIT: Duration = Duration::from_secs(30);

fn signal_daemon(signal: &str) {
    let script = std::env::var("RIG_PIPEWIRE").expect("run this in scripts/rig/pipewire-session");
    let status = Command::new(script)
        .args(["signal", "daemon", signal])
        .status();
    assert!(status.unwrap().success(), "{signal}");
}

#[test]
fn a_frozen_daemon_joins_late() {
    gst::init().unwrap();
    gstmediastream::plugin_register_static().unwrap();
    signal_daemon("STOP");
    let registry = Registry::shared().unwrap();
    registry.set_providers("pipewire,fake").unwrap();
    let devices = registry.devices();
    assert_eq!(devices.len(), 5, "the fakes alone: {devices:#?}");
    let (sender, news) = channel();
    let _subscription = registry.subscribe(Box::new(move |changes| {
        for change in changes {
            if let Change::Added(device) = change {
                // The test may be over by now.
                let _ = sender.send(device.nodes[0].api);
            }
        }
    }));
    signal_daemon("CONT");
    for _ in ["camera", "microphone"] {
        assert_eq!(
            news.recv_timeout(LIMIT).expect("nothing in time"),
            Api::PipeWire
        );
    }
}
