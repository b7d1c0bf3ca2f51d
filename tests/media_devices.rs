//! The way to devices, as any language uses it: the list, capabilities, elements, getUserMedia
//! (#119, #130-#133, #139, #143, #144, #152, #153, #156).

mod common;

use common::{Play, eventually, fake, init, promised};
use gio::prelude::*;
use gst::prelude::*;
use gstmediastream::media::{
    InputDeviceInfo, MediaDeviceInfo, MediaDeviceInfoExt, MediaDeviceKind, MediaDevices,
    MediaStream,
};

fn devices() -> MediaDevices {
    init();
    MediaDevices::default()
}

fn listed(devices: &MediaDevices) -> Vec<gst::Device> {
    let reply = promised(devices, "enumerate-devices", &[]);
    let list = reply.get::<gst::Object>("devices").expect("a list");
    let list: gio::ListModel = list.dynamic_cast().expect("that every language reads");
    let items = (0..list.n_items()).map(|at| list.item(at).expect("below the number"));
    items
        .map(|item| item.downcast().expect("a device"))
        .collect()
}

fn labelled(label: &str) -> InputDeviceInfo {
    let found = listed(&devices())
        .into_iter()
        .find(|device| device.display_name() == label);
    let found = found.unwrap_or_else(|| panic!("{label} is not listed"));
    found.downcast().expect("an input")
}

#[test]
fn there_is_one() {
    let devices = devices();
    assert_eq!(MediaDevices::default(), devices);
    let provider = gst::DeviceProviderFactory::by_name("mediadeviceprovider").expect("it is there");
    assert_eq!(provider.downcast_ref(), Some(&devices));
    let factory = gst::DeviceProviderFactory::find("mediadeviceprovider").expect("it is there");
    assert_eq!(factory.rank(), gst::Rank::NONE);
}

#[test]
fn microphones_come_first_and_outputs_last() {
    let found = listed(&devices());
    let labels: Vec<_> = found.iter().map(|device| device.display_name()).collect();
    let expected = [
        "Fake microphone 1",
        "Fake microphone 2",
        "Fake camera 1",
        "Fake camera 2",
        "Default - Fake output 1",
        "Fake output 1",
    ];
    assert_eq!(labels, expected, "#143");
    let mut probed: Vec<_> = devices().devices().into_iter().collect();
    probed.insert(4, found[4].clone());
    assert_eq!(probed, found, "GStreamer's own call gives the same objects");
}

#[test]
fn the_default_output_stands_twice() {
    let found = listed(&devices());
    let outputs: Vec<MediaDeviceInfo> = found
        .into_iter()
        .filter(|device| !device.is::<InputDeviceInfo>())
        .filter_map(|device| device.downcast().ok())
        .collect();
    let [default, itself] = &outputs[..] else {
        panic!("{outputs:?}");
    };
    assert_eq!(default.device_id(), "default", "#144");
    assert_ne!(itself.device_id(), "default");
    assert_eq!(default.label(), "Default - Fake output 1");
    assert_eq!(default.group_id(), itself.group_id());
    assert_eq!(default.kind(), MediaDeviceKind::AudioOutput);
    assert!(default.create_element(None).is_ok());
    let once: Vec<_> = devices()
        .devices()
        .into_iter()
        .filter(|device| !device.is::<InputDeviceInfo>())
        .filter_map(|device| device.downcast::<MediaDeviceInfo>().ok())
        .collect();
    let itself = std::slice::from_ref(itself);
    assert_eq!(once, itself, "a device provider lists it once");
}

#[test]
fn an_entry_says_what_it_is() {
    let camera = labelled("Fake camera 1");
    assert_eq!(camera.kind(), MediaDeviceKind::VideoInput);
    assert_eq!(camera.label(), "Fake camera 1");
    assert!(!camera.device_id().is_empty());
    assert_eq!(camera.device_class(), "Video/Source");
    let microphone = labelled("Fake microphone 1");
    assert_eq!(microphone.kind(), MediaDeviceKind::AudioInput);
    assert_eq!(microphone.group_id(), camera.group_id(), "#153");
    assert_ne!(
        microphone.group_id(),
        labelled("Fake microphone 2").group_id()
    );
    let json: gst::Structure = camera.emit_by_name("to-json", &[]);
    let members: Vec<_> = json.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(members, ["deviceId", "kind", "label", "groupId"]);
    assert_eq!(json.get::<String>("kind").as_deref(), Ok("videoinput"));
    assert_eq!(json.get::<String>("deviceId"), Ok(camera.device_id()));
    let output = listed(&devices()).pop().expect("there is one");
    assert!(!output.is::<InputDeviceInfo>());
    let output: MediaDeviceInfo = output.downcast().expect("an entry");
    assert_eq!(output.kind(), MediaDeviceKind::AudioOutput);
    assert!(camera.is::<MediaDeviceInfo>(), "InputDeviceInfo derives");
}

#[test]
fn capabilities_do_not_open_the_device() {
    // No test of this file opens this one.
    let info = labelled("Fake microphone 2");
    let capabilities: gst::Structure = info.emit_by_name("get-capabilities", &[]);
    let rate: gst::Structure = capabilities.get("sampleRate").expect("a range");
    assert_eq!(rate.get::<u32>("max"), Ok(16000));
    assert_eq!(capabilities.get::<String>("deviceId"), Ok(info.device_id()));
    let opens: u32 = fake("Fake microphone 2").property("opens");
    assert_eq!(opens, 0, "#119");
}

#[test]
fn a_device_makes_the_element_that_plays_it() {
    init();
    let info = labelled("Fake camera 2");
    let element = info.create_element(Some("camera")).expect("an element");
    let play = Play::parse("fakesink name=sink");
    play.pipeline.add(&element).expect("a new element");
    element.link(&play.element("sink")).expect("a camera");
    play.play();
    play.wait("the first frame", |m| {
        m.type_() == gst::MessageType::AsyncDone
    });
    let track: gstmediastream::media::MediaStreamTrack = element.property("track");
    assert_eq!(
        track.device(),
        Some(info),
        "the track names the listed object"
    );
}

#[test]
fn a_stream_has_one_track_of_each_kind_asked_for() {
    let devices = devices();
    for (json, kinds) in [
        (r#"{"audio":true,"video":{}}"#, &["audio", "video"][..]),
        (r#"{"video":{}}"#, &["video"]),
        (r#"{"audio":{},"video":false}"#, &["audio"]),
    ] {
        let reply = promised(&devices, "get-user-media", &[&json]);
        let stream: MediaStream = reply.get("stream").unwrap_or_else(|_| panic!("{reply}"));
        let tracks = stream.get_tracks();
        let found: Vec<_> = tracks.iter().map(|track| track.kind()).collect();
        assert_eq!(found, kinds, "#131, #139: {json}");
        tracks.iter().for_each(|track| track.stop());
    }
}

#[test]
fn what_cannot_be_had_is_named() {
    let devices = devices();
    for (json, name) in [
        (Some("{}"), "TypeError"),
        (Some(r#"{"audio":false,"video":false}"#), "TypeError"),
        (None, "TypeError"),
        (Some(r#"{"video":{"zoom":{"exact":1}}}"#), "TypeError"),
        (
            Some(r#"{"video":{"width":{"min":5000}}}"#),
            "OverconstrainedError",
        ),
    ] {
        let reply = promised(&devices, "get-user-media", &[&json]);
        assert!(!reply.has_field("stream"));
        let error: gst::Structure = reply.get("error").expect("it fails");
        assert_eq!(
            error.get::<String>("name").as_deref(),
            Ok(name),
            "#130: {json:?}"
        );
        assert_ne!(error.get::<String>("message").as_deref(), Ok(""));
    }
    let wide = r#"{"audio":true,"video":{"width":{"min":5000}}}"#;
    let reply = promised(&devices, "get-user-media", &[&wide]);
    let error: gst::Structure = reply.get("error").expect("it fails");
    assert_eq!(error.get::<String>("constraint").as_deref(), Ok("width"));
    assert_eq!(error.get::<u32>("nearest"), Ok(1920));
}

#[test]
fn a_request_that_nobody_waits_for_leaves_nothing_open() {
    let camera = fake("Fake camera 2");
    let before: u32 = camera.property("opens");
    let json = r#"{"video":{"facingMode":{"exact":"environment"}}}"#;
    devices().emit_by_name::<()>("get-user-media", &[&json, &None::<gst::Promise>]);
    eventually("it was opened", || camera.property::<u32>("opens") > before);
    eventually("it is closed", || camera.property::<u32>("active") == 0);
}

#[test]
fn every_supported_constraint_is_true() {
    let supported: gst::Structure = devices().emit_by_name("get-supported-constraints", &[]);
    assert!(supported.n_fields() > 10);
    for (name, value) in supported.iter() {
        assert_eq!(value.get::<bool>(), Ok(true), "{name}");
    }
    assert!(supported.has_field("frameRate"));
    // What a device can do is honoured.
    let inputs = listed(&devices()).into_iter();
    for info in inputs.filter_map(|device| device.downcast::<InputDeviceInfo>().ok()) {
        let capabilities: gst::Structure = info.emit_by_name("get-capabilities", &[]);
        for (name, _) in capabilities.iter() {
            assert!(supported.has_field(name.as_str()), "#203: {name}");
        }
    }
    let again: gst::Structure = devices().emit_by_name("get-supported-constraints", &[]);
    assert_eq!(again, supported, "#203");
}
