//! Events are delivered in the `GMainContext` that the application names, in order; without one on a thread of
//! the plugin. One test, since the context is one for the whole process.

mod common;

use std::cell::RefCell;
use std::sync::mpsc::channel;
use std::thread::{self, ThreadId};
use std::time::Duration;

use common::{LIMIT, eventually, fake, init, settle, user_media};
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

#[test]
fn events_come_in_the_context_that_was_named_in_order() {
    init();
    let devices = MediaDevices::default();
    assert_eq!(
        devices.property::<Option<glib::MainContext>>("context"),
        None
    );
    let context = glib::MainContext::new();
    devices.set_property("context", &context);
    assert_eq!(
        devices.property::<Option<glib::MainContext>>("context"),
        Some(context.clone())
    );
    let stream = user_media(r#"{"video":{"facingMode":{"exact":"environment"}}}"#);
    let track = stream.get_tracks().remove(0);
    let (sender, told) = channel::<(&str, ThreadId)>();
    for event in ["mute", "unmute", "ended"] {
        let sender = sender.clone();
        track.connect(event, false, move |_| {
            let _ = sender.send((event, thread::current().id()));
            None
        });
    }
    devices.connect("devicechange", false, move |_| {
        let _ = sender.send(("devicechange", thread::current().id()));
        None
    });
    while context.iteration(false) {}
    let camera = fake("Fake camera 2");
    for muted in [true, false, true, false] {
        camera.emit_by_name::<()>("set-muted", &[&muted]);
    }
    camera.emit_by_name::<()>("unplug", &[]);
    settle();
    eventually("something waits in the context", || context.pending());
    assert!(told.try_recv().is_err(), "nobody runs the context yet");

    let events = RefCell::new(Vec::new());
    eventually("all six", || {
        context.iteration(false);
        events.borrow_mut().extend(told.try_iter());
        events.borrow().len() == 6
    });
    let events = events.into_inner();
    let here = thread::current().id();
    assert!(events.iter().all(|(_, thread)| *thread == here));
    let of_track: Vec<_> = events.iter().map(|(event, _)| *event).collect();
    let of_track: Vec<_> = of_track.iter().filter(|e| **e != "devicechange").collect();
    let expected = ["mute", "unmute", "mute", "unmute", "ended"];
    assert_eq!(of_track, expected.iter().collect::<Vec<_>>());

    devices.set_property("context", None::<glib::MainContext>);
    camera.emit_by_name::<()>("plug", &[]);
    let (event, thread) = told
        .recv_timeout(Duration::from(LIMIT))
        .expect("it goes on");
    assert_eq!(event, "devicechange");
    assert_ne!(thread, here, "on a thread of the plugin");
}
