//! `constraints` written while a track plays is `applyConstraints`: it replaces, in order, all or
//! nothing (#95, #96, #97, #98, #103).

mod common;

use common::{Play, alone, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn start() -> (Play, MediaStreamTrack) {
    let play = Play::start(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":1280,\"height\":720}" ! appsink name=sink drop=true max-buffers=1"#,
    );
    play.sample("sink");
    let track = play.element("s").property("track");
    (play, track)
}

fn apply(track: &MediaStreamTrack, json: &str) -> Option<gst::Structure> {
    let promise = gst::Promise::new();
    track.emit_by_name::<()>("apply-constraints", &[&json, &promise]);
    assert_eq!(promise.wait(), gst::PromiseResult::Replied);
    promise
        .get_reply()
        .and_then(|reply| reply.get::<gst::Structure>("error").ok())
}

fn size_of(play: &Play) -> (u32, u32) {
    let sample = play.sample("sink");
    let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
    (info.width(), info.height())
}

/// The native mode stays: nothing is reopened.
#[test]
fn a_smaller_size_moves_only_the_adapter() {
    let _alone = alone();
    let (play, track) = start();
    let opens = common::fake("Fake camera 2").property::<u32>("opens");
    assert_eq!(
        apply(&track, r#"{"width":{"exact":1000},"height":{"exact":720}}"#),
        None
    );
    eventually("the new size", || size_of(&play) == (1000, 720));
    assert_eq!(
        common::fake("Fake camera 2").property::<u32>("opens"),
        opens
    );
    assert_eq!(
        track.constraints().to_json(),
        r#"{"width":{"exact":1000},"height":{"exact":720}}"#
    );
}

/// The native mode has to change: the device is set anew.
#[test]
fn a_larger_size_sets_the_device_anew() {
    let _alone = alone();
    let (play, track) = start();
    assert_eq!(
        apply(
            &track,
            r#"{"width":{"exact":1920},"height":{"exact":1080}}"#
        ),
        None
    );
    eventually("the new size", || size_of(&play) == (1920, 1080));
}

/// #95, #107
#[test]
fn a_failed_call_changes_nothing() {
    let _alone = alone();
    let (play, track) = start();
    let before = (track.constraints(), track.settings());
    let error = apply(&track, r#"{"width":{"min":5000}}"#).expect("it fails");
    assert_eq!(
        error.get::<String>("name").as_deref(),
        Ok("OverconstrainedError")
    );
    assert_eq!(error.get::<String>("constraint").as_deref(), Ok("width"));
    assert_eq!(error.get::<u32>("code"), Ok(0), "#107");
    assert_eq!((track.constraints(), track.settings()), before);
    assert_eq!(size_of(&play), (1280, 720));
    let error = apply(&track, r#"{"width":[]"#).expect("it fails");
    assert_eq!(error.get::<String>("name").as_deref(), Ok("TypeError"));
}

/// #94
#[test]
fn on_an_ended_track_it_succeeds_and_stores_nothing() {
    let _alone = alone();
    let (_play, track) = start();
    let before = track.constraints();
    track.stop();
    assert_eq!(apply(&track, r#"{"width":{"min":5000}}"#), None);
    assert_eq!(track.constraints(), before);
}

/// The property does the same, and a refusal is a warning, not an error.
#[test]
fn the_property_applies_and_warns() {
    let _alone = alone();
    let (play, track) = start();
    let source = play.element("s");
    source.set_property(
        "constraints",
        r#"{"width":{"exact":800},"height":{"exact":600}}"#,
    );
    eventually("the new size", || size_of(&play) == (800, 600));
    source.set_property("constraints", r#"{"width":{"min":5000}}"#);
    let message = play.wait("warning", |m| m.type_() == gst::MessageType::Warning);
    let gst::MessageView::Warning(warning) = message.view() else {
        unreachable!("waited for a warning")
    };
    let details = warning.details().expect("details");
    assert_eq!(details.get::<String>("constraint").as_deref(), Ok("width"));
    assert_eq!(
        track.constraints().to_json(),
        r#"{"width":{"exact":800},"height":{"exact":600}}"#
    );
    assert_eq!(size_of(&play), (800, 600));
}

/// What is behind the element changes while it plays.
#[test]
fn other_downstream_caps_are_other_constraints() {
    let _alone = alone();
    let play = Play::start(
        "mediatrackvideosrc name=s ! capsfilter name=f caps=video/x-raw,width=320,height=240 ! appsink name=sink drop=true max-buffers=1",
    );
    assert_eq!(size_of(&play), (320, 240));
    let caps: gst::Caps = "video/x-raw,width=400,height=300".parse().expect("caps");
    play.element("f").set_property("caps", &caps);
    eventually("the new size", || size_of(&play) == (400, 300));
}
