//! Noise suppression on a sound card: it is opened anew with it, a tone that is played to it is suppressed,
//! and its sound goes on without a gap.
//!
//! Runs in: scripts/rig/run --drivers aloop

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/sound.rs"]
mod sound;

use common::{Play, eventually, promised};
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::devices::{DeviceKind, Registry};
use gstmediastream::media::MediaStreamTrack;
use sound::loudness;

/// Plays a tone into the loop, and listens at its other end.
fn pipelines() -> (Play, Play) {
    let into = std::env::var("RIG_ALOOP_PLAYBACK").expect("run this in scripts/rig/run");
    let player = Play::start(&format!(
        "audiotestsrc volume=0.5 ! audio/x-raw,format=S16LE,rate=48000,channels=2 \
         ! alsasink device={into}"
    ));
    let registry = Registry::shared().expect("the list");
    let microphones = || {
        let devices = registry.devices().into_iter();
        let of_kind = devices.filter(|device| device.kind == DeviceKind::AudioInput);
        of_kind.collect::<Vec<_>>()
    };
    eventually("both ends are listed", || microphones().len() == 2);
    // What is played on the first device is heard on the second.
    let id = &microphones()[1].id;
    let listener = Play::start(&format!(
        r#"mediatrackaudiosrc name=s constraints="{{\"deviceId\":{{\"exact\":\"{id}\"}},\"sampleRate\":48000,\"channelCount\":2}}"
           ! audio/x-raw,format=S16LE ! appsink name=sink sync=false"#
    ));
    (player, listener)
}

/// Two seconds in which every buffer begins where the one before it ended, or says that it does not.
fn listen(play: &Play) {
    let mut end = None;
    let mut heard = gst::ClockTime::ZERO;
    while heard < gst::ClockTime::from_seconds(2) {
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("a buffer");
        let pts = buffer.pts().expect("a time");
        let duration = buffer.duration().expect("a duration");
        if !buffer.flags().contains(gst::BufferFlags::DISCONT) {
            assert!(end.is_none_or(|end| end == pts), "{end:?} then {pts}");
        }
        end = Some(pts + duration);
        heard += duration;
    }
}

/// Waits for a piece of sound that is as loud as that.
fn hear(play: &Play, what: &str, loud: std::ops::Range<f64>) {
    eventually(what, || loud.contains(&loudness(&play.sample("sink"))));
}

#[test]
fn a_tone_is_suppressed_while_it_is_wanted() {
    let (_player, play) = pipelines();
    hear(&play, "the tone is heard", -9.5..-8.5);
    listen(&play);
    let track: MediaStreamTrack = play.element("s").property("track");
    let on = || {
        let settings = structure::settings(&track.settings());
        settings.get::<bool>("noiseSuppression").expect("a setting")
    };
    assert!(!on());
    let same = track.constraints().to_json();
    let with = same.replacen('{', r#"{"noiseSuppression":{"exact":true},"#, 1);
    let reply = promised(&track, "apply-constraints", &[&with]);
    assert!(reply.get::<gst::Structure>("error").is_err(), "{reply}");
    assert!(on());
    // Not silent: that is what it is while the card is opened anew.
    hear(&play, "the tone is suppressed", -60.0..-15.0);
    listen(&play);
    let reply = promised(&track, "apply-constraints", &[&same]);
    assert!(reply.get::<gst::Structure>("error").is_err(), "{reply}");
    assert!(!on());
    hear(&play, "the tone is back", -9.5..-8.5);
}
