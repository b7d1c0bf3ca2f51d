//! What PipeWire takes over from the sound card, and what it takes along when it dies.
//!
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;

use std::process::Command;

use common::healthy::Healthy;
use common::rig::{Told, is_muted_for, listed, only, property};
use common::{Play, alone, eventually, threads};
use gst::prelude::*;
use gstmediastream::devices::Api;
use gstmediastream::devices::DeviceKind::AudioInput;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackMutedReason as Reason;
use gstmediastream::model::lifecycle::EndReason;

fn run(line: &[&str]) {
    let status = Command::new(line[0]).args(&line[1..]).status();
    assert!(status.expect("it is installed").success(), "{line:?}");
}

fn rig(arguments: &[&str]) {
    let script = std::env::var("RIG_PIPEWIRE").expect("run this in the rig");
    run(&[&[script.as_str()], arguments].concat());
}

fn amixer(setting: &str) {
    run(&["amixer", "-q", "-c", "Camera", "sset", "Mic", setting]);
}

fn play() -> (Play, Healthy) {
    Healthy::beside("auto");
    let constraints = property(&only(&listed(AudioInput, "Rig Camera"), ""));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackaudiosrc name=s {constraints} ! appsink name=sink drop=true max-buffers=1"
    ));
    play.sample("sink");
    let track: MediaStreamTrack = play.element("s").property("track");
    let device = track.source_device().expect("a device");
    assert_eq!(device.preferred().map(|node| node.api), Some(Api::PipeWire));
    (play, healthy)
}

#[test]
fn the_switch_of_the_card_is_told_once() {
    let _alone = alone();
    let (play, healthy) = play();
    let track: MediaStreamTrack = play.element("s").property("track");
    let told = Told::of(&track);
    // A second pair, so that anything too much of the first would be among these.
    for _ in 0..2 {
        amixer("nocap");
        is_muted_for(&track, Reason::System);
        amixer("cap");
        is_muted_for(&track, Reason::None);
    }
    healthy.check();
    // Events come in order: this one is behind all others.
    track.end(EndReason::Revoked);
    told.wait("ended revoked");
    let told = told.all();
    // A device in software stalls on a busy machine: that is told as well, and then the switch is no event as long as
    // it lasts.
    let count = |line| told.iter().filter(|told| *told == line).count();
    let (switched, stalled) = (count("mute system"), count("mute stalled"));
    assert!(switched <= 2 && switched + stalled >= 2, "{told:?}");
    // A stall may last until the end.
    let unmuted = count("unmute");
    assert!(
        unmuted == switched + stalled
            || told.ends_with(&["mute stalled".into(), "ended revoked".into()]),
        "{told:?}"
    );
}

#[test]
fn after_a_daemon_that_died_the_next_one_is_watched() {
    let _alone = alone();
    let (first, healthy) = play();
    rig(&["signal", "daemon", "KILL"]);
    healthy.check();
    drop(first);
    eventually("the connection is gone", || {
        !threads().iter().any(|name| name == "mediastream-pw")
    });
    rig(&["start", "daemon"]);
    rig(&["start", "wireplumber"]);
    rig(&["node", "alsa_input"]);
    let registry = gstmediastream::devices::Registry::shared().expect("the list");
    eventually("the microphone is listed as PipeWire's again", || {
        let devices = registry.devices();
        let mut nodes = devices.iter().filter_map(|device| {
            let is_microphone = device.kind == AudioInput;
            device.preferred().filter(|_| is_microphone)
        });
        nodes.any(|node| node.api == Api::PipeWire)
    });
    let (second, healthy) = play();
    run(&["wpctl", "set-mute", "@DEFAULT_AUDIO_SOURCE@", "1"]);
    second.track_event("mute");
    run(&["wpctl", "set-mute", "@DEFAULT_AUDIO_SOURCE@", "0"]);
    second.track_event("unmute");
    healthy.check();
}
