//! The two GObjects. The second only adds what an input can do besides.

use std::sync::{LazyLock, OnceLock};

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::MediaDeviceKind;
use super::facts::Facts;
use crate::caps::structure;

#[derive(Default, glib::Properties)]
#[properties(wrapper_type = super::MediaDeviceInfo)]
pub struct MediaDeviceInfo {
    /// `deviceId`
    #[property(name = "device-id", type = String, nick = "Device id",
        blurb = "Identifies the device among those of its kind, also after re-plugging",
        get = |i: &Self| i.text(|facts| &facts.device.id))]
    /// `groupId`
    #[property(name = "group-id", type = String, nick = "Group id",
        blurb = "The same for all parts of one physical device",
        get = |i: &Self| i.text(|facts| &facts.device.group_id))]
    /// `label`
    #[property(name = "label", type = String, nick = "Label",
        blurb = "What people call the device",
        get = |i: &Self| i.text(|facts| &facts.device.label))]
    /// `kind`
    #[property(name = "kind", type = MediaDeviceKind, nick = "Kind",
        blurb = "Camera, microphone or loudspeaker",
        get = |i: &Self| i.facts().map(Facts::kind).unwrap_or_default(),
        builder(MediaDeviceKind::AudioInput))]
    facts: OnceLock<Facts>,
}

impl MediaDeviceInfo {
    pub(super) fn facts(&self) -> Option<&Facts> {
        self.facts.get()
    }

    /// Called once, before anybody else has the object.
    pub(super) fn describe(&self, facts: Facts) {
        let _ = self.facts.set(facts);
    }

    fn text(&self, of: impl Fn(&Facts) -> &String) -> String {
        let text = self.facts().map(|facts| of(facts).clone());
        text.unwrap_or_default()
    }

    fn known(&self) -> Result<&Facts, gst::LoggableError> {
        self.facts()
            .ok_or_else(|| gst::loggable_error!(crate::media::CAT, "it describes no device"))
    }
}

#[glib::object_subclass]
impl ObjectSubclass for MediaDeviceInfo {
    const NAME: &'static str = "GstMediaDeviceInfo";
    type Type = super::MediaDeviceInfo;
    type ParentType = gst::Device;
}

#[glib::derived_properties]
impl ObjectImpl for MediaDeviceInfo {
    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<[Signal; 1]> = LazyLock::new(|| {
            let to_json = Signal::builder("to-json")
                .return_type::<gst::Structure>()
                .action()
                .class_handler(|values| {
                    let info: super::MediaDeviceInfo = values.first()?.get().ok()?;
                    Some(info.imp().facts()?.to_json().to_value())
                });
            [to_json.build()]
        });
        &*SIGNALS
    }
}

impl GstObjectImpl for MediaDeviceInfo {}

impl DeviceImpl for MediaDeviceInfo {
    fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
        self.known()?.create_element(name)
    }

    fn reconfigure_element(&self, element: &gst::Element) -> Result<(), gst::LoggableError> {
        self.known()?.reconfigure_element(element)
    }
}

/// What a type has to be to derive from `GstMediaDeviceInfo`.
pub trait MediaDeviceInfoImpl: DeviceImpl {}

// SAFETY: `GstMediaDeviceInfo` adds no virtual functions to the class of its parent, so there is nothing in the
// class of a subclass that would have to be set up; everything else is done by the parent's implementation.
#[allow(unsafe_code)]
unsafe impl<T: MediaDeviceInfoImpl> IsSubclassable<T> for super::MediaDeviceInfo {}

#[derive(Default)]
pub struct InputDeviceInfo;

#[glib::object_subclass]
impl ObjectSubclass for InputDeviceInfo {
    const NAME: &'static str = "GstInputDeviceInfo";
    type Type = super::InputDeviceInfo;
    type ParentType = super::MediaDeviceInfo;
}

impl ObjectImpl for InputDeviceInfo {
    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<[Signal; 1]> = LazyLock::new(|| {
            let get_capabilities = Signal::builder("get-capabilities")
                .return_type::<gst::Structure>()
                .action()
                .class_handler(|values| {
                    let info: super::InputDeviceInfo = values.first()?.get().ok()?;
                    Some(structure::capabilities(&info.capabilities()).to_value())
                });
            [get_capabilities.build()]
        });
        &*SIGNALS
    }
}

impl GstObjectImpl for InputDeviceInfo {}
impl DeviceImpl for InputDeviceInfo {}
impl MediaDeviceInfoImpl for InputDeviceInfo {}
