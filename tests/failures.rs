//! Bad input and devices that cannot be had: what the application is told, and that nothing stays open.

mod common;

use common::healthy::{Healthy, REFUSED};
use common::{Play, alone, eventually, fake};
use gst::prelude::*;

fn fails_at_once(line: &str) -> (gst::glib::Error, gst::Structure) {
    let play = Play::parse(line);
    assert!(
        play.pipeline.set_state(gst::State::Playing).is_err(),
        "{line}"
    );
    play.error()
}

#[test]
fn malformed_json_names_the_position() {
    let (error, details) = fails_at_once("mediatrackvideosrc constraints={nope ! fakesink");
    assert!(error.matches(gst::ResourceError::Settings), "{error}");
    assert!(error.message().contains("line 1, column 2"), "{error}");
    assert_eq!(details.get::<String>("name").as_deref(), Ok("TypeError"));
}

#[test]
fn a_wrong_type_names_the_member() {
    let (error, _) = fails_at_once(
        r#"mediatrackvideosrc constraints="{\"width\":{\"exact\":\"wide\"}}" ! fakesink"#,
    );
    assert!(error.message().contains("width.exact"), "{error}");
}

/// #135
#[test]
fn what_may_not_be_required_names_the_constraint() {
    let (error, _) =
        fails_at_once(r#"mediatrackvideosrc constraints="{\"zoom\":{\"min\":2}}" ! fakesink"#);
    assert!(error.message().contains("zoom"), "{error}");
}

/// #70, and what an application needs to ask again.
#[test]
fn an_impossible_constraint_comes_with_constraint_wanted_and_nearest() {
    let play =
        Play::start(r#"mediatrackvideosrc constraints="{\"width\":{\"min\":5000}}" ! fakesink"#);
    let (error, details) = play.error();
    assert!(error.matches(gst::ResourceError::Settings), "{error}");
    assert_eq!(
        details.get::<String>("name").as_deref(),
        Ok("OverconstrainedError")
    );
    assert_eq!(details.get::<String>("constraint").as_deref(), Ok("width"));
    assert_eq!(
        details.get::<String>("wanted").as_deref(),
        Ok(r#"{"min":5000}"#)
    );
    assert_eq!(details.get::<u32>("nearest"), Ok(1920));
}

#[test]
fn a_consumer_that_wants_too_much_is_told_so() {
    let play = Play::start("mediatrackvideosrc ! video/x-raw,width=5000 ! fakesink");
    let (error, details) = play.error();
    assert!(error.matches(gst::ResourceError::Settings), "{error}");
    assert_eq!(details.get::<String>("constraint").as_deref(), Ok("width"));
}

#[test]
fn an_unknown_device_is_named_as_the_constraint_at_fault() {
    let play = Play::start(
        r#"mediatrackvideosrc constraints="{\"deviceId\":{\"exact\":\"x\"}}" ! fakesink"#,
    );
    let (_, details) = play.error();
    assert_eq!(
        details.get::<String>("constraint").as_deref(),
        Ok("deviceId")
    );
}

/// Opening fails in every way the specification knows.
#[test]
fn a_device_that_does_not_open_says_why() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    for (name, code) in [
        ("NotReadableError", gst::ResourceError::Busy),
        ("NotAllowedError", gst::ResourceError::NotAuthorized),
        ("AbortError", gst::ResourceError::Failed),
    ] {
        camera.emit_by_name::<()>("fail-open", &[&name]);
        let (play, healthy) = Healthy::start(&format!(
            r#"mediatrackvideosrc name={REFUSED} constraints="{{\"facingMode\":{{\"exact\":\"environment\"}}}}" ! fakesink"#
        ));
        let (error, details) = play.error();
        camera.emit_by_name::<()>("fail-open", &[&""]);
        assert!(error.matches(code), "{name}: {error}");
        assert!(error.message().contains("Fake camera 2"), "{error}");
        assert_eq!(details.get::<String>("name").as_deref(), Ok(name));
        healthy.check();
        drop(play);
        eventually("nothing stays open", || {
            camera.property::<u32>("active") == 0
        });
    }
}

/// #136: a device in use elsewhere is skipped when another serves.
#[test]
fn a_busy_microphone_is_skipped() {
    let _alone = alone();
    let microphone = fake("Fake microphone 1");
    microphone.emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
    let (play, healthy) = Healthy::start("mediatrackaudiosrc name=s ! appsink name=sink");
    let sample = play.sample("sink");
    microphone.emit_by_name::<()>("fail-open", &[&""]);
    let rate = sample
        .caps()
        .and_then(|c| c.structure(0))
        .map(|s| s.get::<i32>("rate"));
    assert_eq!(rate, Some(Ok(16000)), "the other microphone");
    healthy.check();
}

/// Not "resizeMode", which nobody asked for.
#[test]
fn a_bitstream_that_no_camera_has_is_named() {
    let play = Play::start("mediatrackvideosrc ! video/x-h264 ! fakesink");
    let (error, details) = play.error();
    assert!(error.matches(gst::ResourceError::Settings), "{error}");
    assert!(error.message().contains("video/x-h264"), "{error}");
    assert!(error.message().contains("image/jpeg"), "{error}");
    assert_eq!(details.get::<String>("constraint").as_deref(), Ok(""));
}
