//! Devices that say anything, from what GStreamer hands over to the list: as the registry's thread does it.

#![no_main]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use arbitrary::Arbitrary;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gstmediastream::devices::fuzzing::{
    Facts, Hardware, Identities, Place, Record, Usb, merge, next,
};
use gstmediastream::devices::{Api, Device};
use libfuzzer_sys::fuzz_target;

/// The fields that something is made of, and two that nothing is.
const FIELDS: [&str; 26] = [
    "alsa.card",
    "alsa.device",
    "api.alsa.path",
    "api.alsa.pcm.card",
    "api.libcamera.SystemDevices",
    "api.libcamera.location",
    "api.libcamera.path",
    "api.v4l2.cap.device-caps",
    "api.v4l2.path",
    "device.bus_path",
    "device.class",
    "device.devids",
    "device.path",
    "device.serial",
    "device.string",
    "fake.facing",
    "fake.group",
    "fake.name",
    "is-default",
    "media.name",
    "media.role",
    "node.name",
    "object.path",
    "priority.session",
    "v4l2.device.device_caps",
    "other",
];

const CLASSES: [&str; 6] = [
    "Video/Source",
    "Audio/Source",
    "Audio/Sink",
    "Source/Video/Network",
    "Video/Sink",
    "Audio/Video/Source",
];

const CAPS: [&str; 5] = [
    "ANY",
    "EMPTY",
    "video/x-raw,format=GRAY8,width=640,height=480",
    "image/jpeg; video/x-raw, format={(string)GRAY8, (string)YUY2}",
    "audio/x-raw,rate=48000",
];

#[derive(Arbitrary, Clone, Debug)]
enum Value {
    Text(String),
    /// A name that other systems know the same device by.
    Known(u8),
    Integer(i32),
    Wide(u64),
    Double(f64),
    Boolean(bool),
    List(Vec<i32>),
    Nested(String),
    Bytes(Vec<u8>),
    Nothing,
}

const KNOWN: [&str; 10] = [
    "/dev/video0",
    "/dev/video1",
    "v4l2:/dev/video0",
    "hw:0,0",
    "front:1",
    "alsa_input.usb",
    "\\_SB_.PCI0-1.2:1.0-046d:0825",
    "20736 20737",
    "true",
    "usb-0000:00:14.0",
];

#[derive(Arbitrary, Clone, Debug)]
struct Said {
    api: u8,
    class: u8,
    caps: u8,
    label: Vec<u8>,
    fields: Vec<(u8, Value)>,
    hardware: Option<u8>,
}

mod imp {
    use super::*;

    #[derive(Default)]
    pub struct Said;

    #[glib::object_subclass]
    impl ObjectSubclass for Said {
        const NAME: &'static str = "FuzzedDevice";
        type Type = super::SaidDevice;
        type ParentType = gst::Device;
    }

    impl ObjectImpl for Said {}
    impl GstObjectImpl for Said {}
    impl DeviceImpl for Said {}
}

glib::wrapper! {
    /// The device that says it.
    pub struct SaidDevice(ObjectSubclass<imp::Said>) @extends gst::Device, gst::Object;
}

impl Said {
    fn facts(&self) -> Option<Facts> {
        let apis = [
            Api::PipeWire,
            Api::V4l2,
            Api::Alsa,
            Api::Pulse,
            Api::Libcamera,
            Api::Fake,
            Api::Other,
        ];
        let mut properties = gst::Structure::new_empty("properties");
        for (field, value) in self.fields.iter().take(32) {
            let field = FIELDS[usize::from(*field) % FIELDS.len()];
            if let Some(value) = value.send() {
                properties.set_value(field, value);
            }
        }
        let caps = CAPS[usize::from(self.caps) % CAPS.len()];
        let caps: gst::Caps = caps.parse().expect("these are caps");
        let label = self.label.split(|b| *b == 0).next().unwrap_or_default();
        let device: SaidDevice = glib::Object::builder()
            // What is a path to Rust is a string of any bytes to GObject.
            .property(
                "display-name",
                Path::new(OsStr::from_bytes(label)).to_value(),
            )
            .property(
                "device-class",
                CLASSES[usize::from(self.class) % CLASSES.len()],
            )
            .property("caps", caps)
            .property("properties", properties)
            .build();
        let api = apis[usize::from(self.api) % apis.len()];
        let record = Record::read(device.upcast_ref(), api);
        Facts::new(&record, |place| {
            self.hardware.map(|kind| hardware(place, kind))
        })
    }
}

impl Value {
    fn send(&self) -> Option<glib::SendValue> {
        let until_nul = |text: &str| text.split('\0').next().unwrap_or_default().to_owned();
        Some(match self {
            Self::Text(text) => until_nul(text).to_send_value(),
            Self::Known(which) => KNOWN[usize::from(*which) % KNOWN.len()].to_send_value(),
            Self::Integer(number) => number.to_send_value(),
            Self::Wide(number) => number.to_send_value(),
            Self::Double(number) => number.to_send_value(),
            Self::Boolean(boolean) => boolean.to_send_value(),
            Self::List(list) => gst::List::new(list.iter().take(8)).to_send_value(),
            Self::Nested(text) => gst::Structure::builder("nested")
                .field("text", until_nul(text))
                .build()
                .to_send_value(),
            Self::Bytes(bytes) => glib::Bytes::from_owned(bytes.clone()).to_send_value(),
            Self::Nothing => return None,
        })
    }
}

fn hardware(place: &Place, kind: u8) -> Hardware {
    let has = |bit: u8| kind & (1 << bit) != 0;
    let usb = has(0).then(|| Usb {
        vendor: "046d".into(),
        product: "0825".into(),
        serial: has(1).then(|| "0001".into()),
        interface: "00".into(),
    });
    Hardware {
        node: format!("/sys/devices/{place:?}").into(),
        number: has(2).then(|| "81:0".into()),
        port: has(3).then(|| format!("pci/usb-{}", kind >> 6)),
        name: "Camera".into(),
        index: u32::from(has(4)),
        unit: has(5).then(|| "unit".into()),
        usb,
    }
}

fn list(facts: &[&Facts], identities: &mut Identities) -> Vec<Device> {
    let merged = merge(facts, identities);
    let mut members: Vec<_> = merged.iter().flat_map(|m| m.members.clone()).collect();
    members.sort_unstable();
    assert!(members.into_iter().eq(0..facts.len()), "each in one device");
    merged.iter().map(|merged| merged.device(facts)).collect()
}

fn ids(devices: &[Device]) -> BTreeSet<(&str, &str)> {
    let ids = devices.iter().map(|d| (d.kind.name(), d.id.as_str()));
    ids.collect()
}

fuzz_target!(
    init: {
        gst::init().expect("GStreamer starts");
        gst::glib::log_set_default_handler(|_, _, _| ());
    },
    |said: Vec<Said>| {
        let facts: Vec<_> = said.iter().take(12).filter_map(Said::facts).collect();
        let mut facts: Vec<_> = facts.iter().collect();
        let mut identities = Identities::new("session".into());
        let devices = list(&facts, &mut identities);
        for device in &devices {
            assert!(device.label.chars().count() <= 256);
            assert!(!device.label.contains(char::is_control), "{:?}", device.label);
            for id in [&device.id, &device.group_id] {
                assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()));
            }
            assert!(!device.to_string().contains(char::is_control));
        }
        assert_eq!(ids(&devices).len(), devices.len(), "unique");
        let again = list(&facts, &mut identities);
        assert_eq!(ids(&devices), ids(&again), "the same the second time");
        facts.reverse();
        let turned = list(&facts, &mut Identities::new("session".into()));
        assert_eq!(ids(&devices), ids(&turned), "in whatever order");

        let (listed, changes) = next(&[], devices);
        assert_eq!(changes.len(), listed.len());
        let (_, changes) = next(&listed, again);
        assert!(changes.is_empty(), "{changes:?}");
    }
);
