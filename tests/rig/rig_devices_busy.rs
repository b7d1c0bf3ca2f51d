//! A microphone that somebody uses is listed, and later what it can do.
//!
//! Runs in: scripts/rig/run --drivers aloop

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use gst::prelude::*;
use gstmediastream::devices::{Change, Device, DeviceKind, Registry};

const LIMIT: Duration = Duration::from_secs(30);

/// What is said of the second loopback.
fn rates(device: &Device) -> String {
    let caps = device.nodes[0].device.caps().unwrap();
    let rates = caps.structure(0).unwrap().value("rate").unwrap();
    rates.serialize().unwrap().to_string()
}

#[test]
fn a_microphone_in_use_is_listed_and_later_what_it_can_do() {
    gst::init().unwrap();
    // Eight at a time may use a loopback: all of them are taken before anybody looks.
    let users = [0, 1, 2, 3, 4, 5, 6, 7].map(|n| {
        let user = gst::ElementFactory::make("alsasrc")
            .property("device", format!("hw:Loopback,1,{n}"))
            .build()
            .unwrap();
        user.set_state(gst::State::Ready).unwrap();
        user
    });
    let registry = Registry::shared().unwrap();
    let (sender, news) = channel();
    let _subscription = registry.subscribe(Box::new(move |changes| {
        for change in changes {
            if let Change::Changed(device) = change {
                // The test may be over by now.
                let _ = sender.send(Arc::clone(device));
            }
        }
    }));
    let devices = registry.devices();
    let mut microphones = devices.iter().filter(|d| d.kind == DeviceKind::AudioInput);
    let (free, busy) = (microphones.next().unwrap(), microphones.next().unwrap());
    assert_eq!(rates(free), "[ 8000, 768000 ]");
    assert_eq!(rates(busy), "[ 8000, 192000 ]", "what is usual");
    for user in users {
        user.set_state(gst::State::Null).unwrap();
    }
    let changed = loop {
        let changed = news.recv_timeout(LIMIT).expect("no change in time");
        if changed.id == busy.id {
            break changed;
        }
    };
    assert_eq!(rates(&changed), "[ 8000, 768000 ]", "its own");
    assert!(Arc::ptr_eq(&registry.find(&busy.id).unwrap(), &changed));
}
