//! A device element that hangs in a state change: nobody waits for it. The calls of this test come back
//! while it hangs, since what ends that comes after them.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, promised, threads, user_media};
use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::media::{MediaDevices, MediaStreamTrack};

const LINE: &str = r#"mediatrackvideosrc name=s on-ended=zero constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1 async=false"#;
const CAMERA: &str = r#"{"video":{"facingMode":{"exact":"environment"},"width":640}}"#;
const LARGER: &str = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;

fn device() -> gst::Device {
    fake("Fake camera 2")
}

/// Its sources hang in this state change until the guard is dropped.
struct Hang(gst::Device);

impl Hang {
    fn within(what: &str) -> Self {
        let device = device();
        device.emit_by_name::<()>("hang", &[&what]);
        Self(device)
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("hang", &[&""]);
    }
}

fn is_closed() -> bool {
    device().property::<u32>("active") == 0 && !threads().contains(&"mediastream-dev".to_owned())
}

/// A promise, and whether it was answered.
fn promise() -> (gst::Promise, Arc<AtomicBool>) {
    let answered = Arc::new(AtomicBool::new(false));
    let tell = answered.clone();
    let promise = gst::Promise::with_change_func(move |_| tell.store(true, Ordering::SeqCst));
    (promise, answered)
}

fn until_live(play: &Play) {
    let is_black = |sample: gst::Sample| {
        let buffer = sample.buffer().expect("a buffer");
        buffer.flags().contains(gst::BufferFlags::GAP)
    };
    while is_black(play.sample("sink")) {}
}

/// What an application does with a track at any time.
fn use_it(track: &MediaStreamTrack) {
    let _ = (track.settings(), track.capabilities(), track.statistics());
    let _ = (track.muted(), track.ready_state(), track.content_hint());
    let _: gst::Structure = track.emit_by_name("get-settings", &[]);
    track.set_enabled(false);
    track.set_enabled(true);
    track.clone_track().stop();
}

#[test]
fn an_element_is_started_and_stopped_while_its_device_hangs_in_its_start() {
    let _alone = alone();
    for state in ["open", "start", "play"] {
        let hang = Hang::within(state);
        let (play, healthy) = Healthy::start(LINE);
        let source = play.element("s");
        // Not only before the device hangs, but while it does.
        eventually("a thread is in its driver", || {
            threads().contains(&"mediastream-dev".to_owned())
        });
        assert!(source.set_locked_state(true));
        for to in [
            gst::State::Paused,
            gst::State::Playing,
            gst::State::Ready,
            gst::State::Playing,
            gst::State::Null,
        ] {
            let changed = source.set_state(to);
            assert!(changed.is_ok(), "{state}: {to:?}");
            let _: Option<MediaStreamTrack> = source.property("track");
        }
        healthy.goes_on();
        drop(hang);
        healthy.check();
        drop(play);
        eventually("it is closed, when it comes back", is_closed);
    }
}

#[test]
fn a_request_is_refused_in_time_and_another_device_serves_meanwhile() {
    let _alone = alone();
    let (_play, healthy) = Healthy::start("");
    let hang = Hang::within("start");
    let (promise, answered) = promise();
    let devices = MediaDevices::default();
    devices.emit_by_name::<()>("get-user-media", &[&CAMERA, &promise]);
    let other = user_media(r#"{"audio":true}"#);
    assert!(!answered.load(Ordering::SeqCst));
    other.get_tracks().iter().for_each(MediaStreamTrack::stop);
    eventually("it is refused", || answered.load(Ordering::SeqCst));
    let error = promise
        .get_reply()
        .and_then(|r| r.get::<gst::Structure>("error").ok());
    let error = error.expect("it is an error");
    assert_eq!(error.get::<String>("name").as_deref(), Ok("AbortError"));
    let message: String = error.get("message").expect("it has a message");
    assert!(
        message.contains("Fake camera 2") && message.contains("opening"),
        "{message}"
    );
    drop(hang);
    healthy.check();
}

#[test]
fn nobody_waits_for_a_device_that_hangs_in_its_end() {
    let _alone = alone();
    for state in ["pause", "stop", "close"] {
        let (play, healthy) = Healthy::start(LINE);
        until_live(&play);
        let track: MediaStreamTrack = play.element("s").property("track");
        let hang = Hang::within(state);
        let source = play.element("s");
        assert!(source.set_locked_state(true));
        assert!(source.set_state(gst::State::Null).is_ok(), "{state}");
        assert_eq!(track.ready_state(), Ended);
        assert!(track.lost().is_none(), "stopped, not lost");
        assert!(
            threads().contains(&"mediastream-dev".to_owned()),
            "{state}: it hangs"
        );
        healthy.goes_on();
        drop(hang);
        healthy.check();
        drop(play);
        eventually("it is closed, when it comes back", is_closed);
    }
}

/// Both ways: the old mode does not close, or the new one does not open.
#[test]
fn a_change_that_hangs_is_refused_and_everything_else_goes_on() {
    let _alone = alone();
    for state in ["stop", "start"] {
        let (play, healthy) = Healthy::start(LINE);
        until_live(&play);
        let track: MediaStreamTrack = play.element("s").property("track");
        let hang = Hang::within(state);
        let (promise, answered) = promise();
        track.emit_by_name::<()>("apply-constraints", &[&LARGER, &promise]);
        use_it(&track);
        // Black goes on, in the caps in force.
        for _ in 0..10 {
            play.sample("sink");
        }
        assert!(!answered.load(Ordering::SeqCst), "{state}");
        assert_eq!(track.ready_state(), Live, "{state}");
        eventually("it is answered", || answered.load(Ordering::SeqCst));
        healthy.goes_on();
        drop(hang);
        healthy.check();
        drop(play);
        eventually("it is closed, when it comes back", is_closed);
    }
}

#[test]
fn unplugged_while_it_hangs_its_tracks_end() {
    let _alone = alone();
    for state in ["start", "stop"] {
        let (play, healthy) = Healthy::start(LINE);
        until_live(&play);
        let track: MediaStreamTrack = play.element("s").property("track");
        let hang = Hang::within(state);
        let (promise, answered) = promise();
        track.emit_by_name::<()>("apply-constraints", &[&LARGER, &promise]);
        let device = hang.0.clone();
        device.emit_by_name::<()>("unplug", &[]);
        let ended = play.track_event("ended");
        assert_eq!(ended.get::<String>("reason").as_deref(), Ok("unplugged"));
        eventually("it is answered", || answered.load(Ordering::SeqCst));
        healthy.goes_on();
        drop(hang);
        device.emit_by_name::<()>("plug", &[]);
        common::settle();
        healthy.check();
        drop(play);
        eventually("it is closed, when it comes back", is_closed);
    }
}

/// Black for that long is a stall like any other, and is over with the first frames.
#[test]
fn a_restart_that_hangs_is_muted_until_it_delivers() {
    let _alone = alone();
    for state in ["stop", "start"] {
        let (play, healthy) = Healthy::start(LINE);
        until_live(&play);
        let track: MediaStreamTrack = play.element("s").property("track");
        let hang = Hang::within(state);
        device().emit_by_name::<()>("break-stream", &[]);
        let mute = play.track_event("mute");
        assert_eq!(
            mute.get::<String>("reason").as_deref(),
            Ok("stalled"),
            "{state}"
        );
        healthy.goes_on();
        drop(hang);
        play.track_event("unmute");
        until_live(&play);
        assert_eq!(track.ready_state(), Live, "{state}");
        healthy.check();
        drop(play);
        eventually("it is closed", is_closed);
    }
}

/// The element that hangs is left behind: the device can be asked for again, and who is refused because
/// of it is told so.
#[test]
fn the_next_request_does_not_wait_for_ever() {
    let _alone = alone();
    let (play, healthy) = Healthy::start("");
    let hang = Hang::within("stop");
    user_media(CAMERA).get_tracks().remove(0).stop();
    let ask = || promised(&MediaDevices::default(), "get-user-media", &[&CAMERA]);
    // As a driver is that gives its device to one only.
    device().emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
    let refused = ask().get::<gst::Structure>("error");
    device().emit_by_name::<()>("fail-open", &[&""]);
    let message = refused.map(|error| {
        assert_eq!(error.get::<&str>("name"), Ok("NotReadableError"));
        error.get::<String>("message").expect("it has a message")
    });
    let message = message.expect("it is refused");
    assert!(message.contains("has not come back"), "{message}");
    let served = ask();
    assert!(!served.has_field("error"), "{served}");
    assert_eq!(
        device().property::<u32>("active"),
        2,
        "the one that hangs, and the new one"
    );
    drop((served, hang));
    healthy.check();
    drop(play);
    eventually("both are closed", is_closed);
}
