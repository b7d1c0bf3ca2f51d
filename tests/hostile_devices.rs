//! What a device says of itself is data: escape sequences, megabytes, bytes that are no text and values of other types
//! do no harm, and nothing of them comes to who reads the list.

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::LazyLock;

use common::init;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gstmediastream::devices::Registry;
use gstmediastream::media::MediaDevices;

mod device {
    use super::*;

    #[derive(Default)]
    pub struct Hostile;

    #[glib::object_subclass]
    impl ObjectSubclass for Hostile {
        const NAME: &'static str = "HostileDevice";
        type Type = super::Hostile;
        type ParentType = gst::Device;
    }

    impl ObjectImpl for Hostile {}
    impl GstObjectImpl for Hostile {}

    impl DeviceImpl for Hostile {
        fn create_element(&self, _: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
            let text = "no \u{1b}[2J element\u{7}";
            Err(gst::loggable_error!(gst::CAT_DEFAULT, "{text}"))
        }
    }
}

glib::wrapper! {
    /// A device that says anything.
    pub struct Hostile(ObjectSubclass<device::Hostile>) @extends gst::Device, gst::Object;
}

mod provider {
    use super::*;

    #[derive(Default)]
    pub struct Provider;

    #[glib::object_subclass]
    impl ObjectSubclass for Provider {
        const NAME: &'static str = "HostileProvider";
        type Type = super::Provider;
        type ParentType = gst::DeviceProvider;
    }

    impl ObjectImpl for Provider {}
    impl GstObjectImpl for Provider {}

    impl DeviceProviderImpl for Provider {
        fn metadata() -> Option<&'static gst::subclass::DeviceProviderMetadata> {
            static METADATA: LazyLock<gst::subclass::DeviceProviderMetadata> =
                LazyLock::new(|| {
                    let (name, class) = ("Hostile devices", "Source/Video");
                    gst::subclass::DeviceProviderMetadata::new(name, class, name, name)
                });
            Some(&METADATA)
        }

        fn probe(&self) -> Vec<gst::Device> {
            devices()
        }

        fn start(&self) -> Result<(), gst::LoggableError> {
            let provider = self.obj();
            devices().iter().for_each(|d| provider.device_add(d));
            Ok(())
        }

        fn stop(&self) {}
    }
}

glib::wrapper! {
    /// Lists them under the name of a provider that is asked.
    pub struct Provider(ObjectSubclass<provider::Provider>) @extends gst::DeviceProvider, gst::Object;
}

/// A string of any bytes: what is a path to Rust is a string to GObject.
fn bytes(text: &[u8]) -> glib::Value {
    Path::new(OsStr::from_bytes(text)).to_value()
}

fn device(label: glib::Value, properties: gst::Structure) -> gst::Device {
    let caps = "video/x-raw,format=I420,width=320,height=240,framerate=30/1";
    let caps: gst::Caps = caps.parse().expect("these are caps");
    let device: Hostile = glib::Object::builder()
        .property("display-name", label)
        .property("device-class", "Video/Source")
        .property("caps", caps)
        .property("properties", properties)
        .build();
    device.upcast()
}

fn devices() -> Vec<gst::Device> {
    let none = || gst::Structure::new_empty("properties");
    let odd = gst::Structure::builder("properties")
        .field("api.libcamera.location", gst::Fraction::new(1, 3))
        .field("api.libcamera.path", gst::Array::new([1, 2]))
        .field("device.serial", none())
        .field("device.devids", -7)
        .field("is-default", "yes\u{1b}[2J")
        .field("v4l2.device.device_caps", f64::NAN)
        .build();
    let mut many = none();
    for number in 0..5000 {
        many.set(format!("field-{number}"), "x".repeat(100));
    }
    vec![
        device(
            "\u{1b}[2J\u{1b}]0;owned\u{7}Camera\r\n\u{9b}1m".to_value(),
            none(),
        ),
        device("invoice\u{202e}gpj.exe".to_value(), odd),
        device("A ".repeat(500_000).to_value(), many),
        device(bytes(b"no\xff text \xc0\x80"), none()),
        device("\"}],\"evil\":[{\"x\":\"\\".to_value(), none()),
        device(None::<String>.to_value(), none()),
    ]
}

fn is_plain(text: &str) -> bool {
    let turns = ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}'];
    !text.contains(|c: char| c.is_control() || turns.contains(&c))
}

/// The list of the hostile ones, and of no others.
fn listed() -> MediaDevices {
    init();
    let provider = Provider::static_type();
    let name = "libcameraprovider";
    gst::DeviceProvider::register(None, name, gst::Rank::NONE, provider).expect("it is free");
    let registry = Registry::shared().expect("the registry starts");
    registry.set_providers("libcamera").expect("it is known");
    MediaDevices::default()
}

#[test]
fn what_a_device_says_is_data() {
    let devices = listed();
    let listed = Registry::shared().expect("it has started").devices();
    let mut labels: Vec<_> = listed.iter().map(|d| d.label.as_str()).collect();
    labels.sort_unstable();
    let long = "A ".repeat(128);
    let expected = [
        "",
        "\"}],\"evil\":[{\"x\":\"\\",
        long.trim_end(),
        "[2J ]0;owned Camera 1m",
        "invoice gpj.exe",
        "no\u{fffd} text \u{fffd}\u{fffd}",
    ];
    assert_eq!(labels, expected);
    for device in &listed {
        let hex = device.id.len() == 32 && device.id.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(hex, "an id is a hash: {:?}", device.id);
        assert!(is_plain(&device.to_string()), "what is logged: {device:?}");
        assert!(!device.is_default, "only `true` is true");
    }
    let ids: std::collections::BTreeSet<_> = listed.iter().map(|d| &d.id).collect();
    assert_eq!(ids.len(), listed.len());

    let infos = devices.enumerate_devices().expect("a list");
    assert_eq!(infos.len(), listed.len());
    for info in infos {
        let label: String = info.property("label");
        assert!(is_plain(&label) && label.chars().count() <= 256, "{label}");
    }
    for device in &listed {
        let exact = serde_json::json!({"video": {"deviceId": {"exact": device.id}}}).to_string();
        let reply = common::promised(&devices, "get-user-media", &[&exact]);
        let error: gst::Structure = reply.get("error").expect("there is no element");
        let message: String = error.get("message").expect("errors say why");
        assert!(is_plain(&message), "{message:?}");
        assert!(message.contains(&device.label), "it names the device");
    }
}
