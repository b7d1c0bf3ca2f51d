//! The Image Capture constraints on a camera that has them: `Fake camera 2` (#92, #102, #106, #187,
//! #198).

mod common;

use common::{Play, alone, eventually, fake, promised, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::{Capability, Property};

const LABEL: &str = "Fake camera 2";
/// Puts every control that a test of this file touches where it was.
const REST: [(&str, i32); 8] = [
    ("zoom_absolute", 100),
    ("pan_absolute", 0),
    ("tilt_absolute", 0),
    ("auto_exposure", 3),
    ("exposure_time_absolute", 156),
    ("focus_automatic_continuous", 1),
    ("focus_absolute", 0),
    ("brightness", 128),
];

fn control(name: &str) -> i32 {
    fake(LABEL).emit_by_name("get-control", &[&name])
}

fn set_control(name: &str, value: i32) {
    fake(LABEL).emit_by_name::<()>("set-control", &[&name, &value]);
}

fn opens() -> u32 {
    fake(LABEL).property("opens")
}

/// The camera with everything at rest, as one track; stopped at the end.
struct Camera {
    track: MediaStreamTrack,
    _alone: std::sync::MutexGuard<'static, ()>,
}

impl Camera {
    fn open(more: &str) -> Self {
        let alone = alone();
        fake(LABEL).emit_by_name::<()>("fail-control", &[&""]);
        REST.iter()
            .for_each(|(name, value)| set_control(name, *value));
        Self {
            track: camera(more),
            _alone: alone,
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.track.stop();
        fake(LABEL).emit_by_name::<()>("fail-control", &[&""]);
    }
}

/// `more`: members beside the one that chooses the camera.
fn camera(more: &str) -> MediaStreamTrack {
    let stream = user_media(&format!(
        r#"{{"video":{{"facingMode":{{"exact":"environment"}}{more}}}}}"#
    ));
    stream.get_tracks().first().expect("a track").clone()
}

/// The error's name and the constraint at fault, if it fails.
fn apply(track: &MediaStreamTrack, json: &str) -> Result<(), (String, String)> {
    let reply = promised(track, "apply-constraints", &[&json]);
    let Ok(error) = reply.get::<gst::Structure>("error") else {
        return Ok(());
    };
    let text = |field| error.get::<String>(field).unwrap_or_default();
    Err((text("name"), text("constraint")))
}

fn number(track: &MediaStreamTrack, property: Property) -> Option<f64> {
    track.settings().number(property)
}

#[test]
fn capabilities_are_those_of_the_device() {
    let camera = Camera::open("");
    let can = camera.track.capabilities();
    let range = |min, max, step| {
        let step = Some(step);
        Some(Capability::Number { min, max, step })
    };
    for (property, range) in [
        (Property::Zoom, range(1.0, 4.0, 0.1)),
        (Property::Pan, range(-36_000.0, 36_000.0, 3600.0)),
        (Property::Brightness, range(0.0, 255.0, 1.0)),
        // #187: 250 ms are 2500 units of 100 microseconds.
        (Property::ExposureTime, range(1.0, 2500.0, 1.0)),
        (Property::ExposureCompensation, range(-2.0, 2.0, 1.0)),
    ] {
        assert_eq!(can.get(property).cloned(), range, "{property}");
    }
    let torch = Capability::Booleans(vec![false, true]);
    assert_eq!(can.get(Property::Torch), Some(&torch));
    assert_eq!(can.get(Property::PointsOfInterest), None);
    assert_eq!(number(&camera.track, Property::Zoom), Some(1.0));
    assert_eq!(
        camera.track.settings().text(Property::ExposureMode),
        Some("continuous")
    );
}

/// #106: what may not be required in `getUserMedia` may be here.
#[test]
fn a_required_zoom_is_set_without_a_restart() {
    let camera = Camera::open("");
    let before = opens();
    assert_eq!(apply(&camera.track, r#"{"zoom":{"exact":2}}"#), Ok(()));
    assert_eq!(number(&camera.track, Property::Zoom), Some(2.0));
    assert_eq!(control("zoom_absolute"), 200);
    let error = apply(&camera.track, r#"{"zoom":{"min":5}}"#).expect_err("beyond the device");
    assert_eq!(error, ("OverconstrainedError".into(), "zoom".into()));
    assert_eq!(control("zoom_absolute"), 200);
    assert_eq!(opens(), before);
}

/// #102
#[test]
fn what_one_track_sets_shows_on_all() {
    let camera = Camera::open("");
    let second = self::camera("");
    let clone = camera.track.clone_track();
    assert_eq!(apply(&camera.track, r#"{"zoom":{"exact":3}}"#), Ok(()));
    for track in [&second, &clone] {
        eventually("the other tracks know", || {
            number(track, Property::Zoom) == Some(3.0)
        });
    }
    let refused = apply(&clone, r#"{"zoom":{"exact":1.5}}"#).expect_err("the first requires 3");
    assert_eq!(refused, ("OverconstrainedError".into(), "zoom".into()));
    assert_eq!(control("zoom_absolute"), 300);
    assert_eq!(number(&clone, Property::Zoom), Some(3.0));
    clone.stop();
    second.stop();
}

/// #92
#[test]
fn a_wish_for_pan_chooses_the_camera_and_does_not_move_it() {
    let camera = Camera::open("");
    set_control("pan_absolute", 7200);
    let stream = user_media(r#"{"video":{"pan":true}}"#);
    let track = stream.get_tracks().first().expect("a track").clone();
    assert_eq!(track.label(), LABEL);
    assert_eq!(number(&track, Property::Pan), Some(7200.0));
    assert_eq!(control("pan_absolute"), 7200);
    track.stop();
    let stream = user_media(r#"{"video":{"pan":false}}"#);
    let other = stream.get_tracks().first().expect("a track").clone();
    assert_eq!(other.label(), "Fake camera 1");
    other.stop();
    drop(camera);
}

/// #198
#[test]
fn the_time_of_an_automatic_exposure_is_only_informative() {
    let camera = Camera::open("");
    let track = &camera.track;
    assert_eq!(apply(track, r#"{"exposureTime":300}"#), Ok(()));
    assert_eq!(control("exposure_time_absolute"), 156);
    assert_eq!(number(track, Property::ExposureTime), Some(156.0));
    let manual = r#"{"exposureTime":300,"exposureMode":"manual"}"#;
    assert_eq!(apply(track, manual), Ok(()));
    assert_eq!(control("exposure_time_absolute"), 300);
    assert_eq!(number(track, Property::ExposureTime), Some(300.0));
    assert_eq!(
        track.settings().text(Property::ExposureMode),
        Some("manual")
    );
}

#[test]
fn a_far_focus_is_a_small_number_of_the_driver() {
    let camera = Camera::open("");
    let json = r#"{"focusMode":"manual","focusDistance":{"exact":250}}"#;
    assert_eq!(apply(&camera.track, json), Ok(()));
    assert_eq!(control("focus_absolute"), 0);
    let json = r#"{"focusMode":"manual","focusDistance":{"exact":50}}"#;
    assert_eq!(apply(&camera.track, json), Ok(()));
    assert_eq!(control("focus_absolute"), 200);
}

#[test]
fn a_driver_that_refuses_leaves_everything_as_it_was() {
    let camera = Camera::open("");
    let before = (camera.track.settings(), camera.track.constraints());
    fake(LABEL).emit_by_name::<()>("fail-control", &[&"zoom_absolute"]);
    let json = r#"{"brightness":200,"exposureMode":"manual","exposureTime":9,"zoom":2}"#;
    let (name, _) = apply(&camera.track, json).expect_err("the zoom is stuck");
    assert_ne!(name, "OverconstrainedError", "the camera could");
    assert_eq!(
        ["brightness", "auto_exposure", "zoom_absolute"].map(control),
        [128, 3, 100]
    );
    let after = (camera.track.settings(), camera.track.constraints());
    assert_eq!(after.0.number(Property::Brightness), Some(128.0));
    assert_eq!(after.0.text(Property::ExposureMode), Some("continuous"));
    assert_eq!(after.1, before.1);
}

#[test]
fn what_nobody_asks_for_is_not_written() {
    let camera = Camera::open("");
    // Between two steps: writing the nearest one would move it.
    set_control("zoom_absolute", 105);
    assert_eq!(apply(&camera.track, r#"{"brightness":7}"#), Ok(()));
    assert_eq!(control("brightness"), 7);
    assert_eq!(control("zoom_absolute"), 105);
    assert_eq!(number(&camera.track, Property::Zoom), Some(1.05));
}

#[test]
fn what_somebody_else_sets_is_seen_and_told() {
    let camera = Camera::open("");
    let (sender, told) = std::sync::mpsc::channel();
    camera
        .track
        .connect("configurationchange", false, move |values| {
            let track: MediaStreamTrack = values[0].get().expect("the track");
            let _ = sender.send(number(&track, Property::Zoom));
            None
        });
    set_control("zoom_absolute", 250);
    let zoom = told.recv_timeout(common::LIMIT.into());
    assert_eq!(zoom, Ok(Some(2.5)));
}

#[test]
fn the_torch_shines_as_long_as_a_track_lives() {
    let camera = Camera::open("");
    assert_eq!(apply(&camera.track, r#"{"torch":{"exact":true}}"#), Ok(()));
    assert_eq!(control("led_mode"), 2);
    assert_eq!(camera.track.settings().boolean(Property::Torch), Some(true));
    assert_eq!(apply(&camera.track, r#"{"zoom":2}"#), Ok(()));
    assert_eq!(control("led_mode"), 2, "nobody asked for the dark");
    camera.track.stop();
    eventually("the torch is out", || control("led_mode") == 0);
    assert_eq!(
        control("zoom_absolute"),
        200,
        "the rest stays, as in browsers"
    );
}

#[test]
fn wishes_of_the_first_request_are_set() {
    let camera = Camera::open(r#","zoom":2.5,"exposureMode":"manual""#);
    assert_eq!(control("zoom_absolute"), 250);
    assert_eq!(control("auto_exposure"), 1);
    assert_eq!(number(&camera.track, Property::Zoom), Some(2.5));
}

/// The frames that follow one another show that nothing was interrupted.
#[test]
fn no_frame_is_lost_by_a_zoom() {
    let _alone = alone();
    REST.iter()
        .for_each(|(name, value)| set_control(name, *value));
    let play = Play::start(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"frameRate\":{\"exact\":30},\"width\":640,\"height\":480}" ! queue max-size-buffers=0 max-size-time=0 max-size-bytes=0 ! appsink name=sink sync=false"#,
    );
    let mut last = play.sample("sink").buffer().and_then(|b| b.pts());
    let track: MediaStreamTrack = play.element("s").property("track");
    let before = opens();
    for frame in 0..30 {
        if frame == 10 {
            assert_eq!(apply(&track, r#"{"zoom":{"exact":2}}"#), Ok(()));
        }
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("a buffer");
        assert!(!buffer.flags().contains(gst::BufferFlags::GAP), "{frame}");
        assert!(buffer.pts() > last, "{frame}");
        last = buffer.pts();
    }
    assert_eq!(control("zoom_absolute"), 200);
    assert_eq!(opens(), before);
}
