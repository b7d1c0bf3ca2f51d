//! A camera for the benches: its tracks, and its own element at the head of a pipeline that one wires up by hand.
//!
//! Where a bench speaks of `camera`, that is the element of a fake device, which has no name of its own for a launch line;
//! for a real camera write `v4l2src`.
#![allow(dead_code)] // every bench uses a part of it

use gst::prelude::*;
use gstmediastream::devices::Registry;
use gstmediastream::media::{MediaDevices, MediaStreamTrack};
use gstmediastream::model::constraints::StreamConstraints;

use crate::measure::Running;

/// A fake device by its label.
pub fn fake(label: &str) -> gst::Device {
    let provider = gst::DeviceProviderFactory::by_name("fakemediadeviceprovider");
    let devices = provider.expect("it is registered").devices();
    let mut found = devices.into_iter().filter(|d| d.display_name() == label);
    found.next().expect("it is listed")
}

/// The default one, once it has only this mode.
pub fn with_mode(mode: &str) -> gst::Device {
    const LABEL: &str = "Fake camera 1";
    fake(LABEL).emit_by_name::<()>("set-modes", &[&mode]);
    let registry = Registry::shared().expect("the registry starts");
    registry.settle();
    fake(LABEL)
}

/// A track of the camera that meets the constraints.
pub fn track(json: &str) -> MediaStreamTrack {
    let constraints = StreamConstraints::from_json(&format!(r#"{{"video":{json}}}"#));
    let constraints = constraints.expect("they are constraints");
    let stream = MediaDevices::default().get_user_media(&constraints);
    stream.expect("there is a camera").get_tracks().remove(0)
}

/// The camera, set to `caps`, and then `line`. It does not play yet.
pub fn headed(camera: &gst::Device, caps: &str, line: &str) -> Running {
    let running = Running::parse(&format!("capsfilter name=head caps={caps} ! {line}"));
    running.put_in_front(camera);
    running
}

/// Plays the track on the element `track` of the pipeline.
pub fn give(running: &Running, track: &MediaStreamTrack) {
    let source = running.pipeline.by_name("track").expect("it was parsed");
    source.set_property("track", track);
}
