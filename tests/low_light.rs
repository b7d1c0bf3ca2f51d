//! A camera that delivers fewer frames than it was set to, as in the dark: nothing ends, nothing is muted, and
//! the settings are what was set (#118, #200).

mod common;

use std::sync::mpsc::channel;

use common::healthy::Healthy;
use common::{Play, fake, user_media};
use gst::prelude::*;
use gstmediastream::model::constraints::Property;

#[test]
fn fewer_frames_than_required_change_nothing() {
    let camera = fake("Fake camera 2");
    let json = r#"{"video":{"facingMode":{"exact":"environment"},"frameRate":{"min":50}}}"#;
    let track = user_media(json).get_tracks().remove(0);
    let line = format!(
        "mediatrackvideosrc name=s ! appsink name=sink {}",
        Healthy::line()
    );
    let play = Play::parse(&line);
    play.element("s").set_property("track", &track);
    let healthy = Healthy::watch(&play);
    play.play();
    healthy.goes_on();
    play.sample("sink");
    let before = (track.settings(), track.constraints());
    assert_eq!(before.0.number(Property::FrameRate), Some(60.0), "#118");
    let (sender, told) = channel();
    for event in ["mute", "ended", "configurationchange"] {
        let sender = sender.clone();
        track.connect(event, false, move |_| {
            let _ = sender.send(event);
            None
        });
    }
    camera.emit_by_name::<()>("slow-down", &[&10u32]);
    let time = |sample: &gst::Sample| sample.buffer().and_then(|b| b.pts()).expect("a time");
    let mut last = time(&play.sample("sink"));
    let end = last + gst::ClockTime::from_seconds(2);
    let mut slow = 0;
    while last < end {
        let next = time(&play.sample("sink"));
        slow += u32::from(next - last > gst::ClockTime::from_mseconds(100));
        last = next;
    }
    assert!(slow > 5, "six frames a second: {slow}");
    assert_eq!((track.settings(), track.constraints()), before, "#118");
    assert_eq!(told.try_recv().ok(), None, "#200");
    assert!(!track.muted());
    healthy.check();
    camera.emit_by_name::<()>("slow-down", &[&1u32]);
    track.stop();
}
