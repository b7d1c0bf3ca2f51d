//! Gain control and noise suppression: done to the sound of a microphone for all its tracks while one
//! wants it, and to nobody's sound else (#102, #113, #119, #205).

mod common;
#[path = "common/sound.rs"]
mod sound;

use common::{Play, alone, eventually, fake, promised};
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::media::MediaStreamTrack;
use sound::{TONE, contiguous, loudness};

const SECOND: gst::ClockTime = gst::ClockTime::SECOND;
const PROCESSING: [&str; 2] = ["autoGainControl", "noiseSuppression"];

/// A pipeline on a microphone, and its track.
fn listen(constraints: &str) -> (Play, MediaStreamTrack) {
    let constraints = constraints.replace('"', "\\\"");
    let play = Play::start(&format!(
        "mediatrackaudiosrc name=s constraints=\"{constraints}\" ! appsink name=sink sync=false"
    ));
    play.sample("sink");
    let track = play.element("s").property("track");
    (play, track)
}

fn apply(track: &MediaStreamTrack, json: &str) -> Option<gst::Structure> {
    promised(track, "apply-constraints", &[&json])
        .get("error")
        .ok()
}

/// A track that nobody plays.
fn another(json: &str) -> MediaStreamTrack {
    let tracks = common::user_media(json).get_audio_tracks();
    tracks.into_iter().next().expect("a track")
}

fn setting(track: &MediaStreamTrack, name: &str) -> Option<bool> {
    structure::settings(&track.settings()).get(name).ok()
}

fn opens() -> u32 {
    fake("Fake microphone 1").property("opens")
}

/// #113: a tone that lasts is noise to a suppressor, so what it leaves is far quieter.
#[test]
fn noise_suppression_is_heard() {
    let _alone = alone();
    let (play, track) = listen(r#"{"noiseSuppression":true}"#);
    assert_eq!(setting(&track, "noiseSuppression"), Some(true));
    assert_eq!(setting(&track, "autoGainControl"), Some(false));
    contiguous(&play, "sink", SECOND);
    eventually("the tone is suppressed", || {
        loudness(&play.sample("sink")) < TONE - 6.0
    });
}

#[test]
fn gain_control_is_heard() {
    let _alone = alone();
    let (play, track) = listen(r#"{"autoGainControl":{"exact":true}}"#);
    assert_eq!(setting(&track, "autoGainControl"), Some(true));
    assert_eq!(setting(&track, "noiseSuppression"), Some(false));
    eventually("the tone is louder", || {
        loudness(&play.sample("sink")) > TONE + 2.0
    });
}

/// Whatever the microphone's format: it comes out as it went in.
#[test]
fn sound_keeps_its_format_and_its_times() {
    let _alone = alone();
    for (rate, channels) in [(44_100, 2), (48_000, 1), (16_000, 1)] {
        let (play, track) = listen(&format!(
            r#"{{"sampleRate":{rate},"channelCount":{channels},"noiseSuppression":true}}"#
        ));
        assert_eq!(setting(&track, "noiseSuppression"), Some(true), "{rate} Hz");
        let sample = play.sample("sink");
        let info = gst_audio::AudioInfo::from_caps(sample.caps().expect("caps")).expect("sound");
        assert_eq!((info.rate(), info.channels()), (rate, channels));
        let format = match rate {
            16_000 => gst_audio::AudioFormat::F32le,
            _ => gst_audio::AudioFormat::S16le,
        };
        assert_eq!(info.format(), format);
        contiguous(&play, "sink", SECOND);
    }
}

/// Nobody asked: the sound is the microphone's own, to the bit.
#[test]
fn without_constraints_nothing_is_done() {
    let _alone = alone();
    let (play, track) = listen("{}");
    for name in PROCESSING {
        assert_eq!(setting(&track, name), Some(false), "{name}");
    }
    let heard = contiguous(&play, "sink", SECOND);
    assert!((heard - TONE).abs() < 0.1, "{heard} dB");
}

/// #113, #119
#[test]
fn capabilities_say_what_can_be_done() {
    let _alone = alone();
    let (_play, track) = listen("{}");
    let of_track = structure::capabilities(&track.capabilities());
    let values = |name: &str| {
        let list = of_track.get::<gst::Array>(name).expect("a list");
        let values = list.iter().map(|value| value.get::<bool>().expect("one"));
        values.collect::<Vec<_>>()
    };
    for name in PROCESSING {
        assert_eq!(values(name), [true, false], "{name}");
    }
    assert_eq!(values("echoCancellation"), [false]);
    let device = track.property::<gst::glib::Object>("device");
    let of_device = device.emit_by_name::<gst::Structure>("get-capabilities", &[]);
    assert_eq!(of_device, of_track);
}

#[test]
fn it_is_switched_on_and_off_while_playing() {
    let _alone = alone();
    let (play, track) = listen("{}");
    assert_eq!(apply(&track, r#"{"noiseSuppression":true}"#), None);
    assert_eq!(setting(&track, "noiseSuppression"), Some(true));
    eventually("the tone is suppressed", || {
        let heard = loudness(&play.sample("sink"));
        (-60.0..TONE - 6.0).contains(&heard)
    });
    assert_eq!(apply(&track, "{}"), None);
    assert_eq!(setting(&track, "noiseSuppression"), Some(false));
    eventually("the tone is back", || {
        (loudness(&play.sample("sink")) - TONE).abs() < 0.1
    });
}

/// #102, #205: one microphone is processed in one way.
#[test]
fn a_second_track_that_requires_the_opposite_is_refused() {
    let _alone = alone();
    let (first, track) = listen(r#"{"noiseSuppression":{"exact":true}}"#);
    let before = opens();
    let second = another(r#"{"audio":{"channelCount":2}}"#);
    assert_eq!(
        setting(&second, "noiseSuppression"),
        Some(true),
        "one value for all"
    );
    let refused = apply(&second, r#"{"noiseSuppression":{"exact":false}}"#).expect("refused");
    assert_eq!(
        refused.get::<String>("name").as_deref(),
        Ok("OverconstrainedError")
    );
    assert_eq!(
        refused.get::<String>("constraint").as_deref(),
        Ok("noiseSuppression")
    );
    // A wish is met as far as it can be.
    assert_eq!(apply(&second, r#"{"noiseSuppression":false}"#), None);
    assert_eq!(setting(&second, "noiseSuppression"), Some(true));
    assert_eq!(setting(&track, "noiseSuppression"), Some(true));
    assert_eq!(opens(), before, "nobody was interrupted");
    contiguous(&first, "sink", SECOND);
    second.stop();
}

/// Who shares a microphone and does not mind takes it as it is.
#[test]
fn a_clone_interrupts_nobody() {
    let _alone = alone();
    let (play, track) = listen(r#"{"noiseSuppression":true}"#);
    let other = another(r#"{"audio":{"channelCount":2}}"#);
    track.clone_track().stop();
    // From here on nobody asks for it.
    assert_eq!(apply(&track, "{}"), None);
    let before = opens();
    let clone = other.clone_track();
    assert_eq!(setting(&clone, "noiseSuppression"), Some(true));
    assert_eq!(opens(), before, "the microphone was not opened again");
    contiguous(&play, "sink", SECOND);
    clone.stop();
    other.stop();
}
