//! A lost device is asked for less and less often, however often the list of devices changes: one that
//! comes and goes, or that fails again and again, is not opened in a storm.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// Changes of the list in one test, a black picture apart. Followed by an attempt each, they would be a
/// storm.
const CHANGES: u64 = 60;

/// A camera that is lost by a pipeline that waits for it. As it was before, however the test ends.
struct Lost {
    play: Play,
    camera: gst::Device,
    track: MediaStreamTrack,
}

impl Lost {
    fn begin() -> (Self, Healthy) {
        let (play, healthy) = Healthy::start(
            r#"mediatrackvideosrc name=s on-ended=reconnect constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink sync=false drop=true max-buffers=1"#,
        );
        let source = play.element("s");
        let track = || source.property::<Option<MediaStreamTrack>>("track");
        eventually("a track plays", || track().is_some());
        let track = track().expect("just seen");
        let camera = fake("Fake camera 2");
        camera.emit_by_name::<()>("unplug", &[]);
        play.track_event("ended");
        eventually("it is asked for again", || attempts(&play) > 0);
        let lost = Self {
            play,
            camera,
            track,
        };
        (lost, healthy)
    }

    /// The list changes, by this device.
    fn change(&self, device: &gst::Device, actions: [&str; 2]) {
        for action in actions.iter().cycle().take(CHANGES as usize) {
            device.emit_by_name::<()>(action, &[]);
            settle();
            self.play.sample("sink");
        }
    }

    /// Whatever was done to it: it comes back.
    fn comes_back(&self) {
        self.camera.emit_by_name::<()>("fail-open", &[&""]);
        self.camera.emit_by_name::<()>("plug", &[]);
        let source = self.play.element("s");
        eventually("another track plays", || {
            let playing: MediaStreamTrack = source.property("track");
            playing != self.track && playing.lost().is_none()
        });
    }
}

impl Drop for Lost {
    fn drop(&mut self) {
        self.camera.emit_by_name::<()>("fail-open", &[&""]);
        self.camera.emit_by_name::<()>("plug", &[]);
        settle();
        let _ = self.play.pipeline.set_state(gst::State::Null);
    }
}

fn attempts(play: &Play) -> u64 {
    let stats: gst::Structure = play.element("s").property("stats");
    stats.get("reconnect-attempts").expect("counted")
}

fn assert_no_storm(made: u64) {
    assert!(
        made * 3 < CHANGES,
        "{made} attempts in {CHANGES} changes of the list"
    );
}

#[test]
fn a_device_that_fails_while_the_list_changes() {
    let _alone = alone();
    let (lost, healthy) = Lost::begin();
    lost.camera
        .emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
    lost.camera.emit_by_name::<()>("plug", &[]);
    let other = fake("Fake microphone 2");
    lost.change(&other, ["unplug", "plug"]);
    assert_no_storm(attempts(&lost.play));
    lost.comes_back();
    healthy.check();
}

#[test]
fn a_device_that_comes_and_goes() {
    let _alone = alone();
    let (lost, healthy) = Lost::begin();
    lost.change(&lost.camera, ["plug", "unplug"]);
    assert_no_storm(attempts(&lost.play));
    lost.comes_back();
    healthy.check();
}

/// Each time it is taken it plays for a moment.
#[test]
fn a_device_that_plays_for_a_moment_and_goes() {
    let _alone = alone();
    let (lost, healthy) = Lost::begin();
    let source = lost.play.element("s");
    let mut known = lost.track.clone();
    for _ in 0..3 {
        lost.camera.emit_by_name::<()>("plug", &[]);
        eventually("it plays", || {
            let playing: MediaStreamTrack = source.property("track");
            playing != known && playing.lost().is_none()
        });
        known = source.property("track");
        lost.camera.emit_by_name::<()>("unplug", &[]);
        lost.play.track_event("ended");
    }
    let before = attempts(&lost.play);
    lost.change(&lost.camera, ["plug", "unplug"]);
    // The pauses have grown: taking it thrice was no reason to begin anew.
    assert_no_storm(attempts(&lost.play) - before);
    lost.comes_back();
    healthy.check();
}
