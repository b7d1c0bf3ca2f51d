//! `permission-request`: the application is asked before a device is opened (getUserMedia, step 6).

use std::sync::Arc;

use gst::glib;
use gst::glib::subclass::SignalId;
use gst::prelude::*;

use super::MediaDevices;
use crate::devices::Device;
use crate::media::device_info;
use crate::media::dispatcher;
use crate::media::lens::{self, Lens};
use crate::media::track::kind_name;
use crate::model::constraints::{Kind, TrackConstraints};

/// The name of the signal.
pub(super) const REQUEST: &str = "permission-request";

/// What the kinds hold beside `audio` and `video` when the lens is to be moved.
const LENS: &str = "panTiltZoom";

/// Whether the application decides about permissions.
pub(crate) fn is_asked() -> bool {
    SignalId::lookup(REQUEST, MediaDevices::static_type()).is_some_and(|signal| {
        let devices = MediaDevices::default();
        glib::signal::signal_has_handler_pending(&devices, signal, None, true)
    })
}

/// The same as [`is_granted`] for a camera of which `constraints` may want to move the lens (#199):
/// refused with it, the request goes on without. `None`: refused. Waits likewise.
pub(crate) fn grant(
    kinds: &[Kind],
    constraints: &TrackConstraints,
    device: &Arc<Device>,
) -> Option<Lens> {
    if !is_asked() {
        return Some(Lens::Exposed);
    }
    let names = names(kinds);
    if lens::is_wanted(constraints) {
        let with_lens = names.iter().cloned().chain([LENS.to_owned()]);
        if request(with_lens.collect(), Some(device)) {
            return Some(Lens::Exposed);
        }
    }
    request(names, Some(device)).then_some(Lens::Hidden)
}

/// Whether `device` may be opened for a request of these kinds; without a device: whether the
/// request would be allowed if there were one. Nobody connected: yes.
///
/// Waits for the answer, for ever if need be ("no answer: the call hangs"). Asked on the thread of
/// the request, or in the context that the application named: whoever runs that must not wait there
/// for the request.
pub(crate) fn is_granted(kinds: &[Kind], device: Option<&Arc<Device>>) -> bool {
    !is_asked() || request(names(kinds), device)
}

fn names(kinds: &[Kind]) -> Vec<String> {
    let names = kinds.iter().map(|kind| kind_name(*kind).to_owned());
    names.collect()
}

fn request(kinds: Vec<String>, device: Option<&Arc<Device>>) -> bool {
    let devices = MediaDevices::default();
    let info = device.map(device_info::of);
    let request = move || devices.emit_by_name::<bool>(REQUEST, &[&kinds, &info]);
    // An application whose context is gone has not allowed anything.
    dispatcher::ask(request).unwrap_or(false)
}
