//! Still pictures and statistics of a real camera: its own JPEG at another size while it streams raw,
//! and what its driver loses.
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;

use std::sync::{Arc, Mutex};

use common::{Play, eventually, promised};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::statistics::{Stats, VideoStats};

fn usbcam(command: &str) {
    let fifo = std::env::var("RIG_USBCAM_COMMANDS").expect("run this in scripts/rig/run");
    std::fs::write(fifo, format!("{command}\n")).expect("the device listens");
}

fn play(constraints: &str, caps: &str) -> (Play, MediaStreamTrack) {
    let play = Play::parse(&format!(
        "mediatrackvideosrc name=s ! {caps} ! appsink name=sink drop=true max-buffers=1"
    ));
    play.element("s").set_property("constraints", constraints);
    play.play();
    play.sample("sink");
    let track = play.element("s").property("track");
    (play, track)
}

fn bytes(sample: &gst::Sample) -> Vec<u8> {
    let buffer = sample.buffer().expect("a buffer");
    buffer.map_readable().expect("readable").to_vec()
}

/// The camera's bytes, untouched.
#[track_caller]
fn same(photo: &[u8], picture: &[u8]) {
    let differs = photo.iter().zip(picture).position(|(a, b)| a != b);
    assert!(
        photo == picture,
        "{} and {} bytes, different from {differs:?} on",
        photo.len(),
        picture.len()
    );
}

fn stats(track: &MediaStreamTrack) -> VideoStats {
    match track.statistics() {
        Some(Stats::Video(video)) => video,
        other => panic!("{other:?}"),
    }
}

/// The camera has 1280x720 as JPEG only, and the same picture every time.
const HD: &str = r#"{"width":{"exact":1280},"height":{"exact":720},"resizeMode":{"exact":"none"}}"#;
const VGA: &str = r#"{"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":30},"resizeMode":{"exact":"none"}}"#;

/// #186, #197
#[test]
fn a_photo_is_the_cameras_own_jpeg_and_the_stream_comes_back() {
    let (jpeg, own) = play(HD, "image/jpeg");
    // In the middle of a JPEG stream it is a frame of that.
    let sample = promised(&own, "take-photo", &[&"{}"]);
    let sample: gst::Sample = sample.get("sample").expect("a photo");
    let picture = bytes(&jpeg.sample("sink"));
    same(&bytes(&sample), &picture);
    drop(jpeg);

    let (raw, track) = play(VGA, "video/x-raw");
    let caps = raw.sample("sink").caps_owned();
    let told = Arc::new(Mutex::new(Vec::new()));
    for event in ["mute", "unmute", "configurationchange", "ended"] {
        let told = told.clone();
        track.connect(event, false, move |_| {
            told.lock().expect("not poisoned").push(event);
            None
        });
    }
    for round in 1..=3 {
        let reply = promised(&track, "take-photo", &[&r#"{"imageWidth":1300}"#]);
        let photo: gst::Sample = reply.get("sample").unwrap_or_else(|_| panic!("{reply}"));
        same(&bytes(&photo), &picture);
        eventually("muted and unmuted", || {
            told.lock().expect("not poisoned").len() == 2 * round
        });
    }
    assert_eq!(
        *told.lock().expect("not poisoned"),
        ["mute", "unmute"].repeat(3)
    );
    for _ in 0..30 {
        assert_eq!(raw.sample("sink").caps_owned(), caps);
    }
    assert!(!track.property::<bool>("muted"));
}

#[test]
fn a_frame_is_grabbed_beside_the_stream() {
    let (play, track) = play(VGA, "video/x-raw");
    let before = stats(&track).total_frames;
    for _ in 0..5 {
        let reply = promised(&track, "grab-frame", &[]);
        let frame: gst::Sample = reply.get("sample").unwrap_or_else(|_| panic!("{reply}"));
        let info = gst_video::VideoInfo::from_caps(frame.caps().expect("caps")).expect("raw");
        assert_eq!((info.width(), info.height()), (640, 480));
        play.sample("sink");
    }
    assert!(stats(&track).total_frames > before);
}

/// #190, #191: two tracks of one device, at its rate and at a quarter of it. Whatever the driver loses,
/// both lose it: what the slow one has less is discarded.
#[test]
fn a_lower_rate_discards_and_a_bad_frame_is_lost() {
    let slow = VGA.replace("30", "7.5").replace("none", "crop-and-scale");
    let [fast, slow] = [VGA, slow.as_str()].map(|video| {
        let stream = common::user_media(&format!(r#"{{"video":{video}}}"#));
        stream.get_video_tracks().remove(0)
    });
    let read = || (stats(&fast), stats(&slow));
    let begin = read();
    eventually("a hundred frames", || {
        stats(&slow).total_frames >= begin.1.total_frames + 100
    });
    let end = read();
    let since = |of: fn(&VideoStats) -> u64| (of(&end.0) - of(&begin.0), of(&end.1) - of(&begin.1));
    let (total, delivered) = (since(|s| s.total_frames), since(|s| s.delivered_frames));
    let discarded = since(|s| s.discarded_frames);
    // Both are read one after the other while frames come.
    let near = |a: u64, b: u64| assert!(a.abs_diff(b) <= 4, "{begin:?} {end:?}");
    near(total.0, total.1);
    near(delivered.0, delivered.1 + discarded.1);
    assert_eq!(discarded.0, 0);
    assert!(discarded.1 > 0 && delivered.1 > 0, "{end:?}");
    let lost =
        |stats: VideoStats| stats.total_frames - stats.delivered_frames - stats.discarded_frames;
    usbcam("video corrupt 5");
    eventually("five frames lost", || lost(stats(&slow)) >= lost(end.1) + 5);
    fast.stop();
    slow.stop();
}
