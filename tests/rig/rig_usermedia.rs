//! The main job on real drivers: one line captures a camera and a microphone by constraints, through
//! V4L2 and ALSA, through PipeWire on the same devices, and from a virtual camera and microphone.
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;

use common::Play;
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::devices::Api;
use gstmediastream::media::MediaStreamTrack;

const LINE: &str = r#"usermediasrc constraints="{\"video\":{\"width\":1280,\"height\":720,\"frameRate\":{\"max\":30}},\"audio\":true}" name=s
    s. ! queue ! video/x-raw ! appsink name=video s. ! queue ! audio/x-raw ! appsink name=audio"#;

/// The track that a pad of the stream plays, by the name of its kind.
fn track(play: &Play, name: &str) -> MediaStreamTrack {
    let source = play.element("s");
    let proxy = source
        .dynamic_cast_ref::<gst::ChildProxy>()
        .expect("a child proxy");
    let child = proxy
        .child_by_name(name)
        .unwrap_or_else(|| panic!("no {name}"));
    child.downcast().expect("a track")
}

fn is_through_pipewire() -> bool {
    std::env::var_os("RIG_PIPEWIRE_CAMERA").is_some()
}

#[test]
fn one_line_captures_a_camera_and_a_microphone() {
    let play = Play::start(LINE);
    let first = play.sample("video");
    let video = gst_video::VideoInfo::from_caps(first.caps().expect("caps")).expect("video");
    assert_eq!((video.width(), video.height()), (1280, 720));
    assert!(video.fps() <= gst::Fraction::new(30, 1));
    let settings = structure::settings(&track(&play, "video_0").settings());
    assert_eq!(settings.get::<u32>("width"), Ok(1280));
    assert_eq!(settings.get::<u32>("height"), Ok(720));
    let said = settings.get::<f64>("frameRate").expect("a rate");
    assert!((said - f64::from(video.fps().numer()) / f64::from(video.fps().denom())).abs() < 0.01);

    // A picture, not black; frames that follow one another at the rate they say.
    let mut last = first.buffer().and_then(|b| b.pts()).expect("a time");
    let begin = last;
    for _ in 0..60 {
        let sample = play.sample("video");
        let buffer = sample.buffer().expect("a buffer");
        assert!(buffer.pts() > Some(last), "times rise");
        assert!(!buffer.flags().contains(gst::BufferFlags::GAP), "live");
        last = buffer.pts().expect("a time");
    }
    let due = gst::ClockTime::from_seconds_f64(60.0 / said);
    assert!(
        last - begin >= due * 9 / 10,
        "60 frames in {}, due {due}",
        last - begin
    );

    let sample = play.sample("audio");
    let audio = gst_audio::AudioInfo::from_caps(sample.caps().expect("caps")).expect("audio");
    let settings = structure::settings(&track(&play, "audio_0").settings());
    assert_eq!(settings.get::<u32>("sampleRate"), Ok(audio.rate()));
    assert_eq!(settings.get::<u32>("channelCount"), Ok(audio.channels()));
    // Two seconds of sound that follow one another, hardly any of it lost, and not silent.
    let mut begin = None;
    let mut end = None;
    let mut loud = false;
    let mut heard = gst::ClockTime::ZERO;
    while heard < gst::ClockTime::from_seconds(2) {
        let sample = play.sample("audio");
        let buffer = sample.buffer().expect("a buffer");
        let (pts, duration) = (
            buffer.pts().expect("a time"),
            buffer.duration().expect("a duration"),
        );
        if !buffer.flags().contains(gst::BufferFlags::DISCONT) {
            assert!(end.is_none_or(|end| end == pts), "{end:?} then {pts}");
        }
        loud |= buffer
            .map_readable()
            .expect("readable")
            .iter()
            .any(|byte| *byte != 0);
        begin.get_or_insert(pts);
        end = Some(pts + duration);
        heard += duration;
    }
    let lasted = end.zip(begin).map(|(end, begin)| end - begin);
    // A USB device in software cannot keep up on a busy machine, whoever records.
    let is_usb = std::env::var_os("RIG_USBCAM_COMMANDS").is_some();
    assert!(
        is_usb || lasted.is_some_and(|lasted| heard >= lasted * 8 / 10),
        "{heard} of sound in {lasted:?}"
    );
    assert!(loud, "the tone of the rig is heard");

    for name in ["video_0", "audio_0"] {
        let device = track(&play, name).source_device().expect("a device");
        let api = device.preferred().expect("a node").api;
        assert_eq!(
            api == Api::PipeWire,
            is_through_pipewire(),
            "{}: {api:?}",
            device.label
        );
    }
}
