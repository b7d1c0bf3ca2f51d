//! A device is lost while it plays: the track ends once, its pad does what `on-ended` says, and the
//! rest of the pipeline goes on, without a loss (#44, #45, #46, #48).

mod common;

use common::healthy::Healthy;
use common::{alone, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

const CAMERA: &str =
    r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}""#;

/// Plugs the device in again however the test ends: the tests of this file share it.
struct Unplugged(gst::Device);

impl Unplugged {
    fn pull(device: &gst::Device) -> Self {
        device.emit_by_name::<()>("unplug", &[]);
        Self(device.clone())
    }
}

impl Drop for Unplugged {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("plug", &[]);
        settle();
    }
}

#[test]
fn the_pad_ends_and_the_microphone_goes_on() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(&format!(
        "{CAMERA} ! appsink name=video mediatrackaudiosrc ! appsink name=audio drop=true max-buffers=1"
    ));
    play.sample("video");
    let track: MediaStreamTrack = play.element("s").property("track");
    let id = track.id();
    let unplugged = Unplugged::pull(&camera);
    let ended = play.track_event("ended");
    assert_eq!(ended.get::<String>("track-id"), Ok(id));
    assert_eq!(ended.get::<String>("kind").as_deref(), Ok("video"));
    assert_eq!(ended.get::<String>("reason").as_deref(), Ok("unplugged"));
    assert!(play.ends("video"), "the pad ended");
    for _ in 0..50 {
        play.sample("audio");
    }
    // Once, and never an error.
    drop(unplugged);
    while let Some(message) = play.bus().pop() {
        assert_ne!(message.type_(), gst::MessageType::Error);
        let again = message
            .structure()
            .is_some_and(|s| s.name() == "media-stream-track");
        assert!(!again, "{message:?}");
    }
    healthy.check();
}

#[test]
fn zero_goes_on_black() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(&format!("{CAMERA} on-ended=zero ! appsink name=video"));
    let mut last = play.sample("video");
    let _unplugged = Unplugged::pull(&camera);
    play.track_event("ended");
    let mut black = 0;
    while black < 30 {
        let next = play.sample("video");
        let (before, after) = (last.buffer().expect("one"), next.buffer().expect("one"));
        assert!(after.pts() > before.pts());
        assert_eq!(last.caps(), next.caps());
        let map = after.map_readable().expect("readable");
        // NV12: the luma comes first.
        black += u32::from(map[..map.len() * 2 / 3].iter().all(|luma| *luma == 16));
        drop(map);
        last = next;
    }
    healthy.check();
}

/// Whoever switched the picture off is not shown because a cable was loose.
#[test]
fn what_was_switched_off_comes_back_switched_off() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(&format!(
        "{CAMERA} on-ended=reconnect ! appsink name=video drop=true max-buffers=1"
    ));
    play.sample("video");
    let source = play.element("s");
    let lost: MediaStreamTrack = source.property("track");
    lost.set_enabled(false);
    let unplugged = Unplugged::pull(&camera);
    play.track_event("ended");
    drop(unplugged);
    eventually("another track plays", || {
        let playing: MediaStreamTrack = source.property("track");
        playing != lost && playing.lost().is_none()
    });
    let found: MediaStreamTrack = source.property("track");
    assert!(!found.enabled());
    assert_eq!(found.constraints(), lost.constraints());
    healthy.check();
}

#[test]
fn reconnect_takes_the_camera_again_as_a_new_track() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let (play, healthy) =
        Healthy::start(&format!("{CAMERA} on-ended=reconnect ! appsink name=video"));
    let before = play.sample("video");
    let source = play.element("s");
    let lost: MediaStreamTrack = source.property("track");
    let unplugged = Unplugged::pull(&camera);
    play.track_event("ended");
    drop(unplugged);
    eventually("another track plays", || {
        let playing: MediaStreamTrack = source.property("track");
        playing != lost && playing.lost().is_none()
    });
    // Frames of the new track, after all that was made meanwhile.
    let mut last = before.buffer().and_then(|b| b.pts());
    let mut live = 0;
    while live < 5 {
        let sample = play.sample("video");
        let buffer = sample.buffer().expect("one");
        assert!(buffer.pts() > last, "times rise across the loss");
        last = buffer.pts();
        live += u32::from(!buffer.flags().contains(gst::BufferFlags::GAP));
    }
    let found: MediaStreamTrack = source.property("track");
    assert_eq!(
        found.source_device().map(|d| d.id.clone()),
        lost.source_device().map(|d| d.id.clone())
    );
    healthy.check();
}
