//! A pipeline that draws into a `mediastreamsink`, and others that look at the tracks.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};

use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

use super::{LIMIT, Play, eventually};

/// Small pictures with alpha.
pub const RGBA: &str = "video/x-raw,format=RGBA,width=4,height=4,framerate=30/1";

/// What is drawn into.
pub struct Canvas {
    pub play: Play,
    pub sink: gst::Element,
    shown: Mutex<Receiver<u32>>,
}

impl Canvas {
    /// A canvas with these properties, playing.
    pub fn new(properties: &str) -> Self {
        let canvas = Self::of(&format!(
            "appsrc name=pen format=time caps={RGBA} ! mediastreamsink name=canvas {properties}"
        ));
        canvas.play.play();
        canvas
    }

    /// What is called `canvas` in this launch line, and drawn into from what is called `pen`.
    pub fn of(line: &str) -> Self {
        let play = Play::parse(line);
        let sink = play.element("canvas");
        let (told, shown) = channel();
        let pad = play.element("pen").static_pad("src").expect("a pad");
        let peer = pad.peer().expect("it is linked");
        peer.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
            let mark = info.event().and_then(|event| event.structure());
            if let Some(mark) = mark.and_then(|mark| mark.get::<u32>("shown").ok()) {
                let _ = told.send(mark);
            }
            gst::PadProbeReturn::Ok
        });
        let shown = Mutex::new(shown);
        Self { play, sink, shown }
    }

    fn pen(&self) -> gst::Element {
        self.play.element("pen")
    }

    /// Puts a buffer into the pen.
    pub fn push(&self, buffer: &gst::Buffer) {
        let flow: gst::FlowReturn = self.pen().emit_by_name("push-buffer", &[buffer]);
        assert_eq!(flow, gst::FlowReturn::Ok);
    }

    /// Returns when all that was pushed is shown.
    #[track_caller]
    pub fn settle(&self) {
        static MARKS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let mark = MARKS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let structure = gst::Structure::builder("mark").field("shown", mark).build();
        let event = gst::event::CustomDownstream::new(structure);
        assert!(self.pen().send_event(event), "the pen takes a mark");
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let told = shown.recv_timeout(LIMIT.into());
        assert_eq!(told.expect("it is shown in time"), mark);
    }

    /// Draws a picture of one colour; it is shown when this returns.
    #[track_caller]
    pub fn draw(&self, colour: u8) -> gst::Buffer {
        let buffer = picture(colour);
        self.push(&buffer);
        self.settle();
        buffer
    }

    /// Nothing is drawn any more.
    pub fn end(&self) {
        let flow: gst::FlowReturn = self.pen().emit_by_name("end-of-stream", &[]);
        assert_eq!(flow, gst::FlowReturn::Ok);
    }

    pub fn request_frame(&self) {
        self.sink.emit_by_name::<()>("request-frame", &[]);
    }

    pub fn stream(&self) -> MediaStream {
        self.sink.property("stream")
    }

    /// Its first video track.
    #[track_caller]
    pub fn track(&self) -> MediaStreamTrack {
        let mut tracks = self.stream().get_video_tracks();
        assert!(!tracks.is_empty(), "no video track");
        tracks.remove(0)
    }

    /// A viewer that has seen the picture which is there.
    #[track_caller]
    pub fn viewer(&self, there: &gst::Buffer) -> Viewer {
        let track = self.track();
        eventually("it is unmuted", || !track.muted());
        let viewer = Viewer::of(&track);
        assert_eq!(viewer.see(), of_memory(there), "what is there is seen");
        viewer
    }
}

/// A picture for [`RGBA`] of one colour.
pub fn picture(colour: u8) -> gst::Buffer {
    gst::Buffer::from_slice(vec![colour; 64])
}

/// The colour of a picture, and which memory it is in.
pub fn of_memory(buffer: &gst::Buffer) -> (u8, usize) {
    let memory = buffer.peek_memory(0);
    let map = memory.map_readable().expect("it can be read");
    (map[0], memory.as_ptr() as usize)
}

/// Somebody who looks at a track in another pipeline.
pub struct Viewer(pub Play);

impl Viewer {
    pub fn of(track: &MediaStreamTrack) -> Self {
        let viewer = Self::parse(track);
        viewer.0.play();
        viewer
    }

    /// One who does not look yet.
    pub fn parse(track: &MediaStreamTrack) -> Self {
        let play = Play::parse("mediatrackvideosrc name=source ! appsink name=eye sync=false");
        play.element("source").set_property("track", track);
        Self(play)
    }

    /// The next picture.
    #[track_caller]
    pub fn sample(&self) -> gst::Sample {
        self.0.sample("eye")
    }

    /// The colour of the next picture, and which memory it is in.
    #[track_caller]
    pub fn see(&self) -> (u8, usize) {
        let buffer = self.sample().buffer_owned();
        of_memory(&buffer.expect("a sample has a buffer"))
    }
}

/// What a stream and its tracks tell, in the order in which they do.
pub struct Diary {
    told: Receiver<String>,
    teller: std::sync::mpsc::Sender<String>,
}

impl Diary {
    /// Of this stream and the tracks that are in it.
    pub fn of(stream: &MediaStream) -> Self {
        let (teller, told) = channel();
        let diary = Self { told, teller };
        for event in ["addtrack", "removetrack"] {
            let teller = diary.teller.clone();
            stream.connect(event, false, move |values| {
                let track: MediaStreamTrack = values[1].get().expect("a track");
                let _ = teller.send(format!("{event} {}", track.label()));
                None
            });
        }
        stream
            .get_tracks()
            .iter()
            .for_each(|track| diary.follow(track));
        diary
    }

    /// Of this track as well.
    pub fn follow(&self, track: &MediaStreamTrack) {
        for event in ["mute", "unmute", "ended"] {
            let teller = self.teller.clone();
            track.connect(event, false, move |values| {
                let track: MediaStreamTrack = values[0].get().expect("a track");
                let _ = teller.send(format!("{event} {}", track.label()));
                None
            });
        }
    }

    /// What is told next.
    #[track_caller]
    pub fn next(&self) -> String {
        let told = self.told.recv_timeout(LIMIT.into());
        told.expect("something is told in time")
    }

    /// What is told next beside that a track is muted or unmuted: of a state that is over when it would be told,
    /// nothing is.
    #[track_caller]
    pub fn next_change(&self) -> String {
        loop {
            let told = self.next();
            if !told.contains("mute ") {
                return told;
            }
        }
    }

    /// What was told and not read.
    pub fn rest(&self) -> Vec<String> {
        self.told.try_iter().collect()
    }
}
