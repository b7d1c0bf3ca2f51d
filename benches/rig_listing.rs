//! A list of 64 cameras and what else there is, each time in a process of its own, beside GStreamer's own program.
//!
//! ```text
//! enumerate-devices of mediadevices
//! gst-device-monitor-1.0
//! ```
//!
//! Both print every device with its caps, which vivid has many of. The other program takes a minute for that: a single round.
//!
//! Runs in: scripts/rig/run --processors 1 --drivers vivid --cameras 64
//! Row: list of 64 cameras
//! Row: opens of a camera that is listed again

#[path = "../tests/common/driver_log.rs"]
mod driver_log;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use driver_log::DriverLog;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;
use table::{Goal, Row, not_measured};

const CAMERAS: usize = 64;
const LIMIT: Duration = Duration::from_secs(60);
const LIST: &str = "list of 64 cameras";
const AGAIN: &str = "opens of a camera that is listed again";

/// All of them: a first answer waits for three seconds, and so many take longer on a slow machine.
fn listed() -> Vec<gst::Device> {
    let devices = MediaDevices::default();
    let deadline = Instant::now() + LIMIT;
    loop {
        let listed = devices.enumerate_devices();
        let listed = listed.expect("devices are listed");
        let is_camera = |device: &&gst::Device| device.has_classes("Video/Source");
        if listed.iter().filter(is_camera).count() == CAMERAS {
            return listed;
        }
        assert!(Instant::now() < deadline, "{CAMERAS} cameras in time");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Milliseconds until a program has done what it does.
fn milliseconds(program: &mut Command) -> Result<f64, String> {
    let begin = Instant::now();
    let status = program.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| format!("{program:?}: {error}"))?;
    if !status.success() {
        return Err(format!("{program:?}: {status}"));
    }
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}

fn main() {
    measure::init();
    if std::env::args().any(|argument| argument == "--list") {
        // As the other program does.
        for device in listed() {
            let caps = device.caps().map(|caps| caps.to_string());
            println!("{} {}", device.display_name(), caps.unwrap_or_default());
        }
        return;
    }
    let this = std::env::current_exe().expect("a program knows itself");
    let ours = || milliseconds(Command::new(&this).arg("--list"));
    let other = || milliseconds(&mut Command::new("gst-device-monitor-1.0"));
    let goal = Goal::Ratio(1.0);
    match (ours(), other()) {
        (Ok(ours), Ok(other)) => Row {
            row: LIST,
            place: "vivid",
            beside: "gst-device-monitor-1.0",
            ours,
            other: Some(other),
            unit: "ms",
            goal,
        }
        .print(),
        (Err(why), _) | (_, Err(why)) => not_measured(LIST, "vivid", goal, &why),
    }
    listed();
    let mut log = DriverLog::follow(driver_log::OPENS);
    listed();
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
