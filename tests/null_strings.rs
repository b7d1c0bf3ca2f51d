//! NULL is a value of every string property in C and in the languages on top of it: it means "none".

mod common;

use common::{init, user_media};
use gst::glib;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

fn set_all_to_null(object: &glib::Object) -> usize {
    let mut count = 0;
    for property in object.list_properties() {
        let is_string = property.value_type() == String::static_type();
        let is_writable = property.flags().contains(glib::ParamFlags::WRITABLE);
        // The name of a GstObject is a rule of its own.
        if is_string && is_writable && property.name() != "name" {
            object.set_property_from_value(property.name(), &None::<String>.to_value());
            count += 1;
        }
    }
    count
}

#[test]
fn it_is_taken_everywhere() {
    init();
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    for track in stream.get_tracks() {
        track.set_property(
            "content-hint",
            if track.kind() == "audio" {
                "music"
            } else {
                "text"
            },
        );
        assert_eq!(set_all_to_null(track.upcast_ref()), 1);
        assert_eq!(track.property::<String>("content-hint"), "");
        track.stop();
    }
    for factory in ["mediatrackvideosrc", "mediatrackaudiosrc", "usermediasrc"] {
        let element = gst::ElementFactory::make(factory).build().expect(factory);
        assert!(set_all_to_null(element.upcast_ref()) > 0, "{factory}");
    }
    let devices = MediaDevices::default();
    assert_eq!(set_all_to_null(devices.upcast_ref()), 2);
    devices.ask_providers("fake").expect("they are known");
}
