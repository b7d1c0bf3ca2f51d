//! `enabled = false` shows from the next buffer on: black or silence in the caps in force, without a
//! gap in time (#24, #25, #26, #27, #29, #30, #31).

mod common;

use std::sync::{Arc, Mutex};

use common::Play;
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Ended;
use gstmediastream::model::constraints::Property;
use gstmediastream::model::lifecycle::EndReason;

/// Whether each buffer was zero information, and its time; and how often caps came.
#[derive(Default)]
struct Seen {
    buffers: Vec<(bool, bool, gst::ClockTime, gst::ClockTime)>,
    caps: u32,
    streams: u32,
    ends: u32,
}

/// Flips `enabled` in the streaming thread after every buffer, so that it is known exactly which
/// buffer is the next.
fn toggle(source: &str, is_zero: fn(&[u8]) -> bool, times: usize) -> Seen {
    let play = Play::parse(&format!(
        "{source} name=s num-buffers={times} ! fakesink sync=false"
    ));
    let seen = Arc::new(Mutex::new(Seen::default()));
    let watched = seen.clone();
    let src = play.element("s");
    let pad = src.static_pad("src").expect("one src pad");
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(mask, move |_, info| {
        let mut seen = watched.lock().expect("not poisoned");
        match info.event().map(|event| event.type_()) {
            Some(gst::EventType::Caps) => seen.caps += 1,
            Some(gst::EventType::StreamStart) => seen.streams += 1,
            Some(gst::EventType::Eos) => seen.ends += 1,
            _ => {}
        }
        if let Some(buffer) = info.buffer() {
            let track: MediaStreamTrack = src.property("track");
            let enabled = track.enabled();
            let zero = is_zero(&buffer.map_readable().expect("system memory"));
            let pts = buffer.pts().expect("a time");
            seen.buffers
                .push((enabled, zero, pts, buffer.duration().expect("a duration")));
            track.set_enabled(!enabled);
        }
        gst::PadProbeReturn::Ok
    });
    play.play();
    play.eos();
    std::mem::take(&mut *seen.lock().expect("not poisoned"))
}

fn check(seen: &Seen, times: usize) {
    assert_eq!(seen.buffers.len(), times);
    assert_eq!(seen.caps, 1, "caps never change");
    assert_eq!(
        (seen.streams, seen.ends),
        (1, 1),
        "#29: one stream to its end"
    );
    for (index, (enabled, zero, pts, _)) in seen.buffers.iter().enumerate() {
        // It was flipped after the buffer before this one.
        assert_eq!(*enabled, index % 2 == 0);
        assert_eq!(*zero, !enabled, "buffer {index} at {pts}");
    }
    for pair in seen.buffers.windows(2) {
        assert!(pair[1].2 > pair[0].2, "{} after {}", pair[1].2, pair[0].2);
    }
}

fn is_black_nv12(frame: &[u8]) -> bool {
    let luma = &frame[..frame.len() * 2 / 3];
    luma.iter().all(|y| *y == 16)
}

#[test]
fn a_thousand_times_video() {
    let constraints = r#"{"facingMode":{"exact":"environment"},"frameRate":60}"#;
    let source = format!("mediatrackvideosrc constraints={constraints:?}");
    let seen = toggle(&source, is_black_nv12, 1000);
    check(&seen, 1000);
    // No gap: what is missing in 1000 frames is less than the readers of a loaded machine lose.
    let first = seen.buffers[0].2;
    let last = seen.buffers[999].2;
    assert!(
        last - first < gst::ClockTime::from_seconds(25),
        "{first} to {last}"
    );
}

#[test]
fn a_thousand_times_audio() {
    let seen = toggle(
        "mediatrackaudiosrc",
        |sound| sound.iter().all(|b| *b == 0),
        1000,
    );
    check(&seen, 1000);
    for pair in seen.buffers.windows(2) {
        assert_eq!(pair[0].2 + pair[0].3, pair[1].2, "sound is contiguous");
    }
}

/// #26, #27: nothing but the output changes.
#[test]
fn nothing_else_changes() {
    let play = Play::start("mediatrackvideosrc name=s ! appsink name=sink");
    play.sample("sink");
    let track: MediaStreamTrack = play.element("s").property("track");
    let clone = track.clone_track();
    let (sender, told) = std::sync::mpsc::channel();
    for event in ["mute", "unmute", "ended", "configurationchange"] {
        let sender = sender.clone();
        track.connect(event, false, move |values| {
            let track: MediaStreamTrack = values[0].get().expect("a track");
            let _ = sender.send((event, track.ready_state()));
            None
        });
    }
    let before = (track.settings(), track.constraints(), track.muted());
    for enabled in [false, true, false] {
        track.set_enabled(enabled);
        play.sample("sink");
        assert_eq!(
            (track.settings(), track.constraints(), track.muted()),
            before,
            "#27"
        );
        assert!(clone.enabled(), "#27");
    }
    track.end(EndReason::Revoked);
    let first = told.recv().expect("it is told");
    assert_eq!(first, ("ended", Ended), "#26: and nothing before it");
    clone.stop();
}

/// #30
#[test]
fn black_has_the_shape_of_the_settings() {
    let play = Play::start(
        r#"mediatrackvideosrc name=s constraints="{\"width\":{\"exact\":500},\"height\":{\"exact\":300},\"frameRate\":{\"exact\":15}}" ! appsink name=sink drop=true max-buffers=1"#,
    );
    play.sample("sink");
    let track: MediaStreamTrack = play.element("s").property("track");
    track.set_enabled(false);
    let mut sample = play.sample("sink");
    while !sample
        .buffer()
        .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP))
    {
        sample = play.sample("sink");
    }
    let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
    let settings = track.settings();
    for (property, value) in [
        (Property::Width, f64::from(info.width())),
        (Property::Height, f64::from(info.height())),
        (Property::FrameRate, f64::from(info.fps().numer())),
    ] {
        assert_eq!(settings.number(property), Some(value), "{property}");
    }
    assert_eq!((info.width(), info.height()), (500, 300));
    assert_eq!(info.fps().denom(), 1);
}
