//! Layer 1, pure Rust: the terms and algorithms of the Web specifications as types.
//!
//! Nothing here knows GStreamer, GLib, a clock or a source of randomness: time, ids and device
//! facts come in as arguments, decisions go out as values. So every rule can be tested in
//! microseconds and every failure replays.

pub mod constraints;
pub mod lifecycle;
pub mod photo;
pub mod statistics;
pub mod track_list;
