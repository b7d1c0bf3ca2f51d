//! `usermediasrc`: a pad for each track of a stream.

mod common;

use common::{Play, eventually, fake, init, user_media};
use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

const BOTH: &str = "usermediasrc name=s s.video_0 ! queue ! appsink name=video s.audio_0 ! queue ! appsink name=audio";

fn ends_of(play: &Play, sink: &str) -> gst::Pad {
    play.element(sink)
        .static_pad("sink")
        .expect("a sink has one")
}

fn started(pad: &gst::Pad) -> gst::event::StreamStart<gst::Event> {
    pad.sticky_event::<gst::event::StreamStart>(0)
        .expect("the stream has started")
}

#[test]
fn both_kinds_flow_as_one_stream() {
    let play = Play::start(BOTH);
    let video = play.sample("video").caps().expect("caps").to_owned();
    let audio = play.sample("audio").caps().expect("caps").to_owned();
    assert_eq!(
        video.structure(0).map(|s| s.name().as_str()),
        Some("video/x-raw")
    );
    assert_eq!(
        audio.structure(0).map(|s| s.name().as_str()),
        Some("audio/x-raw")
    );
    let stream: MediaStream = play.element("s").property("stream");
    let starts = ["video", "audio"].map(|sink| started(&ends_of(&play, sink)));
    let ids = starts.each_ref().map(|start| start.stream_id().to_owned());
    for (id, tracks) in ids
        .iter()
        .zip([stream.get_video_tracks(), stream.get_audio_tracks()])
    {
        assert_eq!(*id, tracks[0].id(), "the stream id is the track's");
    }
    assert!(starts[0].group_id().is_some());
    assert_eq!(
        starts[0].group_id(),
        starts[1].group_id(),
        "one stream, one group"
    );
}

#[test]
fn the_collection_is_posted_before_the_pads_are_there() {
    let play = Play::parse("usermediasrc name=s");
    let (sender, added) = std::sync::mpsc::channel();
    play.element("s").connect_pad_added(move |_, pad| {
        sender.send(pad.name().to_string()).expect("somebody waits");
    });
    play.play();
    let message = play.wait("a collection", |m| {
        m.type_() == gst::MessageType::StreamCollection
    });
    let gst::MessageView::StreamCollection(message) = message.view() else {
        unreachable!("waited for one")
    };
    let collection = message.stream_collection();
    let stream: MediaStream = play.element("s").property("stream");
    assert_eq!(
        collection.upstream_id().as_deref(),
        Some(stream.id().as_str())
    );
    let found: Vec<_> = collection
        .iter()
        .map(|s| (s.stream_id().map(String::from), s.stream_type()))
        .collect();
    let id = |tracks: Vec<MediaStreamTrack>| Some(tracks[0].id());
    assert!(found.contains(&(id(stream.get_video_tracks()), gst::StreamType::VIDEO)));
    assert!(found.contains(&(id(stream.get_audio_tracks()), gst::StreamType::AUDIO)));
    let mut names = [added.recv().expect("a pad"), added.recv().expect("another")];
    names.sort();
    assert_eq!(names, ["audio_0", "video_0"]);
}

#[test]
fn a_child_property_holds_from_the_first_frame_on() {
    let play = Play::start(
        r#"usermediasrc name=s constraints="{\"video\":true}" video_0::enabled=false ! appsink name=sink"#,
    );
    for _ in 0..3 {
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("one");
        assert!(
            buffer.flags().contains(gst::BufferFlags::GAP),
            "black from the first on"
        );
    }
    let source = play
        .element("s")
        .dynamic_cast::<gst::ChildProxy>()
        .expect("it is one");
    assert_eq!(source.children_count(), 1);
    let track = source
        .child_by_name("video_0")
        .and_downcast::<MediaStreamTrack>();
    let track = track.expect("the child is the track");
    assert!(!track.enabled());
    assert_eq!(source.child_by_index(0).and_downcast(), Some(track.clone()));
    source.set_child_property("video_0::enabled", true);
    assert!(track.enabled());
}

#[test]
fn a_pad_that_nobody_linked_stops_nothing_and_may_be_linked_later() {
    let play = Play::start(
        r#"usermediasrc name=s s.video_0 ! appsink name=video fakesink name=spare async=false"#,
    );
    for _ in 0..10 {
        play.sample("video");
    }
    let audio = play
        .element("s")
        .static_pad("audio_0")
        .expect("it is there");
    let sink = gst::ElementFactory::make("appsink")
        .name("audio")
        .build()
        .expect("it exists");
    play.pipeline.add(&sink).expect("a new element");
    sink.sync_state_with_parent().expect("it follows");
    audio.link(&ends_of(&play, "audio")).expect("it is free");
    play.sample("audio");
}

#[test]
fn what_is_behind_a_pad_chooses_size_and_format() {
    let play = Play::start(
        "usermediasrc name=s s. ! video/x-raw,format=I420,width=352,height=288 ! appsink name=video \
         s. ! audio/x-raw,rate=16000,channels=1 ! appsink name=audio",
    );
    let field = |sink: &str, field: &str| {
        let caps = play.sample(sink).caps().expect("caps").to_owned();
        caps.structure(0).and_then(|s| s.get::<i32>(field).ok())
    };
    assert_eq!(
        (field("video", "width"), field("video", "height")),
        (Some(352), Some(288))
    );
    assert_eq!(
        (field("audio", "rate"), field("audio", "channels")),
        (Some(16000), Some(1))
    );
}

#[test]
fn the_end_of_one_track_is_not_that_of_the_other() {
    let play = Play::start(BOTH);
    play.sample("audio");
    play.sample("video");
    let stream: MediaStream = play.element("s").property("stream");
    stream.get_video_tracks()[0].stop();
    assert!(play.ends("video"));
    for _ in 0..20 {
        play.sample("audio");
    }
}

#[test]
fn constraints_that_cannot_be_read_fail_the_start() {
    for (json, member) in [
        ("{", "line 1"),
        (r#"{"video":{"width":"wide"}}"#, "video.width"),
        (
            r#"{"audio":false,"video":false}"#,
            "neither audio nor video",
        ),
        (r#"{"video":{"torch":{"exact":true}}}"#, "torch"),
    ] {
        let play = Play::parse("usermediasrc name=s ! fakesink");
        play.element("s").set_property("constraints", json);
        assert!(
            play.pipeline.set_state(gst::State::Playing).is_err(),
            "{json}"
        );
        let (error, details) = play.error();
        assert!(error.message().contains(member), "{json}: {error}");
        assert_eq!(details.get::<String>("name").as_deref(), Ok("TypeError"));
    }
}

#[test]
fn what_cannot_be_had_is_an_error_with_details() {
    let play = Play::parse("usermediasrc name=s ! fakesink");
    play.element("s")
        .set_property("constraints", r#"{"video":{"height":{"exact":7777}}}"#);
    play.play();
    let (error, details) = play.error();
    assert!(error.matches(gst::ResourceError::Settings), "{error}");
    assert_eq!(details.get::<String>("constraint").as_deref(), Ok("height"));
}

#[test]
fn tracks_of_its_own_end_with_it() {
    let camera = fake("Fake camera 1");
    let play = Play::start(BOTH);
    play.sample("video");
    let source = play.element("s");
    let stream: MediaStream = source.property("stream");
    let (sender, told) = std::sync::mpsc::channel();
    for track in stream.get_tracks() {
        let sender = sender.clone();
        track.connect("ended", false, move |_| {
            let _ = sender.send("its own");
            None
        });
    }
    play.pipeline
        .set_state(gst::State::Ready)
        .expect("it stops");
    assert!(!stream.active());
    // Events come in order: this one is behind all others.
    let last = user_media(r#"{"audio":true}"#).get_tracks().remove(0);
    last.connect("ended", false, move |_| {
        let _ = sender.send("the last");
        None
    });
    last.end(gstmediastream::model::lifecycle::EndReason::Revoked);
    assert_eq!(told.recv(), Ok("the last"), "#51: nobody is told");
    assert_eq!(source.num_pads(), 0);
    assert_eq!(source.property::<Option<MediaStream>>("stream"), None);
    eventually("nothing stays open", || {
        camera.property::<u32>("active") == 0
    });
    play.play();
    eventually("it asks anew", || source.num_pads() == 2);
    assert_ne!(source.property::<MediaStream>("stream").id(), stream.id());
}

#[test]
fn a_given_stream_is_played_and_survives() {
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    let play = Play::parse(BOTH);
    play.element("s").set_property("stream", &stream);
    play.play();
    play.sample("video");
    play.sample("audio");
    let start = started(&ends_of(&play, "video"));
    assert_eq!(start.stream_id(), stream.get_video_tracks()[0].id());
    drop(play);
    for track in stream.get_tracks() {
        assert_eq!(track.ready_state(), MediaStreamTrackState::Live);
        track.stop();
    }
}

#[test]
fn it_is_a_source_and_ends_when_told() {
    init();
    let play = Play::parse(BOTH);
    assert!(
        play.element("s")
            .element_flags()
            .contains(gst::ElementFlags::SOURCE)
    );
    play.play();
    // Before there is any track, or after: no matter.
    play.pipeline.send_event(gst::event::Eos::new());
    assert!(play.ends("video"));
    assert!(play.ends("audio"));
    play.eos();
}
