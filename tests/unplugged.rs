//! A device is pulled out: every track of it ends once and for good, and stays what it was otherwise (#37, #44,
//! #46 to #50, #117).

mod common;

use std::sync::mpsc::channel;

use common::healthy::Healthy;
use common::{alone, eventually, fake, settle, user_media};
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::media::{MediaDevices, MediaStreamTrack};
use gstmediastream::model::lifecycle::EndReason;

const CAMERA: &str = r#"{"video":{"facingMode":{"exact":"environment"}}}"#;

fn camera() -> MediaStreamTrack {
    user_media(CAMERA).get_tracks().remove(0)
}

#[test]
fn every_track_of_it_ends_once_and_for_good() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let device = fake("Fake camera 2");
    let first = camera();
    let tracks = [first.clone_track(), camera(), first];
    let other = user_media(r#"{"audio":true}"#).get_tracks().remove(0);
    let (sender, told) = channel();
    for track in tracks.iter().chain([&other]) {
        for event in ["mute", "unmute", "ended"] {
            let sender = sender.clone();
            track.connect(event, false, move |values| {
                let track: MediaStreamTrack = values[0].get().expect("a track");
                let _ = sender.send((event, track.id(), track.ready_state()));
                None
            });
        }
    }
    device.emit_by_name::<()>("unplug", &[]);
    let mut heard: Vec<_> = told.iter().take(3).collect();
    heard.sort_by(|one, another| one.1.cmp(&another.1));
    let mut expected = tracks.each_ref().map(|track| ("ended", track.id(), Ended));
    expected.sort_by(|one, another| one.1.cmp(&another.1));
    assert_eq!(heard, expected, "#44, #46");

    device.emit_by_name::<()>("plug", &[]);
    settle();
    // The device serves again, and events come in order: this one is behind all others.
    let again = camera();
    again.connect("ended", false, move |_| {
        let _ = sender.send(("again", String::new(), Ended));
        None
    });
    again.end(EndReason::Revoked);
    assert_eq!(told.recv().map(|told| told.0), Ok("again"), "#37, #44");
    assert!(tracks.iter().all(|t| t.ready_state() == Ended), "#48");
    assert_eq!(other.ready_state(), Live);
    other.stop();
    healthy.check();
}

#[test]
fn what_it_was_otherwise_it_stays() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let device = fake("Fake camera 2");
    let track = camera();
    let said = |track: &MediaStreamTrack| {
        let texts = ["id", "kind", "label", "content-hint"];
        (
            texts.map(|name| track.property::<String>(name)),
            track.enabled(),
        )
    };
    let settings =
        |track: &MediaStreamTrack| -> gst::Structure { track.emit_by_name("get-settings", &[]) };
    let before = said(&track);
    let opens: u32 = device.property("opens");
    let device_id: String = settings(&track).get("deviceId").expect("it has one");
    device.emit_by_name::<()>("unplug", &[]);
    eventually("it ends", || track.ready_state() == Ended);
    assert_eq!(said(&track), before, "#50");
    let left = settings(&track);
    let mut names: Vec<_> = left.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["deviceId", "facingMode", "groupId"], "#117");
    assert_eq!(left.get::<String>("deviceId"), Ok(device_id), "#117");
    for enabled in [false, true] {
        track.set_enabled(enabled);
        assert_eq!(track.enabled(), enabled, "#49");
        assert_eq!(track.ready_state(), Ended, "#49");
    }
    device.emit_by_name::<()>("plug", &[]);
    settle();
    eventually("#49: nobody holds it", || {
        device.property::<u32>("active") == 0
    });
    assert_eq!(device.property::<u32>("opens"), opens, "#49: nor opened it");
    healthy.check();
}

#[test]
fn stopped_before_the_event_it_is_not_told() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let device = fake("Fake camera 2");
    // Nobody runs this context but this test: what is noticed is queued.
    let context = glib::MainContext::new();
    MediaDevices::default().set_property("context", &context);
    let track = camera();
    let clone = track.clone_track();
    let (sender, told) = channel();
    for (whose, track) in [("stopped", &track), ("clone", &clone)] {
        let sender = sender.clone();
        track.connect("ended", false, move |_| {
            let _ = sender.send(whose);
            None
        });
    }
    while context.iteration(false) {}
    assert_eq!(track.ready_state(), Live);
    device.emit_by_name::<()>("unplug", &[]);
    eventually("the loss is noticed", || context.pending());
    assert_eq!(track.ready_state(), Live, "#46: not before its task");
    track.stop();
    eventually("both tasks have run", || {
        context.iteration(false);
        clone.ready_state() == Ended && !context.pending()
    });
    MediaDevices::default().set_property("context", None::<glib::MainContext>);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["clone"], "#47");
    device.emit_by_name::<()>("plug", &[]);
    settle();
    healthy.check();
}
