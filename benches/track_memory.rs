//! What one more reader of one camera takes of memory, beside what one wires up by hand (see [`crowd`]), and how many
//! pictures are kept for one that has stopped reading.
//!
//! Memory is what the kernel counts as anonymous (`/proc/self/smaps_rollup`): heap and stacks, those of the reader's thread too.
//! A sixty-fourth of what 65 readers have more than one, each measured in a process of its own.
//!
//! Runs in: the host
//! Row: memory of a further track
//! Row: pictures kept for a reader that has stopped

#[path = "camera/mod.rs"]
mod camera;
#[path = "crowd/mod.rs"]
mod crowd;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crowd::{Crowd, Wiring};
use gst::prelude::*;
use table::{Goal, Row};

const FURTHER: usize = 64;
/// How long they play before they are measured, in pictures of the camera.
const PICTURES: u64 = 120;
/// The three that wait, and the one in hand.
const KEPT: f64 = 4.0;
/// For how long it has stopped.
const STANDSTILL: Duration = Duration::from_secs(2);
/// In the environment of a process that measures one side.
const WIRING: &str = "MEDIASTREAM_BENCH_WIRING";
const READERS: &str = "MEDIASTREAM_BENCH_READERS";

/// In KiB.
fn memory() -> f64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("proc is mounted");
    let line = rollup.lines().find_map(|l| l.strip_prefix("Anonymous:"));
    let size = line.and_then(|line| line.trim().strip_suffix(" kB"));
    size.and_then(|s| s.parse().ok()).expect("it has a size")
}

/// What a process says that plays to so many readers.
fn of_process(wiring: Wiring, readers: usize) -> f64 {
    let program = std::env::current_exe().expect("it is known");
    let mut command = Command::new(program);
    command
        .env(WIRING, wiring.name())
        .env(READERS, readers.to_string());
    let output = command.output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.trim().parse();
    told.unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn further(wiring: Wiring) -> f64 {
    let [one, many] = [1, 1 + FURTHER].map(|readers| of_process(wiring, readers));
    (many - one) / FURTHER as f64
}

/// Such a process.
fn tell(wiring: &str) {
    let wiring = Wiring::from_name(wiring).expect("it is one");
    let readers = std::env::var(READERS).ok().and_then(|r| r.parse().ok());
    let camera = crowd::camera();
    let crowd = Crowd::start(wiring, &camera, readers.expect("it is a number"));
    crowd.first.wait_for(PICTURES);
    println!("{}", memory());
}

/// The times of the pictures that come to a sink. Each is passed on when `told` has said so or has hung up.
fn times(crowd: &Crowd, sink: &str, told: Option<Receiver<()>>) -> Arc<Mutex<Vec<gst::ClockTime>>> {
    let times = Arc::new(Mutex::new(Vec::new()));
    let (written, told) = (times.clone(), told.map(Mutex::new));
    let sink = crowd.first.pipeline.by_name(sink).expect("it was parsed");
    // Else nobody gets more than one before everybody has.
    sink.set_property("async", false);
    let pad = sink.static_pad("sink").expect("a sink has a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let time = info.buffer().and_then(|b| b.pts()).expect("a time");
        written.lock().expect("no panic").push(time);
        if let Some(told) = &told {
            let _ = told.lock().expect("no panic").recv();
        }
        gst::PadProbeReturn::Ok
    });
    times
}

/// How many pictures the second of two readers still gets of those that came while it took nothing.
fn kept(wiring: Wiring, camera: &gst::Device) -> f64 {
    let crowd = Crowd::parse(wiring, camera, 2);
    let (go_on, told) = channel();
    let (first, second) = (
        times(&crowd, "sink", None),
        times(&crowd, "sink_1", Some(told)),
    );
    crowd.play();
    crowd.first.wait_for(1);
    std::thread::sleep(STANDSTILL);
    let last = |times: &Mutex<Vec<_>>| times.lock().expect("no panic").last().copied();
    let until = last(&first).expect("it has one");
    drop(go_on);
    while last(&second).is_none_or(|time| time <= until) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let times = second.lock().expect("no panic");
    times.iter().filter(|time| **time <= until).count() as f64
}

fn memory_row() {
    let others = Wiring::OTHERS.into_iter().filter(|w| w.missing().is_none());
    let wirings: Vec<_> = [Wiring::Tracks].into_iter().chain(others).collect();
    let mut sides: Vec<_> = wirings.iter().map(|w| || further(*w)).collect();
    let mut sides: Vec<&mut dyn FnMut() -> f64> = sides.iter_mut().map(|s| s as _).collect();
    // It is the same again: two rounds show that.
    let measured = measure::in_turn(measure::rounds(2), &mut sides);
    let others = wirings.iter().zip(&measured).skip(1);
    for (wiring, memory) in wirings.iter().zip(&measured) {
        eprintln!("{}: {memory:.1} KiB", wiring.name());
    }
    let best = others.min_by(|a, b| a.1.total_cmp(b.1));
    let (best, memory) = best.expect("tee and queue are always there");
    Row {
        row: "memory of a further track",
        place: "host",
        beside: best.name(),
        ours: measured[0],
        other: Some(*memory),
        unit: "KiB",
        goal: Goal::AtMost(64.0),
    }
    .print();
}

fn main() {
    measure::init();
    if let Ok(wiring) = std::env::var(WIRING) {
        return tell(&wiring);
    }
    memory_row();
    let camera = crowd::camera();
    Row {
        row: "pictures kept for a reader that has stopped",
        place: "host",
        beside: Wiring::Tee.name(),
        ours: kept(Wiring::Tracks, &camera),
        other: Some(kept(Wiring::Tee, &camera)),
        unit: "pictures",
        goal: Goal::AtMost(KEPT),
    }
    .print();
}
