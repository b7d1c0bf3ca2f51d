//! getUserMedia on devices that cannot be opened: the next best one, else why, and nothing stays open
//! (#132, #136, #137).

mod common;

use common::healthy::Healthy;
use common::{alone, eventually, fake, promised};
use gst::prelude::*;
use gstmediastream::media::{MediaDevices, MediaStream};

/// Fakes that fail to open while it lives.
struct Failing(Vec<gst::Device>);

impl Failing {
    fn with(name: &str, labels: &[&str]) -> Self {
        let devices: Vec<_> = labels.iter().map(|label| fake(label)).collect();
        for device in &devices {
            device.emit_by_name::<()>("fail-open", &[&name]);
        }
        Self(devices)
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        for device in &self.0 {
            device.emit_by_name::<()>("fail-open", &[&""]);
        }
    }
}

/// The labels of the devices, or the name of the error.
fn request(json: &str) -> Result<Vec<String>, String> {
    let reply = promised(&MediaDevices::default(), "get-user-media", &[&json]);
    if let Ok(stream) = reply.get::<MediaStream>("stream") {
        let tracks = stream.get_tracks();
        tracks.iter().for_each(|track| track.stop());
        return Ok(tracks.iter().map(|track| track.label()).collect());
    }
    let error: gst::Structure = reply.get("error").expect("one of the two");
    Err(error.get("name").expect("an error has a name"))
}

/// By anybody but the healthy one.
fn nothing_is_open() {
    let of_healthy = ("Fake camera 1", 1);
    let others = ["Fake microphone 1", "Fake microphone 2", "Fake camera 2"].map(|d| (d, 0));
    for (label, active) in others.into_iter().chain([of_healthy]) {
        eventually("nothing stays open, #132", || {
            fake(label).property::<u32>("active") == active
        });
    }
}

#[test]
fn the_next_best_takes_the_place_of_a_busy_one() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let _busy = Failing::with("NotReadableError", &["Fake camera 2"]);
    // The other one is the healthy one's, and need not change its mode.
    let rather =
        r#"{"audio":true,"video":{"facingMode":"environment","width":640,"frameRate":15}}"#;
    let both = request(rather).expect("there is another camera");
    assert_eq!(both, ["Fake microphone 1", "Fake camera 1"], "#136");
    nothing_is_open();
    healthy.check();
}

#[test]
fn one_that_cannot_do_what_is_required_does_not_take_it() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let _busy = Failing::with("NotReadableError", &["Fake camera 2"]);
    let outside = r#"{"audio":true,"video":{"facingMode":{"exact":"environment"}}}"#;
    assert_eq!(request(outside), Err("NotReadableError".to_owned()), "#136");
    nothing_is_open();
    healthy.check();
}

#[test]
fn any_other_failure_is_an_abort() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let microphones = ["Fake microphone 1", "Fake microphone 2"];
    let broken = Failing::with("AbortError", &microphones);
    let both = r#"{"audio":true,"video":{"facingMode":{"exact":"environment"}}}"#;
    assert_eq!(request(both), Err("AbortError".to_owned()), "#137");
    nothing_is_open();
    drop(broken);
    let _broken = Failing::with("AbortError", &microphones[..1]);
    let _busy = Failing::with("NotReadableError", &microphones[1..]);
    let answer = Err("NotReadableError".to_owned());
    assert_eq!(request(both), answer, "what can be freed is said first");
    healthy.check();
}
