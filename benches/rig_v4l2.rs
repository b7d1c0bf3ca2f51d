//! A camera of a real V4L2 driver, beside `v4l2src`.
//!
//! ```text
//! mediatrackvideosrc constraints='{"width":1920,"height":1080,"frameRate":30}' ! fakesink
//! v4l2src ! video/x-raw,format=YUY2,width=1920,height=1080,framerate=30/1 ! queue ! fakesink
//! ```
//!
//! Runs in: scripts/rig/run --drivers vivid
//! Row: CPU per frame, 1080p30
//! Row: instructions per frame, 1080p30 over the source alone
//! Row: start to first frame, 1080p30
//! Row: start to first frame, 1080p30, devices listed in it
//! Row: opens for capture, start to first frame, 1080p30
//! Row: formats set, start to first frame, 1080p30

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
    let node = std::env::var("RIG_VIVID").expect("this runs in scripts/rig/run --drivers vivid");
    let camera = Source {
        place: "vivid",
        media: "video, 1080p30",
        buffer: "frame, 1080p30",
        rate: 30,
        track: r#"mediatrackvideosrc constraints="{\"width\":1920,\"height\":1080,\"frameRate\":30}""#,
        bare: &format!(
            "v4l2src device={node} ! video/x-raw,format=YUY2,width=1920,height=1080,framerate=30/1 ! queue"
        ),
        beside: "v4l2src ! queue ! fakesink",
        node: "/dev/video",
        controls: Some("O_NONBLOCK|O_CLOEXEC"),
        format: "VIDIOC_S_FMT",
    };
    camera.driver();
    camera.start();
    camera.instructions();
}
