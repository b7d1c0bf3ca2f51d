//! A handler of an event may ask for media and wait, also where the application decides about
//! permissions: nobody waits for the thread that waits.

mod common;

use std::sync::mpsc::channel;

use common::{fake, promised, user_media};
use gst::prelude::*;
use gstmediastream::media::{MediaDevices, MediaStream};

#[test]
fn it_is_asked_and_answered() {
    let microphone = fake("Fake microphone 1");
    let track = user_media(r#"{"audio":{"sampleRate":{"min":44100}}}"#)
        .get_tracks()
        .remove(0);
    let devices = MediaDevices::default();
    let (asked, question) = channel();
    devices.connect("permission-request", false, move |_| {
        let _ = asked.send(());
        Some(true.to_value())
    });
    let (sender, streams) = channel();
    track.connect("mute", false, move |_| {
        let reply = promised(
            &MediaDevices::default(),
            "get-user-media",
            &[&r#"{"video":true}"#],
        );
        let _ = sender.send(reply.get::<MediaStream>("stream").ok());
        None
    });
    microphone.emit_by_name::<()>("set-muted", &[&true]);
    let stream = streams.recv().expect("the handler ends").expect("a stream");
    assert!(question.try_recv().is_ok());
    stream.get_tracks().iter().for_each(|track| track.stop());
    microphone.emit_by_name::<()>("set-muted", &[&false]);
    track.stop();
}
