//! A camera whose firmware answers nothing any more: no state change waits for it.
//!
//! Runs in: scripts/rig/run --drivers usbcam

#[path = "../common/mod.rs"]
mod common;

use common::{Play, eventually, threads};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn usbcam(command: &str) {
    let fifo = std::env::var("RIG_USBCAM_COMMANDS").expect("run this in scripts/rig/run");
    std::fs::write(fifo, format!("{command}\n")).expect("the device listens");
}

/// The kernel waits five seconds for a firmware that answers nothing. The application does not.
#[test]
fn a_hung_camera_holds_nobody_up() {
    let play =
        Play::start("mediatrackvideosrc name=v ! appsink name=video drop=true max-buffers=1");
    play.sample("video");
    let track: MediaStreamTrack = play.element("v").property("track");
    usbcam("hang");
    drop(play);
    // The worker is still closing the device: it has not left, but this thread is here.
    assert!(
        threads().contains(&"mediastream-src".to_owned()),
        "{:?}",
        threads()
    );
    assert!(track.lost().is_none(), "stopped, not lost");
    usbcam("unhang");
    eventually("the device is closed", || {
        !threads().contains(&"mediastream-src".to_owned())
    });
}
