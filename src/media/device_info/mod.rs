//! `GstMediaDeviceInfo` and `GstInputDeviceInfo`: a device as the list shows it (Media Capture and
//! Streams, `MediaDeviceInfo`, `InputDeviceInfo`).
//!
//! Both are `GstDevice`s: their caps are all that the device offers, whichever system it is opened
//! through, and `create_element()` makes a track element bound to it. Inputs are always of the second,
//! which derives from the first.
//!
//! | file | noun |
//! |---|---|
//! | `imp` | the two GObjects |
//! | `facts` | a device as it was when it was listed, and what can be done with it |
//! | `known` | one object for one device |

mod facts;
mod imp;
mod known;

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

pub(crate) use known::of;

use super::devices::is_asked;
use super::lens::Lens;
use crate::capture::Modes;
use crate::devices::{Device, DeviceKind};
use crate::model::constraints::{Capabilities, capabilities};

glib::wrapper! {
    /// A device; of this very type an output. Properties `device-id`, `group-id`, `kind`, `label`; action
    /// `to-json` → structure.
    pub struct MediaDeviceInfo(ObjectSubclass<imp::MediaDeviceInfo>)
        @extends gst::Device, gst::Object;
}

glib::wrapper! {
    /// A camera or a microphone. Action `get-capabilities` → structure.
    pub struct InputDeviceInfo(ObjectSubclass<imp::InputDeviceInfo>)
        @extends MediaDeviceInfo, gst::Device, gst::Object;
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

/// The attributes, of either type.
pub trait MediaDeviceInfoExt: IsA<MediaDeviceInfo> {
    /// `deviceId`: identifies the device among those of its kind, also after re-plugging.
    fn device_id(&self) -> String {
        self.upcast_ref().property("device-id")
    }

    /// `groupId`: the same for all parts of one physical device.
    fn group_id(&self) -> String {
        self.upcast_ref().property("group-id")
    }

    /// `label`: what people call it.
    fn label(&self) -> String {
        self.upcast_ref().property("label")
    }

    /// `kind`
    fn kind(&self) -> MediaDeviceKind {
        self.upcast_ref().property("kind")
    }
}

impl<T: IsA<MediaDeviceInfo>> MediaDeviceInfoExt for T {}

impl InputDeviceInfo {
    /// The device it describes.
    pub fn device(&self) -> Option<Arc<Device>> {
        let info = self.upcast_ref::<MediaDeviceInfo>();
        info.imp().facts().map(|facts| facts.device.clone())
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
