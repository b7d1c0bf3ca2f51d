//! `configurationchange`: told when something else than the track's own application changed its
//! settings (#195).

mod common;

use std::sync::mpsc::{Receiver, channel};

use common::{alone, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::{Property, TrackConstraints};

/// A track of a camera that is content with any size, and a clone that is not.
fn pair() -> (MediaStreamTrack, MediaStreamTrack) {
    let stream = user_media(
        r#"{"video":{"facingMode":{"exact":"environment"},"width":{"min":640,"ideal":640},"resizeMode":{"exact":"none"}}}"#,
    );
    let track = stream.get_tracks().remove(0);
    let clone = track.clone_track();
    (track, clone)
}

fn events(track: &MediaStreamTrack) -> Receiver<String> {
    let (sender, events) = channel();
    for event in ["configurationchange", "mute", "unmute", "ended"] {
        let sender = sender.clone();
        track.connect(event, false, move |values| {
            let track: MediaStreamTrack = values[0].get().expect("a track");
            let width = track.settings().number(Property::Width);
            let _ = sender.send(format!("{event} at {}", width.unwrap_or_default()));
            None
        });
    }
    events
}

fn apply(track: &MediaStreamTrack, json: &str) {
    let constraints = TrackConstraints::from_json(json).expect("constraints");
    track.apply_constraints(&constraints).expect("it applies");
}

#[test]
fn another_track_changes_the_mode_of_the_device() {
    let _alone = alone();
    let (track, clone) = pair();
    let events = events(&track);
    apply(
        &clone,
        r#"{"width":{"exact":1280},"resizeMode":{"exact":"none"}}"#,
    );
    assert_eq!(events.recv().as_deref(), Ok("configurationchange at 1280"));
    // Nothing differs: nothing is told. Its own change is not either.
    apply(&clone, r#"{"width":{"exact":1280}}"#);
    apply(&track, r#"{"width":{"exact":1280},"height":{"exact":720}}"#);
    fake("Fake camera 2").emit_by_name::<()>("set-muted", &[&true]);
    assert_eq!(events.recv().as_deref(), Ok("mute at 1280"));
    fake("Fake camera 2").emit_by_name::<()>("set-muted", &[&false]);
    assert_eq!(events.recv().as_deref(), Ok("unmute at 1280"));
    track.stop();
    clone.stop();
}

#[test]
fn it_waits_while_the_track_is_muted() {
    let _alone = alone();
    let (track, clone) = pair();
    let events = events(&track);
    fake("Fake camera 2").emit_by_name::<()>("set-muted", &[&true]);
    assert_eq!(events.recv().as_deref(), Ok("mute at 640"));
    apply(
        &clone,
        r#"{"width":{"exact":1280},"resizeMode":{"exact":"none"}}"#,
    );
    fake("Fake camera 2").emit_by_name::<()>("set-muted", &[&false]);
    assert_eq!(events.recv().as_deref(), Ok("unmute at 640"));
    assert_eq!(events.recv().as_deref(), Ok("configurationchange at 1280"));
    track.stop();
    clone.stop();
}

#[test]
fn an_ended_track_is_not_told() {
    let _alone = alone();
    let (track, clone) = pair();
    let events = events(&track);
    fake("Fake camera 2").emit_by_name::<()>("set-muted", &[&true]);
    assert_eq!(events.recv().as_deref(), Ok("mute at 640"));
    apply(
        &clone,
        r#"{"width":{"exact":1280},"resizeMode":{"exact":"none"}}"#,
    );
    track.stop();
    let heard = self::events(&clone);
    fake("Fake camera 2").emit_by_name::<()>("set-muted", &[&false]);
    assert_eq!(heard.recv().as_deref(), Ok("unmute at 1280"));
    assert_eq!(events.try_recv().ok(), None);
    clone.stop();
}
