//! A device of PipeWire that does not answer when it is opened: its process is frozen, or the daemon is. Nobody
//! waits for longer than is said, other devices work meanwhile, and afterwards it is as if nothing had been.
//!
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;
#[path = "pipewire/session.rs"]
mod session;

use std::sync::mpsc::{Receiver, channel};
use std::thread;

use common::{Play, eventually, threads, user_media};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::{self, AudioInput, VideoInput};
use gstmediastream::media::{GetUserMediaError, MediaDevices, MediaStream, MediaStreamTrack};
use gstmediastream::model::constraints::StreamConstraints;
use session::{Scene, camera, constraints, microphone, signal};

/// What `getUserMedia` says, as soon as it does.
fn request(kind: DeviceKind) -> Receiver<Result<MediaStream, GetUserMediaError>> {
    let name = match kind {
        VideoInput => "video",
        _ => "audio",
    };
    let json = format!(r#"{{"{name}":{}}}"#, constraints(kind, ""));
    let wanted = StreamConstraints::from_json(&json).expect("it is right");
    let (sender, answer) = channel();
    thread::spawn(move || {
        let _ = sender.send(MediaDevices::default().get_user_media(&wanted));
    });
    answer
}

/// A request is refused, and by then the fakes have been opened and closed.
fn is_refused(answer: &Receiver<Result<MediaStream, GetUserMediaError>>) {
    let others = user_media(
        r#"{"video":{"facingMode":{"exact":"environment"}},"audio":{"sampleRate":{"exact":44100}}}"#,
    );
    assert!(answer.try_recv().is_err(), "others did not wait for it");
    others.get_tracks().iter().for_each(MediaStreamTrack::stop);
    let refused = answer.recv().expect("an answer").expect_err("it is frozen");
    println!("{refused}");
    assert!(matches!(&refused, GetUserMediaError::Open(_)), "{refused}");
}

/// It can be had again, and nothing hangs any more.
fn is_had(kind: DeviceKind) {
    eventually("it can be had", || {
        let had = request(kind).recv().expect("an answer");
        had.map(|stream| stream.get_tracks().iter().for_each(MediaStreamTrack::stop))
            .is_ok()
    });
}

fn nothing_hangs() {
    let before = threads();
    eventually(&format!("what hung is closed: {before:?}"), || {
        !threads().iter().any(|name| name == "mediastream-dev")
    });
}

#[test]
fn a_frozen_camera_is_refused() {
    let scene = Scene::start(&[]);
    signal("camera", "STOP");
    is_refused(&request(VideoInput));
    signal("camera", "CONT");
    is_had(VideoInput);
    scene.over();
    nothing_hangs();
}

#[test]
fn a_frozen_microphone_is_refused() {
    let scene = Scene::start(&[]);
    signal("microphone", "STOP");
    is_refused(&request(AudioInput));
    signal("microphone", "CONT");
    is_had(AudioInput);
    scene.over();
    nothing_hangs();
}

#[test]
fn with_a_frozen_daemon_it_is_refused() {
    let scene = Scene::start(&[camera("")]);
    let wanted = request;
    signal("daemon", "STOP");
    scene.expect("v", "mute stalled");
    let answer = wanted(AudioInput);
    // What plays answers as ever.
    let track = scene.track("v");
    assert!(track.muted());
    let _: gst::Structure = track.property("stats");
    is_refused(&answer);
    let start = Play::start(&microphone(""));
    drop(start);
    signal("daemon", "CONT");
    scene.expect("v", "unmute");
    is_had(AudioInput);
    scene.over();
    nothing_hangs();
}

#[test]
fn a_track_that_is_stopped_while_its_daemon_is_frozen_holds_nobody_up() {
    let scene = Scene::start(&[camera(""), microphone("")]);
    signal("daemon", "STOP");
    scene.expect("v", "mute stalled");
    scene.expect("a", "mute stalled");
    scene.track("a").stop();
    scene.over();
    signal("daemon", "CONT");
    is_had(AudioInput);
    is_had(VideoInput);
    nothing_hangs();
}
