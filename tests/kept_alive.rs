//! A live track that somebody listens to outlives the application's references (#196); one that
//! nobody knows any more gives its device back.

mod common;

use std::sync::mpsc::channel;

use common::{alone, eventually, fake, settle, user_media};
use gst::prelude::*;

#[test]
fn with_a_handler_it_goes_on_and_still_tells() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let stream = user_media(r#"{"video":{"facingMode":{"exact":"environment"}}}"#);
    let track = stream.get_tracks().remove(0);
    let (sender, heard) = channel();
    track.connect("ended", false, move |_| {
        let _ = sender.send("ended");
        None
    });
    let weak = track.downgrade();
    drop((track, stream));
    // Another track that nobody listens to: when it is gone, this one was looked at as well.
    let forgotten = user_media(r#"{"audio":true}"#);
    let also_weak = forgotten.get_tracks().remove(0).downgrade();
    drop(forgotten);
    eventually("the other is gone", || also_weak.upgrade().is_none());
    assert!(weak.upgrade().is_some());
    assert!(camera.property::<u32>("active") > 0);
    camera.emit_by_name::<()>("unplug", &[]);
    assert_eq!(heard.recv(), Ok("ended"));
    eventually("then nothing keeps it", || weak.upgrade().is_none());
    camera.emit_by_name::<()>("plug", &[]);
    settle();
}

#[test]
fn without_one_the_device_is_closed() {
    let _alone = alone();
    let camera = fake("Fake camera 1");
    drop(user_media(r#"{"video":{"height":{"exact":480}}}"#));
    eventually("it is closed", || camera.property::<u32>("active") == 0);
}
