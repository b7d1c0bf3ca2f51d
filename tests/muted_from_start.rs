//! A track of a source that is muted already (#22, #23).

mod common;

use std::sync::mpsc::channel;

use common::{fake, user_media};
use gst::prelude::*;

#[test]
fn it_is_muted_and_nobody_is_told() {
    let microphone = fake("Fake microphone 1");
    microphone.emit_by_name::<()>("set-muted", &[&true]);
    let stream = user_media(r#"{"audio":{"sampleRate":{"min":44100}}}"#);
    let track = stream.get_tracks().remove(0);
    assert!(track.muted(), "#23");
    assert!(track.enabled(), "#22");
    let (sender, told) = channel();
    for event in ["mute", "unmute"] {
        let sender = sender.clone();
        track.connect(event, false, move |_| {
            let _ = sender.send(event);
            None
        });
    }
    microphone.emit_by_name::<()>("set-muted", &[&false]);
    assert_eq!(told.recv(), Ok("unmute"), "#23: there was no mute");
    track.stop();
}
