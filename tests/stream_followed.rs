//! A live `usermediasrc` follows its stream: tracks that are added or removed are pads that come and go.

mod common;

use common::{Play, eventually, user_media};
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

/// Plays whatever pad comes into a sink named after the pad.
fn follow(stream: &MediaStream) -> Play {
    let play = Play::parse("usermediasrc name=s fakesink name=spare async=false");
    let pipeline = play.pipeline.downgrade();
    play.element("s").connect_pad_added(move |_, pad| {
        let pipeline = pipeline.upgrade().expect("it plays");
        let sink = gst::ElementFactory::make("appsink").name(format!("{}-sink", pad.name()));
        let sink = sink.property("async", false).build().expect("it exists");
        pipeline.add(&sink).expect("the name is new");
        sink.sync_state_with_parent().expect("it follows");
        pad.link(&sink.static_pad("sink").expect("a sink has one"))
            .expect("it is free");
    });
    play.element("s").set_property("stream", stream);
    play.play();
    play
}

/// Whether the sink is there and takes what comes.
fn plays(play: &Play, sink: &str) -> bool {
    let sink = play.pipeline.by_name(sink);
    sink.is_some_and(|sink| sink.current_state() == gst::State::Playing)
}

fn collection(play: &Play) -> usize {
    let message = play.wait("a collection", |m| {
        m.type_() == gst::MessageType::StreamCollection
    });
    match message.view() {
        gst::MessageView::StreamCollection(message) => message.stream_collection().len(),
        _ => unreachable!("waited for one"),
    }
}

#[test]
fn pads_come_and_go_while_it_plays() {
    let stream = user_media(r#"{"audio":true}"#);
    let audio = stream.get_tracks().remove(0);
    let play = follow(&stream);
    assert_eq!(collection(&play), 1);
    eventually("the microphone is there", || plays(&play, "audio_0-sink"));
    play.sample("audio_0-sink");

    let camera: MediaStreamTrack = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    stream.add_track(&camera);
    assert_eq!(collection(&play), 2);
    eventually("the camera is there", || plays(&play, "video_0-sink"));
    play.sample("video_0-sink");

    stream.remove_track(&audio);
    assert_eq!(collection(&play), 1);
    assert!(play.ends("audio_0-sink"), "whoever plays the pad is told");
    eventually("its pad is gone", || {
        play.element("s").static_pad("audio_0").is_none()
    });
    assert!(stream.active());
    play.sample("video_0-sink");

    stream.add_track(&audio);
    eventually("it is back under a new name", || {
        plays(&play, "audio_1-sink")
    });
    play.sample("audio_1-sink");
    assert_eq!(play.element("s").num_src_pads(), 2);
    audio.stop();
    camera.stop();
}

#[test]
fn an_empty_stream_has_no_pads_until_it_has_tracks() {
    let stream = MediaStream::new();
    let play = follow(&stream);
    assert_eq!(collection(&play), 0);
    let camera = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    stream.add_track(&camera);
    eventually("the camera is there", || plays(&play, "video_0-sink"));
    play.sample("video_0-sink");
    camera.stop();
    assert!(play.ends("video_0-sink"));
}

#[test]
fn another_stream_takes_the_place_of_the_first() {
    let first = user_media(r#"{"audio":true}"#);
    let second = user_media(r#"{"video":true}"#);
    let play = follow(&first);
    eventually("the microphone is there", || plays(&play, "audio_0-sink"));
    play.sample("audio_0-sink");
    play.element("s").set_property("stream", &second);
    assert!(play.ends("audio_0-sink"), "whoever plays the pad is told");
    eventually("the camera is there", || plays(&play, "video_0-sink"));
    play.sample("video_0-sink");
    eventually("the old pad is gone", || play.element("s").num_pads() == 1);
    assert!(first.active(), "what was given is not stopped");
    let tracks = first.get_tracks().into_iter().chain(second.get_tracks());
    tracks.for_each(|track| track.stop());
}
