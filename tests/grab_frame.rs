//! `grab-frame`: the next frame as a consumer would get it, whoever else reads (#184, #185).

mod common;

use common::{Play, alone, eventually, fake, promised, user_media};
use gst::prelude::*;
use gst_video::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn camera(json: &str) -> MediaStreamTrack {
    user_media(&format!(r#"{{"video":{json}}}"#))
        .get_video_tracks()
        .remove(0)
}

fn grab(track: &MediaStreamTrack) -> gst::Sample {
    let reply = promised(track, "grab-frame", &[]);
    reply.get("sample").unwrap_or_else(|_| panic!("{reply}"))
}

fn info(sample: &gst::Sample) -> gst_video::VideoInfo {
    gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("raw video")
}

fn is_black(sample: &gst::Sample) -> bool {
    let info = info(sample);
    let buffer = sample.buffer().expect("a buffer");
    let frame = gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, &info);
    let frame = frame.expect("as large as the caps say");
    let luma = frame.plane_data(0).expect("a plane");
    let step = usize::try_from(frame.comp_pstride(0)).expect("positive");
    luma.iter().step_by(step).all(|y| *y == 16)
}

fn error(reply: &gst::Structure) -> String {
    let error = reply.get::<gst::Structure>("error");
    error
        .unwrap_or_else(|_| panic!("{reply}"))
        .get("name")
        .expect("a name")
}

#[test]
fn the_frame_is_in_the_settings_of_the_track() {
    let _alone = alone();
    for (width, height) in [(640, 480), (400, 300), (200, 480)] {
        let track = camera(&format!(
            r#"{{"facingMode":{{"exact":"environment"}},"width":{{"exact":{width}}},"height":{{"exact":{height}}},"frameRate":{{"exact":7.5}}}}"#
        ));
        let sample = grab(&track);
        let info = info(&sample);
        assert_eq!((info.width(), info.height()), (width, height));
        assert_eq!(info.fps(), gst::Fraction::new(15, 2));
        assert!(!is_black(&sample));
        assert!(sample.buffer().is_some_and(|b| b.pts().is_some()));
        track.stop();
    }
}

#[test]
fn nobody_else_notices() {
    let _alone = alone();
    let device = fake("Fake camera 1");
    let play = Play::start("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    let before = play.sample("sink").caps_owned();
    let track: MediaStreamTrack = play.element("s").property("track");
    let opens = device.property::<u32>("opens");
    for _ in 0..10 {
        assert!(!is_black(&grab(&track)));
        assert_eq!(play.sample("sink").caps_owned(), before);
    }
    assert_eq!(device.property::<u32>("opens"), opens);
}

/// Nobody decodes, and nobody begins to.
#[test]
fn of_a_bitstream_a_picture_is_made() {
    let _alone = alone();
    let device = fake("Fake camera 1");
    let play = Play::parse("mediatrackvideosrc name=s ! image/jpeg ! appsink name=sink");
    play.element("s").set_property(
        "constraints",
        r#"{"width":{"exact":1920},"height":{"exact":1080},"resizeMode":{"exact":"none"}}"#,
    );
    play.play();
    play.sample("sink");
    let opens = device.property::<u32>("opens");
    let track: MediaStreamTrack = play.element("s").property("track");
    let sample = grab(&track);
    assert_eq!(
        (info(&sample).width(), info(&sample).height()),
        (1920, 1080)
    );
    assert!(!is_black(&sample));
    assert_eq!(device.property::<u32>("opens"), opens);
}

#[test]
fn what_must_not_be_seen_is_black() {
    let _alone = alone();
    let track = camera(r#"{"width":{"exact":320},"height":{"exact":240}}"#);
    let device = fake(&track.property::<String>("label"));
    track.set_enabled(false);
    let sample = grab(&track);
    assert_eq!((info(&sample).width(), info(&sample).height()), (320, 240));
    assert!(is_black(&sample), "disabled");
    track.set_enabled(true);
    eventually("a picture", || !is_black(&grab(&track)));
    device.emit_by_name::<()>("stall", &[&true]);
    eventually("muted", || track.property::<bool>("muted"));
    assert!(is_black(&grab(&track)), "stalled");
    device.emit_by_name::<()>("stall", &[&false]);
    eventually("a picture", || !is_black(&grab(&track)));
    track.stop();
}

/// #184, #185
#[test]
fn ended_and_audio_tracks_have_none() {
    let _alone = alone();
    let track = camera("true");
    track.stop();
    for action in ["grab-frame", "get-photo-capabilities", "get-photo-settings"] {
        assert_eq!(
            error(&promised(&track, action, &[])),
            "InvalidStateError",
            "{action}"
        );
    }
    let reply = promised(&track, "take-photo", &[&"{}"]);
    assert_eq!(error(&reply), "InvalidStateError");
    let microphone = user_media(r#"{"audio":true}"#).get_audio_tracks().remove(0);
    for action in ["grab-frame", "get-photo-capabilities", "get-photo-settings"] {
        assert_eq!(
            error(&promised(&microphone, action, &[])),
            "NotSupportedError",
            "{action}"
        );
    }
    let reply = promised(&microphone, "take-photo", &[&"{}"]);
    assert_eq!(error(&reply), "NotSupportedError");
    microphone.stop();
}

/// Nothing hangs on a track that ends while a frame is waited for.
#[test]
fn a_track_that_ends_meanwhile_is_an_error() {
    let _alone = alone();
    let track = camera("true");
    let device = fake(&track.property::<String>("label"));
    grab(&track);
    device.emit_by_name::<()>("stall", &[&true]);
    let promises: Vec<_> = (0..3).map(|_| gst::Promise::new()).collect();
    for promise in &promises {
        track.emit_by_name::<()>("grab-frame", &[promise]);
    }
    track.stop();
    device.emit_by_name::<()>("stall", &[&false]);
    for promise in &promises {
        assert_eq!(promise.wait(), gst::PromiseResult::Replied);
        let reply = promise.get_reply().expect("a reply").to_owned();
        // A frame may have been on its way.
        assert!(
            reply.has_field("sample") || error(&reply) == "UnknownError",
            "{reply}"
        );
    }
}
