//! What a real camera and microphone do in the field: they are pulled out and put back, they stall. The
//! pipeline goes on.
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

#[path = "../common/mod.rs"]
mod common;

use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// The USB camera, and not vivid: no other device here has a microphone beside it.
const CAMERA: &str = r#"mediatrackvideosrc name=v constraints="{\"width\":{\"exact\":640},\"height\":{\"exact\":480},\"frameRate\":30,\"advanced\":[{\"groupId\":\"GROUP\"}]}""#;

fn usbcam(command: &str) {
    let fifo = std::env::var("RIG_USBCAM_COMMANDS").expect("run this in scripts/rig/run");
    std::fs::write(fifo, format!("{command}\n")).expect("the device listens");
}

/// The camera's launch line: its group is its microphone's.
fn camera() -> String {
    common::init();
    let registry = gstmediastream::devices::Registry::shared().expect("the list");
    let group = || {
        let devices = registry.devices();
        let kind = |kind| devices.iter().filter(move |d| d.kind == kind);
        use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
        kind(VideoInput)
            .find(|camera| {
                kind(AudioInput).any(|microphone| microphone.group_id == camera.group_id)
            })
            .map(|camera| camera.group_id.clone())
    };
    eventually("the camera and its microphone are one group", || {
        group().is_some()
    });
    CAMERA.replace("GROUP", &group().expect("it was there"))
}

#[test]
fn unplugged_both_tracks_end_once_and_come_back() {
    let play = Play::start(&format!(
        "{} on-ended=reconnect ! appsink name=video drop=true max-buffers=1 \
         mediatrackaudiosrc name=a on-ended=zero ! appsink name=audio drop=true max-buffers=1",
        camera()
    ));
    play.sample("video");
    play.sample("audio");
    let lost: MediaStreamTrack = play.element("v").property("track");
    usbcam("unplug");
    let mut ended: Vec<String> = (0..2)
        .map(|_| {
            let event = play.track_event("ended");
            assert_eq!(event.get::<String>("reason").as_deref(), Ok("unplugged"));
            event.get::<String>("kind").expect("a kind")
        })
        .collect();
    ended.sort();
    assert_eq!(ended, ["audio", "video"], "each once");
    // Black and silence go on; an error would have failed the waits above.
    for _ in 0..30 {
        play.sample("video");
        play.sample("audio");
    }
    usbcam("plug");
    let source = play.element("v");
    eventually("the camera plays again", || {
        let playing: MediaStreamTrack = source.property("track");
        playing != lost && playing.lost().is_none()
    });
    let again: MediaStreamTrack = source.property("track");
    let id = |track: &MediaStreamTrack| track.source_device().map(|device| device.id.clone());
    assert_eq!(id(&again), id(&lost), "the same device");
    while play
        .sample("video")
        .buffer()
        .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP))
    {}
}

#[test]
fn a_stall_is_muted_and_its_end_unmuted() {
    let play = Play::start(&format!(
        "{} ! appsink name=video drop=true max-buffers=1",
        camera()
    ));
    play.sample("video");
    usbcam("video stall");
    let mute = play.track_event("mute");
    usbcam("video run");
    assert_eq!(mute.get::<String>("reason").as_deref(), Ok("stalled"));
    play.track_event("unmute");
}
