//! Switches of a device that mute it: watched while the device is open.

use std::sync::mpsc::Sender;

use gst::glib;
use gst::prelude::*;

use super::message::Message;
use crate::devices::Node;
use crate::model::lifecycle::MutedReason;

/// Tells the worker what a switch does, from the moment it is made to the moment it is dropped.
pub(super) struct MuteSwitch {
    device: gst::Device,
    handler: Option<glib::SignalHandlerId>,
}

impl MuteSwitch {
    /// Watches the property `muted` of devices that have one, and tells its present value.
    pub fn watch(node: &Node, messages: Sender<Message>) -> Option<Self> {
        let device = node.device.clone();
        let has_switch = device
            .find_property("muted")
            .is_some_and(|p| p.value_type() == bool::static_type());
        if !has_switch {
            return None;
        }
        let told = messages.clone();
        let handler = device.connect_notify(Some("muted"), move |device, _| {
            let muted = device.property::<bool>("muted");
            let _ = told.send(Message::Mute(MutedReason::System, muted));
        });
        let muted = device.property::<bool>("muted");
        let _ = messages.send(Message::Mute(MutedReason::System, muted));
        Some(Self {
            device,
            handler: Some(handler),
        })
    }
}

impl Drop for MuteSwitch {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            self.device.disconnect(handler);
        }
    }
}
