//! A track's `contentHint` downstream of the elements: a sticky event, sent again where it changes.

mod common;

use std::sync::mpsc::{Receiver, channel};

use common::{Play, alone};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// What flows into a sink: `None` is a buffer, else the track and the hint of an event.
fn flow(play: &Play, sink: &str) -> Receiver<Option<(String, String)>> {
    let (sender, receiver) = channel();
    let pad = play.element(sink).static_pad("sink").expect("a pad");
    let mask = gst::PadProbeType::EVENT_DOWNSTREAM | gst::PadProbeType::BUFFER;
    pad.add_probe(mask, move |_, info| {
        let news = match info.event() {
            None => Some(None),
            Some(event) => event.structure().and_then(read).map(Some),
        };
        if let Some(news) = news {
            // The test may be over by now.
            let _ = sender.send(news);
        }
        gst::PadProbeReturn::Ok
    });
    receiver
}

fn read(structure: &gst::StructureRef) -> Option<(String, String)> {
    let is_ours = structure.name() == "media-stream-track";
    let field = |name| structure.get(name).expect("a string");
    is_ours.then(|| (field("track-id"), field("content-hint")))
}

#[track_caller]
fn next(flow: &Receiver<Option<(String, String)>>) -> Option<(String, String)> {
    flow.recv_timeout(common::LIMIT.into()).expect("it flows")
}

/// The next event, and how many buffers came before it.
#[track_caller]
fn event(flow: &Receiver<Option<(String, String)>>) -> ((String, String), usize) {
    let mut buffers = 0;
    loop {
        match next(flow) {
            Some(event) => return (event, buffers),
            None => buffers += 1,
        }
    }
}

#[test]
fn an_encoder_reads_the_hint_of_a_camera() {
    let _alone = alone();
    let play = Play::parse("mediatrackvideosrc name=s ! queue ! fakesink name=sink async=false");
    let flow = flow(&play, "sink");
    play.play();
    let ((id, hint), before) = event(&flow);
    let track: MediaStreamTrack = play.element("s").property("track");
    assert_eq!((id, hint), (track.id(), String::new()));
    assert_eq!(before, 0, "before the first picture");
    assert_eq!(next(&flow), None, "once");
    for hint in ["motion", "text"] {
        track.set_property("content-hint", hint);
        assert_eq!(event(&flow).0, (track.id(), hint.to_owned()));
    }
    // One that is not valid is none.
    track.set_property("content-hint", "music");
    track.set_property("content-hint", "detail");
    assert_eq!(event(&flow).0.1, "detail");
    // The pad keeps it once it is through, as the next picture shows.
    while next(&flow).is_some() {}
    let pad = play.element("sink").static_pad("sink").expect("a pad");
    let mut kept = Vec::new();
    pad.sticky_events_foreach(|event| {
        kept.extend(event.structure().and_then(read));
        std::ops::ControlFlow::Continue(gst::EventForeachAction::Keep)
    });
    assert_eq!(kept, [(track.id(), "detail".to_owned())], "it is sticky");
}

/// Nothing else has to flow for it.
#[test]
fn it_comes_while_nothing_else_does() {
    let _alone = alone();
    let play =
        Play::parse("mediatrackaudiosrc name=s muted-output=none ! fakesink name=sink async=false");
    let flow = flow(&play, "sink");
    play.play();
    let ((id, _), _) = event(&flow);
    let track: MediaStreamTrack = play.element("s").property("track");
    assert_eq!(id, track.id());
    track.set_enabled(false);
    track.set_property("content-hint", "speech-recognition");
    assert_eq!(event(&flow).0.1, "speech-recognition");
}

#[test]
fn every_pad_of_a_stream_has_its_own() {
    let _alone = alone();
    let play = Play::parse(
        "usermediasrc name=s s.video_0 ! queue ! fakesink name=video async=false
         s.audio_0 ! queue ! fakesink name=audio async=false",
    );
    let flows = [flow(&play, "video"), flow(&play, "audio")];
    play.play();
    let ids = flows.map(|flow| event(&flow).0.0);
    let stream: gstmediastream::media::MediaStream = play.element("s").property("stream");
    assert_eq!(ids[0], stream.get_video_tracks()[0].id());
    assert_eq!(ids[1], stream.get_audio_tracks()[0].id());
}
