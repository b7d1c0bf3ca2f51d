//! A driver's cameras, opened and closed five hundred times: files, threads and memory stay as they are.
//!
//! Runs in: scripts/rig/run --timeout 900 --drivers vivid

#[path = "../common/mod.rs"]
mod common;
#[path = "../soak/cycle.rs"]
mod cycle;
#[path = "../soak/holding.rs"]
mod holding;

use std::thread;

use cycle::{Device, closed};
use holding::{Trend, in_a_process_of_its_own};

const CYCLES: u64 = 500;

#[test]
fn five_hundred_times_opened_and_closed() {
    if !in_a_process_of_its_own("five_hundred_times_opened_and_closed") {
        return;
    }
    common::init();
    let registry = gstmediastream::devices::Registry::shared().expect("the registry starts");
    registry.set_providers("v4l2").expect("it is known");
    // Rates beyond these are beyond the kernel of the rig.
    let constraints = r#","width":320,"frameRate":{"exact":30}"#;
    let others = r#"{"width":640,"frameRate":15}"#;
    let listed = registry.devices();
    let devices: Vec<_> = listed
        .iter()
        .map(|device| Device::new("video", &device.id, constraints, others))
        .collect();
    println!("{} cameras", devices.len());
    let listed_len = devices.len();
    let mut done = 0;
    let round = |cycles: u64| {
        thread::scope(|scope| {
            for (at, device) in devices.iter().enumerate() {
                scope.spawn(move || {
                    let numbers = (done..done + cycles).skip(at).step_by(listed_len);
                    numbers.for_each(|number| device.cycle(number / listed_len as u64));
                });
            }
        });
        done += cycles;
        closed();
    };
    Trend::of(CYCLES, round).assert_flat();
}
