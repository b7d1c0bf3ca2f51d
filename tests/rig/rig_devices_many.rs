//! Sixty-four cameras are listed, and each is looked at once for the process's life.
//!
//! Runs in: scripts/rig/run --drivers vivid --cameras 64 --timeout 300

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/driver_log.rs"]
mod driver_log;

use std::sync::Arc;

use common::{LIMIT, Play, eventually};
use driver_log::{DriverLog, OPENS, count};
use gst::prelude::*;
use gstmediastream::devices::{Device, DeviceKind, Registry};
use gstmediastream::media::MediaDevices;

const CAMERAS: usize = 64;

/// GStreamer's plugin looks at each node for codecs when it is loaded, its provider looks for modes, and we for controls.
const LOOKS: usize = 3;

fn cameras(devices: &MediaDevices) -> usize {
    let listed = devices.enumerate_devices().expect("devices are listed");
    let cameras = listed
        .iter()
        .filter(|device| device.has_classes("Video/Source"));
    cameras.count()
}

#[test]
fn each_camera_is_looked_at_once() {
    let mut log = DriverLog::follow(OPENS);
    common::init();
    let devices = MediaDevices::default();
    // So many take longer than a first answer waits. Woken by the list: a guest has no time to spare for looking.
    let (sender, news) = std::sync::mpsc::channel();
    let registry = Registry::shared().expect("the list");
    let _subscription = registry.subscribe(Box::new(move |_| {
        // The test may have found them.
        let _ = sender.send(());
    }));
    let is_camera = |device: &Arc<Device>| device.kind == DeviceKind::VideoInput;
    let listed = || registry.devices().iter().filter(|d| is_camera(d)).count();
    registry.settle();
    while listed() != CAMERAS {
        let told = news.recv_timeout(LIMIT.into());
        told.unwrap_or_else(|_| panic!("{} of {CAMERAS} are listed", listed()));
    }
    eventually("all are seen", || cameras(&devices) == CAMERAS);
    let opens = log.take();
    for camera in 0..CAMERAS {
        let node = format!("video{camera}");
        assert!(count(&opens, &node, "open (") <= LOOKS, "{opens:#?}");
    }
    // Whatever is asked from now on is answered from what is known.
    for _ in 0..3 {
        assert_eq!(cameras(&MediaDevices::default()), CAMERAS);
    }
    assert_eq!(log.take(), Vec::<String>::new());
    // One is used, and nobody looks at the others.
    let play = Play::start("mediatrackvideosrc ! appsink name=sink");
    common::rig::live(&play, "sink");
    let opens = log.take();
    let used = |camera: &usize| count(&opens, &format!("video{camera}"), "open (") > 0;
    assert_eq!((0..CAMERAS).filter(used).count(), 1, "{opens:#?}");
}
