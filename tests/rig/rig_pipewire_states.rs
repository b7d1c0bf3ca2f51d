//! A device of PipeWire that goes while its pipeline is paused, starts or stops.
//!
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;
#[path = "pipewire/session.rs"]
mod session;

use common::healthy::{Healthy, REFUSED};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use session::{Scene, await_device, camera, listed, microphone, registry, signal, start};

/// Both are there for the next test.
fn back() {
    for (part, kind) in [("camera", VideoInput), ("microphone", AudioInput)] {
        registry().settle();
        if listed(kind).is_none() {
            start(part);
        }
        await_device(kind);
    }
}

#[test]
fn gone_while_paused_it_ends_once_and_does_not_hold_up_the_pipeline() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    for name in ["v", "a"] {
        let source = scene.play.element(name);
        source.set_locked_state(true);
        source.set_state(gst::State::Paused).expect("it pauses");
    }
    signal("camera", "KILL");
    signal("microphone", "KILL");
    scene.expect("v", "ended unplugged");
    scene.expect("a", "ended unplugged");
    for name in ["v", "a"] {
        let source = scene.play.element(name);
        source.set_state(gst::State::Playing).expect("it goes on");
        source.set_locked_state(false);
    }
    for sink in ["video", "audio"] {
        assert!(scene.play.ends(sink), "{sink}");
    }
    back();
    scene.over();
}

#[test]
fn gone_while_it_starts_it_is_an_error() {
    registry();
    let refused = camera("").replace("name=v", &format!("name={REFUSED}"));
    // It is opened, and does not answer.
    signal("camera", "STOP");
    let (play, healthy) = Healthy::start(&refused);
    signal("camera", "KILL");
    let (error, _) = play.error();
    assert!(error.kind::<gst::ResourceError>().is_some(), "{error}");
    healthy.check();
    drop(play);
    back();
    Scene::start(&[camera("")]).over();
}

#[test]
fn gone_while_it_stops_nobody_waits() {
    let (play, healthy) = Healthy::start(&[camera(""), microphone("")].concat());
    play.sample("video");
    play.sample("audio");
    signal("camera", "STOP");
    signal("microphone", "STOP");
    for name in ["v", "a"] {
        let source = play.element(name);
        assert!(source.set_locked_state(true));
        assert!(source.set_state(gst::State::Null).is_ok(), "{name}");
    }
    signal("camera", "KILL");
    signal("microphone", "KILL");
    registry().settle();
    back();
    healthy.check();
    drop(play);
    Scene::start(&[camera(""), microphone("")]).over();
}
