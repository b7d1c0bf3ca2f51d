//! What the pads of `mediastreamsink` are called: what was asked for, or they are not there.

mod common;

use common::init;
use gst::prelude::*;

fn element() -> gst::Element {
    init();
    let factory = gst::ElementFactory::make("mediastreamsink");
    factory.build().expect("it is registered")
}

fn request(element: &gst::Element, name: &str) -> Option<String> {
    let pad = element.request_pad_simple(name);
    pad.map(|pad| pad.name().to_string())
}

#[test]
fn a_pad_is_called_as_it_was_asked_for() {
    let element = element();
    for name in ["video_3", "audio_3", "video_0", "audio_4294967295"] {
        assert_eq!(request(&element, name).as_deref(), Some(name));
    }
}

/// Not called anything else than what was asked for: who asked would not find it.
#[test]
fn a_number_that_is_written_in_another_way_is_none() {
    let element = element();
    for name in [
        "video_007",
        "video_+5",
        "video_-1",
        "audio_00",
        "video_ 1",
        "video_4294967296",
        "video_99999999999999999999",
        "video_",
    ] {
        assert_eq!(request(&element, name), None, "{name}");
    }
    assert_eq!(element.pads().len(), 0);
    assert_eq!(request(&element, "video_%u").as_deref(), Some("video_0"));
}

/// Numbers are not used again while there are others.
#[test]
fn after_the_last_number_come_those_that_are_free() {
    let element = element();
    assert!(request(&element, "video_4294967295").is_some());
    for name in ["video_0", "video_1"] {
        assert_eq!(request(&element, "video_%u").as_deref(), Some(name));
    }
    let first = element.static_pad("video_0").expect("it is there");
    element.release_request_pad(&first);
    for name in ["video_0", "video_2"] {
        assert_eq!(request(&element, "video_%u").as_deref(), Some(name));
    }
    assert_eq!(request(&element, "audio_%u").as_deref(), Some("audio_0"));
}
