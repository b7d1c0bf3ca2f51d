//! The latency is told at all times: before the device is open, as it is then, and anew with another mode.

mod common;

use common::{Play, alone, promised};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

const LINE: &str = r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":640,\"frameRate\":60}" ! appsink name=sink drop=true max-buffers=1 async=false"#;
const SLOWER: &str = r#"{"width":640,"frameRate":{"exact":30},"resizeMode":"none"}"#;

/// The least latency, of a live source.
fn latency(play: &Play) -> gst::ClockTime {
    let mut query = gst::query::Latency::new();
    assert!(play.pipeline.query(&mut query), "it is answered");
    let (is_live, least, _) = query.result();
    assert!(is_live);
    least
}

#[test]
fn it_follows_the_mode() {
    let _alone = alone();
    let play = Play::start(LINE);
    assert!(!latency(&play).is_zero(), "before the device is open");
    while play
        .sample("sink")
        .buffer()
        .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP))
    {}
    let fast = latency(&play);
    let frame = gst::ClockTime::SECOND / 60;
    assert!(fast >= frame, "a frame takes its time: {fast}");
    while play.bus().pop().is_some() {}
    let track: MediaStreamTrack = play.element("s").property("track");
    let reply = promised(&track, "apply-constraints", &[&SLOWER]);
    assert!(!reply.has_field("error"), "{reply}");
    play.sample("sink");
    play.wait("latency", |m| m.type_() == gst::MessageType::Latency);
    let slow = latency(&play);
    assert!(slow >= fast + frame / 2, "{fast}, and then {slow}");
}
