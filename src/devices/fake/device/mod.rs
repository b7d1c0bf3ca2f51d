//! A fake device and its scripted faults.

mod action;
mod faults;
mod imp;
mod script;
mod switchboard;
mod unit;

use std::sync::Arc;

use gst::glib;
use gst::glib::subclass::prelude::*;

use crate::devices::controls::Board;

pub(super) use faults::{Document, Faults, Hang, Timestamps, read};
pub(super) use script::{Opened, Opening, Shot};
pub(super) use unit::Unit;

glib::wrapper! {
    /// A camera, microphone or output of [`super::FakeMediaDeviceProvider`].
    pub struct FakeMediaDevice(ObjectSubclass<imp::FakeMediaDevice>) @extends gst::Device, gst::Object;
}

impl FakeMediaDevice {
    /// An object for `unit` as it is at present. `None`: no provider made it.
    pub(super) fn new(unit: &Arc<Unit>) -> Option<Self> {
        let model = unit.model()?;
        let device: Self = glib::Object::builder()
            .property("caps", unit.modes())
            .property("device-class", model.class)
            .property("display-name", model.label)
            .property("properties", unit.facts())
            .property("name-in-provider", unit.name())
            .build();
        device.imp().set_unit(unit);
        unit.stand_in(&device);
        Some(device)
    }

    /// The device that it stands for.
    pub(super) fn unit(&self) -> &Arc<Unit> {
        self.imp().unit()
    }

    /// Whether it has any controls.
    pub(in crate::devices) fn has_controls(&self) -> bool {
        !self.unit().controls().is_empty()
    }

    /// Its controls, for one user.
    pub(in crate::devices) fn board(&self) -> Box<dyn Board> {
        let unit = self.unit();
        Box::new(switchboard::Handle {
            board: unit.controls().clone(),
            unit: Arc::downgrade(unit),
        })
    }
}
