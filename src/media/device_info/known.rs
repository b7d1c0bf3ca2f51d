//! One object for one device, as long as somebody holds it: what `GstDeviceMonitor` announced, what
//! a list holds and what a track names are the same.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::facts::Facts;
use super::{InputDeviceInfo, MediaDeviceInfo};
use crate::devices::{Device, DeviceKind};

type Known = (Weak<Device>, glib::WeakRef<gst::Device>);

/// A leaf: nothing is called while it is locked.
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

/// The object that describes `device`.
pub(crate) fn of(device: &Arc<Device>) -> gst::Device {
    if let Some(found) = find(device) {
        return found;
    }
    let made = make(device);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // An object keeps its device: where that is gone the object is, too.
    known.retain(|(device, _)| device.strong_count() > 0);
    known.push((Arc::downgrade(device), made.downgrade()));
    drop(known);
    // Two threads may have made one each; the first in the list is the one.
    find(device).unwrap_or(made)
}

fn find(device: &Arc<Device>) -> Option<gst::Device> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    known
        .iter()
        .filter(|(known, _)| {
            known
                .upgrade()
                .is_some_and(|known| known.looks_like(device))
        })
        .find_map(|(_, info)| info.upgrade())
}

fn make(device: &Arc<Device>) -> gst::Device {
    let facts = Facts {
        device: device.clone(),
    };
    let info: MediaDeviceInfo = match device.kind {
        DeviceKind::AudioOutput => Facts::construct(device),
        DeviceKind::AudioInput | DeviceKind::VideoInput => {
            Facts::construct::<InputDeviceInfo>(device).upcast()
        }
    };
    info.imp().describe(facts);
    info.upcast()
}
