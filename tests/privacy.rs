//! The privacy control of a camera mutes its tracks: `privacy` (Media Capture and Streams, "muted").

mod common;

use common::healthy::Healthy;
use common::{eventually, fake};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn shutter(closed: bool) {
    let camera = fake("Fake camera 2");
    camera.emit_by_name::<()>("set-control", &[&"privacy", &i32::from(closed)]);
}

fn reason(track: &MediaStreamTrack) -> String {
    let value = track.property_value("muted-reason");
    let (_, value) = gst::glib::EnumValue::from_value(&value).expect("an enum");
    value.nick().to_owned()
}

/// A shutter that is closed before the camera is opened counts as well; the reason is its own.
#[test]
fn a_closed_shutter_mutes_and_an_open_one_does_not() {
    shutter(true);
    let (play, healthy) = Healthy::start(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1"#,
    );
    play.sample("sink");
    let track: MediaStreamTrack = play.element("s").property("track");
    eventually("muted", || track.property("muted"));
    assert_eq!(reason(&track), "privacy");
    shutter(false);
    eventually("unmuted", || !track.property::<bool>("muted"));
    assert_eq!(reason(&track), "none");
    shutter(true);
    let event = play.track_event("mute");
    assert_eq!(event.get::<String>("reason").as_deref(), Ok("privacy"));
    eventually("black", || {
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("a buffer");
        buffer.flags().contains(gst::BufferFlags::GAP)
    });
    shutter(false);
    play.track_event("unmute");
    healthy.check();
}
