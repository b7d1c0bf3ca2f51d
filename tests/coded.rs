//! The camera's own bitstream: who names it gets it as it is, everybody else gets it decoded.

mod common;

use common::{Play, fake};
use gst::prelude::*;

/// Fake camera 1 has 1920x1080 as JPEG only.
const FULL_HD: &str = r#"constraints="{\"width\":{\"exact\":1920},\"height\":{\"exact\":1080},\"resizeMode\":{\"exact\":\"none\"},\"frameRate\":{\"exact\":30}}""#;

fn media_type(sample: &gst::Sample) -> String {
    sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .expect("caps")
        .name()
        .to_string()
}

#[test]
fn who_names_jpeg_gets_the_cameras_own() {
    let play = Play::start(&format!(
        "mediatrackvideosrc {FULL_HD} ! image/jpeg ! appsink name=sink"
    ));
    let sample = play.sample("sink");
    assert_eq!(media_type(&sample), "image/jpeg");
    let map = sample
        .buffer()
        .and_then(|b| b.map_readable().ok())
        .expect("readable");
    assert_eq!(map[..2], [0xff, 0xd8], "a JPEG file");
}

#[test]
fn one_device_gives_both_at_the_same_time() {
    let camera = fake("Fake camera 1");
    let id = r#"\"groupId\":{}"#;
    let line = |caps: &str| {
        format!(
            "mediatrackvideosrc {} ! {caps} ! appsink name=sink",
            FULL_HD.replace("{\\\"width", &format!("{{{id},\\\"width"))
        )
    };
    let coded = Play::start(&line("image/jpeg"));
    assert_eq!(media_type(&coded.sample("sink")), "image/jpeg");
    let raw = Play::start(&line("video/x-raw"));
    let sample = raw.sample("sink");
    assert_eq!(media_type(&sample), "video/x-raw");
    assert_eq!(media_type(&coded.sample("sink")), "image/jpeg");
    // NV12 of camera 2 would be the cheaper way to raw: the first is open, but it is not it.
    assert!(camera.property::<u32>("active") <= 1);
}

/// Black in a bitstream is a bitstream.
#[test]
fn a_disabled_jpeg_track_sends_black_jpegs() {
    let play = Play::start(&format!(
        "mediatrackvideosrc name=s {FULL_HD} ! image/jpeg ! appsink name=sink drop=true max-buffers=1"
    ));
    play.sample("sink");
    let track: gstmediastream::media::MediaStreamTrack = play.element("s").property("track");
    track.set_enabled(false);
    let mut sample = play.sample("sink");
    while !sample
        .buffer()
        .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP))
    {
        sample = play.sample("sink");
    }
    let map = sample
        .buffer()
        .and_then(|b| b.map_readable().ok())
        .expect("readable");
    assert_eq!(map[..2], [0xff, 0xd8], "a JPEG file");
}
