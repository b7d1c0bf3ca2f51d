//! While a lost device is awaited the application is asked about a device that is there and would serve, once an
//! attempt, and never again once it has refused.

mod common;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use common::{Play, alone, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

const LINE: &str = r#"mediatrackvideosrc name=s on-ended=reconnect constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1"#;

/// Until so many attempts were made since the start.
fn attempts(play: &Play, count: u64) {
    let source = play.element("s");
    let made = || -> u64 {
        let stats: gst::Structure = source.property("stats");
        stats.get("reconnect-attempts").expect("it is counted")
    };
    while made() < count {
        play.sample("sink");
    }
}

#[test]
fn nothing_is_asked_in_vain_and_no_is_an_answer() {
    let _alone = alone();
    let device = fake("Fake camera 2");
    let play = Play::start(LINE);
    play.sample("sink");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (book, answer) = (asked.clone(), Arc::new(AtomicU64::new(1)));
    let says = answer.clone();
    let devices = MediaDevices::default();
    let handler = devices.connect("permission-request", false, move |values| {
        let device = values
            .iter()
            .find_map(|value| value.get::<Option<gst::Device>>().ok());
        let label = device
            .flatten()
            .map(|device| device.display_name().to_string());
        book.lock().expect("a list").push(label);
        Some((says.load(Ordering::SeqCst) == 1).to_value())
    });
    let questions = || std::mem::take(&mut *asked.lock().expect("a list"));

    device.emit_by_name::<()>("unplug", &[]);
    play.track_event("ended");
    attempts(&play, 4);
    assert_eq!(questions(), [], "there is none to ask about");

    answer.store(0, Ordering::SeqCst);
    device.emit_by_name::<()>("plug", &[]);
    settle();
    let refused = play.wait("the refusal", |m| m.type_() == gst::MessageType::Warning);
    assert!(
        format!("{refused:?}").contains("NotAllowedError"),
        "{refused:?}"
    );
    let tried = questions();
    assert_eq!(tried.len(), 1, "{tried:?}");
    for _ in 0..30 {
        play.sample("sink");
    }
    assert_eq!(questions(), [], "it has answered");
    devices.disconnect(handler);
}
