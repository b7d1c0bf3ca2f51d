//! The property `muted` of a `GstDevice`.

use std::sync::mpsc::Sender;

use gst::glib;
use gst::prelude::*;

use super::super::message::Message;
use super::Switch;
use crate::devices::Node;
use crate::model::lifecycle::MutedReason;

struct Property {
    device: gst::Device,
    handler: Option<glib::SignalHandlerId>,
}

impl Switch for Property {}

/// Watches the property of devices that have one, and tells its present value.
pub(super) fn watch(node: &Node, messages: Sender<Message>) -> Option<Box<dyn Switch>> {
    let device = node.device.clone();
    device
        .find_property("muted")
        .filter(|p| p.value_type() == bool::static_type())?;
    let told = messages.clone();
    let handler = device.connect_notify(Some("muted"), move |device, _| {
        let muted = device.property::<bool>("muted");
        let _ = told.send(Message::Mute(MutedReason::System, muted));
    });
    let muted = device.property::<bool>("muted");
    let _ = messages.send(Message::Mute(MutedReason::System, muted));
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
