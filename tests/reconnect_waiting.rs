//! What is written to an element, or done with it, while it waits for a lost device.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle, threads, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// A pipeline that has lost its device.
struct Waiting {
    play: Play,
    healthy: Option<Healthy>,
    device: gst::Device,
    lost: MediaStreamTrack,
}

impl Waiting {
    fn begin(device: &str, line: &str) -> Self {
        let device = fake(device);
        let (play, healthy) = Healthy::start(&format!("{line} ! appsink name=sink sync=false"));
        play.sample("sink");
        let source = play.element("s");
        let track = || source.property::<Option<MediaStreamTrack>>("track");
        eventually("a track plays", || track().is_some());
        let lost = track().expect("just seen");
        device.emit_by_name::<()>("unplug", &[]);
        play.track_event("ended");
        Self {
            play,
            healthy: Some(healthy),
            device,
            lost,
        }
    }

    fn camera(on_ended: &str) -> Self {
        Self::begin(
            "Fake camera 2",
            &format!(
                r#"mediatrackvideosrc name=s on-ended={on_ended} constraints="{{\"facingMode\":{{\"exact\":\"environment\"}}}}""#
            ),
        )
    }

    fn microphone() -> Self {
        Self::begin(
            "Fake microphone 1",
            r#"mediatrackaudiosrc name=s on-ended=reconnect constraints="{\"channelCount\":{\"exact\":2}}""#,
        )
    }

    fn source(&self) -> gst::Element {
        self.play.element("s")
    }

    fn stat(&self, name: &str) -> u64 {
        let stats: gst::Structure = self.source().property("stats");
        stats.get(name).expect("counted")
    }

    fn is_tried(&self) {
        eventually("it is asked for again", || {
            self.stat("reconnect-attempts") > 0
        });
    }

    fn plug(&self) {
        self.device.emit_by_name::<()>("plug", &[]);
    }

    fn successor(&self) -> MediaStreamTrack {
        eventually("another track plays", || {
            let playing: MediaStreamTrack = self.source().property("track");
            playing != self.lost && playing.lost().is_none()
        });
        self.source().property("track")
    }

    /// The next buffer that a device filled.
    fn live(&self) -> gst::Sample {
        loop {
            let sample = self.play.sample("sink");
            let flags = sample.buffer().expect("one").flags();
            if !flags.contains(gst::BufferFlags::GAP) {
                return sample;
            }
        }
    }

    fn check(mut self) {
        self.healthy.take().expect("not yet checked").check();
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.plug();
        settle();
        let _ = self.play.pipeline.set_state(gst::State::Null);
    }
}

#[test]
fn constraints_are_those_of_the_next_track() {
    let _alone = alone();
    let camera =
        r#"{"facingMode":{"exact":"environment"},"width":{"exact":320},"height":{"exact":240}}"#;
    let microphone = r#"{"channelCount":{"exact":2},"sampleRate":{"exact":44100}}"#;
    type Begin = fn() -> Waiting;
    let cases: [(Begin, _, _, _); 2] = [
        (|| Waiting::camera("reconnect"), camera, "width", 320),
        (Waiting::microphone, microphone, "rate", 44_100),
    ];
    for (begin, wish, field, value) in cases {
        let waiting = begin();
        waiting.is_tried();
        waiting.source().set_property("constraints", wish);
        waiting.plug();
        let found = waiting.successor();
        assert_eq!(found.constraints().to_json(), wish);
        loop {
            let sample = waiting.live();
            let structure = sample.caps().expect("some").structure(0).expect("one");
            if structure.get::<i32>(field) == Ok(value) {
                break;
            }
        }
        waiting.check();
    }
}

/// Nobody waits yet when they are written; they are kept.
#[test]
fn constraints_written_before_anybody_waits_count_as_well() {
    let _alone = alone();
    let waiting = Waiting::camera("zero");
    let wish = r#"{"facingMode":{"exact":"environment"},"width":{"exact":640}}"#;
    waiting.source().set_property("constraints", wish);
    waiting
        .source()
        .set_property_from_str("on-ended", "reconnect");
    waiting.is_tried();
    waiting.plug();
    assert_eq!(waiting.successor().constraints().to_json(), wish);
    waiting.check();
}

#[test]
fn a_track_that_is_written_is_played() {
    let _alone = alone();
    let waiting = Waiting::camera("reconnect");
    waiting.is_tried();
    let stream = user_media(r#"{"video":true}"#);
    let other = stream.get_tracks().remove(0);
    waiting.source().set_property("track", &other);
    assert_eq!(waiting.successor(), other);
    waiting.live();
    assert_eq!(waiting.stat("reconnects"), 0, "that was no return");
    // The lost one is not waited for any more.
    waiting.plug();
    waiting.live();
    assert_eq!(
        waiting.source().property::<MediaStreamTrack>("track"),
        other
    );
    waiting.check();
    other.stop();
}

/// Asking for "any" is what it does already: a device that is not there is no error of the pipeline.
#[test]
fn no_track_that_is_written_goes_on_waiting() {
    let _alone = alone();
    let waiting = Waiting::camera("reconnect");
    waiting.is_tried();
    waiting
        .source()
        .set_property("track", None::<MediaStreamTrack>);
    waiting.plug();
    assert_ne!(waiting.successor(), waiting.lost);
    waiting.check();
}

#[test]
fn whoever_does_not_want_it_any_more_gets_black() {
    let _alone = alone();
    let waiting = Waiting::camera("reconnect");
    waiting.is_tried();
    waiting.source().set_property_from_str("on-ended", "zero");
    nobody_waits();
    waiting.plug();
    let is_black = || {
        let sample = waiting.play.sample("sink");
        sample
            .buffer()
            .expect("one")
            .flags()
            .contains(gst::BufferFlags::GAP)
    };
    while !is_black() {}
    for _ in 0..40 {
        assert!(is_black());
    }
    waiting
        .source()
        .set_property_from_str("on-ended", "reconnect");
    assert_ne!(waiting.successor(), waiting.lost);
    waiting.check();
}

#[test]
fn stopping_does_not_wait() {
    let _alone = alone();
    for begin in [|| Waiting::camera("reconnect"), Waiting::microphone] {
        let waiting = begin();
        waiting.is_tried();
        waiting
            .play
            .pipeline
            .set_state(gst::State::Null)
            .expect("accepted");
        nobody_waits();
        waiting.plug();
        assert_eq!(waiting.stat("reconnects"), 0);
    }
}

/// The thread that asks for the device has ended.
fn nobody_waits() {
    eventually("nobody waits for the device", || {
        !threads().contains(&"mediastream-job".to_owned())
    });
}
