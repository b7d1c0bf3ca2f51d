//! What a start does to a real driver, counted by strace, beside the source alone: see `rig_v4l2` and `rig_alsa` for the
//! pipelines.
//!
//! Runs in: scripts/rig/run --drivers vivid,aloop
//! Row: opens for capture, start to first frame, 1080p30
//! Row: formats set, start to first frame, 1080p30
//! Row: opens for capture, start to first 10 ms of 48 kHz stereo
//! Row: formats set, start to first 10 ms of 48 kHz stereo

#[path = "measure/mod.rs"]
mod measure;
#[path = "measure/source.rs"]
mod source;
#[path = "table/mod.rs"]
mod table;

use source::Source;

fn main() {
    if source::was_child() {
        return;
    }
    Source::vivid().driver();
    Source::aloop().driver();
}
