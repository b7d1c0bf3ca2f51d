//! `take-photo`: JPEG, of the camera's own making where it can, at the nearest size it has; the tracks
//! are muted while it is set to another mode (#186, #197).

mod common;

use std::sync::{Arc, Mutex};

use common::{Play, alone, eventually, fake, promised, user_media};
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState;

fn webcam(json: &str) -> MediaStreamTrack {
    let track = user_media(&format!(r#"{{"video":{json}}}"#))
        .get_video_tracks()
        .remove(0);
    assert_eq!(track.property::<String>("label"), "Fake camera 1");
    track
}

const VGA: &str = r#"{"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":30},"resizeMode":{"exact":"none"}}"#;

fn photo(track: &MediaStreamTrack, json: Option<&str>) -> gst::Sample {
    let reply = promised(track, "take-photo", &[&json]);
    reply.get("sample").unwrap_or_else(|_| panic!("{reply}"))
}

/// The size in the caps, of what is a JPEG file.
fn size(sample: &gst::Sample) -> (i32, i32) {
    let structure = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .expect("caps");
    assert_eq!(structure.name(), "image/jpeg");
    let buffer = sample.buffer().expect("a buffer");
    let bytes = buffer.map_readable().expect("readable");
    assert_eq!(bytes[..2], [0xff, 0xd8], "a JPEG file");
    (
        structure.get("width").expect("a width"),
        structure.get("height").expect("a height"),
    )
}

/// What a track tells, in order.
fn diary(track: &MediaStreamTrack) -> Arc<Mutex<Vec<String>>> {
    let diary = Arc::new(Mutex::new(Vec::new()));
    for event in ["mute", "unmute", "ended", "configurationchange"] {
        let diary = diary.clone();
        track.connect_closure(
            event,
            false,
            glib::closure!(move |track: MediaStreamTrack| {
                let reason = track.property_value("muted-reason");
                let reason = glib::EnumValue::from_value(&reason).map(|v| v.1.nick().to_owned());
                let entry = format!("{event} {}", reason.unwrap_or_default());
                diary.lock().expect("not poisoned").push(entry);
            }),
        );
    }
    diary
}

/// Nothing is interrupted for a photo of the size that the camera delivers.
#[test]
fn by_default_the_stream_goes_on() {
    let _alone = alone();
    let track = webcam(VGA);
    let told = diary(&track);
    let opens = fake("Fake camera 1").property::<u32>("opens");
    for json in [
        None,
        Some("{}"),
        Some("null"),
        Some(r#"{"imageWidth":640,"iso":100}"#),
    ] {
        assert_eq!(size(&photo(&track, json)), (640, 480), "{json:?}");
    }
    assert_eq!(fake("Fake camera 1").property::<u32>("opens"), opens);
    assert_eq!(*told.lock().expect("not poisoned"), Vec::<String>::new());
    track.stop();
}

/// #186, #197
#[test]
fn another_size_mutes_all_tracks_and_comes_back() {
    let _alone = alone();
    let play = Play::start("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    let track = webcam(VGA);
    play.sample("sink");
    let other: MediaStreamTrack = play.element("s").property("track");
    let caps = play.sample("sink").caps_owned();
    let before = (track.settings(), track.constraints(), other.settings());
    let told = [diary(&track), diary(&other)];
    // Nothing has 1900x1000: full HD is nearest, and that it has as JPEG.
    let sample = photo(&track, Some(r#"{"imageWidth":1900,"imageHeight":1000}"#));
    assert_eq!(size(&sample), (1920, 1080));
    for told in &told {
        eventually("muted and unmuted", || {
            told.lock().expect("not poisoned").len() == 2
        });
        let expected = ["mute system".to_owned(), "unmute none".to_owned()];
        assert_eq!(*told.lock().expect("not poisoned"), expected);
    }
    assert_eq!(
        (track.settings(), track.constraints(), other.settings()),
        before
    );
    for _ in 0..10 {
        assert_eq!(
            play.sample("sink").caps_owned(),
            caps,
            "black and live in the same caps"
        );
    }
    track.stop();
}

/// One after the other, each of its own size, and none of them black because of the one before.
#[test]
fn photos_in_a_row_wait_for_each_other() {
    let _alone = alone();
    let track = webcam(VGA);
    let asked = [1920, 320, 1280, 640];
    let promises = asked.map(|width| {
        let promise = gst::Promise::new();
        let json = format!(r#"{{"imageWidth":{width}}}"#);
        track.emit_by_name::<()>("take-photo", &[&json, &promise]);
        promise
    });
    for (width, promise) in asked.into_iter().zip(promises) {
        assert_eq!(promise.wait(), gst::PromiseResult::Replied);
        let reply = promise.get_reply().expect("a reply").to_owned();
        let sample: gst::Sample = reply.get("sample").unwrap_or_else(|_| panic!("{reply}"));
        assert_eq!(size(&sample).0, width);
        assert!(!is_black(&sample), "{width}");
    }
    eventually("unmuted", || !track.property::<bool>("muted"));
    track.stop();
}

fn is_black(sample: &gst::Sample) -> bool {
    let play = Play::parse(
        "appsrc name=src ! jpegdec ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=sink sync=false",
    );
    let src = play.element("src");
    src.set_property("caps", sample.caps_owned());
    src.set_property("format", gst::Format::Time);
    play.play();
    let buffer = sample.buffer_owned().expect("a buffer");
    let _ = src.emit_by_name::<gst::FlowReturn>("push-buffer", &[&buffer]);
    let _ = src.emit_by_name::<gst::FlowReturn>("end-of-stream", &[]);
    let picture = play.sample("sink");
    let buffer = picture.buffer().expect("a buffer");
    let bytes = buffer.map_readable().expect("readable");
    // The fake's ball is yellow.
    bytes.iter().all(|luma| *luma < 40)
}

#[test]
fn a_disabled_track_takes_black_photos_and_sets_nothing() {
    let _alone = alone();
    let track = webcam(VGA);
    photo(&track, None);
    let opens = fake("Fake camera 1").property::<u32>("opens");
    track.set_enabled(false);
    let sample = photo(&track, Some(r#"{"imageWidth":1920}"#));
    assert_eq!(size(&sample), (1920, 1080));
    assert!(is_black(&sample));
    assert_eq!(fake("Fake camera 1").property::<u32>("opens"), opens);
    track.set_enabled(true);
    track.stop();
}

/// A device that takes no mode any more ends its tracks, and nobody waits for the photo for ever.
#[test]
fn a_device_that_is_lost_over_a_photo_is_an_error() {
    let _alone = alone();
    let track = webcam(VGA);
    photo(&track, None);
    let camera = fake("Fake camera 1");
    camera.emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
    let reply = promised(&track, "take-photo", &[&r#"{"imageWidth":1920}"#]);
    camera.emit_by_name::<()>("fail-open", &[&""]);
    let error: gst::Structure = reply.get("error").unwrap_or_else(|_| panic!("{reply}"));
    assert_eq!(error.get::<String>("name").as_deref(), Ok("UnknownError"));
    eventually("ended", || {
        track.property::<MediaStreamTrackState>("ready-state") == MediaStreamTrackState::Ended
    });
}

#[test]
fn what_photos_can_be() {
    let _alone = alone();
    let track = webcam(VGA);
    let reply = promised(&track, "get-photo-capabilities", &[]);
    let capabilities: gst::Structure = reply.get("capabilities").expect("the result");
    let range = |name| {
        let range: gst::Structure = capabilities.get(name).expect("a range");
        ["min", "max", "step"].map(|end| range.get::<f64>(end).expect("a number"))
    };
    assert_eq!(range("imageWidth"), [320.0, 1920.0, 320.0]);
    assert_eq!(range("imageHeight"), [240.0, 1080.0, 120.0]);
    assert_eq!(
        capabilities.get::<String>("redEyeReduction").as_deref(),
        Ok("never")
    );
    let modes: gst::Array = capabilities.get("fillLightMode").expect("a list");
    assert_eq!(modes.len(), 1);
    let reply = promised(&track, "get-photo-settings", &[]);
    let settings: gst::Structure = reply.get("settings").expect("the result");
    assert_eq!(settings.get::<f64>("imageWidth"), Ok(640.0));
    assert_eq!(settings.get::<f64>("imageHeight"), Ok(480.0));
    track.stop();
}

#[test]
fn a_wrong_member_is_a_type_error_that_names_it() {
    let _alone = alone();
    let track = webcam(VGA);
    for (json, member) in [
        (r#"{"imageWidth":"large"}"#, "imageWidth"),
        (r#"{"fillLightMode":"sun"}"#, "fillLightMode"),
        (r#"{"redEyeReduction":1}"#, "redEyeReduction"),
        ("[1]", "photoSettings"),
    ] {
        let reply = promised(&track, "take-photo", &[&json]);
        let error: gst::Structure = reply.get("error").unwrap_or_else(|_| panic!("{reply}"));
        assert_eq!(error.get::<String>("name").as_deref(), Ok("TypeError"));
        let message: String = error.get("message").expect("a message");
        assert!(message.contains(member), "{message}");
    }
    track.stop();
}
