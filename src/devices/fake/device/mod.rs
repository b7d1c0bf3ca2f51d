//! A fake device and its scripted faults.

mod imp;
mod switchboard;

use gst::glib;
use gst::glib::prelude::*;
use gst::glib::subclass::prelude::*;

use super::bench::Model;
use crate::devices::controls::Board;

pub(super) use imp::{Fault, Opening};

glib::wrapper! {
    /// A camera, microphone or output of [`super::FakeMediaDeviceProvider`].
    pub struct FakeMediaDevice(ObjectSubclass<imp::FakeMediaDevice>) @extends gst::Device, gst::Object;
}

impl FakeMediaDevice {
    pub(super) fn new(model: &Model, provider: &super::FakeMediaDeviceProvider) -> Self {
        let device: Self = glib::Object::builder()
            .property("caps", model.caps())
            .property("device-class", model.class)
            .property("display-name", model.label)
            .property("properties", model.properties())
            .property("name-in-provider", model.name)
            .build();
        device.imp().set_provider(provider);
        device.imp().make_default(model.is_default);
        device
    }

    /// Whether the provider is to list it.
    pub(super) fn is_plugged(&self) -> bool {
        self.imp().is_plugged()
    }

    /// Takes the place of the default of its kind, or loses it. Whether that is new.
    pub(super) fn make_default(&self, is_default: bool) -> bool {
        self.imp().make_default(is_default)
    }

    /// What a source needs to take part in the faults.
    pub(super) fn fault(&self) -> std::sync::Arc<Fault> {
        self.imp().fault()
    }

    /// Whether it has any controls.
    pub(in crate::devices) fn has_controls(&self) -> bool {
        !self.imp().controls().is_empty()
    }

    /// Its controls, for one user.
    pub(in crate::devices) fn board(&self) -> Box<dyn Board> {
        Box::new(switchboard::Handle {
            board: self.imp().controls().clone(),
            device: self.downgrade(),
        })
    }
}
