//! The element that a fake camera or microphone makes.

mod clockwork;
mod imp;
mod refusal;
mod studio;

use gst::glib;
use gst::glib::subclass::prelude::*;

use super::FakeMediaDevice;

glib::wrapper! {
    /// A live source in the modes of its device, which it obeys in all scripted faults.
    pub struct FakeMediaSrc(ObjectSubclass<imp::FakeMediaSrc>) @extends gst_base::PushSrc, gst_base::BaseSrc, gst::Element, gst::Object;
}

impl FakeMediaSrc {
    pub fn new(name: Option<&str>, device: &FakeMediaDevice) -> Self {
        let source: Self = match name {
            Some(name) => glib::Object::builder().property("name", name).build(),
            None => glib::Object::new(),
        };
        source.imp().set_device(device);
        source
    }
}
