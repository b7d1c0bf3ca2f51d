//! `permission-request`: the application is asked before a device is opened (getUserMedia, step 6).

use std::sync::Arc;

use gst::glib;
use gst::glib::subclass::SignalId;
use gst::prelude::*;

use super::MediaDevices;
use crate::devices::Device;
use crate::media::device_info;
use crate::media::dispatcher;
use crate::media::track::kind_name;
use crate::model::constraints::Kind;

/// The name of the signal.
pub(super) const REQUEST: &str = "permission-request";

/// Whether `device` may be opened for a request of these kinds; without a device: whether the
/// request would be allowed if there were one. Nobody connected: yes.
///
/// Waits for the answer, for ever if need be ("no answer: the call hangs"). A handler must not wait
/// for a device itself: the question about that one comes after its own answer.
pub(crate) fn is_granted(kinds: &[Kind], device: Option<&Arc<Device>>) -> bool {
    let devices = MediaDevices::default();
    let is_asked = SignalId::lookup(REQUEST, MediaDevices::static_type()).is_some_and(|signal| {
        glib::signal::signal_has_handler_pending(&devices, signal, None, true)
    });
    if !is_asked {
        return true;
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|kind| kind_name(*kind).to_owned())
        .collect();
    let info = device.map(device_info::of);
    let request = move || devices.emit_by_name::<bool>(REQUEST, &[&kinds, &info]);
    // An application whose context is gone has not allowed anything.
    dispatcher::ask(request).unwrap_or(false)
}
