//! When a stream is active, and that nobody is told (#3, #12, #13, #15).

mod common;

use common::{fake, init, user_media};
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

#[test]
fn without_live_tracks_it_is_inactive() {
    init();
    assert!(!MediaStream::new().active(), "#15");
    let ended: MediaStreamTrack = glib::Object::new();
    let stream = MediaStream::from_tracks([ended.clone()]);
    assert_eq!(stream.get_tracks(), [ended]);
    assert!(!stream.active(), "#3");
}

#[test]
fn muted_and_disabled_tracks_keep_it_active() {
    let microphone = fake("Fake microphone 1");
    let stream = user_media(r#"{"audio":true}"#);
    let track = stream.get_tracks().remove(0);
    track.set_enabled(false);
    assert!(stream.active(), "#12");
    track.set_enabled(true);
    let (sender, muted) = std::sync::mpsc::channel();
    track.connect("mute", false, move |_| {
        sender.send(()).expect("somebody waits");
        None
    });
    microphone.emit_by_name::<()>("set-muted", &[&true]);
    muted.recv().expect("it is told");
    assert!(track.muted());
    assert!(stream.active(), "#12");
    microphone.emit_by_name::<()>("set-muted", &[&false]);
    track.stop();
}

#[test]
fn it_is_inactive_the_moment_its_last_live_track_stops() {
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    let [audio, video] = <[_; 2]>::try_from(stream.get_tracks()).expect("one of each kind");
    let (sender, told) = std::sync::mpsc::channel();
    for event in ["addtrack", "removetrack", "notify"] {
        let sender = sender.clone();
        stream.connect(event, false, move |_| {
            let _ = sender.send(event);
            None
        });
    }
    audio.stop();
    assert!(stream.active());
    video.emit_by_name::<()>("stop", &[]);
    assert!(!stream.active(), "#13");
    // Events come in order: this one is behind all others.
    let last = user_media(r#"{"audio":true}"#).get_tracks().remove(0);
    last.connect("ended", false, move |_| {
        let _ = sender.send("ended");
        None
    });
    last.end(gstmediastream::model::lifecycle::EndReason::Revoked);
    assert_eq!(told.recv(), Ok("ended"), "#13: nobody is told");
}
