//! A device of `usermediasrc` is lost: its track ends once, its pad does what `on-ended` says, and the
//! other track goes on.

mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};

use common::{Play, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

const BOTH: &str = "usermediasrc name=s s.video_0 ! queue ! appsink name=video sync=false \
                    s.audio_0 ! queue ! appsink name=audio sync=false";

/// The camera that the tests of this file lose, one at a time. Plugged in again however they end.
struct Camera {
    device: gst::Device,
    _alone: MutexGuard<'static, ()>,
}

impl Camera {
    fn take() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Self {
            _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
            device: fake("Fake camera 1"),
        }
    }

    fn unplug(&self) {
        self.device.emit_by_name::<()>("unplug", &[]);
    }

    fn plug(&self) {
        self.device.emit_by_name::<()>("plug", &[]);
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.plug();
        settle();
    }
}

#[test]
fn its_pad_ends_and_the_other_goes_on() {
    let camera = Camera::take();
    let play = Play::start(BOTH);
    play.sample("video");
    let stream: MediaStream = play.element("s").property("stream");
    let lost = stream.get_video_tracks().remove(0);
    camera.unplug();
    let ended = play.track_event("ended");
    assert_eq!(ended.get::<String>("track-id"), Ok(lost.id()));
    assert!(play.ends("video"));
    for _ in 0..20 {
        play.sample("audio");
    }
    assert!(stream.active());
    assert_eq!(
        stream.get_video_tracks(),
        [lost],
        "an ended track stays a member"
    );
    while let Some(message) = play.bus().pop() {
        assert_ne!(message.type_(), gst::MessageType::Error);
        let event = message
            .structure()
            .filter(|s| s.name() == "media-stream-track");
        assert!(event.is_none(), "told once: {event:?}");
    }
}

#[test]
fn taken_again_it_is_another_track_of_the_same_stream() {
    let camera = Camera::take();
    let play = Play::parse(BOTH);
    // No other camera serves.
    play.element("s").set_property(
        "constraints",
        r#"{"audio":true,"video":{"width":{"exact":320},"height":{"exact":240},"resizeMode":{"exact":"none"}}}"#,
    );
    play.element("s")
        .set_property_from_str("on-ended", "reconnect");
    play.play();
    play.sample("video");
    let stream: MediaStream = play.element("s").property("stream");
    let lost = stream.get_video_tracks().remove(0);
    camera.unplug();
    play.track_event("ended");
    camera.plug();
    let removed = play.track_event("removetrack");
    assert_eq!(removed.get::<MediaStreamTrack>("track"), Ok(lost.clone()));
    let added: MediaStreamTrack = play.track_event("addtrack").get("track").expect("a track");
    assert_eq!(stream.get_video_tracks(), std::slice::from_ref(&added));
    assert_ne!(added, lost);
    let children = play
        .element("s")
        .dynamic_cast::<gst::ChildProxy>()
        .expect("it is one");
    assert_eq!(
        children.child_by_name("video_0").and_downcast(),
        Some(added.clone())
    );
    let mut live = 0;
    while live < 5 {
        let sample = play.sample("video");
        let flags = sample.buffer().expect("one").flags();
        live += u32::from(!flags.contains(gst::BufferFlags::GAP));
    }
    assert_eq!(play.element("s").num_pads(), 2, "the pads are the same");
    drop(play);
    eventually("nothing stays open", || {
        camera.device.property::<u32>("active") == 0
    });
}
