//! A state change of a fake source hangs where a driver does, until it is let go.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use gst::prelude::*;

const CAPS: &str = "video/x-raw,format=YUY2,width=320,height=240,framerate=30/1";

/// The tests script one and the same camera.
static TURN: Mutex<()> = Mutex::new(());

/// However a test ends, nothing goes on hanging.
struct Released(gst::Device);

impl Drop for Released {
    fn drop(&mut self) {
        self.0.set_property("faults", "");
    }
}

fn count(camera: &gst::Device, property: &str) -> u32 {
    camera.property(property)
}

#[track_caller]
fn eventually(what: &str, fact: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from(fakes::LIMIT);
    while !fact() {
        assert!(Instant::now() < deadline, "{what}");
        thread::yield_now();
    }
}

/// Goes from `before` to `after` while `change` hangs; `active`: as many hold the device meanwhile.
fn assert_hangs(change: &str, before: gst::State, after: gst::State, active: u32) {
    let camera = fakes::device("camera-1");
    let (pipeline, _sink) = fakes::pipeline(&camera, CAPS);
    let _released = Released(camera.clone());
    let _ = pipeline.set_state(before);
    let _ = pipeline.state(fakes::LIMIT);
    camera.emit_by_name::<()>("hang", &[&change]);
    let faults: String = camera.property("faults");
    assert_eq!(faults, format!(r#"{{"isDefault":true,"hang":"{change}"}}"#));
    let changing = thread::spawn({
        let pipeline = pipeline.clone();
        move || pipeline.set_state(after)
    });
    eventually(change, || count(&camera, "hanging") == 1);
    assert!(!changing.is_finished(), "{change}");
    assert_eq!(count(&camera, "active"), active, "{change}");
    camera.emit_by_name::<()>("hang", &[&""]);
    changing.join().unwrap().unwrap();
    assert_eq!(count(&camera, "hanging"), 0, "{change}");
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(count(&camera, "active"), 0, "{change}");
}

#[test]
fn each_state_change_hangs_until_it_is_let_go() {
    use gst::State::{Null, Paused, Playing, Ready};
    let _turn = TURN.lock();
    for (change, before, after, active) in [
        ("open", Null, Playing, 0),
        ("start", Null, Playing, 1),
        ("play", Null, Playing, 1),
        ("pause", Playing, Null, 1),
        ("stop", Playing, Null, 1),
        ("close", Ready, Null, 0),
        ("stop", Paused, Ready, 1),
    ] {
        assert_hangs(change, before, after, active);
    }
}

#[test]
fn a_source_that_is_starting_already_hangs_as_well() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    let _released = Released(camera.clone());
    let opens = count(&camera, "opens");
    camera.emit_by_name::<()>("slow-start", &[&u32::MAX]);
    let (pipeline, _sink) = fakes::pipeline(&camera, CAPS);
    let changing = thread::spawn({
        let pipeline = pipeline.clone();
        move || pipeline.set_state(gst::State::Playing)
    });
    eventually("it starts", || count(&camera, "opens") == opens + 1);
    camera.emit_by_name::<()>("hang", &[&"start"]);
    camera.emit_by_name::<()>("slow-start", &[&0u32]);
    eventually("it hangs", || count(&camera, "hanging") == 1);
    // What it hung for is gone in the meantime.
    camera.emit_by_name::<()>("unplug", &[]);
    camera.emit_by_name::<()>("hang", &[&""]);
    assert!(changing.join().unwrap().is_err());
    assert!(fakes::first_error(&pipeline).matches(gst::ResourceError::NotFound));
    pipeline.set_state(gst::State::Null).unwrap();
    camera.emit_by_name::<()>("plug", &[]);
    assert_eq!(count(&camera, "active"), 0);
}

#[test]
fn an_unknown_state_change_does_not_hang() {
    let _turn = TURN.lock();
    let camera = fakes::device("camera-1");
    camera.emit_by_name::<()>("hang", &[&"stop"]);
    camera.emit_by_name::<()>("hang", &[&"sleep"]);
    let faults: String = camera.property("faults");
    assert!(faults.contains(r#""hang":"stop""#), "{faults}");
    camera.emit_by_name::<()>("hang", &[&None::<String>]);
    let faults: String = camera.property("faults");
    assert!(!faults.contains("hang"), "{faults}");
}
