//! What every track does, wherever its media come from: each test plays on a camera, a microphone, and the
//! tracks of a pipeline that draws and sounds into a `mediastreamsink`.

#[path = "../common/mod.rs"]
mod common;

mod clones;
mod constraints;
mod enabled;
mod ended;
mod facts;
mod muted;
mod readers;
mod seen;
mod side_by_side;
mod sources;
mod still;
