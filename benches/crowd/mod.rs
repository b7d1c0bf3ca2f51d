//! Many readers of one camera in one process, as tracks and as one wires them up by hand.
//!
//! The camera is a fake device that has one mode with small pictures: drawing them costs next to nothing, so what is
//! measured is handing them on. With a real one, and three readers in place of 64, this is
//!
//! ```text
//! tracks      mediatrackvideosrc track=A ! fakesink   mediatrackvideosrc track=B ! fakesink   mediatrackvideosrc track=C ! fakesink
//! tee         v4l2src ! tee name=t   t. ! queue ! fakesink   t. ! queue ! fakesink   t. ! queue ! fakesink
//! intervideo  v4l2src ! intervideosink   intervideosrc ! fakesink   intervideosrc ! fakesink   intervideosrc ! fakesink
//! proxy       v4l2src ! tee name=t   t. ! proxysink   t. ! proxysink   t. ! proxysink
//!             and each in a pipeline of its own: proxysrc ! fakesink
//! ```
//!
//! where B and C are clones of A. Each reader has one thread in all of these: `queue` makes one, the sources of `inter`
//! and ours are one, and `proxysrc` has a queue inside.
#![allow(dead_code)] // every bench uses a part of it

use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

use crate::camera::{headed, track, with_mode};
use crate::measure::Running;

/// What the camera gives.
const MODE: &str = "video/x-raw,format=NV12,width=64,height=48,framerate=60/1";

/// The camera with small pictures.
pub fn camera() -> gst::Device {
    with_mode(MODE)
}

/// How the pictures of one camera come to many readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wiring {
    Tracks,
    Tee,
    Inter,
    Proxy,
}

impl Wiring {
    /// All but ours.
    pub const OTHERS: [Self; 3] = [Self::Tee, Self::Inter, Self::Proxy];

    /// As one would call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracks => "mediatrackvideosrc",
            Self::Tee => "tee, queue",
            Self::Inter => "intervideosink, intervideosrc",
            Self::Proxy => "tee, proxysink, proxysrc",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Tracks].into_iter().chain(Self::OTHERS);
        all.into_iter().find(|wiring| wiring.name() == name)
    }

    /// The elements it takes that may not be installed.
    pub fn missing(self) -> Option<&'static str> {
        let needs: &[&str] = match self {
            Self::Tracks | Self::Tee => &[],
            Self::Inter => &["intervideosink", "intervideosrc"],
            Self::Proxy => &["proxysink", "proxysrc"],
        };
        let is_missing = |name: &&&str| gst::ElementFactory::find(name).is_none();
        needs.iter().find(is_missing).copied()
    }
}

/// All of them. The first reader is the one that is counted.
pub struct Crowd {
    /// Ends before the tracks do.
    pub first: Running,
    others: Vec<gst::Pipeline>,
    tracks: Vec<MediaStreamTrack>,
}

impl Crowd {
    pub fn start(wiring: Wiring, camera: &gst::Device, readers: usize) -> Self {
        let crowd = Self::parse(wiring, camera, readers);
        crowd.play();
        crowd
    }

    /// One that does not play yet.
    pub fn parse(wiring: Wiring, camera: &gst::Device, readers: usize) -> Self {
        match wiring {
            Wiring::Tracks => Self::of_tracks(clones(readers), readers),
            Wiring::Tee => Self::of(headed(camera, MODE, &tee(readers)), Vec::new()),
            Wiring::Inter => Self::of(headed(camera, MODE, &inter(readers)), Vec::new()),
            Wiring::Proxy => proxy(camera, readers),
        }
    }

    /// Readers of the first so many of these tracks. They do not play yet.
    pub fn of_tracks(tracks: Vec<MediaStreamTrack>, readers: usize) -> Self {
        let sinks = names().take(readers).enumerate();
        let line = sinks.map(|(at, sink)| {
            format!("mediatrackvideosrc name=track_{at} ! fakesink name={sink} ")
        });
        let first = Running::parse(&line.collect::<String>());
        for (at, track) in tracks.iter().take(readers).enumerate() {
            let source = first.pipeline.by_name(&format!("track_{at}"));
            source.expect("it was parsed").set_property("track", track);
        }
        Self {
            first,
            others: Vec::new(),
            tracks,
        }
    }

    fn of(first: Running, others: Vec<gst::Pipeline>) -> Self {
        Self {
            first,
            others,
            tracks: Vec::new(),
        }
    }

    pub fn play(&self) {
        for pipeline in self.others.iter().chain([&self.first.pipeline]) {
            let bus = pipeline.bus().expect("a pipeline has a bus");
            // As if somebody read it: hundreds of elements have much to say at their start.
            bus.set_sync_handler(|_, message| match message.type_() {
                gst::MessageType::Error => gst::BusSyncReply::Pass,
                _ => gst::BusSyncReply::Drop,
            });
        }
        for pipeline in &self.others {
            let playing = pipeline.set_state(gst::State::Playing);
            playing.expect("the state change is accepted");
        }
        self.first.play();
    }

    /// How many pictures all readers have got so far.
    pub fn rendered(&self) -> u64 {
        let pipelines = self.others.iter().chain([&self.first.pipeline]);
        let sinks = pipelines.flat_map(|pipeline| pipeline.iterate_sinks().into_iter().flatten());
        let stats = |sink: gst::Element| sink.property::<gst::Structure>("stats");
        sinks
            .filter(|sink| sink.factory().is_some_and(|f| f.name() == "fakesink"))
            .map(|sink| stats(sink).get::<u64>("rendered").expect("it counts"))
            .sum()
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for pipeline in self.others.iter().chain([&self.first.pipeline]) {
            let _ = pipeline.set_state(gst::State::Null);
        }
        self.tracks.iter().for_each(MediaStreamTrack::stop);
    }
}

/// A track, and clones of it.
pub fn clones(tracks: usize) -> Vec<MediaStreamTrack> {
    let first = track(r#"{"width":{"exact":64},"resizeMode":{"exact":"none"}}"#);
    let clones: Vec<_> = (1..tracks).map(|_| first.clone_track()).collect();
    [first].into_iter().chain(clones).collect()
}

/// Of sinks: the first is the one that is counted.
fn names() -> impl Iterator<Item = String> {
    (0..).map(|at| match at {
        0 => "sink".to_owned(),
        at => format!("sink_{at}"),
    })
}

fn tee(readers: usize) -> String {
    let branches = names().take(readers);
    let branches = branches.map(|sink| format!("t. ! queue ! fakesink name={sink} "));
    format!("tee name=t {}", branches.collect::<String>())
}

fn inter(readers: usize) -> String {
    let readers = names().take(readers);
    // Not black after a second's worth of pictures: it counts those of all readers together.
    let readers = readers.map(|sink| {
        format!("intervideosrc timeout=3600000000000 ! {MODE} ! fakesink name={sink} ")
    });
    format!("intervideosink {}", readers.collect::<String>())
}

fn proxy(camera: &gst::Device, readers: usize) -> Crowd {
    let sinks = names().take(readers);
    let sinks = sinks.map(|name| format!("t. ! proxysink name={name} "));
    let line = format!("tee name=t {}", sinks.collect::<String>());
    let hub = headed(camera, MODE, &line).pipeline.clone();
    let sources = names().take(readers);
    let line = sources.map(|sink| format!("proxysrc name=of_{sink} ! fakesink name={sink} "));
    let first = Running::parse(&line.collect::<String>());
    for name in names().take(readers) {
        let sink = hub.by_name(&name).expect("it was parsed");
        let source = first.pipeline.by_name(&format!("of_{name}"));
        source
            .expect("it was parsed")
            .set_property("proxysink", &sink);
    }
    Crowd::of(first, vec![hub])
}
