//! A camera of a real V4L2 driver, beside `v4l2src`.
//!
//! ```text
//! mediatrackvideosrc constraints='{"width":1920,"height":1080,"frameRate":30}' ! fakesink
//! v4l2src ! video/x-raw,format=YUY2,width=1920,height=1080,framerate=30/1 ! queue ! fakesink
//! ```
//!
//! Runs in: scripts/rig/run --processors 1 --drivers vivid
//! Row: CPU per frame, 1080p30
//! Row: instructions per frame, 1080p30 over the source alone
//! Row: start to first frame, 1080p30
//! Row: start to first frame, 1080p30, devices listed in it

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
    let camera = Source::vivid();
    camera.start();
    camera.instructions();
}
