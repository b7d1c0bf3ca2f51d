//! Where the tracks of these tests come from, and how each is made to pause and to end.

use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};
use gstmediastream::model::constraints::Kind;

use crate::common::{Play, alone, eventually, fake, settle, user_media};
use crate::film;

/// A live track that delivers, and what stands behind it.
pub struct Source {
    pub stream: MediaStream,
    pub track: MediaStreamTrack,
    behind: Behind,
}

enum Behind {
    /// A fake device.
    Device(gst::Device),
    /// A pipeline that ends in a sink.
    Pipeline(Play),
    /// One that plays a film.
    Film(Play),
}

const DEVICES: [(&str, &str, &str); 2] = [
    (
        "a camera",
        "Fake camera 2",
        r#"{"video": {"facingMode": {"exact": "environment"}, "frameRate": 30}}"#,
    ),
    (
        "a microphone",
        "Fake microphone 1",
        r#"{"audio": {"channelCount": 2}}"#,
    ),
];

const PIPELINES: [(&str, &str); 2] = [
    (
        "a canvas",
        "videotestsrc is-live=true pattern=ball \
         ! video/x-raw,format=I420,width=640,height=480,framerate=30/1 ! mediastreamsink name=sink",
    ),
    (
        "a destination of sound",
        "audiotestsrc is-live=true samplesperbuffer=441 \
         ! audio/x-raw,format=S16LE,rate=44100,channels=2 ! mediastreamsink name=sink",
    ),
];

const CAPTURED: [(&str, Kind); 2] = [
    ("the pictures of a film", Kind::Video),
    ("the sound of a film", Kind::Audio),
];

/// Runs a test on a track of each kind of source, one after the other.
pub fn each(test: impl Fn(&Source)) {
    {
        let _alone = alone();
        for (name, label, json) in DEVICES {
            test(&of_device(name, label, json));
        }
    }
    for (name, line) in PIPELINES {
        test(&of_pipeline(name, line));
    }
    for (name, kind) in CAPTURED {
        test(&of_film(name, kind));
    }
}

/// Runs a test on pipelines that have not begun, and their tracks, of which nothing is known yet.
pub fn each_that_has_not_begun(test: impl Fn(&Play, &MediaStreamTrack)) {
    for (name, line) in PIPELINES {
        println!("{name}:");
        let play = Play::parse(line);
        let stream: MediaStream = play.element("sink").property("stream");
        test(&play, &stream.get_tracks().remove(0));
    }
}

/// Runs a test on one track of each kind at a time.
pub fn together(test: impl Fn(&[Source])) {
    let _alone = alone();
    let devices = DEVICES.map(|(name, label, json)| of_device(name, label, json));
    let pipelines = PIPELINES.map(|(name, line)| of_pipeline(name, line));
    let films = CAPTURED.map(|(name, kind)| of_film(name, kind));
    let all: Vec<_> = devices.into_iter().chain(pipelines).chain(films).collect();
    test(&all);
}

/// The same as [`each`] for sources of this kind only.
pub fn each_of(kind: Kind, test: impl Fn(&Source)) {
    each(|source| {
        if source.kind() == kind {
            test(source);
        }
    });
}

fn of_device(name: &'static str, label: &str, json: &str) -> Source {
    let stream = user_media(json);
    let behind = Behind::Device(fake(label));
    begin(name, stream, behind)
}

fn of_pipeline(name: &'static str, line: &str) -> Source {
    let play = Play::start(line);
    let stream = play.element("sink").property("stream");
    begin(name, stream, Behind::Pipeline(play))
}

fn of_film(name: &'static str, kind: Kind) -> Source {
    let play = Play::start(&format!("mediaelementsrc uri={}", film::uri()));
    let element = play.pipeline.iterate_sources().next();
    let element = element.expect("one").expect("nobody changes it");
    let captured: MediaStream = element.emit_by_name("capture-stream", &[]);
    let find = || {
        captured
            .get_tracks()
            .into_iter()
            .find(|track| track.track_kind() == kind)
    };
    eventually("it is captured", || find().is_some());
    let stream = MediaStream::from_tracks(find());
    begin(name, stream, Behind::Film(play))
}

fn begin(name: &'static str, stream: MediaStream, behind: Behind) -> Source {
    // Shown where a test fails.
    println!("{name}:");
    let track = stream.get_tracks().remove(0);
    eventually("it delivers", || {
        !track.muted() && track.settings().iter().next().is_some()
    });
    Source {
        stream,
        track,
        behind,
    }
}

impl Source {
    pub fn kind(&self) -> Kind {
        self.track.track_kind()
    }

    pub fn is_device(&self) -> bool {
        matches!(self.behind, Behind::Device(_))
    }

    /// It has nothing to give for a while, or again.
    pub fn set_muted(&self, muted: bool) {
        match &self.behind {
            Behind::Device(device) => device.emit_by_name::<()>("set-muted", &[&muted]),
            Behind::Pipeline(play) | Behind::Film(play) if muted => {
                let paused = play.pipeline.set_state(gst::State::Paused);
                paused.expect("it pauses");
            }
            Behind::Pipeline(play) | Behind::Film(play) => play.play(),
        }
    }

    /// It has nothing more to give, ever.
    pub fn end(&self) {
        match &self.behind {
            Behind::Device(device) => device.emit_by_name::<()>("unplug", &[]),
            Behind::Pipeline(play) => {
                play.pipeline.send_event(gst::event::Eos::new());
            }
            Behind::Film(play) => {
                let stopped = play.pipeline.set_state(gst::State::Null);
                stopped.expect("it stops");
            }
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.track.stop();
        if let Behind::Device(device) = &self.behind {
            device.emit_by_name::<()>("set-muted", &[&false]);
            device.emit_by_name::<()>("plug", &[]);
            settle();
        }
    }
}
