//! Chosen settings to fixed caps: one structure right after the source, one on the track's pad.

mod native;
mod output;

pub use native::{format, native};
pub use output::{output, spelled_out};
