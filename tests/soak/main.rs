//! Devices that are opened and closed ten thousand times, in every way and with faults, leave nothing behind: files,
//! threads and memory stay as they are.

#[path = "../common/mod.rs"]
mod common;
mod cycle;
mod holding;

use std::process::Command;
use std::thread;

use common::{eventually, fake};
use cycle::{Device, closed};
use gst::prelude::*;
use holding::{Trend, in_a_process_of_its_own};

const CYCLES: u64 = 10_000;
/// Every so many cycles one goes wrong.
const FAULTY: u64 = 10;

const FAKES: [(&str, &str, &str, &str); 4] = [
    (
        "video",
        "Fake camera 1",
        r#","width":320"#,
        r#"{"width":200}"#,
    ),
    // Another mode: the device is opened anew.
    (
        "video",
        "Fake camera 2",
        r#","width":640"#,
        r#"{"frameRate":60,"width":1280}"#,
    ),
    ("audio", "Fake microphone 1", "", r#"{"channelCount":1}"#),
    ("audio", "Fake microphone 2", "", "{}"),
];

/// Another thread may be telling of its device, and tell of this one as well, a little later.
fn replug(device: &Device, fake: &gst::Device) {
    eventually("it left the list", || !device.is_listed());
    fake.emit_by_name::<()>("plug", &[]);
    eventually("it is in the list", || device.is_listed());
}

/// What can go wrong with one.
fn faulty(number: u64, device: &Device, fake: &gst::Device) {
    match number % 3 {
        0 => {
            let playing = device.play();
            fake.emit_by_name::<()>("unplug", &[]);
            playing.ends("sink");
            replug(device, fake);
        }
        1 => {
            fake.emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
            // It fails, unless the element before, which was stopped while it started, has it open still.
            drop(device.ask());
            fake.emit_by_name::<()>("fail-open", &[&""]);
        }
        _ => {
            let track = device.track();
            fake.emit_by_name::<()>("unplug", &[]);
            track.stop();
            replug(device, fake);
        }
    }
}

/// The fakes, and how each is seen by an application.
fn fakes() -> [(Device, gst::Device); 4] {
    common::init();
    FAKES.map(|(kind, label, constraints, others)| {
        let device = Device::labelled(kind, label, constraints, others);
        (device, fake(label))
    })
}

#[test]
fn ten_thousand_times_opened_and_closed() {
    if !in_a_process_of_its_own("ten_thousand_times_opened_and_closed") {
        return;
    }
    let fakes = fakes();
    let round = |cycles: u64| {
        thread::scope(|scope| {
            for (device, fake) in &fakes {
                scope.spawn(move || {
                    for number in 0..cycles / FAKES.len() as u64 {
                        match number % FAULTY {
                            0 => faulty(number / FAULTY, device, fake),
                            _ => device.cycle(number),
                        }
                    }
                });
            }
        });
        closed();
    };
    Trend::of(CYCLES, round).assert_flat();
}

/// Every way and every fault once, on a camera and a microphone. Short, for valgrind.
#[test]
fn every_way_once() {
    let fakes = fakes();
    for (device, fake) in fakes.iter().skip(1).step_by(2) {
        for number in 0..8 {
            device.cycle(number);
        }
        for number in 0..3 {
            faulty(number, device, fake);
        }
    }
    closed();
}

/// No byte is read that was not written or was freed, and no block is lost.
#[test]
fn valgrind_finds_nothing() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/soak");
    let output = Command::new("valgrind")
        .args(["--error-exitcode=9", "--leak-check=full"])
        .args([
            "--errors-for-leak-kinds=definite",
            "--show-leak-kinds=definite",
        ])
        .args(["--num-callers=30", "--gen-suppressions=all"])
        // GLib's package has it beside the library.
        .arg("--suppressions=/usr/share/glib-2.0/valgrind/glib.supp")
        .arg(format!("--suppressions={folder}/valgrind.supp"))
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "every_way_once"])
        .env("GST_MEDIASTREAM_PROVIDERS", "fake")
        .env("G_SLICE", "always-malloc")
        .output()
        .expect("valgrind starts: scripts/setup test");
    let said = String::from_utf8_lossy(&output.stderr);
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}: {said}", output.status);
    assert!(said.contains("ERROR SUMMARY: 0 errors"), "{said}");
}
