//! A track that the application gives is played instead of one that is asked for.

mod common;

use common::{Play, alone, fake};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn camera() -> (Play, MediaStreamTrack) {
    let play = Play::start("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    play.sample("sink");
    let track = play.element("s").property("track");
    (play, track)
}

#[test]
fn two_elements_play_one_track_each_in_its_own_caps() {
    let _alone = alone();
    let (_first, track) = camera();
    let opens: u32 = fake("Fake camera 1").property("opens");
    let second = Play::parse(
        "mediatrackvideosrc name=s ! video/x-raw,format=RGB,width=160,height=120 ! appsink name=sink",
    );
    second.element("s").set_property("track", &track);
    second.play();
    let sample = second.sample("sink");
    let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
    assert_eq!((info.width(), info.height()), (160, 120));
    assert_eq!(info.format(), gst_video::VideoFormat::Rgb);
    assert_eq!(
        second.element("s").property::<MediaStreamTrack>("track"),
        track
    );
    assert_eq!(fake("Fake camera 1").property::<u32>("opens"), opens);
    drop(second);
    assert!(track.lost().is_none() && track.flow() == gstmediastream::model::lifecycle::Flow::Live);
}

/// #43: who plays a track that is stopped gets to the end.
#[test]
fn stop_ends_the_pad_without_an_event() {
    let _alone = alone();
    let (play, track) = camera();
    track.stop();
    assert!(play.ends("sink"));
    while let Some(message) = play.bus().pop() {
        let said = message
            .structure()
            .is_some_and(|s| s.name() == "media-stream-track");
        assert!(!said, "{message:?}");
    }
}

/// #60
#[test]
fn an_ended_track_gives_an_end_and_no_error() {
    let _alone = alone();
    let (first, track) = camera();
    track.stop();
    drop(first);
    let play = Play::parse("mediatrackvideosrc name=s ! fakesink");
    play.element("s").set_property("track", &track);
    play.play();
    play.eos();
}

#[test]
fn a_track_of_the_other_kind_is_refused_in_words() {
    let _alone = alone();
    let (_play, track) = camera();
    let play = Play::parse("mediatrackaudiosrc name=s ! fakesink");
    play.element("s").set_property("track", &track);
    let message = play.wait("warning", |m| m.type_() == gst::MessageType::Warning);
    let gst::MessageView::Warning(warning) = message.view() else {
        unreachable!("waited for a warning")
    };
    let details = warning.details().expect("details");
    assert_eq!(
        details.get::<String>("name").as_deref(),
        Ok("InvalidStateError")
    );
}
