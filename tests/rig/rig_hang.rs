//! A camera whose firmware answers nothing any more: no state change waits for it.
//!
//! Runs in: scripts/rig/run --drivers usbcam

#[path = "../common/mod.rs"]
mod common;

use common::healthy::Healthy;
use common::rig::{listed, only, property, usbcam};
use common::{eventually, threads};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::VideoInput;
use gstmediastream::media::MediaStreamTrack;

/// The threads that capture, or have not left yet.
fn workers() -> usize {
    let is_worker = |name: &&String| *name == "mediastream-src";
    threads().iter().filter(is_worker).count()
}

/// The kernel waits five seconds for a firmware that answers nothing. The application does not.
#[test]
fn a_hung_camera_holds_nobody_up() {
    Healthy::beside("v4l2");
    let constraints = property(&only(&listed(VideoInput, "Rig Camera"), ""));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackvideosrc name=v {constraints} ! appsink name=video drop=true max-buffers=1"
    ));
    play.sample("video");
    // A thread that one of them has just begun is called as that one is, until it has run.
    eventually("each of the two has one", || workers() == 2);
    let source = play.element("v");
    let track: MediaStreamTrack = source.property("track");
    usbcam("hang");
    assert!(source.set_locked_state(true));
    assert!(source.set_state(gst::State::Null).is_ok());
    // The worker is still closing the device: it has not left, but this thread is here.
    assert_eq!(workers(), 2);
    assert!(track.lost().is_none(), "stopped, not lost");
    healthy.goes_on();
    usbcam("unhang");
    eventually("the device is closed", || workers() == 1);
    healthy.check();
}
