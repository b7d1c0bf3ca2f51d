//! The capabilities of a device and of all its tracks are the same (#109, #110, #115, #116, #119).

mod common;

use common::{eventually, fake, promised, user_media};
use gst::prelude::*;
use gstmediastream::media::{InputDeviceInfo, MediaDeviceInfoExt, MediaDevices, MediaStreamTrack};

fn of(object: &impl IsA<gst::glib::Object>) -> gst::Structure {
    object.emit_by_name("get-capabilities", &[])
}

fn request(kind: &str, constraints: &str) -> MediaStreamTrack {
    let json = format!(r#"{{"{kind}":{constraints}}}"#);
    user_media(&json).get_tracks().remove(0)
}

#[test]
fn whoever_is_asked_says_the_same() {
    common::init();
    let devices = MediaDevices::default().devices().into_iter();
    let inputs: Vec<InputDeviceInfo> = devices.filter_map(|d| d.downcast().ok()).collect();
    assert_eq!(inputs.len(), 4);
    for info in inputs {
        let label = info.label();
        let device = fake(&label);
        let opens: u32 = device.property("opens");
        let listed = of(&info);
        assert_eq!(device.property::<u32>("opens"), opens, "#119: {label}");
        let (kind, narrow) = match info.device_class().starts_with("Audio") {
            true => ("audio", r#""channelCount":{"exact":1}"#),
            false => ("video", r#""width":{"exact":300},"frameRate":{"max":5}"#),
        };
        let id = format!(r#""deviceId":{{"exact":"{}"}}"#, info.device_id());
        let wide = request(kind, &format!("{{{id}}}"));
        assert_eq!(of(&wide), listed, "#119: {label}");
        let constrained = request(kind, &format!("{{{id},{narrow}}}"));
        assert_eq!(of(&constrained), listed, "#109: {label}");
        let reply = promised(&wide, "apply-constraints", &[&format!("{{{narrow}}}")]);
        assert_eq!(reply.n_fields(), 0, "{label}: {reply}");
        assert_eq!(of(&wide), listed, "#110: {label}");
        assert_eq!(of(&wide.clone_track()), listed, "#109: {label}");

        let settings: gst::Structure = wide.emit_by_name("get-settings", &[]);
        for (name, _) in listed.iter() {
            assert!(settings.has_field(name.as_str()), "#115: {label}, {name}");
        }
        let of_the_other_kind = if kind == "audio" {
            "width"
        } else {
            "sampleRate"
        };
        assert!(!settings.has_field(of_the_other_kind), "#116: {label}");
        wide.stop();
        constrained.stop();
        eventually("#119: it is not left open", || {
            device.property::<u32>("active") == 0
        });
    }
}
