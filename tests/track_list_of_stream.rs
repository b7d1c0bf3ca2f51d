//! Lists that mirror a `MediaStream`, as those of a media element which plays it (#179).

mod common;

use std::sync::mpsc::channel;

use common::{alone, eventually, user_media};
use gio::prelude::*;
use gstmediastream::media::MediaStream;
use gstmediastream::media::track_list::{AudioTrack, AudioTrackList, VideoTrackList};
use gstmediastream::model::lifecycle::EndReason;

fn stop(stream: &MediaStream) {
    stream.get_tracks().iter().for_each(|track| track.stop());
}

/// #179
#[test]
fn tracks_are_called_what_they_mirror_and_are_main() {
    let _alone = alone();
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    let (audio, video) = (
        AudioTrackList::of_stream(&stream),
        VideoTrackList::of_stream(&stream),
    );
    let [heard] = <[_; 1]>::try_from(audio.tracks()).expect("one");
    let [seen] = <[_; 1]>::try_from(video.tracks()).expect("one");
    let told = [
        [heard.id(), heard.label(), heard.kind(), heard.language()],
        [seen.id(), seen.label(), seen.kind(), seen.language()],
    ];
    let tracks = [stream.get_audio_tracks(), stream.get_video_tracks()].concat();
    let expected = tracks.iter().map(|track| {
        let label = track.label();
        assert!(label.starts_with("Fake "), "{label}");
        [track.id(), label, "main".into(), String::new()]
    });
    assert_eq!(told.to_vec(), expected.collect::<Vec<_>>());
    assert!(
        heard.enabled() && seen.selected(),
        "the first of each is on"
    );
    assert_eq!(video.selected_index(), 0);
    stop(&stream);
}

#[test]
fn the_list_follows_the_stream() {
    let _alone = alone();
    let stream = user_media(r#"{"audio":true}"#);
    let list = AudioTrackList::of_stream(&stream);
    let (sender, told) = channel();
    for event in ["change", "addtrack", "removetrack"] {
        let sender = sender.clone();
        list.connect(event, false, move |values| {
            let track = values.get(1).map(|track| track.get::<AudioTrack>());
            let id = track.and_then(Result::ok).map(|track| track.id());
            sender.send((event, id)).expect("somebody listens");
            None
        });
    }
    let (sender, changes) = channel();
    list.connect_items_changed(move |_, at, removed, added| {
        sender.send((at, removed, added)).expect("somebody listens");
    });
    let first = stream.get_tracks().remove(0);
    let second = first.clone_track();
    let next = || told.recv().expect("it is told");
    stream.add_track(&second);
    assert_eq!(next(), ("addtrack", Some(second.id())));
    stream.remove_track(&first);
    assert_eq!(next(), ("removetrack", Some(first.id())));
    assert_eq!(list.length(), 1);
    let next_change = || changes.recv().expect("it is told");
    assert_eq!([next_change(), next_change()], [(1, 0, 1), (0, 1, 0)]);
    let mirrored = list.get_track_by_id(&second.id()).expect("it is listed");
    assert!(!mirrored.enabled(), "another one was");
    // What the application adds to its stream is told of the list all the same.
    stream.add_track(&first);
    assert_eq!(next(), ("addtrack", Some(first.id())));
    assert_eq!(next_change(), (1, 0, 1));
    assert_eq!(list.tracks()[0], mirrored);
    mirrored.set_enabled(true);
    assert_eq!(next(), ("change", None));
    assert!(
        second.enabled(),
        "the switch of the mirrored track is its own"
    );
    // Nothing is told of tracks that are stopped: what is told next is what happens next.
    first.stop();
    second.stop();
    stream.remove_track(&first);
    assert_eq!(next(), ("removetrack", Some(first.id())));
    assert_eq!(next_change(), (1, 1, 0));
}

/// #178
#[test]
fn an_unlisted_mirror_is_a_switch_and_no_more() {
    let _alone = alone();
    let stream = user_media(r#"{"video":true}"#);
    let list = VideoTrackList::of_stream(&stream);
    let mirrored = list.tracks().remove(0);
    let track = stream.get_tracks().remove(0);
    stream.remove_track(&track);
    eventually("it is not listed", || list.length() == 0);
    mirrored.set_selected(false);
    mirrored.set_selected(true);
    assert!(mirrored.selected());
    assert_eq!(list.selected_index(), -1);
    let called = [mirrored.id(), mirrored.label(), mirrored.kind()];
    assert!(called[1].starts_with("Fake "), "{called:?}");
    let (sender, ended) = channel();
    track.connect("ended", false, move |_| {
        sender.send(()).expect("somebody listens");
        None
    });
    track.end(EndReason::Revoked);
    ended.recv().expect("it is told");
    let now = [mirrored.id(), mirrored.label(), mirrored.kind()];
    assert_eq!(now, called, "fixed for life");
}

#[test]
fn the_stream_is_held_as_long_as_the_list() {
    let _alone = alone();
    let stream = user_media(r#"{"audio":true}"#);
    let track = stream.get_tracks().remove(0);
    let list = AudioTrackList::of_stream(&stream);
    let weak = stream.downgrade();
    drop(stream);
    let playing = weak.upgrade().expect("who plays it holds it");
    playing.remove_track(&track);
    eventually("it is followed", || list.length() == 0);
    drop((playing, list));
    eventually("nobody holds it", || weak.upgrade().is_none());
    track.stop();
}
