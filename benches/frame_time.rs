//! How long a frame is inside the plugin: from the pad of the device's element to the pad of the track's, beside the
//! time that it takes through a queue. Both are one handing over from a thread to another.
//!
//! The device is one whose frames cost nothing, see `tests/common/still.rs`.
//!
//! ```text
//! mediatrackvideosrc ! fakesink
//! stillsrc ! queue ! fakesink
//! ```
//!
//! Runs in: the host
//! Row: time inside the plugin, p50, 1080p30
//! Row: time inside the plugin, p99, 1080p30
//! Row: time inside the plugin, p50, 10 ms of sound
//! Row: time inside the plugin, p99, 10 ms of sound

#[path = "measure/mod.rs"]
mod measure;
#[path = "../tests/common/still.rs"]
mod still;
#[path = "table/mod.rs"]
mod table;

use std::sync::{Arc, Mutex, PoisonError};

use gst::prelude::*;
use measure::Running;
use table::{Goal, Row};

/// The times of all frames in microseconds, of a pipeline with an element called `last`.
fn times(line: &str, frames: u64) -> Vec<f64> {
    /// The device is only just open.
    const BEGINNING: usize = 15;
    let running = Running::parse(line);
    let times = Arc::new(Mutex::new(Vec::new()));
    let last = running.pipeline.by_name("last").expect("it is there");
    let pad = last.static_pad("src").expect("it has a pad");
    let taken = times.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let now = gst::SystemClock::obtain().time();
        let left = info
            .buffer()
            .and_then(|b| still::handed_out(still::place(b)));
        if let Some(left) = left {
            let time = now.saturating_sub(left).nseconds() as f64 / 1000.0;
            taken
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(time);
        }
        gst::PadProbeReturn::Ok
    });
    running.play();
    running.wait_for(frames + BEGINNING as u64);
    drop(running);
    let times = times.lock().unwrap_or_else(PoisonError::into_inner);
    times
        .get(BEGINNING..)
        .expect("they came from the device")
        .to_vec()
}

/// The value below which this part of them lies.
fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len() - 1;
    sorted[(last as f64 * part).round() as usize]
}

fn measure(what: &str, track: &str, bare: &str, frames: u64) {
    let mut sides = [Vec::new(), Vec::new()];
    for _ in 0..measure::rounds(3) {
        for (side, line) in sides.iter_mut().zip([track, bare]) {
            side.extend(times(line, frames));
        }
    }
    for (name, part, most) in [("p50", 0.5, 100.0), ("p99", 0.99, 1000.0)] {
        Row {
            row: &format!("time inside the plugin, {name}, {what}"),
            place: "host",
            beside: "source ! queue",
            ours: quantile(&sides[0], part),
            other: Some(quantile(&sides[1], part)),
            unit: "µs",
            goal: Goal::AtMost(most),
        }
        .print();
    }
}

fn main() {
    still::init();
    let ours = |kind| format!("mediatrack{kind}src name=last ! fakesink name=sink");
    let bare = |sound| format!("stillsrc sound={sound} ! queue name=last ! fakesink name=sink");
    measure("1080p30", &ours("video"), &bare(false), 90);
    measure("10 ms of sound", &ours("audio"), &bare(true), 300);
}
