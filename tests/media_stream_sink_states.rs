//! A `mediastreamsink` and its readers, started, paused, sought in and stopped at any moment.

mod common;

use common::canvas::Viewer;
use common::{LIMIT, Play, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStream;

/// A small generator of our own: the same sequence in every run, so that a failure replays.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

const STATES: [gst::State; 4] = [
    gst::State::Null,
    gst::State::Ready,
    gst::State::Paused,
    gst::State::Playing,
];

#[test]
fn two_hundred_random_steps() {
    let mut chance = Chance(0x5eed_ca11);
    let producer = Play::parse(
        "videotestsrc ! mediastreamsink name=canvas frame-rate=50 audiotestsrc ! canvas. videotestsrc ! canvas.",
    );
    let canvas = producer.element("canvas");
    let stream: MediaStream = canvas.property("stream");
    let reader = Play::parse("usermediasrc name=source");
    reader.element("source").set_property("stream", &stream);
    for _ in 0..200 {
        let state = STATES[usize::try_from(chance.below(4)).expect("small")];
        match chance.below(8) {
            0..3 => drop(producer.pipeline.set_state(state)),
            3..6 => drop(reader.pipeline.set_state(state)),
            6 => canvas.emit_by_name::<()>("request-frame", &[]),
            _ => {
                let to = gst::ClockTime::from_seconds(chance.below(100));
                drop(producer.pipeline.seek_simple(gst::SeekFlags::FLUSH, to));
            }
        }
        canvas.set_property(
            "frame-rate",
            [-1.0, 0.0, 10.0, 1e9][chance.below(4) as usize],
        );
    }
    producer.play();
    let of_all = || {
        let tracks = stream.get_tracks();
        tracks.len() == 3 && tracks.iter().all(|track| !track.muted())
    };
    eventually("it plays", of_all);
    canvas.set_property("frame-rate", -1.0);
    let viewers: Vec<_> = stream.get_video_tracks().iter().map(Viewer::of).collect();
    viewers.iter().for_each(|viewer| drop(viewer.sample()));
    producer
        .pipeline
        .set_state(gst::State::Null)
        .expect("it stops");
    eventually("all have left", || stream.get_tracks().is_empty());
}

/// Pads come and go while everything runs.
#[test]
fn pads_at_any_moment() {
    let mut chance = Chance(0x0dd_ba11);
    let producer = Play::parse("mediastreamsink name=canvas videotestsrc is-live=true ! canvas.");
    producer.play();
    // Until then a pad that comes is waited for, and with it whoever stops what flows into it.
    let (reached, ..) = producer.pipeline.state(LIMIT);
    reached.expect("it plays");
    let canvas = producer.element("canvas");
    let stream: MediaStream = canvas.property("stream");
    let reader = Play::parse("usermediasrc name=source");
    reader.element("source").set_property("stream", &stream);
    reader.play();
    let mut sources = Vec::new();
    for _ in 0..60 {
        if chance.below(2) == 0 || sources.is_empty() {
            let kind = ["video", "audio"][chance.below(2) as usize];
            let factory = format!("{kind}testsrc");
            let source = gst::ElementFactory::make(&factory).property("is-live", true);
            let source = source.build().expect("it is there");
            producer.pipeline.add(&source).expect("it is new");
            let pad = canvas
                .request_pad_simple(&format!("{kind}_%u"))
                .expect("a pad");
            source
                .static_pad("src")
                .expect("a pad")
                .link(&pad)
                .expect("they fit");
            source.sync_state_with_parent().expect("it starts");
            sources.push((source, pad));
        } else {
            let at = usize::try_from(chance.below(sources.len() as u64)).expect("small");
            let (source, pad) = sources.swap_remove(at);
            source.set_locked_state(true);
            source.set_state(gst::State::Null).expect("it stops");
            producer.pipeline.remove(&source).expect("it was in");
            canvas.release_request_pad(&pad);
        }
    }
    let expected = sources.len() + 1;
    eventually("the stream follows", || {
        stream.get_tracks().len() == expected
    });
    eventually("all play", || {
        stream.get_tracks().iter().all(|track| !track.muted())
    });
    let pads = || reader.element("source").src_pads().len();
    eventually("the reader follows", || pads() == expected);
}

/// Pads come and go in one thread, and the states in another: no track stays behind.
#[test]
fn pads_come_and_go_while_the_states_change() {
    let play = Play::parse("mediastreamsink name=canvas");
    let canvas = play.element("canvas");
    let stream: MediaStream = canvas.property("stream");
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let pad = canvas.request_pad_simple("video_%u").expect("a pad");
                    canvas.release_request_pad(&pad);
                }
            });
        }
        for state in STATES.into_iter().cycle().take(100) {
            let _ = canvas.set_state(state);
        }
    });
    eventually("all have left", || stream.get_tracks().is_empty());
}
