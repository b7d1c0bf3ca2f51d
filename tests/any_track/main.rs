//! What every track does, wherever its media come from: each test plays on a camera, a microphone, and the
//! tracks of pipelines that draw and sound into a `mediastreamsink`, and what is captured of a
//! `mediaelementsrc`.

#[path = "../common/mod.rs"]
mod common;

mod clones;
mod constraints;
mod enabled;
mod ended;
mod facts;
mod film;
mod muted;
mod readers;
mod seen;
mod side_by_side;
mod sources;
mod still;
