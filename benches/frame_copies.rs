//! How many bytes are copied for a frame: none. What leaves the tracks is the memory that the device handed out, and
//! black and silence are made once. `tests/nothing_copied.rs` says the same.
//!
//! Runs in: the host
//! Row: bytes copied per picture, enabled: 1, 2, 64 tracks
//! Row: bytes copied per picture, disabled: 1, 2, 64 tracks
//! Row: bytes copied per picture, muted: 1, 2, 64 tracks
//! Row: bytes copied per 10 ms of sound, enabled: 1, 2, 64 tracks
//! Row: bytes copied per 10 ms of sound, disabled: 1, 2, 64 tracks
//! Row: bytes copied per 10 ms of sound, muted: 1, 2, 64 tracks

#[path = "../tests/common/copies.rs"]
mod copies;
#[path = "../tests/common/still.rs"]
mod still;
#[path = "table/mod.rs"]
mod table;

use copies::{State, bytes_per_frame};
use table::{Goal, Row};

fn main() {
    for sound in [false, true] {
        let what = if sound { "10 ms of sound" } else { "picture" };
        for (state, name) in [
            (State::Enabled, "enabled"),
            (State::Disabled, "disabled"),
            (State::Muted, "muted"),
        ] {
            let bytes = [1, 2, 64].map(|tracks| bytes_per_frame(sound, tracks, state));
            eprintln!("{what}, {name}: {bytes:?}");
            Row {
                row: &format!("bytes copied per {what}, {name}: 1, 2, 64 tracks"),
                place: "host",
                beside: "",
                ours: bytes.into_iter().fold(0.0, f64::max),
                other: None,
                unit: "B",
                goal: Goal::Exactly(0.0),
            }
            .print();
        }
    }
}
