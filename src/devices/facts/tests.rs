//! Property sets as they were recorded on real drivers, and what is to be made of them.

use super::*;
use std::collections::BTreeMap;

/// A record out of what `gst-device-monitor-1.0` prints.
fn record(api: Api, class: &str, label: &str, caps: &str, properties: &[(&str, &str)]) -> Record {
    gst::init().unwrap();
    let properties: BTreeMap<_, _> = properties
        .iter()
        .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
        .collect();
    Record {
        api,
        class: class.into(),
        label: label.into(),
        internal_name: None,
        properties,
        caps: caps.parse().unwrap(),
    }
}

fn facts(record: &Record) -> Option<Facts> {
    Facts::new(record, |_| None)
}

/// Where the facts look in `/sys`.
fn place(record: &Record) -> Option<Place> {
    let asked = std::cell::Cell::new(None);
    Facts::new(record, |place| {
        asked.set(Some(place.clone()));
        None
    });
    asked.into_inner()
}

const CAMERA_CAPS: &str = "video/x-raw,format=YUY2,width=640,height=480,framerate={(fraction)30/1,(fraction)15/1};image/jpeg,width=1280,height=720,framerate=30/1";
const CAMERA_NODE: &str = "v4l2_input.platform-vhci_hcd.0-usb-0_1_1.0";

fn v4l2(device_caps: &str, caps: &str) -> Record {
    let properties = [
        ("device.path", "/dev/video2"),
        ("device.bus_path", "platform-vhci_hcd.0-usb-0:1:1.0"),
        ("device.serial", "Rig_Rig_Camera_RIG0001"),
        ("device.api", "v4l2"),
        ("v4l2.device.device_caps", device_caps),
    ];
    let label = "Rig Camera: Rig Camera";
    record(Api::V4l2, "Video/Source", label, caps, &properties)
}

#[test]
fn a_camera_of_v4l2() {
    let record = v4l2("69206017", CAMERA_CAPS);
    let facts = facts(&record).unwrap();
    assert_eq!(facts.kind, DeviceKind::VideoInput);
    assert_eq!(facts.label, "Rig Camera");
    assert_eq!(facts.path.as_deref(), Some("/dev/video2"));
    assert_eq!(facts.serial.as_deref(), Some("Rig_Rig_Camera_RIG0001"));
    assert_eq!(place(&record), Some(Place::Video("video2".into())));
    assert!(!facts.infrared && facts.facing.is_none());
}

#[test]
fn the_same_camera_of_pipewire() {
    let properties = [
        ("api.v4l2.path", "/dev/video2"),
        ("api.v4l2.cap.device-caps", "04200001"),
        ("device.product.id", "0x010"),
        ("node.name", CAMERA_NODE),
        ("object.path", "v4l2:/dev/video2"),
        ("priority.session", "1000"),
    ];
    let label = "Rig Camera (V4L2)";
    let record = record(
        Api::PipeWire,
        "Video/Source",
        label,
        CAMERA_CAPS,
        &properties,
    );
    let facts = facts(&record).unwrap();
    assert_eq!(facts.label, "Rig Camera");
    assert_eq!(facts.path.as_deref(), Some(CAMERA_NODE));
    assert_eq!(facts.priority, 1000);
    assert_eq!(place(&record), Some(Place::Video("video2".into())));
}

#[test]
fn a_microphone_of_each_sound_system_is_the_same_pcm() {
    let caps = "audio/x-raw,format=S16LE,rate=[16000,48000],channels=1";
    let pipewire = [
        ("alsa.card", "0"),
        ("alsa.device", "0"),
        ("api.alsa.path", "hw:0"),
        (
            "node.name",
            "alsa_input.usb-Rig_Rig_Camera_RIG0001-02.mono-fallback",
        ),
    ];
    let mut alsa = record(
        Api::Alsa,
        "Audio/Source",
        "Rig Camera",
        caps,
        &[("alsa.id", "Camera"), ("alsa.card", "0")],
    );
    alsa.internal_name = Some("hw:0,0".into());
    let mut pulse = record(
        Api::Pulse,
        "Audio/Source",
        "Rig Camera Mono",
        caps,
        &[("device.string", "hw:0"), ("device.class", "sound")],
    );
    pulse.internal_name = Some("alsa_input.usb-Rig_Rig_Camera_RIG0001-02.mono-fallback".into());
    let label = "Rig Camera Mono";
    let pipewire = record(Api::PipeWire, "Audio/Source", label, caps, &pipewire);
    for record in [&pipewire, &alsa, &pulse] {
        let facts = facts(record).unwrap();
        let (card, device) = (0, 0);
        assert_eq!(facts.pcm, Some(Pcm { card, device }), "{record:?}");
        assert_eq!(place(record), Some(Place::Card(0)));
    }
    assert_eq!(
        facts(&pipewire).unwrap().node_name,
        facts(&pulse).unwrap().node_name
    );
}

#[test]
fn a_second_pcm_of_a_card_is_told_apart() {
    let mut record = record(Api::Alsa, "Audio/Sink", "HDMI", "audio/x-raw", &[]);
    record.internal_name = Some("hw:1,7".into());
    let (card, device) = (1, 7);
    assert_eq!(facts(&record).unwrap().pcm, Some(Pcm { card, device }));
}

#[test]
fn what_gives_no_pictures_is_left_out() {
    // Capture of metadata, a memory-to-memory codec of either kind, and a node with nothing to offer.
    for (caps, device_caps) in [
        (CAMERA_CAPS, "77594624"),
        (CAMERA_CAPS, "69238785"),
        (CAMERA_CAPS, "67125249"),
        ("EMPTY", "69206017"),
        ("application/x-meta", "69206017"),
    ] {
        assert_eq!(
            facts(&v4l2(device_caps, caps)),
            None,
            "{caps} {device_caps}"
        );
    }
}

#[test]
fn a_monitor_is_no_microphone() {
    let by_class = [("device.class", "monitor")];
    let by_name = [("node.name", "alsa_output.pci.analog-stereo.monitor")];
    for properties in [by_class, by_name] {
        let record = record(
            Api::PipeWire,
            "Audio/Source",
            "",
            "audio/x-raw",
            &properties,
        );
        assert_eq!(facts(&record), None);
    }
    let mut record = record(Api::Pulse, "Audio/Source", "", "audio/x-raw", &[]);
    record.internal_name = Some("auto_null.monitor".into());
    assert_eq!(facts(&record), None);
}

/// #155
#[test]
fn what_is_on_the_screen_is_no_camera() {
    let caps = "video/x-raw,format=BGRx,width=1920,height=1080,framerate=60/1";
    let node = |class, properties: &[(&str, &str)]| {
        facts(&record(Api::PipeWire, class, "", caps, properties)).is_some()
    };
    let cameras = [("media.role", "Camera"), ("node.name", "virtual-camera")];
    assert!(node("Video/Source", &cameras) && node("Video/Source", &[]));
    for shared in [
        ("node.name", "xdpw-stream-a1b2c3"),
        ("media.name", "xdph-streaming-a1b2c3"),
        ("node.name", "meta-screen-cast-src"),
        ("media.role", "Screen"),
    ] {
        assert!(!node("Video/Source", &[shared]), "{shared:?}");
    }
    assert!(!node("Stream/Output/Video", &[]));
    assert!(!node("Source/Monitor", &[]), "as other systems call theirs");
}

#[test]
fn other_classes_are_left_out() {
    for class in [
        "",
        "Video/Sink",
        "Stream/Output/Audio",
        "Codec/Video",
        "Midi/Bridge",
    ] {
        let record = record(Api::Other, class, "", "video/x-raw", &[]);
        assert_eq!(facts(&record), None, "{class}");
    }
}

#[track_caller]
fn assert_infrared(label: &str, caps: &str, expected: bool) {
    let record = record(Api::V4l2, "Video/Source", label, caps, &[]);
    assert_eq!(facts(&record).unwrap().infrared, expected, "{label} {caps}");
}

#[test]
fn an_infrared_camera_is_known_by_grey_or_by_name() {
    assert_infrared("Integrated IR Camera", CAMERA_CAPS, true);
    assert_infrared("Infrared-Cam", CAMERA_CAPS, true);
    assert_infrared(
        "Camera",
        "video/x-raw,format=GRAY8,width=640,height=360",
        true,
    );
    let grey = "video/x-raw,format={GRAY8,GRAY16_LE};video/x-raw,format=GRAY8";
    assert_infrared("Camera", grey, true);
    assert_infrared("Camera", "video/x-raw,format={GRAY8,YUY2}", false);
    assert_infrared("Camera", "video/x-raw,format=GRAY8;image/jpeg", false);
    assert_infrared("Camera", "video/x-raw,width=640", false);
    assert_infrared("FIRST AIR Cam", CAMERA_CAPS, false);
    assert_infrared("Camera", "ANY", false);
}

#[test]
fn facing_is_what_the_hardware_says() {
    for (location, expected) in [
        ("front", Some(FacingMode::User)),
        ("CameraLocationBack", Some(FacingMode::Environment)),
        ("external", None),
    ] {
        let properties = [("api.libcamera.location", location)];
        let record = record(Api::PipeWire, "Video/Source", "", CAMERA_CAPS, &properties);
        assert_eq!(facts(&record).unwrap().facing, expected, "{location}");
    }
    let record = record(Api::V4l2, "Video/Source", "Front Camera", CAMERA_CAPS, &[]);
    assert_eq!(
        facts(&record).unwrap().facing,
        None,
        "a label proves nothing"
    );
}

#[test]
fn libcamera_names_the_kernel_nodes_behind_it() {
    let properties = [("api.libcamera.SystemDevices", "< 20740, 20743 >")];
    let record = record(
        Api::Libcamera,
        "Video/Source",
        "cam",
        CAMERA_CAPS,
        &properties,
    );
    assert_eq!(facts(&record).unwrap().numbers, ["81:4", "81:7"]);
}

#[test]
fn a_label_is_said_once() {
    assert_eq!(label(" HD Pro (libcamera)"), "HD Pro");
    assert_eq!(label("USB: Camera: front"), "USB: Camera: front");
    assert_eq!(label(": "), ":");
    assert_eq!(label(""), "");
}
