//! The privacy control of a USB camera mutes its tracks, reason `privacy`, also where the camera
//! tells its driver nothing.
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;

use common::eventually;
use common::healthy::Healthy;
use common::rig::{listed, only, property, usbcam};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::VideoInput;
use gstmediastream::media::MediaStreamTrack;

#[test]
fn a_closed_shutter_mutes_until_it_is_opened() {
    Healthy::beside("auto");
    let size = r#""width":{"exact":640},"height":{"exact":480}"#;
    let constraints = property(&only(&listed(VideoInput, "Rig Camera"), size));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackvideosrc name=s {constraints} ! video/x-raw,format=YUY2 \
         ! appsink name=sink drop=true max-buffers=1"
    ));
    let is_black = || {
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("a buffer");
        let bytes = buffer.map_readable().expect("readable");
        bytes.chunks_exact(2).all(|pixel| pixel == [16, 128])
    };
    assert!(!is_black());
    let track: MediaStreamTrack = play.element("s").property("track");
    assert!(!track.property::<bool>("muted"));
    usbcam("privacy on");
    let event = play.track_event("mute");
    assert_eq!(event.get::<String>("reason").as_deref(), Ok("privacy"));
    eventually("black", is_black);
    usbcam("privacy off");
    play.track_event("unmute");
    eventually("a picture", || !is_black());
    assert!(!track.property::<bool>("muted"));
    healthy.check();
}
