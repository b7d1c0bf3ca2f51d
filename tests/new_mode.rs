//! Setting the device anew is one CAPS event: nothing of the new mode is squeezed into the old caps.

mod common;

use std::sync::{Arc, Mutex};

use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::TrackConstraints;

#[test]
fn every_change_of_the_mode_is_one_caps_event() {
    let play = Play::parse("mediatrackvideosrc name=s ! fakesink");
    play.element("s").set_property(
        "constraints",
        r#"{"facingMode":{"exact":"environment"},"width":640,"resizeMode":{"exact":"none"}}"#,
    );
    let seen = Arc::new(Mutex::new(Vec::<gst::Caps>::new()));
    let told = seen.clone();
    let pad = play.element("s").static_pad("src").expect("a pad");
    pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        if let Some(gst::EventView::Caps(caps)) = info.event().map(|event| event.view()) {
            told.lock().expect("no panic").push(caps.caps_owned());
        }
        gst::PadProbeReturn::Ok
    });
    play.play();
    let count = || seen.lock().expect("no panic").len();
    eventually("the first caps", || count() == 1);
    let track: MediaStreamTrack = play.element("s").property("track");
    for round in 1..=20 {
        let width = if round % 2 == 0 { 640 } else { 1920 };
        let json = format!(r#"{{"width":{{"exact":{width}}},"resizeMode":{{"exact":"none"}}}}"#);
        let constraints = TrackConstraints::from_json(&json).expect("constraints");
        track.apply_constraints(&constraints).expect("it applies");
        eventually("the caps of the mode", || {
            let seen = seen.lock().expect("no panic");
            let last = seen
                .last()
                .and_then(|caps| caps.structure(0)?.get::<i32>("width").ok());
            last == Some(width)
        });
        assert_eq!(count(), 1 + round, "{:#?}", seen.lock());
    }
    track.stop();
}
