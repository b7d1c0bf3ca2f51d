//! What it costs to hand the pictures of one camera to 64 readers that all play, beside what one wires up by hand: see
//! [`crowd`] for the pipelines.
//!
//! The processor time is that of the whole process, the camera's own included, in microseconds for each picture of the
//! camera, which all 64 readers get.
//!
//! Runs in: the host
//! Row: CPU of 64 tracks of one camera, for each of its pictures

#[path = "camera/mod.rs"]
mod camera;
#[path = "crowd/mod.rs"]
mod crowd;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use crowd::{Crowd, Wiring};
use table::{Goal, Row};

const ROW: &str = "CPU of 64 tracks of one camera, for each of its pictures";
const READERS: usize = 64;
/// What is measured in one round, and what comes before.
const PICTURES: u64 = 120;
const BEGINNING: u64 = 30;

/// Microseconds of processor time for each picture of the camera.
fn round(wiring: Wiring, camera: &gst::Device) -> f64 {
    let crowd = Crowd::start(wiring, camera, READERS);
    crowd.first.wait_for(BEGINNING);
    let gaps = crowd.first.gaps();
    let (rendered, cpu) = (crowd.rendered(), measure::cpu_time());
    crowd.first.wait_for(crowd.first.arrived() + PICTURES);
    let (rendered, cpu) = (crowd.rendered() - rendered, measure::cpu_time() - cpu);
    // The source of `inter` says so of what it shows twice.
    if wiring != Wiring::Inter && crowd.first.gaps() > gaps {
        return f64::NAN;
    }
    // Not those of the first reader: another may have lost some.
    let pictures = rendered as f64 / READERS as f64;
    cpu.as_secs_f64() * 1e6 / pictures
}

fn main() {
    measure::init();
    let camera = crowd::camera();
    let others = Wiring::OTHERS.into_iter().filter(|w| w.missing().is_none());
    let wirings: Vec<_> = [Wiring::Tracks].into_iter().chain(others).collect();
    let mut sides: Vec<_> = wirings
        .iter()
        .map(|wiring| || round(*wiring, &camera))
        .collect();
    let mut sides: Vec<&mut dyn FnMut() -> f64> = sides.iter_mut().map(|s| s as _).collect();
    let measured = measure::in_turn(measure::rounds(3), &mut sides);
    for (wiring, cpu) in wirings.iter().zip(&measured) {
        eprintln!("{}: {cpu:.0} µs", wiring.name());
    }
    let others = wirings.iter().zip(&measured).skip(1);
    let best = others.min_by(|a, b| a.1.total_cmp(b.1));
    let (best, cpu) = best.expect("tee and queue are always there");
    Row {
        row: ROW,
        place: "host",
        beside: best.name(),
        ours: measured[0],
        other: Some(*cpu),
        unit: "µs",
        goal: Goal::Ratio(1.0),
    }
    .print();
}
