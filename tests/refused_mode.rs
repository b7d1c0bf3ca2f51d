//! A device that refuses the mode that it is to be set to: the request is refused, the old mode comes back, and
//! nobody's track ends.

mod common;

use common::healthy::Healthy;
use common::{alone, fake, promised};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Live;

const LINE: &str = r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":640,\"frameRate\":30}" ! appsink name=sink drop=true max-buffers=1"#;
const LARGER: &str = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;

fn is_black(sample: &gst::Sample) -> bool {
    let buffer = sample.buffer().expect("a buffer");
    buffer.flags().contains(gst::BufferFlags::GAP)
}

#[test]
fn the_old_one_comes_back() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(LINE);
    while is_black(&play.sample("sink")) {}
    let caps = play.sample("sink").caps_owned();
    let track: MediaStreamTrack = play.element("s").property("track");
    let before = (track.settings(), track.constraints());
    camera.emit_by_name::<()>("refuse-caps", &[&"video/x-raw,width=1920"]);
    let reply = promised(&track, "apply-constraints", &[&LARGER]);
    camera.emit_by_name::<()>("refuse-caps", &[&""]);
    let error = reply.get::<gst::Structure>("error").expect("it is refused");
    assert_eq!(error.get::<&str>("name"), Ok("AbortError"), "{error}");
    while is_black(&play.sample("sink")) {}
    assert_eq!(play.sample("sink").caps_owned(), caps);
    assert_eq!((track.settings(), track.constraints()), before);
    assert_eq!(track.ready_state(), Live);
    let told = play
        .bus()
        .pop_filtered(&[gst::MessageType::Element, gst::MessageType::Error]);
    assert!(told.is_none(), "{told:?}");
    healthy.check();
}
