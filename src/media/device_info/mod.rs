//! `GstMediaDeviceInfo` and `GstInputDeviceInfo`: a device as the list shows it (Media Capture and
//! Streams, `MediaDeviceInfo`, `InputDeviceInfo`).
//!
//! Both are `GstDevice`s: their caps are all that the device offers, whichever system it is opened
//! through, and `create_element()` makes a track element bound to it. In the specification the
//! second is derived from the first; here both are final classes with the same members, since a
//! class that others derive from cannot be written in safe Rust. Inputs are always of the second.
//!
//! | file | noun |
//! |---|---|
//! | `imp` | the two GObjects |
//! | `facts` | what both do |
//! | `known` | one object for one device |

mod facts;
mod imp;
mod known;

use std::sync::Arc;

use gst::glib;
use gst::subclass::prelude::*;

pub(crate) use known::of;

use super::devices::is_asked;
use super::lens::Lens;
use crate::capture::Modes;
use crate::devices::{Device, DeviceKind};
use crate::model::constraints::{Capabilities, capabilities};

glib::wrapper! {
    /// An output. Properties `device-id`, `group-id`, `kind`, `label`; action `to-json` → structure.
    pub struct MediaDeviceInfo(ObjectSubclass<imp::output::MediaDeviceInfo>)
        @extends gst::Device, gst::Object;
}

glib::wrapper! {
    /// A camera or a microphone. Properties `device-id`, `group-id`, `kind`, `label`; actions
    /// `to-json`, `get-capabilities` → structure.
    pub struct InputDeviceInfo(ObjectSubclass<imp::input::InputDeviceInfo>)
        @extends gst::Device, gst::Object;
}

/// `MediaDeviceKind`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, glib::Enum)]
#[enum_type(name = "GstMediaDeviceKind")]
pub enum MediaDeviceKind {
    /// A microphone.
    #[default]
    #[enum_value(name = "Microphone", nick = "audioinput")]
    AudioInput,
    /// A loudspeaker.
    #[enum_value(name = "Loudspeaker", nick = "audiooutput")]
    AudioOutput,
    /// A camera.
    #[enum_value(name = "Camera", nick = "videoinput")]
    VideoInput,
}

impl From<DeviceKind> for MediaDeviceKind {
    fn from(kind: DeviceKind) -> Self {
        match kind {
            DeviceKind::AudioInput => Self::AudioInput,
            DeviceKind::AudioOutput => Self::AudioOutput,
            DeviceKind::VideoInput => Self::VideoInput,
        }
    }
}

impl InputDeviceInfo {
    /// The device it describes.
    pub fn device(&self) -> Option<Arc<Device>> {
        self.imp().facts().map(|facts| facts.device.clone())
    }

    /// `getCapabilities()`: what an unconstrained track of the device would report. Does not open
    /// it, #119. Where the application decides about permissions, what pans, tilts and zooms shows on
    /// the track only, #199.
    pub fn capabilities(&self) -> Capabilities {
        let all = self
            .device()
            .map(|device| capabilities(&Modes::of(&device).candidates))
            .unwrap_or_default();
        match is_asked() {
            true => Lens::Hidden.capabilities(all),
            false => all,
        }
    }
}
