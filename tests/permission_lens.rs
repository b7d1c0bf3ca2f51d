//! What pans, tilts and zooms takes a permission of its own (#199).

mod common;

use std::sync::{Arc, Mutex};

use common::{alone, fake, init, promised};
use gst::prelude::*;
use gstmediastream::media::{InputDeviceInfo, MediaDevices, MediaStream, MediaStreamTrack};
use gstmediastream::model::constraints::Property;

const MOVES: [Property; 3] = [Property::Pan, Property::Tilt, Property::Zoom];
const PLAIN: &str = r#"{"video":{"facingMode":{"exact":"environment"}}}"#;
const MOVED: &str = r#"{"video":{"facingMode":{"exact":"environment"},"zoom":2}}"#;

/// What was asked.
type Asked = Arc<Mutex<Vec<Vec<String>>>>;

/// A handler of `permission-request` while it lives.
struct Handler(Option<gst::glib::SignalHandlerId>, Asked);

impl Handler {
    fn new(allows_the_lens: bool) -> Self {
        init();
        let asked = Asked::default();
        let heard = asked.clone();
        let handler = MediaDevices::default().connect("permission-request", false, move |values| {
            let kinds: Vec<String> = values[1].get().expect("kinds");
            let lens = kinds.iter().any(|kind| kind == "panTiltZoom");
            heard.lock().expect("nobody panics with it").push(kinds);
            Some((allows_the_lens || !lens).to_value())
        });
        Self(Some(handler), asked)
    }

    fn asked(&self) -> Vec<Vec<String>> {
        self.1.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        MediaDevices::default().disconnect(self.0.take().expect("dropped once"));
    }
}

fn track(json: &str) -> MediaStreamTrack {
    init();
    let reply = promised(&MediaDevices::default(), "get-user-media", &[&json]);
    let stream: MediaStream = reply.get("stream").unwrap_or_else(|_| panic!("{reply}"));
    stream.get_tracks().first().expect("a track").clone()
}

fn zoom() -> i32 {
    fake("Fake camera 2").emit_by_name("get-control", &[&"zoom_absolute"])
}

fn rest() {
    let camera = fake("Fake camera 2");
    camera.emit_by_name::<()>("set-control", &[&"zoom_absolute", &100]);
}

#[track_caller]
fn assert_seen(track: &MediaStreamTrack, seen: bool) {
    let (can, is) = (track.capabilities(), track.settings());
    for property in MOVES {
        assert_eq!(can.get(property).is_some(), seen, "{property}");
        assert_eq!(is.get(property).is_some(), seen, "{property}");
    }
    assert!(can.get(Property::Torch).is_some(), "that is another matter");
}

#[test]
fn without_a_handler_everything_is_exposed() {
    let _alone = alone();
    let track = track(PLAIN);
    assert_seen(&track, true);
    track.stop();
}

#[test]
fn granted_it_is_seen_and_moved() {
    let _alone = alone();
    rest();
    let handler = Handler::new(true);
    let track = track(MOVED);
    assert_seen(&track, true);
    assert_eq!(zoom(), 200);
    assert_eq!(handler.asked(), [["video", "panTiltZoom"]]);
    track.stop();
}

#[test]
fn refused_the_request_goes_on_without() {
    let _alone = alone();
    rest();
    let handler = Handler::new(false);
    let track = track(MOVED);
    assert_seen(&track, false);
    assert_eq!(zoom(), 100);
    assert_eq!(
        handler.asked(),
        [vec!["video", "panTiltZoom"], vec!["video"]]
    );
    // Not supported, so ignored; the application gets its words back all the same.
    let json = r#"{"zoom":{"exact":3}}"#;
    let reply = promised(&track, "apply-constraints", &[&json]);
    assert!(!reply.has_field("error"), "{reply}");
    assert_eq!(zoom(), 100);
    assert_eq!(track.constraints().to_json(), json);
    let clone = track.clone_track();
    assert_seen(&clone, false);
    clone.stop();
    track.stop();
}

#[test]
fn not_asked_for_it_is_hidden() {
    let _alone = alone();
    rest();
    let handler = Handler::new(true);
    let hidden = track(PLAIN);
    assert_seen(&hidden, false);
    assert_eq!(handler.asked(), [["video"]]);
    let info: InputDeviceInfo = hidden.property("device");
    assert!(info.capabilities().get(Property::Zoom).is_none());
    // Another track that may: nothing of it is told to the one that may not.
    let moved = track(MOVED);
    assert_seen(&moved, true);
    assert_eq!(zoom(), 200);
    assert_seen(&hidden, false);
    moved.stop();
    hidden.stop();
}
