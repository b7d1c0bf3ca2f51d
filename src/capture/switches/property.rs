//! The property `muted` of a `GstDevice`.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;

use super::Switch;
use super::voices::Voices;
use crate::devices::Node;

struct Property {
    device: gst::Device,
    handler: Option<glib::SignalHandlerId>,
}

impl Switch for Property {}

/// Watches the property of devices that have one, and tells its present value.
pub(super) fn watch(node: &Node, voices: &Voices) -> Option<Box<dyn Switch>> {
    let device = node.device.clone();
    device
        .find_property("muted")
        .filter(|p| p.value_type() == bool::static_type())?;
    let voice = Arc::new(voices.voice());
    let told = voice.clone();
    let handler = device.connect_notify(Some("muted"), move |device, _| {
        told.says(device.property::<bool>("muted"));
    });
    voice.says(device.property::<bool>("muted"));
    Some(Box::new(Property {
        device,
        handler: Some(handler),
    }))
}

impl Drop for Property {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            self.device.disconnect(handler);
        }
    }
}
