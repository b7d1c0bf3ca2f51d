//! No video track is selected: there is nothing to be seen, and everything else goes on (#177).

mod common;
#[path = "common/film.rs"]
mod film;

use common::{Play, eventually};
use film::{Film, Grey, Tone};
use gst::prelude::*;
use gstmediastream::elements::MediaElementSrc;

fn film() -> Film {
    let sounds = [Tone::new(440, "en", "English")];
    Film::new(&[Grey::new(200), Grey::new(50)], &sounds)
}

/// Nothing waits for what comes to be read.
fn parsed(film: &Film) -> (Play, MediaElementSrc) {
    let play = Play::parse(
        "mediaelementsrc name=e \
         e.video ! queue ! videoconvert ! appsink name=pictures sync=true max-buffers=1 drop=true wait-on-eos=false \
         e.audio ! queue ! audioconvert ! fakesink sync=true",
    );
    let element: MediaElementSrc = play.element("e").downcast().expect("the element");
    element.set_property("uri", film.uri());
    (play, element)
}

fn unselect(element: &MediaElementSrc) {
    for track in element.video_track_list().tracks() {
        track.set_selected(false);
    }
}

/// An application that wants to hear the film only: before the first picture.
#[test]
fn a_pipeline_gets_its_preroll_and_its_end_without_pictures() {
    let film = film();
    let (play, element) = parsed(&film);
    element.connect_pad_added(|element, _| unselect(element));
    play.play();
    play.wait("preroll", |m| m.type_() == gst::MessageType::AsyncDone);
    assert_eq!(element.video_track_list().selected_index(), -1);
    play.eos();
    let sink = play.element("pictures");
    let last: Option<gst::Sample> = sink.property("last-sample");
    assert!(last.is_none(), "{last:?}");
}

#[test]
fn pictures_stop_and_come_again() {
    let film = film();
    let (play, element) = parsed(&film);
    play.play();
    play.sample("pictures");
    unselect(&element);
    let tracks = element.video_track_list().tracks();
    assert!(tracks.iter().all(|track| !track.selected()));
    let position = || element.query_position::<gst::ClockTime>();
    let before = position().expect("it plays");
    eventually("time goes on", || {
        position().is_some_and(|now| now > before + gst::ClockTime::from_mseconds(300))
    });
    tracks[1].set_selected(true);
    eventually("the other one is seen", || {
        let sample = play.sample("pictures");
        let buffer = sample.buffer().expect("there is one");
        let map = buffer.map_readable().expect("it can be read");
        map[0] < 128
    });
    play.eos();
}
