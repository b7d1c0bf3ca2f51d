//! The language example of MDN's page on `AudioTrack`: enable the tracks in the user's language, disable the
//! others. What comes out contains exactly the enabled tones.

mod common;
#[path = "common/film.rs"]
mod film;

use common::{Play, eventually};
use film::{Film, Grey, RATE, SOUND, Tone, listen, tones};
use gst::prelude::*;
use gstmediastream::elements::MediaElementSrc;
use gstmediastream::media::track_list::AudioTrackList;

const ALL: [u32; 3] = [440, 1000, 2500];

fn film() -> Film {
    let sounds = [
        Tone::new(440, "en", "English"),
        Tone::new(1000, "de", "Deutsch"),
        Tone::new(2500, "de", "Kommentar"),
    ];
    Film::new(&[Grey::new(200)], &sounds)
}

fn paused(film: &Film) -> (Play, MediaElementSrc) {
    let play = Play::parse(&format!(
        "mediaelementsrc name=e e.video ! queue ! fakesink sync=true \
         e.audio ! queue ! audioconvert ! audioresample ! {SOUND} ! appsink name=sound sync=true"
    ));
    let element: MediaElementSrc = play.element("e").downcast().expect("the element");
    element.set_property("uri", film.uri());
    let paused = play.pipeline.set_state(gst::State::Paused);
    paused.expect("the state change is accepted");
    play.wait("preroll", |m| m.type_() == gst::MessageType::AsyncDone);
    eventually("the tracks are listed", || {
        element.audio_track_list().tracks().len() == 3
    });
    (play, element)
}

/// As on the Web, in Rust.
fn switch_language(list: &AudioTrackList, language: &str) {
    for track in list.tracks() {
        track.set_enabled(track.language() == language);
    }
}

/// What is heard once the switch has come through: what was mixed before is skipped.
fn heard(play: &Play) -> Vec<u32> {
    listen(play, "sound", RATE);
    tones(&listen(play, "sound", RATE / 2), &ALL)
}

#[test]
fn the_file_says_what_its_tracks_are() {
    let film = film();
    let (_play, element) = paused(&film);
    let tracks = element.audio_track_list().tracks();
    let said = tracks.iter().map(|track| {
        (
            track.kind(),
            track.label(),
            track.language(),
            track.enabled(),
        )
    });
    let said: Vec<_> = said.collect();
    let word = |text: &str| text.to_owned();
    assert_eq!(
        said,
        [
            (word("main"), word("English"), word("en"), true),
            (word("translation"), word("Deutsch"), word("de"), false),
            (word("translation"), word("Kommentar"), word("de"), false),
        ]
    );
    assert!(tracks.iter().all(|track| !track.id().is_empty()));
    let pictures = element.video_track_list().tracks();
    assert_eq!(pictures.len(), 1);
    assert!(pictures[0].selected());
}

/// #177: several enabled audio tracks are mixed.
#[test]
fn exactly_the_tracks_of_the_language_are_heard() {
    let film = film();
    for (language, expected) in [("en", vec![440]), ("de", vec![1000, 2500]), ("fr", vec![])] {
        let (play, element) = paused(&film);
        switch_language(&element.audio_track_list(), language);
        play.play();
        assert_eq!(heard(&play), expected, "{language}");
    }
}
