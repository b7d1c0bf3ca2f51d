//! A real V4L2 driver: what constraints and downstream caps ask for is what comes, from native,
//! cropped, scaled and decimated modes; one device for several pipelines.
//!
//! Runs in: scripts/rig/run --drivers vivid --timeout 900

#[path = "../common/mod.rs"]
mod common;

use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::media::MediaStreamTrack;

/// What is asked for, and what has to come: width, height, frames a second, `resizeMode`.
type Row = (&'static str, &'static str, (u32, u32, f64), &'static str);

/// Over this much media time frames are counted.
const WINDOW: gst::ClockTime = gst::ClockTime::from_seconds(10);

#[rustfmt::skip]
const ROWS: [Row; 22] = [
    // Native modes.
    (r#"{"width":640,"height":480,"frameRate":{"exact":30}}"#, "", (640, 480, 30.0), ""),
    (r#"{"width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":30},"resizeMode":{"exact":"none"}}"#, "", (320, 180, 30.0), "none"),
    (r#"{"width":{"exact":640},"height":{"exact":360},"frameRate":{"exact":15},"resizeMode":{"exact":"none"}}"#, "", (640, 360, 15.0), "none"),
    (r#"{"width":{"exact":1280},"height":{"exact":720},"frameRate":{"exact":25},"resizeMode":{"exact":"none"}}"#, "", (1280, 720, 25.0), "none"),
    (r#"{"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":5},"resizeMode":{"exact":"none"}}"#, "", (640, 480, 5.0), "none"),
    (r#"{"width":{"exact":1920},"height":{"exact":1080},"frameRate":{"max":10}}"#, "", (1920, 1080, 10.0), ""),
    // Scaled.
    (r#"{"width":{"exact":160},"height":{"exact":120},"frameRate":{"exact":15}}"#, "", (160, 120, 15.0), "crop-and-scale"),
    (r#"{"width":{"exact":213},"height":{"exact":120},"frameRate":{"exact":10}}"#, "", (213, 120, 10.0), "crop-and-scale"),
    (r#"{"width":{"exact":800},"height":{"exact":450},"frameRate":{"exact":15}}"#, "", (800, 450, 15.0), "crop-and-scale"),
    // Cropped to another aspect ratio.
    (r#"{"aspectRatio":{"exact":1},"width":{"exact":240},"frameRate":{"exact":15}}"#, "", (240, 240, 15.0), "crop-and-scale"),
    (r#"{"width":{"exact":480},"height":{"exact":640},"frameRate":{"exact":10}}"#, "", (480, 640, 10.0), "crop-and-scale"),
    (r#"{"width":{"exact":720},"height":{"exact":480},"frameRate":{"exact":10}}"#, "", (720, 480, 10.0), "crop-and-scale"),
    (r#"{"width":{"exact":1},"height":{"exact":1},"frameRate":{"exact":5}}"#, "", (1, 1, 5.0), "crop-and-scale"),
    // Rates that vivid does not have.
    (r#"{"width":640,"height":480,"frameRate":{"exact":20}}"#, "", (640, 480, 20.0), "crop-and-scale"),
    (r#"{"width":640,"height":480,"frameRate":{"exact":7.5}}"#, "", (640, 480, 7.5), "crop-and-scale"),
    (r#"{"width":{"exact":200},"height":{"exact":150},"frameRate":{"exact":6}}"#, "", (200, 150, 6.0), "crop-and-scale"),
    (r#"{"width":640,"height":480,"frameRate":{"min":8,"max":12}}"#, "", (640, 480, 10.0), ""),
    // What the consumer's caps ask for.
    (r#"{"width":1280,"height":720}"#, "video/x-raw,framerate=15/1", (1280, 720, 15.0), ""),
    ("true", "video/x-raw,format=I420,width=300,height=200,framerate=15/1", (300, 200, 15.0), "crop-and-scale"),
    ("true", "video/x-raw,format=NV12,width=640,height=480,framerate=30/1", (640, 480, 30.0), ""),
    (r#"{"frameRate":10}"#, "video/x-raw,width=[300,400],height=[200,300]", (320, 240, 10.0), "none"),
    (r#"{"width":{"max":352}}"#, "video/x-raw,format=RGB,height=288,framerate=10/1", (352, 288, 10.0), "crop-and-scale"),
];

/// Frames within the window, after the first.
fn count(play: &Play) -> u32 {
    let pts = |sample: &gst::Sample| sample.buffer().and_then(|b| b.pts()).expect("a time");
    let first = pts(&play.sample("sink"));
    let mut frames = 0;
    loop {
        if pts(&play.sample("sink")) >= first + WINDOW {
            return frames + 1;
        }
        frames += 1;
    }
}

#[test]
fn what_is_asked_for_is_what_comes() {
    let mut wrong = Vec::new();
    for (constraints, caps, (width, height, rate), resize_mode) in ROWS {
        let caps = if caps.is_empty() { "video/x-raw" } else { caps };
        let play = Play::parse(&format!(
            "mediatrackvideosrc name=s ! {caps} ! appsink name=sink"
        ));
        play.element("s").set_property("constraints", constraints);
        play.play();
        let first = play.sample("sink");
        let got = gst_video::VideoInfo::from_caps(first.caps().expect("caps")).expect("video");
        let fps = f64::from(got.fps().numer()) / f64::from(got.fps().denom());
        let track: MediaStreamTrack = play.element("s").property("track");
        let settings = structure::settings(&track.settings());
        let frames = count(&play);
        println!(
            "{constraints} ! {caps}: {}x{} at {fps}, {frames} frames, {settings}",
            got.width(),
            got.height()
        );
        let due = rate * f64::from(u32::try_from(WINDOW.seconds()).expect("small"));
        let enough = (f64::from(frames) - due).abs() <= (due / 10.0).max(2.0);
        let as_asked = (got.width(), got.height()) == (width, height) && (fps - rate).abs() < 0.01;
        let as_said = settings.get("width") == Ok(width)
            && settings.get("height") == Ok(height)
            && settings
                .get::<f64>("frameRate")
                .is_ok_and(|said| (said - rate).abs() < 0.01);
        let labelled = resize_mode.is_empty()
            || settings.get::<String>("resizeMode").as_deref() == Ok(resize_mode);
        if !(enough && as_asked && as_said && labelled) {
            wrong.push(format!(
                "{constraints} ! {caps}: {frames} frames of {}x{} at {fps}, {settings}",
                got.width(),
                got.height()
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// File descriptors of this process on V4L2 nodes. v4l2src has two for one open: its buffer pool keeps
/// a duplicate.
fn open_nodes() -> usize {
    let entries = std::fs::read_dir("/proc/self/fd").expect("proc is mounted");
    let links = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    links
        .filter(|link| link.to_string_lossy().starts_with("/dev/video"))
        .count()
}

#[test]
fn two_pipelines_share_one_device_and_the_second_closes_it() {
    let start = |constraints: &str| {
        let play =
            Play::parse("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
        play.element("s").set_property("constraints", constraints);
        play.play();
        let sample = play.sample("sink");
        let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
        (play, (info.width(), info.height(), info.fps()))
    };
    let (first, large) =
        start(r#"{"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":30}}"#);
    let device = std::env::var("RIG_VIVID").expect("run this in scripts/rig/run");
    let once = open_nodes();
    assert!(once > 0);
    assert!(!takes_a_format(&device), "in use");
    let (second, small) =
        start(r#"{"width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":10}}"#);
    assert_eq!(large, (640, 480, gst::Fraction::new(30, 1)));
    assert_eq!(small, (320, 180, gst::Fraction::new(10, 1)));
    assert_eq!(open_nodes(), once, "opened once for both");
    drop(first);
    for _ in 0..10 {
        second.sample("sink");
    }
    assert_eq!(open_nodes(), once, "open for the second");
    drop(second);
    // Not by the descriptors: v4l2src 1.22 leaves its buffer pool, and the pool's duplicate, behind
    // whoever uses it. The driver knows: it takes a format from others only when nobody has buffers.
    eventually("closed with the second", || takes_a_format(&device));
}

/// Whether the driver lets another process set a format; it is busy for as long as buffers exist.
fn takes_a_format(device: &str) -> bool {
    let status = std::process::Command::new("v4l2-ctl")
        .args(["-d", device, "--set-fmt-video=width=640,height=360"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    status.expect("v4l2-ctl starts").success()
}
