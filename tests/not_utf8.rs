//! A string from C may hold any bytes: those that are no UTF-8 are data like others, in every property and
//! in every action.

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use common::{alone, fake, init, user_media};
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

/// As a C program would pass it: what is a path to Rust is a string to GObject.
fn bytes() -> glib::Value {
    Path::new(OsStr::from_bytes(b"{\"\xff\xfe\":\x80}")).to_value()
}

fn set_all(object: &glib::Object) -> usize {
    let mut count = 0;
    for property in object.list_properties() {
        let is_string = property.value_type() == String::static_type();
        let flags = property.flags();
        let is_writable = flags.contains(glib::ParamFlags::WRITABLE)
            && !flags.contains(glib::ParamFlags::CONSTRUCT_ONLY);
        // The name of a GstObject is GStreamer's.
        if is_string && is_writable && property.name() != "name" {
            object.set_property_from_value(property.name(), &bytes());
            let _ = object.property_value(property.name());
            count += 1;
        }
    }
    count
}

/// What the action says in its promise.
fn error(object: &glib::Object, action: &str) -> gst::Structure {
    let promise = gst::Promise::new();
    object.emit_by_name_with_values(action, &[bytes(), promise.to_value()]);
    assert_eq!(promise.wait(), gst::PromiseResult::Replied, "{action}");
    let reply = promise.get_reply().expect("there is a reply");
    reply
        .get("error")
        .unwrap_or_else(|_| panic!("{action}: {reply}"))
}

#[test]
fn it_is_data_everywhere() {
    let _alone = alone();
    init();
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    assert!(
        stream
            .emit_by_name_with_values("get-track-by-id", &[bytes()])
            .is_some()
    );
    for track in stream.get_tracks() {
        assert_eq!(set_all(track.upcast_ref()), 1);
        assert_eq!(
            track.property::<String>("content-hint"),
            "",
            "no hint of the kind"
        );
        let said = error(track.upcast_ref(), "apply-constraints");
        assert_eq!(said.get::<&str>("name"), Ok("TypeError"));
        let said = error(track.upcast_ref(), "take-photo");
        assert!(said.get::<&str>("name").is_ok());
        track.stop();
    }
    for factory in ["mediatrackvideosrc", "mediatrackaudiosrc", "usermediasrc"] {
        let element = gst::ElementFactory::make(factory).build().expect(factory);
        assert!(set_all(element.upcast_ref()) > 0, "{factory}");
        assert!(
            element.set_state(gst::State::Paused).is_err(),
            "{factory}: no constraints"
        );
        let _ = element.set_state(gst::State::Null);
    }
    let camera = fake("Fake camera 1");
    for action in ["fail-open", "hang", "set-timestamps", "set-modes"] {
        camera.emit_by_name_with_values(action, &[bytes()]);
        camera.emit_by_name::<()>(action, &[&""]);
    }
    let devices = MediaDevices::default();
    let said = error(devices.upcast_ref(), "get-user-media");
    assert_eq!(said.get::<&str>("name"), Ok("TypeError"));
    assert_eq!(set_all(devices.upcast_ref()), 2);
    devices.ask_providers("fake").expect("they are known");
}
