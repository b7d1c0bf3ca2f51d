//! A camera that fails while it runs. If it is still there it is started anew once, and nobody is told; if
//! that does not help, or it fails again soon, its track ends. If it is gone, it is gone.
//!
//! Runs in: scripts/rig/run --drivers vivid

#[path = "../common/mod.rs"]
mod common;

use common::healthy::Healthy;
use common::rig::{Told, asked, listed, live, only, platform, posted, property, vivid, vivid_anew};
use common::{Play, alone, eventually};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::VideoInput;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Live;

const SMALL: &str = r#""width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":10},"resizeMode":{"exact":"none"}"#;

struct Scene {
    play: Play,
    healthy: Healthy,
    track: MediaStreamTrack,
    told: Told,
}

impl Scene {
    fn start(on_ended: &str) -> Self {
        Healthy::beside("v4l2");
        let constraints = property(&only(&listed(VideoInput, "vivid"), SMALL));
        let (play, healthy) = Healthy::start(&format!(
            "mediatrackvideosrc name=v {constraints} on-ended={on_ended} \
             ! appsink name=video drop=true max-buffers=1"
        ));
        live(&play, "video");
        let track = play.element("v").property("track");
        Self {
            told: Told::of(&track),
            play,
            healthy,
            track,
        }
    }

    /// The driver's number of a frame; it begins anew when the driver is started anew.
    fn number(&self) -> u64 {
        let sample = live(&self.play, "video");
        sample.buffer().expect("a buffer").offset()
    }

    /// It ended once, for this reason, and can be had again.
    #[track_caller]
    fn check_ended(self, reason: &str) {
        let line = format!("ended {reason}");
        self.told.wait(&line);
        assert!(self.play.ends("video"), "the pad ended");
        let again = asked("video", &only(&listed(VideoInput, "vivid"), SMALL));
        let again = again.expect("it is there");
        assert_eq!(again.ready_state(), Live);
        self.healthy.check();
        again.stop();
        assert_eq!(self.told.all(), [line]);
        assert_eq!(posted(&self.play), [format!("v ended {reason}")]);
    }
}

#[test]
fn an_error_is_got_over_once() {
    let _alone = alone();
    let scene = Scene::start("eos");
    while scene.number() < 10 {}
    vivid("inject_fatal_streaming_error=1");
    while scene.number() >= 10 {}
    while scene.number() < 10 {}
    assert_eq!(scene.track.ready_state(), Live);
    assert_eq!(scene.told.all(), [] as [&str; 0]);
    // And soon after it another one.
    vivid("inject_fatal_streaming_error=1");
    scene.check_ended("failed");
}

#[test]
fn what_cannot_be_started_anew_ends() {
    let _alone = alone();
    let scene = Scene::start("eos");
    vivid("inject_vidioc_streamon_error=1");
    vivid("inject_fatal_streaming_error=1");
    scene.check_ended("failed");
}

#[test]
fn pulled_out_it_ends_and_is_taken_again() {
    let _alone = alone();
    let scene = Scene::start("reconnect");
    platform("vivid", "unbind");
    scene.told.wait("ended unplugged");
    platform("vivid", "bind");
    let source = scene.play.element("v");
    eventually("it plays again", || {
        let playing: MediaStreamTrack = source.property("track");
        playing != scene.track && playing.ready_state() == Live
    });
    let playing: MediaStreamTrack = source.property("track");
    let id = |track: &MediaStreamTrack| track.source_device().map(|d| d.id.clone());
    assert_eq!(id(&playing), id(&scene.track), "the same device");
    live(&scene.play, "video");
    scene.healthy.check();
    assert_eq!(scene.told.all(), ["ended unplugged"]);
    assert_eq!(posted(&scene.play), ["v ended unplugged"]);
}

/// The node stays, and everything asked of it fails, until the last who has it open lets go.
#[test]
fn cut_off_with_its_node_left_it_ends_once() {
    let _alone = alone();
    let scene = Scene::start("zero");
    vivid("disconnect=1");
    eventually("it ends", || scene.track.lost().is_some());
    for _ in 0..10 {
        scene.play.sample("video");
    }
    scene.healthy.check();
    let ends = scene.told.ends();
    drop(scene.play);
    vivid_anew();
    assert_eq!(ends, ["ended failed"]);
}
