//! `constraints` at awkward moments: while the track is still being opened, with values that no clock
//! can count, and with what cannot be read.

mod common;

use common::Play;
use gst::prelude::*;

fn width(play: &Play) -> i32 {
    let sample = play.sample("sink");
    let caps = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .expect("caps");
    caps.get("width").expect("a width")
}

/// The last word counts, whenever it comes.
#[test]
fn written_while_opening_it_is_what_is_asked_for() {
    let play = Play::start("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    play.element("s")
        .set_property("constraints", r#"{"width":{"exact":320}}"#);
    common::eventually("the width that was written last", || width(&play) == 320);
}

#[test]
fn a_rate_below_all_measure_is_a_rate() {
    for rate in [
        r#"{"frameRate":1e-300}"#,
        r#"{"frameRate":{"exact":1e-300}}"#,
    ] {
        let play = Play::parse("mediatrackvideosrc name=s ! fakesink");
        play.element("s").set_property("constraints", rate);
        play.play();
        // It plays, or it is refused: it says something, and it can be stopped.
        play.wait("a word", |message| {
            matches!(
                message.type_(),
                gst::MessageType::Error | gst::MessageType::Latency
            )
        });
    }
}

#[test]
fn what_cannot_be_read_is_refused_and_not_kept() {
    let play = Play::start("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    play.sample("sink");
    let source = play.element("s");
    source.set_property("constraints", r#"{"width":{"exact":"wide"}}"#);
    let message = play.wait("warning", |m| m.type_() == gst::MessageType::Warning);
    let gst::MessageView::Warning(warning) = message.view() else {
        unreachable!("waited for a warning")
    };
    let details = warning.details().expect("details");
    assert_eq!(details.get::<String>("name").as_deref(), Ok("TypeError"));
    assert_eq!(source.property::<Option<String>>("constraints"), None);
    play.sample("sink");
}
