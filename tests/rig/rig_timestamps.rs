//! Real drivers tell the truth about the time, through whichever API: of a row of buffers three quarters and more are left
//! alone. Where this machine stood still, and the clocks of sound were brought together afterwards, it is of a later row: what
//! was corrected once is not corrected for ever.
//!
//! Runs in: scripts/rig/run --drivers usbcam,vivid
//! Runs in: scripts/rig/run --drivers usbcam --pipewire
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;

use common::Play;
use gst::prelude::*;
use gstmediastream::devices::{DeviceKind, Registry};

/// Buffers of a row.
const BUFFERS: u64 = 60;
/// Rows of each device, at the most.
const ROWS: usize = 5;

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
        let stats = || play.element("s").property::<gst::Structure>("stats");
        let corrected = || stats().get::<u64>("corrected").expect("counted");
        let in_a_row = || {
            let before = corrected();
            let mut live = 0;
            while live < BUFFERS {
                let sample = play.sample("sink");
                let flags = sample.buffer().expect("one").flags();
                live += u64::from(!flags.contains(gst::BufferFlags::GAP));
            }
            corrected() - before
        };
        let mut rows = Vec::new();
        let is_right = (0..ROWS).any(|_| {
            let corrected = in_a_row();
            rows.push(corrected);
            corrected * 4 < BUFFERS
        });
        let stats = stats();
        println!("{}: {rows:?} corrected, {stats}", device.label);
        assert!(is_right, "{}: {rows:?}", device.label);
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
