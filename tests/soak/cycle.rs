//! The ways in which a track comes and goes.
#![allow(dead_code)] // every soak test uses a part of it

use gst::prelude::*;
use gstmediastream::devices::Registry;
use gstmediastream::media::{MediaDevices, MediaStream, MediaStreamTrack};
use gstmediastream::model::constraints::{StreamConstraints, TrackConstraints};

use crate::common::{Play, eventually, promised, threads};

/// What opens devices, and what has one open.
const AT_WORK: [&str; 4] = [
    "mediastream-dev",
    "mediastream-src",
    "mediastream-job",
    // One that nobody knows any more is still live. The kernel has room for fifteen letters.
    "mediastream-liv",
];

/// Returns when no device is open, or on its way to be or not to be.
#[track_caller]
pub fn closed() {
    eventually("all is closed", || {
        let threads = threads();
        !threads.iter().any(|name| AT_WORK.contains(&name.as_str()))
    });
}

/// One device, and what is asked of it.
pub struct Device {
    id: String,
    pub kind: &'static str,
    /// `MediaTrackConstraints` that only this device meets.
    pub constraints: String,
    /// Others, that it meets as well.
    pub others: &'static str,
}

impl Device {
    /// The device of that label.
    pub fn labelled(
        kind: &'static str,
        label: &str,
        constraints: &str,
        others: &'static str,
    ) -> Self {
        let registry = Registry::shared().expect("the registry starts");
        let listed = || {
            let mut devices = registry.devices().into_iter();
            devices.find(|device| device.label == label)
        };
        eventually("it is in the list", || listed().is_some());
        let id = &listed().expect("it was there").id;
        Self::new(kind, id, constraints, others)
    }

    /// The device of that id.
    pub fn new(kind: &'static str, id: &str, constraints: &str, others: &'static str) -> Self {
        let id = id.to_owned();
        let constraints = format!(r#"{{"deviceId":{{"exact":"{id}"}}{constraints}}}"#);
        Self {
            id,
            kind,
            constraints,
            others,
        }
    }

    pub fn is_listed(&self) -> bool {
        let registry = Registry::shared().expect("the registry starts");
        registry.find(&self.id).is_some()
    }

    fn stream_constraints(&self) -> String {
        format!(r#"{{"{}":{}}}"#, self.kind, self.constraints)
    }

    /// What `getUserMedia` gives.
    pub fn ask(&self) -> Option<MediaStream> {
        let constraints = StreamConstraints::from_json(&self.stream_constraints());
        let devices = MediaDevices::default();
        devices
            .get_user_media(&constraints.expect("constraints"))
            .ok()
    }

    pub fn track(&self) -> MediaStreamTrack {
        let stream = self.ask().unwrap_or_else(|| panic!("{}", self.constraints));
        stream.get_tracks().remove(0)
    }

    fn element(&self, sink: &str) -> Play {
        let play = Play::parse(&format!("mediatrack{}src name=s ! {sink}", self.kind));
        play.element("s")
            .set_property("constraints", &self.constraints);
        play.play();
        play
    }

    /// An element, to its first buffer.
    pub fn play(&self) -> Play {
        let play = self.element("appsink name=sink sync=false max-buffers=1 drop=true");
        play.sample("sink");
        play
    }

    /// One of the ways, each by its number.
    pub fn cycle(&self, number: u64) {
        match number % 8 {
            // Not into an appsink, which keeps the last sample for longer than it plays.
            0 => {
                let play = self.element("fakesink name=sink sync=false");
                let sink = play.element("sink");
                eventually("a buffer", || {
                    sink.property::<Option<gst::Sample>>("last-sample")
                        .is_some()
                });
            }
            // Stopped while it is being opened.
            1 => drop(self.element("fakesink")),
            2 => {
                let track = self.track();
                let clone = track.clone_track();
                track.stop();
                clone.stop();
            }
            3 => {
                let track = self.track();
                let others = TrackConstraints::from_json(self.others).expect("constraints");
                track.apply_constraints(&others).expect("it meets them");
                track.stop();
            }
            4 if self.kind == "video" => {
                let track = self.track();
                promised(&track, "grab-frame", &[]);
                track.stop();
            }
            5 => {
                let play = Play::parse("usermediasrc name=s ! fakesink name=sink sync=false");
                let constraints = self.stream_constraints();
                play.element("s").set_property("constraints", constraints);
                play.play();
                play.wait("start", |m| m.type_() == gst::MessageType::AsyncDone);
            }
            // Forgotten: the keeper lets go of it.
            6 => drop(self.track()),
            _ => self.track().stop(),
        }
    }
}
