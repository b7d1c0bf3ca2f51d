//! The life cycles of sources and tracks as pure machines: `apply(input)` gives effects.
//!
//! | file | noun |
//! |---|---|
//! | `burst` | changes that are told once, when it is quiet again |
//! | `canvas` | which pictures of a canvas are captured |
//! | `restarts` | I/O errors of a device that is still there |
//! | `recovery` | when to try to take a lost device again |
//! | `source` | one opened device: muted, unmuted, ended |
//! | `track` | one `MediaStreamTrack`: enabled, muted, ended |
//! | `watchdog` | is media time still being delivered? |
//!
//! Muted and ended belong to the source and are seen through the track; enabled belongs to the
//! track (Media Capture and Streams, "Media flow").

mod burst;
mod canvas;
#[cfg(test)]
mod explored;
mod recovery;
mod restarts;
mod source;
mod track;
mod watchdog;

pub use burst::Burst;
pub use canvas::{Canvas, CanvasInput, FrameRequestRate, Paint, UnknownRate};
pub use recovery::{Recovery, RecoveryInput};
pub use restarts::{Remedy, Restarts};
pub use source::{EndReason, MutedReason, Source, SourceEffect, SourceInput};
pub use track::{Flow, ReadyState, Track, TrackEvent, TrackInput};
pub use watchdog::{Verdict, Watchdog};
