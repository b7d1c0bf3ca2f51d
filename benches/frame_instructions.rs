//! How many instructions a frame costs over the source alone: counted by callgrind, so that the number is the same again.
//!
//! A child of this program plays one side to its n-th frame; twice as many frames cost so much more, and starting and stopping
//! cost nothing in the difference. The device is one whose frames cost next to nothing, see `tests/common/still.rs`: what
//! it costs is on both sides.
//!
//! ```text
//! mediatrackvideosrc ! fakesink num-buffers=N
//! stillsrc ! queue ! fakesink num-buffers=N
//! ```
//!
//! Runs in: the host
//! Row: instructions per frame over the source alone, 1080p30
//! Row: instructions per 10 ms of sound over the source alone

#[path = "measure/mod.rs"]
mod measure;
#[path = "../tests/common/still.rs"]
mod still;
#[path = "table/mod.rs"]
mod table;

use std::process::{Command, Stdio};

use gst::prelude::*;
use table::{Goal, Row, not_measured};

const GOAL: Goal = Goal::AtMost(12_000.0);

/// Plays a launch line to its end.
fn child(line: &str) {
    still::init();
    let running = measure::Running::start(line);
    let bus = running.pipeline.bus().expect("a pipeline has a bus");
    let ends = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(100), &ends);
    let message = message.expect("it ends in time");
    assert_eq!(message.type_(), gst::MessageType::Eos, "{message:?}");
}

/// The instructions that a child spends on a launch line; an error is why they cannot be counted.
fn instructions(line: &str) -> Result<u64, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let counts = std::env::temp_dir().join(format!("mediastream-bench-{}", std::process::id()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--fair-sched=yes"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(this)
        .args(["--child", line])
        .stdout(Stdio::null())
        .status();
    let status = status.map_err(|error| format!("valgrind does not start: {error}"))?;
    let written = std::fs::read_to_string(&counts).unwrap_or_default();
    let _ = std::fs::remove_file(&counts);
    assert!(status.success(), "{line}: {status}");
    let mut lines = written.lines();
    let total = lines.find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok());
    total.ok_or_else(|| "callgrind wrote no total".into())
}

/// For one frame.
fn per_frame(line: &str, frames: u64) -> Result<f64, String> {
    let to = |frames| instructions(&format!("{line} ! fakesink name=sink num-buffers={frames}"));
    let (once, twice) = (to(frames)?, to(2 * frames)?);
    Ok((twice as f64 - once as f64) / frames as f64)
}

fn measure(row: &str, track: &str, bare: &str, frames: u64) {
    let both = per_frame(track, frames).and_then(|ours| Ok((ours, per_frame(bare, frames)?)));
    match both {
        Ok((ours, source)) => {
            eprintln!("{row}: {ours:.0} - {source:.0}");
            Row {
                row,
                place: "host",
                beside: &format!("the source alone: {source:.0}"),
                ours: ours - source,
                other: None,
                unit: "",
                goal: GOAL,
            }
            .print();
        }
        Err(why) => not_measured(row, "host", GOAL, &why),
    }
}

fn main() {
    let mut arguments = std::env::args();
    if arguments.any(|argument| argument == "--child") {
        return child(&arguments.next().expect("a launch line"));
    }
    let frames = |many| if measure::quick() { many / 5 } else { many };
    let (row, bare) = (
        "instructions per frame over the source alone, 1080p30",
        "stillsrc ! queue",
    );
    measure(row, "mediatrackvideosrc", bare, frames(100));
    let (row, bare) = (
        "instructions per 10 ms of sound over the source alone",
        "stillsrc sound=true ! queue",
    );
    measure(row, "mediatrackaudiosrc", bare, frames(300));
}
