//! An I/O error of a device that is still there: it is opened again, once, and nobody is told but by a
//! moment of black; if that does not help its tracks end.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle};
use gst::prelude::*;

/// The device under test, as a launch line, and its label.
const DEVICES: [(&str, &str); 2] = [
    (
        r#"mediatrackvideosrc name=s on-ended=zero constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1"#,
        "Fake camera 2",
    ),
    (
        r#"mediatrackaudiosrc name=s on-ended=zero constraints="{\"sampleRate\":{\"exact\":48000}}" ! appsink name=sink drop=true max-buffers=1"#,
        "Fake microphone 1",
    ),
];

fn is_live(sample: &gst::Sample) -> bool {
    let flags = sample.buffer().expect("a buffer").flags();
    !flags.contains(gst::BufferFlags::GAP)
}

/// Until live media flows, and then again until it does not, or the other way round.
fn until(play: &Play, live: bool) {
    while is_live(&play.sample("sink")) != live {}
}

/// All events of tracks that wait on the bus.
fn events(play: &Play) -> Vec<(String, String)> {
    let mut events = Vec::new();
    while let Some(message) = play.bus().pop_filtered(&[gst::MessageType::Element]) {
        if let Some(s) = message.structure()
            && let (Ok(event), Ok(reason)) = (s.get("event"), s.get("reason"))
        {
            events.push((event, reason));
        }
    }
    events
}

#[test]
fn it_goes_on_after_the_first_and_ends_with_the_second() {
    let _alone = alone();
    for (line, label) in DEVICES {
        let device = fake(label);
        let opens: u32 = device.property("opens");
        let (play, healthy) = Healthy::start(line);
        until(&play, true);
        device.emit_by_name::<()>("break-stream", &[]);
        eventually("it is opened again", || {
            device.property::<u32>("opens") == opens + 2
        });
        until(&play, true);
        healthy.goes_on();
        assert_eq!(events(&play), [], "{label}");
        device.emit_by_name::<()>("break-stream", &[]);
        let ended = play.track_event("ended");
        assert_eq!(ended.get::<String>("reason").as_deref(), Ok("failed"));
        until(&play, false);
        healthy.goes_on();
        assert_eq!(events(&play), [], "{label}: once");
        assert_eq!(device.property::<u32>("opens"), opens + 2);
        eventually("it is closed", || device.property::<u32>("active") == 0);
        healthy.check();
    }
}

/// As of most drivers: reading fails, and then the kernel says that the device is gone.
#[test]
fn gone_a_moment_after_its_error_it_is_unplugged() {
    let _alone = alone();
    for (line, label) in DEVICES {
        let device = fake(label);
        let (play, healthy) = Healthy::start(line);
        until(&play, true);
        device.emit_by_name::<()>("break-stream", &[]);
        until(&play, false);
        device.emit_by_name::<()>("unplug", &[]);
        let ended = play.track_event("ended");
        assert_eq!(ended.get::<String>("reason").as_deref(), Ok("unplugged"));
        healthy.goes_on();
        assert_eq!(events(&play), [], "{label}: once");
        device.emit_by_name::<()>("plug", &[]);
        settle();
        healthy.check();
    }
}

#[test]
fn what_does_not_open_again_has_failed() {
    let _alone = alone();
    for (line, label) in DEVICES {
        let device = fake(label);
        let (play, healthy) = Healthy::start(line);
        until(&play, true);
        device.emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
        device.emit_by_name::<()>("break-stream", &[]);
        let ended = play.track_event("ended");
        assert_eq!(ended.get::<String>("reason").as_deref(), Ok("failed"));
        device.emit_by_name::<()>("fail-open", &[&""]);
        healthy.goes_on();
        assert_eq!(events(&play), [], "{label}: once");
        healthy.check();
    }
}
