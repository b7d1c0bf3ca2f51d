//! Two tracks and a clone of one real device, at three sizes and rates, in two pipelines: what
//! `applyConstraints` on one of them does to the frames of the others.
//!
//! Runs in: scripts/rig/run --drivers vivid --timeout 300

#[path = "../common/mod.rs"]
mod common;

use std::sync::{Arc, Mutex};

use common::{Play, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::{Kind, Property, TrackConstraints};

/// What left a pad, in order.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    /// A frame of the device: width, height, frames a second times a thousand.
    Live(i32, i32, i32),
    /// Black in its place.
    Black(i32, i32, i32),
    Caps,
}

/// Everything that leaves the pad of one element.
struct Pad {
    seen: Arc<Mutex<Vec<Seen>>>,
    times: Arc<Mutex<Vec<gst::ClockTime>>>,
    /// The driver's numbers of the frames, which begin anew when it is started anew.
    numbers: Arc<Mutex<Vec<u64>>>,
}

impl Pad {
    fn of(play: &Play, name: &str) -> Self {
        let pad = Self {
            seen: Arc::default(),
            times: Arc::default(),
            numbers: Arc::default(),
        };
        let (seen, times, numbers) = (pad.seen.clone(), pad.times.clone(), pad.numbers.clone());
        let source = play.element(name).static_pad("src").expect("a pad");
        let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
        source.add_probe(mask, move |pad, info| {
            let mut seen = seen.lock().expect("no panic");
            if let Some(event) = info.event() {
                if event.type_() == gst::EventType::Caps {
                    seen.push(Seen::Caps);
                }
                return gst::PadProbeReturn::Ok;
            }
            let (Some(buffer), Some(caps)) = (info.buffer(), pad.current_caps()) else {
                return gst::PadProbeReturn::Ok;
            };
            times
                .lock()
                .expect("no panic")
                .push(buffer.pts().expect("a time"));
            let video = gst_video::VideoInfo::from_caps(&caps).expect("video");
            let rate = video.fps().numer() * 1000 / video.fps().denom();
            let size = (video.width() as i32, video.height() as i32, rate);
            if buffer.flags().contains(gst::BufferFlags::GAP) {
                seen.push(Seen::Black(size.0, size.1, size.2));
                return gst::PadProbeReturn::Ok;
            }
            numbers.lock().expect("no panic").push(buffer.offset());
            seen.push(Seen::Live(size.0, size.1, size.2));
            gst::PadProbeReturn::Ok
        });
        pad
    }

    /// What came since the last look, when that were at least `frames` live ones.
    fn look(&self, frames: usize) -> Vec<Seen> {
        common::eventually("live frames", || {
            let seen = self.seen.lock().expect("no panic");
            seen.iter().filter(|s| matches!(s, Seen::Live(..))).count() >= frames
        });
        let mut seen = std::mem::take(&mut *self.seen.lock().expect("no panic"));
        seen.dedup();
        seen
    }

    /// How often the driver was started since the first frame. Of a track that has the frames as they
    /// are.
    fn restarts(&self) -> usize {
        let numbers = self.numbers.lock().expect("no panic");
        numbers.windows(2).filter(|pair| pair[1] < pair[0]).count()
    }

    fn forget(&self) {
        self.seen.lock().expect("no panic").clear();
    }
}

const A: Seen = Seen::Live(640, 480, 10_000);
const B: Seen = Seen::Live(320, 180, 5_000);
const C: Seen = Seen::Live(160, 120, 2_000);

fn apply(track: &MediaStreamTrack, json: &str) -> Result<(), String> {
    let constraints = TrackConstraints::from_json(json).expect("constraints");
    track
        .apply_constraints(&constraints)
        .map_err(|error| error.to_string())
}

struct Scene {
    tracks: [MediaStreamTrack; 3],
    pads: [Pad; 3],
    _pipelines: [Play; 2],
}

impl Scene {
    /// Two tracks in one pipeline, the clone of the first in another.
    fn set() -> Self {
        let video = |json: &str| user_media(json).get_tracks().remove(0);
        let a = video(
            r#"{"video":{"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":10}}}"#,
        );
        let b = video(
            r#"{"video":{"width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":5}}}"#,
        );
        assert_eq!(a.track_kind(), Kind::Video);
        assert_eq!(a.device(), b.device(), "one device");
        assert_eq!(
            a.settings().text(Property::ResizeMode),
            Some("none"),
            "as they are"
        );
        let c = a.clone_track();
        apply(
            &c,
            r#"{"width":{"exact":160},"height":{"exact":120},"frameRate":{"exact":2}}"#,
        )
        .expect("a clone has constraints of its own");
        let both = Play::parse(
            "mediatrackvideosrc name=a ! fakesink mediatrackvideosrc name=b ! fakesink",
        );
        let other = Play::parse("mediatrackvideosrc name=c ! fakesink");
        both.element("a").set_property("track", &a);
        both.element("b").set_property("track", &b);
        other.element("c").set_property("track", &c);
        let pads = [
            Pad::of(&both, "a"),
            Pad::of(&both, "b"),
            Pad::of(&other, "c"),
        ];
        both.play();
        other.play();
        let scene = Self {
            tracks: [a, b, c],
            pads,
            _pipelines: [both, other],
        };
        for pad in &scene.pads {
            pad.look(5);
        }
        scene
    }

    fn look(&self, frames: usize) -> [Vec<Seen>; 3] {
        std::array::from_fn(|at| self.pads[at].look(frames))
    }

    fn forget(&self) {
        self.pads.iter().for_each(Pad::forget);
    }

    fn stop(&self) {
        self.tracks.iter().for_each(|track| track.stop());
        for pad in &self.pads {
            let times = pad.times.lock().expect("no panic");
            assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "times rise");
        }
    }
}

#[test]
fn where_the_native_mode_stays_nobody_else_notices() {
    let scene = Scene::set();
    scene.forget();
    assert_eq!(scene.look(10), [vec![A], vec![B], vec![C]]);
    for (json, size) in [
        (
            r#"{"width":{"exact":100},"height":{"exact":100},"frameRate":{"exact":2}}"#,
            (100, 100, 2_000),
        ),
        (
            r#"{"width":{"exact":320},"height":{"exact":240},"frameRate":{"exact":5}}"#,
            (320, 240, 5_000),
        ),
        (
            r#"{"width":{"exact":160},"height":{"exact":120},"frameRate":{"exact":2}}"#,
            (160, 120, 2_000),
        ),
    ] {
        apply(&scene.tracks[2], json).expect("it applies");
        let [a, b, c] = scene.look(10);
        assert_eq!((a, b), (vec![A], vec![B]), "{json}");
        let last = c.last().expect("frames").clone();
        assert_eq!(last, Seen::Live(size.0, size.1, size.2), "{json}");
    }
    assert_eq!(scene.pads[0].restarts(), 0);
    scene.stop();
}

#[test]
fn where_it_must_change_the_others_are_black_for_as_long_as_that_takes() {
    let scene = Scene::set();
    scene.forget();
    apply(
        &scene.tracks[2],
        r#"{"width":{"exact":1280},"height":{"exact":720},"frameRate":{"exact":2}}"#,
    )
    .expect("it applies");
    let black = |live: &Seen| match live {
        Seen::Live(w, h, r) => Seen::Black(*w, *h, *r),
        other => other.clone(),
    };
    let [a, b, c] = scene.look(20);
    for (seen, live) in [(a, A), (b, B)] {
        // One interruption, in the caps in force; how long depends on the driver.
        let allowed = [
            vec![live.clone()],
            vec![live.clone(), black(&live), live.clone()],
            vec![black(&live), live.clone()],
        ];
        assert!(allowed.contains(&seen), "{seen:?}");
    }
    assert_eq!(c.last(), Some(&Seen::Live(1280, 720, 2_000)));
    assert_eq!(
        scene.tracks[0].settings().text(Property::ResizeMode),
        Some("crop-and-scale")
    );
    scene.stop();
}

#[test]
fn what_is_refused_changes_nothing() {
    let scene = Scene::set();
    // Another track needs the device's own mode from now on: what asks for more is refused.
    apply(
        &scene.tracks[0],
        r#"{"width":{"exact":640},"height":{"exact":480},"resizeMode":{"exact":"none"}}"#,
    )
    .expect("it is in that mode");
    let now = scene.look(10)[0].last().expect("frames").clone();
    scene.forget();
    for json in [
        r#"{"width":{"exact":5000}}"#,
        r#"{"width":{"exact":1280},"height":{"exact":720}}"#,
        r#"{"frameRate":{"min":500}}"#,
    ] {
        let before = (scene.tracks[2].constraints(), scene.tracks[2].settings());
        let error = apply(&scene.tracks[2], json).expect_err(json);
        println!("{json}: {error}");
        assert_eq!(
            (scene.tracks[2].constraints(), scene.tracks[2].settings()),
            before
        );
        assert_eq!(
            scene.look(10),
            [vec![now.clone()], vec![B], vec![C]],
            "{json}"
        );
    }
    assert_eq!(scene.pads[0].restarts(), 0);
    scene.stop();
}
