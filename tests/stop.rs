//! `stop()`: at once, without an event, once, and the last one closes the device (#38 to #42).

mod common;

use std::sync::mpsc::channel;

use common::{Play, alone, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::model::lifecycle::EndReason;

fn camera() -> MediaStreamTrack {
    user_media(r#"{"video":{"facingMode":{"exact":"environment"}}}"#)
        .get_tracks()
        .remove(0)
}

#[test]
fn it_has_ended_when_it_returns_and_nobody_is_told() {
    let _alone = alone();
    let track = camera();
    let (clone, last) = (track.clone_track(), track.clone_track());
    let (sender, told) = channel();
    for (whose, track) in [("original", &track), ("clone", &clone), ("last", &last)] {
        let sender = sender.clone();
        track.connect("ended", false, move |_| {
            let _ = sender.send(whose);
            None
        });
    }
    track.emit_by_name::<()>("stop", &[]);
    assert_eq!(track.ready_state(), Ended, "#38");
    track.stop();
    assert_eq!(track.ready_state(), Ended, "#40");
    assert_eq!(clone.ready_state(), Live, "#39");
    clone.stop();
    // Events come in order: this one is behind all others.
    last.end(EndReason::Revoked);
    assert_eq!(told.recv(), Ok("last"), "#39");
    assert_eq!(told.try_recv().ok(), None, "#40");
}

#[test]
fn the_last_one_closes_the_device() {
    let _alone = alone();
    let device = fake("Fake camera 2");
    let [one, other] = [camera(), camera()];
    let opens: u32 = device.property("opens");
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    play.element("s").set_property("track", &other);
    play.play();
    play.sample("sink");
    one.stop();
    for _ in 0..50 {
        play.sample("sink");
    }
    assert_eq!(device.property::<u32>("active"), 1, "#41");
    assert_eq!(
        device.property::<u32>("opens"),
        opens,
        "#41: not even reopened"
    );
    other.stop();
    eventually("#42: the device is closed", || {
        device.property::<u32>("active") == 0
    });
}
