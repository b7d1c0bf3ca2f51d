//! PipeWire's camera and microphone, opened and closed five hundred times: files, threads and memory stay as they are.
//!
//! Runs in: scripts/rig/pipewire-session --timeout 400

#[path = "../common/mod.rs"]
mod common;
#[path = "../soak/cycle.rs"]
mod cycle;
#[path = "../soak/holding.rs"]
mod holding;

use std::thread;

use cycle::{Device, closed};
use gstmediastream::devices::DeviceKind;
use holding::{Trend, in_a_process_of_its_own};

const CYCLES: u64 = 500;

#[test]
fn five_hundred_times_opened_and_closed() {
    if !in_a_process_of_its_own("five_hundred_times_opened_and_closed") {
        return;
    }
    common::init();
    let registry = gstmediastream::devices::Registry::shared().expect("the registry starts");
    registry.set_providers("pipewire").expect("it is known");
    let label = |kind| {
        let devices = registry.devices();
        let found = devices.iter().find(|device| device.kind == kind);
        found.expect("the session has one").label.clone()
    };
    let camera = label(DeviceKind::VideoInput);
    let microphone = label(DeviceKind::AudioInput);
    let devices = [
        Device::labelled(
            "video",
            &camera,
            r#","width":320"#,
            r#"{"width":640,"frameRate":15}"#,
        ),
        Device::labelled("audio", &microphone, "", r#"{"channelCount":1}"#),
    ];
    let mut done = 0;
    let round = |cycles: u64| {
        thread::scope(|scope| {
            for device in &devices {
                let numbers = done..done + cycles / devices.len() as u64;
                scope.spawn(move || numbers.for_each(|number| device.cycle(number)));
            }
        });
        done += cycles / devices.len() as u64;
        closed();
    };
    Trend::of(CYCLES, round).assert_flat();
}
