//! Image Capture constraints on the kernel's uvcvideo, straight and through PipeWire: set on the
//! driver, the same for all tracks, all or nothing, and without a restart (#92, #102, #106, #187,
//! #198).
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;

use std::process::Command;

use common::{Play, eventually, promised};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::{Capability, Property};

const LINE: &str = r#"mediatrackvideosrc name=s constraints="{\"width\":{\"exact\":640},\"height\":{\"exact\":480},\"frameRate\":{\"exact\":30}}" ! appsink name=sink sync=false"#;

fn v4l2_ctl(arguments: &[&str]) -> String {
    let device = std::env::var("RIG_USBCAM_VIDEO").expect("run this in scripts/rig/run");
    let output = Command::new("v4l2-ctl")
        .args(["-d", &device])
        .args(arguments)
        .output()
        .expect("v4l2-ctl starts");
    assert!(output.status.success(), "v4l2-ctl {arguments:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn control(name: &str) -> String {
    let said = v4l2_ctl(&["--get-ctrl", name]);
    // "auto_exposure: 1 (Manual Mode)"
    said.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// How often the camera was started.
fn starts() -> usize {
    let log = std::env::var("RIG_USBCAM_LOG").expect("run this in scripts/rig/run");
    let log = std::fs::read_to_string(log).expect("the camera writes it");
    log.matches("video starts").count()
}

fn rest() {
    let all = "auto_exposure=3,zoom_absolute=100,pan_absolute=0,brightness=128";
    v4l2_ctl(&["--set-ctrl", all]);
}

fn start() -> (Play, MediaStreamTrack) {
    rest();
    let play = Play::start(LINE);
    play.sample("sink");
    let track = play.element("s").property("track");
    (play, track)
}

fn apply(track: &MediaStreamTrack, json: &str) -> Result<(), String> {
    let reply = promised(track, "apply-constraints", &[&json]);
    match reply.get::<gst::Structure>("error") {
        Ok(error) => Err(error.get("constraint").unwrap_or_default()),
        Err(_) => Ok(()),
    }
}

fn number(track: &MediaStreamTrack, property: Property) -> Option<f64> {
    track.settings().number(property)
}

#[test]
fn a_zoom_of_one_track_is_the_zoom_of_all() {
    let (play, track) = start();
    let range = Capability::Number {
        min: 1.0,
        max: 4.0,
        step: Some(0.1),
    };
    assert_eq!(track.capabilities().get(Property::Zoom), Some(&range));
    let clone = track.clone_track();
    // A device that is set anew shows black meanwhile.
    let mut last = play.sample("sink").buffer().and_then(|b| b.pts());
    let opened = starts();
    for frame in 0..60 {
        if frame == 20 {
            assert_eq!(apply(&track, r#"{"zoom":{"exact":2}}"#), Ok(()));
            assert_eq!(control("zoom_absolute"), "200");
        }
        if frame == 40 {
            let refused = apply(&clone, r#"{"zoom":{"exact":3}}"#);
            assert_eq!(refused, Err("zoom".to_owned()));
        }
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("a buffer");
        assert!(!buffer.flags().contains(gst::BufferFlags::GAP), "{frame}");
        assert!(buffer.pts() > last, "{frame}");
        last = buffer.pts();
    }
    assert_eq!(starts(), opened, "the camera was started again");
    assert_eq!(control("zoom_absolute"), "200");
    eventually("the clone knows", || {
        number(&clone, Property::Zoom) == Some(2.0)
    });
    clone.stop();
}

#[test]
fn a_mode_is_set_before_its_value_and_rules_it() {
    let (_play, track) = start();
    assert_eq!(apply(&track, r#"{"exposureTime":300}"#), Ok(()));
    assert_ne!(control("exposure_time_absolute"), "300", "#198");
    let manual = r#"{"exposureTime":300,"exposureMode":"manual","pan":7200}"#;
    assert_eq!(apply(&track, manual), Ok(()));
    assert_eq!(control("auto_exposure"), "1");
    assert_eq!(control("exposure_time_absolute"), "300");
    assert_eq!(control("pan_absolute"), "7200");
    assert_eq!(number(&track, Property::ExposureTime), Some(300.0));
    assert_eq!(
        track.settings().text(Property::ExposureMode),
        Some("manual")
    );
}

/// Told by the driver: nobody reads controls that do not change by themselves.
#[test]
fn what_another_program_sets_is_told() {
    let (_play, track) = start();
    let (sender, told) = std::sync::mpsc::channel();
    track.connect("configurationchange", false, move |values| {
        let track: MediaStreamTrack = values[0].get().expect("the track");
        let _ = sender.send(number(&track, Property::Brightness));
        None
    });
    v4l2_ctl(&["--set-ctrl", "brightness=77"]);
    let told = told.recv_timeout(common::LIMIT.into());
    assert_eq!(told, Ok(Some(77.0)));
}

#[test]
fn asking_for_pan_does_not_move_it() {
    rest();
    v4l2_ctl(&["--set-ctrl", "pan_absolute=3600"]);
    let stream = common::user_media(r#"{"video":{"pan":true}}"#);
    let track = stream.get_tracks().first().expect("a track").clone();
    assert_eq!(number(&track, Property::Pan), Some(3600.0));
    assert_eq!(control("pan_absolute"), "3600");
    track.stop();
}
