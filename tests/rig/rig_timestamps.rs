//! Real drivers tell the truth about the time, through whichever API: three quarters of it and more are left alone. The
//! rest is where this machine stood still, and the clocks of sound were brought together afterwards.
//!
//! Runs in: scripts/rig/run --drivers usbcam,vivid
//! Runs in: scripts/rig/run --drivers usbcam --pipewire
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;

use common::Play;
use gst::prelude::*;
use gstmediastream::devices::{DeviceKind, Registry};

/// Buffers that each device gives.
const BUFFERS: u64 = 60;

#[test]
fn most_of_what_real_drivers_say_is_left_alone() {
    common::init();
    let registry = Registry::shared().expect("the list");
    registry.settle();
    let mut tried = 0;
    for device in registry.devices() {
        let element = match device.kind {
            DeviceKind::VideoInput => "mediatrackvideosrc",
            DeviceKind::AudioInput => "mediatrackaudiosrc",
            DeviceKind::AudioOutput => continue,
        };
        let play = Play::start(&format!(
            r#"{element} name=s constraints="{{\"deviceId\":{{\"exact\":\"{}\"}}}}" ! appsink name=sink sync=false"#,
            device.id
        ));
        let mut live = 0;
        while live < BUFFERS {
            let sample = play.sample("sink");
            let flags = sample.buffer().expect("one").flags();
            live += u64::from(!flags.contains(gst::BufferFlags::GAP));
        }
        let stats: gst::Structure = play.element("s").property("stats");
        println!("{}: {stats}", device.label);
        let corrected = stats.get::<u64>("corrected").expect("counted");
        assert!(corrected * 4 < BUFFERS, "{}: {stats}", device.label);
        assert_eq!(
            stats.get("corrupted"),
            Ok(0u64),
            "{}: {stats}",
            device.label
        );
        tried += 1;
    }
    assert!(tried > 0, "no device is there");
}
