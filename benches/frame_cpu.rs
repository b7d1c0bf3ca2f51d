//! What a frame costs, from the device to the application, beside the source alone.
//!
//! Runs in: the host
//! Row: CPU per frame, 1080p30

#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use table::{Goal, Row};

const VIDEO: &str = "mediatrackvideosrc constraints=\"{\\\"facingMode\\\":{\\\"exact\\\":\\\"environment\\\"},\\\"width\\\":1920,\\\"height\\\":1080,\\\"frameRate\\\":30}\" ! queue ! fakesink name=sink";

fn main() {
    measure::init();
    let other = "videotestsrc is-live=true pattern=ball ! video/x-raw,format=NV12,width=1920,height=1080,framerate=30/1 ! queue ! fakesink name=sink";
    let rounds = measure::rounds(5);
    let measured = measure::in_turn(
        rounds,
        &mut [&mut || measure::cpu_per_buffer(VIDEO, 90), &mut || {
            measure::cpu_per_buffer(other, 90)
        }],
    );
    Row {
        row: "CPU per frame, 1080p30",
        place: "host",
        beside: other,
        ours: measured[0],
        other: Some(measured[1]),
        unit: "µs",
        goal: Goal::Ratio(1.1),
    }
    .print();
}
