//! What a driver is asked to do from the start of an element to its first frame, in the kernel's own words.
//!
//! Runs in: scripts/rig/run --drivers vivid --timeout 300

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/driver_log.rs"]
mod driver_log;

use common::Play;
use driver_log::{CALLS, DriverLog, OPENS, count};
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

/// One handle captures. The controls have two of their own, because safe code cannot use that of `v4l2src`: one reads
/// them, and one hears what other programs write.
const HANDLES: usize = 3;

#[test]
fn a_start_opens_once_to_capture_and_sets_one_format() {
    common::init();
    let listed = MediaDevices::default().enumerate_devices();
    assert_eq!(listed.expect("devices are listed").len(), 1);
    let mut log = DriverLog::follow(OPENS | CALLS);
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink");
    play.element("s").set_property(
        "constraints",
        r#"{"width":640,"height":480,"frameRate":30}"#,
    );
    log.take();
    play.play();
    common::rig::live(&play, "sink");
    let calls = log.take();
    let of = |call: &str| count(&calls, "video0", call);
    assert_eq!(of("VIDIOC_S_FMT"), 1);
    assert_eq!(of("VIDIOC_S_PARM"), 1);
    assert_eq!(of("VIDIOC_STREAMON"), 1);
    assert_eq!(of("VIDIOC_STREAMOFF"), 0);
    assert_eq!(of("open ("), HANDLES);
    // A second track of the mode that is set asks the driver for nothing.
    let second = Play::start("mediatrackvideosrc ! appsink name=sink");
    common::rig::live(&second, "sink");
    let calls = log.take();
    for call in ["open (", "VIDIOC_S_FMT", "VIDIOC_S_PARM", "VIDIOC_STREAMON"] {
        assert_eq!(count(&calls, "video0", call), 0, "{call}");
    }
}
