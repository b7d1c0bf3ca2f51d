//! The track set of a stream: what is in it, what a snapshot is, and who hears of changes (#1-#7, #9-#11,
//! #14, #16-#18).

mod common;

use common::{init, user_media};
use gio::prelude::*;
use gst::glib;
use gstmediastream::media::track::MediaStreamTrackState;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

/// A track without a source: it has ended, and is all that a set needs.
fn ended() -> MediaStreamTrack {
    init();
    glib::Object::new()
}

/// The same as a language without this crate does it.
fn listed(stream: &MediaStream, action: &str) -> Vec<MediaStreamTrack> {
    let list: gio::ListModel = stream.emit_by_name(action, &[]);
    tracks_of(&list)
}

fn tracks_of(list: &gio::ListModel) -> Vec<MediaStreamTrack> {
    let items = (0..list.n_items()).map(|at| list.item(at).expect("below the number"));
    items
        .map(|item| item.downcast().expect("a track"))
        .collect()
}

#[test]
fn a_stream_of_a_stream_shares_its_tracks_under_another_id() {
    let stream = MediaStream::from_tracks([ended(), ended()]);
    let other = MediaStream::from_stream(&stream);
    assert_eq!(other.get_tracks(), stream.get_tracks(), "#1");
    assert_ne!(other.id(), stream.id(), "#1");
    stream.add_track(&ended());
    assert_eq!(other.get_tracks().len(), 2, "#4");
}

#[test]
fn a_track_is_in_it_once() {
    let track = ended();
    let stream = MediaStream::from_tracks([track.clone(), track.clone()]);
    assert_eq!(stream.get_tracks(), std::slice::from_ref(&track), "#2");
    stream.add_track(&track);
    assert_eq!(stream.get_tracks(), std::slice::from_ref(&track), "#5");
    stream.remove_track(&ended());
    assert_eq!(stream.get_tracks(), [track], "#6");
}

#[test]
fn what_the_application_does_is_not_told() {
    let stream = MediaStream::new();
    for event in ["addtrack", "removetrack"] {
        stream.connect(event, false, move |_| panic!("#7: {event}"));
    }
    let track = ended();
    stream.emit_by_name::<()>("add-track", &[&track]);
    stream.emit_by_name::<()>("remove-track", &[&track]);
    // Events are delivered in order: one that is sure to come is the last.
    let live = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    let (sender, told) = std::sync::mpsc::channel();
    live.connect("ended", false, move |_| {
        sender.send(()).expect("somebody waits");
        None
    });
    live.end(gstmediastream::model::lifecycle::EndReason::Revoked);
    told.recv().expect("it is told");
}

#[test]
fn removing_does_not_stop_and_stopping_does_not_remove() {
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    let other = MediaStream::from_stream(&stream);
    let [audio, video] = <[_; 2]>::try_from(stream.get_tracks()).expect("one of each kind");
    stream.remove_track(&audio);
    assert_eq!(audio.ready_state(), MediaStreamTrackState::Live, "#9");
    video.stop();
    assert_eq!(stream.get_tracks(), std::slice::from_ref(&video), "#10");
    assert_eq!(other.get_tracks(), [audio.clone(), video.clone()], "#10");
    let in_other = other
        .get_track_by_id(&video.id())
        .expect("#11: it is in both");
    assert_eq!(in_other.ready_state(), MediaStreamTrackState::Ended, "#11");
    assert!(!stream.active());
    stream.add_track(&audio);
    assert!(stream.active(), "#14");
    audio.stop();
}

#[test]
fn a_list_that_was_returned_does_not_change() {
    let track = ended();
    let stream = MediaStream::from_tracks([track.clone()]);
    let snapshot: gio::ListModel = stream.emit_by_name("get-tracks", &[]);
    let live = stream.tracks();
    stream.add_track(&ended());
    stream.remove_track(&track);
    assert_eq!(tracks_of(&snapshot), [track], "#16");
    assert_eq!(
        tracks_of(&live),
        stream.get_tracks(),
        "the property follows"
    );
}

#[test]
fn the_property_says_what_changed() {
    let stream = MediaStream::from_tracks([ended()]);
    let changes = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let heard = changes.clone();
    stream
        .tracks()
        .connect_items_changed(move |list, at, removed, added| {
            heard
                .borrow_mut()
                .push((at, removed, added, list.n_items()));
        });
    let track = ended();
    stream.add_track(&track);
    stream.add_track(&track);
    stream.remove_track(&stream.get_tracks()[0]);
    assert_eq!(*changes.borrow(), [(1, 0, 1, 2), (0, 1, 0, 1)]);
}

#[test]
fn kinds_are_told_apart() {
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    for (action, kind) in [("get-audio-tracks", "audio"), ("get-video-tracks", "video")] {
        let tracks = listed(&stream, action);
        assert_eq!(tracks.len(), 1, "{action}");
        assert_eq!(tracks[0].kind(), kind);
        tracks[0].stop();
    }
}

#[test]
fn a_track_is_found_by_its_id_only() {
    let (track, gone) = (ended(), ended());
    let stream = MediaStream::from_tracks([track.clone(), gone.clone()]);
    stream.remove_track(&gone);
    let find =
        |id: &str| stream.emit_by_name::<Option<MediaStreamTrack>>("get-track-by-id", &[&id]);
    assert_eq!(find(&track.id()), Some(track.clone()));
    assert_eq!(find(&gone.id()), None, "#17");
    assert_eq!(
        find(&track.id().to_uppercase()),
        None,
        "#17: compared exactly"
    );
    assert_eq!(find(""), None, "#17");
}

#[test]
fn ids_are_uuids_and_unique() {
    let (stream, track) = (MediaStream::new(), ended());
    let ids = [
        stream.id(),
        MediaStream::new().id(),
        track.id(),
        ended().id(),
    ];
    for (at, id) in ids.iter().enumerate() {
        assert!(glib::uuid_string_is_valid(id), "#18: {id}");
        assert!(!ids[..at].contains(id), "#18: unique");
    }
    assert_eq!(stream.id(), ids[0], "#18: constant");
}
