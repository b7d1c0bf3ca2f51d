//! A decoder that is not installed: raw modes are taken instead, and where only it could help it is
//! named. Alone in its file, because the ranks of decoders are the process's.

mod common;

use common::{Play, fake, init, settle};
use gst::prelude::*;

/// Fake camera 1 has 1920x1080 as JPEG only.
const FULL_HD: &str = r#"constraints="{\"width\":{\"exact\":1920},\"height\":{\"exact\":1080},\"resizeMode\":{\"exact\":\"none\"},\"frameRate\":{\"exact\":30}}""#;

#[test]
fn raw_modes_are_tried_first_and_a_missing_decoder_is_named() {
    init();
    let jpeg = gst::Caps::new_empty_simple("image/jpeg");
    for factory in
        gst::ElementFactory::factories_with_type(gst::ElementFactoryType::DECODER, gst::Rank::NONE)
    {
        if factory.can_sink_any_caps(&jpeg) {
            factory.set_rank(gst::Rank::NONE);
        }
    }
    // An ideal is met as well as it can be without.
    let play = Play::start(
        r#"mediatrackvideosrc constraints="{\"width\":1280,\"height\":720,\"facingMode\":\"user\",\"groupId\":[]}" ! appsink name=sink"#,
    );
    let sample = play.sample("sink");
    let caps = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .expect("caps");
    assert_eq!(caps.name(), "video/x-raw");
    drop(play);
    // A requirement names what is missing: only the first camera is there for it.
    fake("Fake camera 2").emit_by_name::<()>("unplug", &[]);
    settle();
    let play = Play::start(&format!(
        "mediatrackvideosrc {FULL_HD} ! video/x-raw ! fakesink"
    ));
    let mut missing = None;
    play.wait("error", |message| {
        if let Some(s) = message.structure().filter(|s| s.name() == "missing-plugin") {
            missing = Some(s.to_owned());
        }
        message.type_() == gst::MessageType::Error
    });
    let missing = missing.expect("a missing-plugin message before the error");
    assert_eq!(missing.get::<String>("type").as_deref(), Ok("decoder"));
    assert_eq!(missing.get::<gst::Caps>("detail"), Ok(jpeg));
    drop(play);
    // Who takes the bitstream needs no decoder.
    let play = Play::start(&format!(
        "mediatrackvideosrc {FULL_HD} ! image/jpeg ! appsink name=sink"
    ));
    play.sample("sink");
}
