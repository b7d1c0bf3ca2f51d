//! What PipeWire takes over from the sound card, and what it takes along when it dies.
//!
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;

use std::process::Command;

use common::healthy::Healthy;
use common::rig::{listed, only, property};
use common::{Play, alone, eventually, threads};
use gst::prelude::*;
use gstmediastream::devices::Api;
use gstmediastream::devices::DeviceKind::AudioInput;
use gstmediastream::media::MediaStreamTrack;

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
    let (sender, events) = std::sync::mpsc::channel();
    for event in ["mute", "unmute"] {
        let sender = sender.clone();
        track.connect(event, false, move |_| {
            let _ = sender.send(event);
            None
        });
    }
    amixer("nocap");
    let mute = play.track_event("mute");
    assert_eq!(mute.get::<String>("reason").as_deref(), Ok("system"));
    amixer("cap");
    play.track_event("unmute");
    // A second pair, so that anything too much of the first would be among these.
    amixer("nocap");
    play.track_event("mute");
    amixer("cap");
    play.track_event("unmute");
    let told: Vec<_> = (0..4).map(|_| events.recv().expect("told")).collect();
    assert_eq!(told, ["mute", "unmute", "mute", "unmute"]);
    healthy.check();
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
