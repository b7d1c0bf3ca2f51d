//! What a device info tells, and what it makes.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;

use super::MediaDeviceKind;
use crate::devices::{Device, DeviceKind};

/// A device as it was when it was listed.
#[derive(Debug)]
pub(super) struct Facts {
    pub device: Arc<Device>,
}

impl Facts {
    pub fn kind(&self) -> MediaDeviceKind {
        self.device.kind.into()
    }

    /// The four attributes as a dictionary, under the specification's names.
    pub fn to_json(&self) -> gst::Structure {
        let device = &self.device;
        gst::Structure::builder("media-device-info")
            .field("deviceId", &device.id)
            .field("kind", device.kind.name())
            .field("label", &device.label)
            .field("groupId", &device.group_id)
            .build()
    }

    /// The construction properties of the `GstDevice`.
    pub fn construct<T: IsA<glib::Object> + glib::object::IsClass>(device: &Device) -> T {
        let class = match device.kind {
            DeviceKind::AudioInput => "Audio/Source",
            DeviceKind::AudioOutput => "Audio/Sink",
            DeviceKind::VideoInput => "Video/Source",
        };
        glib::Object::builder()
            .property("display-name", &device.label)
            .property("device-class", class)
            .property("caps", caps(device))
            .property("properties", properties(device))
            .build()
    }

    /// A track element that plays this device and no other; for an output, what its own system
    /// makes.
    pub fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
        let Some(factory) = self.factory() else {
            return self.output(name);
        };
        let mut builder =
            gst::ElementFactory::make(factory).property("constraints", self.binding());
        if let Some(name) = name {
            builder = builder.name(name);
        }
        let label = &self.device.label;
        builder.build().map_err(|error| {
            gst::loggable_error!(super::super::CAT, "no element for \"{label}\": {error}")
        })
    }

    /// Lets a running track element play this device instead.
    pub fn reconfigure_element(&self, element: &gst::Element) -> Result<(), gst::LoggableError> {
        let made_by = element.factory().map(|factory| factory.name());
        if made_by.as_deref() != self.factory() || made_by.is_none() {
            return Err(gst::loggable_error!(
                super::super::CAT,
                "{} plays no device of the kind of \"{}\"",
                element.name(),
                self.device.label
            ));
        }
        element.set_property("constraints", self.binding());
        Ok(())
    }

    fn factory(&self) -> Option<&'static str> {
        match self.device.kind {
            DeviceKind::AudioInput => Some("mediatrackaudiosrc"),
            DeviceKind::VideoInput => Some("mediatrackvideosrc"),
            DeviceKind::AudioOutput => None,
        }
    }

    fn binding(&self) -> String {
        serde_json::json!({ "deviceId": { "exact": self.device.id } }).to_string()
    }

    fn output(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
        let made = self
            .device
            .nodes
            .iter()
            .find_map(|n| n.device.create_element(name).ok());
        made.ok_or_else(|| {
            let label = &self.device.label;
            gst::loggable_error!(super::super::CAT, "nothing offers to open \"{label}\"")
        })
    }
}

/// Everything that one of the ways to open the device offers.
fn caps(device: &Device) -> gst::Caps {
    let mut all = gst::Caps::new_empty();
    for caps in device.nodes.iter().filter_map(|node| node.device.caps()) {
        all.merge(caps);
    }
    all
}

/// What the preferred system tells about it.
fn properties(device: &Device) -> gst::Structure {
    let told = device
        .nodes
        .first()
        .and_then(|node| node.device.properties());
    let mut properties = told.unwrap_or_else(|| gst::Structure::new_empty("media-device"));
    properties.set("is-default", device.is_default);
    properties
}
