//! Which attributes of a track an application may write (#36), and what they are at first (#22, #159).

mod common;

use common::user_media;
use gst::glib::ParamFlags;
use gst::prelude::*;

#[test]
fn what_belongs_to_the_source_cannot_be_written() {
    let track = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    for (name, writable) in [
        ("muted", false),
        ("muted-reason", false),
        ("ready-state", false),
        ("id", false),
        ("kind", false),
        ("label", false),
        ("device", false),
        ("enabled", true),
        ("content-hint", true),
    ] {
        let property = track.find_property(name).expect(name);
        let flags = property.flags();
        assert_eq!(
            flags.contains(ParamFlags::WRITABLE),
            writable,
            "#36: {name}"
        );
        assert!(flags.contains(ParamFlags::READABLE), "{name}");
    }
    assert!(track.property::<bool>("enabled"), "#22");
    assert_eq!(track.property::<String>("content-hint"), "", "#159");
    track.stop();
}
