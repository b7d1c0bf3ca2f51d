//! A list of 64 cameras and what else there is, each time in a process of its own, beside GStreamer's own program.
//!
//! ```text
//! enumerate-devices of mediadevices
//! gst-device-monitor-1.0
//! ```
//!
//! Runs in: scripts/rig/run --drivers vivid --cameras 64
//! Row: list of 64 cameras
//! Row: opens of a camera that is listed again

#[path = "../tests/common/driver_log.rs"]
mod driver_log;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::process::{Command, Stdio};
use std::time::Instant;

use driver_log::DriverLog;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;
use table::{Goal, Row, not_measured};

const CAMERAS: usize = 64;
const LIST: &str = "list of 64 cameras";
const AGAIN: &str = "opens of a camera that is listed again";

/// Prints the list, as the other program does.
fn list() -> usize {
    let devices = MediaDevices::default();
    let devices = devices.enumerate_devices().expect("devices are listed");
    for device in &devices {
        let caps = device.caps().map(|caps| caps.to_string());
        eprintln!("{} {}", device.display_name(), caps.unwrap_or_default());
    }
    let cameras = devices
        .iter()
        .filter(|device| device.has_classes("Video/Source"));
    cameras.count()
}

/// Milliseconds until a program has done what it does.
fn milliseconds(program: &mut Command) -> Result<f64, String> {
    let begin = Instant::now();
    let status = program.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| format!("{program:?}: {error}"))?;
    assert!(status.success(), "{program:?}: {status}");
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}

fn main() {
    measure::init();
    if std::env::args().any(|argument| argument == "--list") {
        assert_eq!(list(), CAMERAS);
        return;
    }
    let this = std::env::current_exe().expect("a program knows itself");
    let ours = || milliseconds(Command::new(&this).arg("--list"));
    let other = || milliseconds(&mut Command::new("gst-device-monitor-1.0"));
    let goal = Goal::Ratio(1.0);
    match other() {
        Err(why) => not_measured(LIST, "vivid", goal, &why),
        Ok(_) => {
            let measured = measure::in_turn(
                measure::rounds(3),
                &mut [&mut || ours().expect("it runs"), &mut || {
                    other().expect("it ran before")
                }],
            );
            Row {
                row: LIST,
                place: "vivid",
                beside: "gst-device-monitor-1.0",
                ours: measured[0],
                other: Some(measured[1]),
                unit: "ms",
                goal,
            }
            .print();
        }
    }
    list();
    let mut log = DriverLog::follow(driver_log::OPENS);
    list();
    Row {
        row: AGAIN,
        place: "vivid",
        beside: "",
        ours: driver_log::count(&log.take(), "video0", "open (") as f64,
        other: None,
        unit: "",
        goal: Goal::Exactly(0.0),
    }
    .print();
}
