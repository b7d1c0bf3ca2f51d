//! A device is opened once for all its tracks, each track has its own size and rate, and the last one
//! closes it (#41, #42, #63, #141).

mod common;

use common::{Play, eventually, fake};
use gst::prelude::*;

#[test]
fn two_pipelines_share_one_camera_at_two_sizes_and_rates() {
    let camera = fake("Fake camera 2");
    let opens = camera.property::<u32>("opens");
    let first = Play::start(
        r#"mediatrackvideosrc constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":1280,\"height\":720,\"frameRate\":30}" ! appsink name=sink"#,
    );
    first.sample("sink");
    let second = Play::start(
        r#"mediatrackvideosrc constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":320,\"height\":240,\"frameRate\":15}" ! appsink name=sink"#,
    );
    let small = second.sample("sink");
    let large = first.sample("sink");
    let of = |sample: &gst::Sample| {
        let caps = sample.caps_owned().expect("caps");
        let info = gst_video::VideoInfo::from_caps(&caps).expect("video");
        (info.width(), info.height(), info.fps())
    };
    assert_eq!(of(&large), (1280, 720, gst::Fraction::new(30, 1)));
    assert_eq!(of(&small), (320, 240, gst::Fraction::new(15, 1)));
    assert_eq!(camera.property::<u32>("active"), 1, "open once");
    assert_eq!(camera.property::<u32>("opens"), opens + 1, "opened once");

    drop(first);
    second.sample("sink");
    assert_eq!(
        camera.property::<u32>("active"),
        1,
        "the second still plays"
    );
    drop(second);
    eventually("the device is closed", || {
        camera.property::<u32>("active") == 0
    });
}
