//! A device that is silent while it is set anew, taken again or put back is muted, not lost; one that
//! comes back through its restart is not muted any more.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, promised, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::{
    MediaStreamTrackMutedReason as Reason, MediaStreamTrackState::Live,
};

const CAMERA: &str =
    r#"{"video":{"facingMode":{"exact":"environment"},"width":640,"frameRate":30}}"#;
const LARGER: &str = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;

/// The camera in a pipeline, beside the healthy one.
fn playing() -> (Play, Healthy, MediaStreamTrack) {
    let track = user_media(CAMERA).get_tracks().remove(0);
    let line = format!(
        "mediatrackvideosrc name=s ! fakesink sync=false {}",
        Healthy::line()
    );
    let play = Play::parse(&line);
    play.element("s").set_property("track", &track);
    let healthy = Healthy::watch(&play);
    play.play();
    healthy.goes_on();
    (play, healthy, track)
}

fn stall(stalled: bool) {
    fake("Fake camera 2").emit_by_name::<()>("stall", &[&stalled]);
}

fn is_muted_for(track: &MediaStreamTrack, reason: Reason) {
    eventually("it is muted for that", || track.muted_reason() == reason);
    assert_eq!(track.ready_state(), Live);
}

/// The device neither takes the new mode nor comes back in the old one, yet.
#[test]
fn a_refused_change_of_a_silent_device_ends_nothing() {
    let _alone = alone();
    let (_play, healthy, track) = playing();
    let before = (track.constraints(), track.settings());
    stall(true);
    is_muted_for(&track, Reason::Stalled);
    let reply = promised(&track, "apply-constraints", &[&LARGER]);
    assert!(reply.get::<gst::Structure>("error").is_ok(), "{reply}");
    assert_eq!((track.constraints(), track.settings()), before);
    is_muted_for(&track, Reason::Stalled);
    stall(false);
    is_muted_for(&track, Reason::None);
    healthy.check();
    track.stop();
}

#[test]
fn a_device_that_is_silent_when_it_is_taken_again_is_muted() {
    let _alone = alone();
    let (_play, healthy, track) = playing();
    track.set_enabled(false);
    is_muted_for(&track, Reason::Released);
    stall(true);
    track.set_enabled(true);
    is_muted_for(&track, Reason::Stalled);
    stall(false);
    is_muted_for(&track, Reason::None);
    healthy.check();
    track.stop();
}

#[test]
fn a_restart_ends_a_stall() {
    let _alone = alone();
    let (_play, healthy, track) = playing();
    let opens: u32 = fake("Fake camera 2").property("opens");
    stall(true);
    is_muted_for(&track, Reason::Stalled);
    let (sender, answer) = std::sync::mpsc::channel();
    let promise = gst::Promise::with_change_func(move |reply| {
        let _ = sender.send(reply.is_ok_and(|r| r.is_some_and(|r| !r.has_field("error"))));
    });
    track.emit_by_name::<()>("apply-constraints", &[&LARGER, &promise]);
    eventually("it is set anew", || {
        fake("Fake camera 2").property::<u32>("opens") > opens
    });
    stall(false);
    assert_eq!(answer.recv(), Ok(true));
    is_muted_for(&track, Reason::None);
    healthy.check();
    track.stop();
}

#[test]
fn a_photo_of_a_silent_device_ends_nothing() {
    let _alone = alone();
    let (_play, healthy, track) = playing();
    stall(true);
    is_muted_for(&track, Reason::Stalled);
    let reply = promised(&track, "take-photo", &[&r#"{"imageWidth":1920}"#]);
    println!("{reply}");
    is_muted_for(&track, Reason::Stalled);
    stall(false);
    is_muted_for(&track, Reason::None);
    healthy.check();
    track.stop();
}
