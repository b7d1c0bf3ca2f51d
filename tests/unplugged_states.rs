//! A device is pulled out while nothing flows from it yet, or no more: while paused, while it starts, while it stops. It
//! ends once or is refused, nobody waits, and the pipeline goes on.

mod common;

use common::healthy::Healthy;
use common::{alone, eventually, fake, promised, settle};
use gst::prelude::*;
use gstmediastream::media::{MediaDevices, MediaStreamTrack};

/// The device under test: its label, a launch line, and the document of a request for it.
const DEVICES: [(&str, &str, &str); 2] = [
    (
        "Fake camera 2",
        r#"mediatrackvideosrc name=s on-ended=zero constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink drop=true max-buffers=1 async=false"#,
        r#"{"video":{"facingMode":{"exact":"environment"}}}"#,
    ),
    (
        "Fake microphone 1",
        r#"mediatrackaudiosrc name=s on-ended=zero constraints="{\"sampleRate\":{\"exact\":48000}}" ! appsink name=sink drop=true max-buffers=1 async=false"#,
        r#"{"audio":{"sampleRate":48000,"channelCount":{"exact":2}}}"#,
    ),
];

/// Out, and in again at the end, however that comes.
struct Unplugged(gst::Device);

impl Unplugged {
    fn now(label: &str) -> Self {
        let device = fake(label);
        device.emit_by_name::<()>("unplug", &[]);
        Self(device)
    }
}

impl Drop for Unplugged {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("hang", &[&""]);
        self.0.emit_by_name::<()>("plug", &[]);
        settle();
    }
}

#[test]
fn while_paused_it_ends_once() {
    let _alone = alone();
    for (label, line, _) in DEVICES {
        let (play, healthy) = Healthy::start(line);
        play.sample("sink");
        let source = play.element("s");
        let track: MediaStreamTrack = source.property("track");
        assert!(source.set_locked_state(true));
        assert!(source.set_state(gst::State::Paused).is_ok());
        let unplugged = Unplugged::now(label);
        let ended = play.track_event("ended");
        assert_eq!(
            ended.get::<String>("reason").as_deref(),
            Ok("unplugged"),
            "{label}"
        );
        assert!(track.lost().is_some());
        assert!(source.set_state(gst::State::Playing).is_ok());
        source.set_locked_state(false);
        healthy.goes_on();
        assert!(
            play.bus()
                .pop_filtered(&[gst::MessageType::Element])
                .is_none(),
            "{label}: once"
        );
        drop(unplugged);
        healthy.check();
    }
}

#[test]
fn while_it_starts_the_request_is_refused() {
    let _alone = alone();
    for (label, _, request) in DEVICES {
        let device = fake(label);
        device.emit_by_name::<()>("hang", &[&"start"]);
        let (play, healthy) = Healthy::start("");
        let (sender, reply) = std::sync::mpsc::channel();
        let document = request.to_owned();
        std::thread::spawn(move || {
            let _ = sender.send(promised(
                &MediaDevices::default(),
                "get-user-media",
                &[&document],
            ));
        });
        eventually("it hangs in its start", || {
            device.property::<u32>("hanging") == 1
        });
        let unplugged = Unplugged::now(label);
        let reply = reply.recv().expect("an answer");
        let error = reply.get::<gst::Structure>("error").expect("it is refused");
        assert_eq!(
            error.get::<&str>("name"),
            Ok("NotFoundError"),
            "{label}: {error}"
        );
        healthy.goes_on();
        drop(unplugged);
        healthy.check();
        drop(play);
    }
}

#[test]
fn while_it_stops_nobody_is_told() {
    let _alone = alone();
    for (label, line, _) in DEVICES {
        let (play, healthy) = Healthy::start(line);
        play.sample("sink");
        let source = play.element("s");
        let track: MediaStreamTrack = source.property("track");
        fake(label).emit_by_name::<()>("hang", &[&"stop"]);
        assert!(source.set_locked_state(true));
        assert!(source.set_state(gst::State::Null).is_ok());
        let unplugged = Unplugged::now(label);
        settle();
        assert!(track.lost().is_none(), "{label}: stopped, not lost");
        healthy.goes_on();
        assert!(
            play.bus()
                .pop_filtered(&[gst::MessageType::Element])
                .is_none(),
            "{label}"
        );
        drop(unplugged);
        healthy.check();
        let device = fake(label);
        eventually("it is closed", || device.property::<u32>("active") == 0);
    }
}
