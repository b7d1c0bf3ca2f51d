//! How many instructions a frame costs over the source alone: counted by callgrind, so that the number is the same again.
//!
//! A child of this program plays one side to its n-th frame; twice as many frames cost so much more, and starting and stopping
//! cost nothing in the difference. The device is one whose frames cost next to nothing, see `tests/common/still.rs`: what
//! it costs is on both sides.
//!
//! Nothing is sent while the device opens (`muted-output=none`): whether black is made meanwhile is a matter of time, and
//! what is done for a frame that the device has given does not depend on it.
//!
//! ```text
//! mediatrackvideosrc muted-output=none ! fakesink num-buffers=N
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
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gst::prelude::*;
use table::{Goal, Row, not_measured};

const GOAL: Goal = Goal::AtMost(12_000.0);

/// How often a side is played because the machine was too busy for a device that does not wait.
const TRIES: usize = 3;
/// Frames at the beginning, when everything is slow for once.
const BEGINNING: u64 = 20;
/// Losses that do not matter: what is done about one is less than what a frame costs.
const LOSSES: u64 = 2;

/// Plays a launch line to its end, and prints how many frames it lost on the way.
fn child(line: &str) {
    still::init();
    let running = measure::Running::parse(line);
    let sink = running.pipeline.by_name("sink").expect("it is there");
    let pad = sink.static_pad("sink").expect("a sink has a pad");
    let lost = Arc::new(AtomicU64::new(0));
    let (end_of_last, counter) = (Mutex::new((None, 0)), lost.clone());
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let times = info.buffer().and_then(|b| b.pts().zip(b.duration()));
        if let Some((begin, lasts)) = times {
            let mut last = end_of_last.lock().unwrap_or_else(PoisonError::into_inner);
            let (end, seen) = &mut *last;
            let is_late = |end: gst::ClockTime| begin > end + lasts / 2;
            *seen += 1;
            let is_lost = *seen > BEGINNING && end.is_some_and(is_late);
            counter.fetch_add(is_lost.into(), Ordering::Relaxed);
            *end = Some(begin + lasts);
        }
        gst::PadProbeReturn::Ok
    });
    running.play();
    let bus = running.pipeline.bus().expect("a pipeline has a bus");
    let ends = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(100), &ends);
    let message = message.expect("it ends in time");
    assert_eq!(message.type_(), gst::MessageType::Eos, "{message:?}");
    println!("{}", lost.load(Ordering::Relaxed));
}

/// The instructions that a child spends on a launch line, and how many frames were lost; an error is why they cannot be
/// counted.
fn count(line: &str) -> Result<(u64, u64), String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let counts = std::env::temp_dir().join(format!("mediastream-bench-{}", std::process::id()));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--fair-sched=yes"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(this)
        .args(["--child", line])
        .stderr(Stdio::inherit())
        .output();
    let output = output.map_err(|error| format!("valgrind does not start: {error}"))?;
    let written = std::fs::read_to_string(&counts).unwrap_or_default();
    let _ = std::fs::remove_file(&counts);
    assert!(output.status.success(), "{line}: {}", output.status);
    let lost = String::from_utf8_lossy(&output.stdout).trim().parse();
    let mut lines = written.lines();
    let total = lines.find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok());
    total
        .zip(lost.ok())
        .ok_or_else(|| "callgrind wrote no total".into())
}

/// Of the best of several tries: what is done about a loss is not what a frame costs.
fn instructions(line: &str) -> Result<u64, String> {
    let mut best = count(line)?;
    for _ in 1..TRIES {
        if best.1 <= LOSSES || measure::quick() {
            break;
        }
        eprintln!("{line}: lost {} frames, again", best.1);
        best = std::cmp::min_by_key(count(line)?, best, |(_, lost)| *lost);
    }
    Ok(best.0)
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
    measure(
        row,
        "mediatrackvideosrc muted-output=none",
        bare,
        frames(100),
    );
    let (row, bare) = (
        "instructions per 10 ms of sound over the source alone",
        "stillsrc sound=true ! queue",
    );
    measure(
        row,
        "mediatrackaudiosrc muted-output=none",
        bare,
        frames(250),
    );
}
