//! A pipeline that was written down with `mediaelementsrc` in it is played again and again, whatever of it.

mod common;
#[path = "common/film.rs"]
mod film;

use common::{LIMIT, Play, eventually};
use film::{Film, Grey, Tone};
use gst::prelude::*;

fn film() -> Film {
    Film::new(
        &[Grey::new(200).lasting(1)],
        &[Tone::new(440, "en", "").lasting(1)],
    )
}

const LINE: &str =
    "mediaelementsrc name=e e.video ! queue ! fakesink name=v e.audio ! queue ! fakesink name=a";

#[test]
fn after_null_and_with_another_uri_it_is_linked_as_before() {
    let films = [film(), film()];
    let play = Play::parse(LINE);
    for (film, down) in [
        (&films[0], gst::State::Null),
        (&films[0], gst::State::Ready),
        (&films[1], gst::State::Null),
    ] {
        play.element("e").set_property("uri", film.uri());
        play.play();
        play.eos();
        let stopped = play.pipeline.set_state(down);
        assert_eq!(stopped, Ok(gst::StateChangeSuccess::Success));
    }
}

/// It is stopped at any moment of its start; nothing of it is left, and it plays afterwards.
#[test]
fn stopped_while_it_starts_it_leaves_no_pad_behind() {
    let film = film();
    let play = Play::parse(LINE);
    let element = play.element("e");
    element.set_property("uri", film.uri());
    for moment in 0..60 {
        play.play();
        let asked = std::time::Instant::now();
        eventually("a moment has passed", || {
            asked.elapsed() > std::time::Duration::from_micros(moment * 500)
        });
        let stopped = play.pipeline.set_state(gst::State::Null);
        assert_eq!(stopped, Ok(gst::StateChangeSuccess::Success));
        assert_eq!(element.num_src_pads(), 0);
    }
    play.play();
    play.pipeline.state(LIMIT).0.expect("it plays");
    play.eos();
}

/// Its pads are not called like those of `usermediasrc`.
#[test]
fn who_links_another_name_is_told_the_names() {
    let film = film();
    let play = Play::parse("mediaelementsrc name=e e.video_0 ! fakesink");
    play.element("e").set_property("uri", film.uri());
    play.play();
    let warning = play.wait("a warning", |message| match message.view() {
        gst::MessageView::Warning(warning) => warning.error().matches(gst::CoreError::Pad),
        _ => false,
    });
    let gst::MessageView::Warning(warning) = warning.view() else {
        unreachable!("waited for a warning")
    };
    let text = warning.error().message().to_owned();
    assert!(text.contains("video and audio"), "{text}");
}
