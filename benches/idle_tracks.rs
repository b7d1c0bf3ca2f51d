//! What a thousand tracks of one camera cost while sixteen of them play, beside those sixteen alone.
//!
//! Ours and the other are the same pipeline of `mediatrackvideosrc ! fakesink`, sixteen times; with ours there are 984 more
//! clones of the track that nobody plays.
//!
//! Runs in: the host
//! Row: threads of 984 tracks that nobody plays
//! Row: CPU of 1 000 tracks of which 16 play

#[path = "camera/mod.rs"]
mod camera;
#[path = "crowd/mod.rs"]
mod crowd;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use crowd::Crowd;
use table::{Goal, Row};

const PLAYING: usize = 16;
const ALL: usize = 1000;
const PICTURES: u64 = 180;
const BEGINNING: u64 = 60;
/// What two measurements of the same thing differ by.
const NOISE: f64 = 1.05;

fn threads() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("proc is mounted");
    tasks.count() as f64
}

/// Microseconds of processor time for each picture of the camera, and the threads.
fn round(tracks: usize) -> (f64, f64) {
    let crowd = Crowd::of_tracks(crowd::clones(tracks), PLAYING);
    crowd.play();
    crowd.first.wait_for(BEGINNING);
    let (rendered, cpu) = (crowd.rendered(), measure::cpu_time());
    crowd.first.wait_for(crowd.first.arrived() + PICTURES);
    let (rendered, cpu) = (crowd.rendered() - rendered, measure::cpu_time() - cpu);
    let pictures = rendered as f64 / PLAYING as f64;
    (cpu.as_secs_f64() * 1e6 / pictures, threads())
}

fn main() {
    measure::init();
    let _camera = crowd::camera();
    let (mut many, mut few) = (0.0, 0.0);
    let measured = measure::in_turn(
        measure::rounds(3),
        &mut [
            &mut || {
                let (cpu, threads) = round(ALL);
                many = threads;
                cpu
            },
            &mut || {
                let (cpu, threads) = round(PLAYING);
                few = threads;
                cpu
            },
        ],
    );
    Row {
        row: "threads of 984 tracks that nobody plays",
        place: "host",
        beside: "no such tracks",
        ours: many - few,
        other: Some(0.0),
        unit: "threads",
        goal: Goal::Exactly(0.0),
    }
    .print();
    Row {
        row: "CPU of 1 000 tracks of which 16 play",
        place: "host",
        beside: "the 16 alone",
        ours: measured[0],
        other: Some(measured[1]),
        unit: "µs a picture",
        goal: Goal::Ratio(NOISE),
    }
    .print();
}
