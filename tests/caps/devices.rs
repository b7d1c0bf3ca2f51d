//! Caps of devices, as their providers announce them.
//!
//! Recorded from GStreamer 1.22 and PipeWire 0.3.65 on kernel drivers (`v4l2-usb-camera`, `*-vivid-*`, `alsa-*`, `pipewire-0.3-*`), shortened to a
//! few formats where a driver has sixty; from users' reports of cameras (`v4l2-facetime`, `v4l2-h264-camera`, `avf-glmemory`,
//! `icamera-dmabuf`); the newer PipeWire's after its plugin's source.

use gstmediastream::caps::read::{self, DeviceMode};
use gstmediastream::model::constraints::Kind;

pub struct Device {
    pub name: &'static str,
    pub kind: Kind,
    text: &'static str,
}

macro_rules! devices {
    ($($kind:ident $name:literal),* $(,)?) => {
        pub const ALL: &[Device] = &[$(Device {
            name: $name,
            kind: Kind::$kind,
            text: include_str!(concat!("devices/", $name, ".caps")),
        }),*];
    };
}

devices! {
    Video "v4l2-usb-camera",
    Video "v4l2-vivid-webcam",
    Video "v4l2-vivid-hdmi",
    Video "v4l2-facetime",
    Video "v4l2-h264-camera",
    Video "v4l2src-template",
    Video "pipewire-0.3-usb-camera",
    Video "pipewire-0.3-virtual-camera",
    Video "pipewire-vivid-webcam",
    Video "pipewire-vivid-hdmi",
    Video "pipewire-1.4-usb-camera",
    Video "avf-glmemory",
    Video "icamera-dmabuf",
    Audio "alsa-usb-microphone",
    Audio "alsa-dummy",
    Audio "alsa-loopback",
    Audio "alsa-pipewire-pcm",
    Audio "pipewire-0.3-usb-microphone",
    Audio "pipewire-0.3-virtual-microphone",
    Audio "pipewire-0.3-null-source",
    Audio "pipewire-1.4-microphone",
    Audio "pulse-source",
}

impl Device {
    pub fn caps(&self) -> gst::Caps {
        caps(self.text)
    }

    pub fn modes(&self) -> Vec<DeviceMode> {
        read::modes(&self.caps(), self.kind)
    }
}

pub fn device(name: &str) -> &'static Device {
    ALL.iter()
        .find(|device| device.name == name)
        .unwrap_or_else(|| panic!("no device is named {name}"))
}

pub fn caps(text: &str) -> gst::Caps {
    gst::init().unwrap();
    text.trim()
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {text}"))
}
