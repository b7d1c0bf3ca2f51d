//! The order of the list, and the steps from one list to the next. Pure.

use std::sync::Arc;

use super::device::{Change, Device};

/// Sorts `new` as "creating a list of device info objects" says (microphones, cameras, others; the default
/// first) with infrared cameras behind the others, and compares it with `old`.
///
/// Within that, devices that were listed keep their order and new ones follow in the order found.
pub fn next(old: &[Arc<Device>], new: Vec<Device>) -> (Vec<Arc<Device>>, Vec<Change>) {
    let place = |device: &Device| {
        let same = |other: &Arc<Device>| other.kind == device.kind && other.id == device.id;
        old.iter().position(same)
    };
    let mut new: Vec<_> = new
        .into_iter()
        .map(|device| (place(&device), Arc::new(device)))
        .collect();
    new.sort_by_key(|(place, device)| {
        (
            device.kind,
            device.infrared,
            !device.is_default,
            place.unwrap_or(usize::MAX),
        )
    });

    let kept: Vec<_> = new.iter().filter_map(|(place, _)| *place).collect();
    let mut changes: Vec<_> = (0..old.len())
        .filter(|at| !kept.contains(at))
        .map(|at| Change::Removed(Arc::clone(&old[at])))
        .collect();
    let devices = new
        .into_iter()
        .map(|(place, device)| match place {
            None => {
                changes.push(Change::Added(Arc::clone(&device)));
                device
            }
            Some(at) if !old[at].looks_like(&device) => {
                changes.push(Change::Changed(Arc::clone(&device)));
                device
            }
            // The same object, so that holders of the old list may compare pointers.
            Some(at) => Arc::clone(&old[at]),
        })
        .collect();
    (devices, changes)
}
