//! The order of the list, and the steps from one list to the next. Pure.

use std::sync::Arc;

use super::device::{Change, Device, DeviceKind};

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

/// The id of the second entry of the default output.
const DEFAULT: &str = "default";

/// The list as the specification shows it: the default output also stands at the front of the
/// outputs, as the default ("creating a list of device info objects").
pub fn exposed(devices: &[Arc<Device>]) -> Vec<Arc<Device>> {
    let mut devices = devices.to_vec();
    let is_output = |device: &Arc<Device>| device.kind == DeviceKind::AudioOutput;
    let default = devices.iter().find(|d| is_output(d) && d.is_default);
    let Some(default) = default.map(|device| as_default(device)) else {
        return devices;
    };
    let first = devices.iter().position(is_output).unwrap_or_default();
    devices.insert(first, Arc::new(default));
    devices
}

fn as_default(device: &Device) -> Device {
    let label = match device.label.as_str() {
        "" => "Default".to_owned(),
        label => format!("Default - {label}"),
    };
    Device {
        id: DEFAULT.to_owned(),
        label,
        ..device.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(kind: DeviceKind, id: &str) -> Device {
        Device {
            id: id.into(),
            group_id: String::new(),
            kind,
            label: id.to_uppercase(),
            facing: Vec::new(),
            is_default: false,
            infrared: false,
            plugged: false,
            nodes: Vec::new(),
        }
    }

    fn camera(id: &str) -> Device {
        device(DeviceKind::VideoInput, id)
    }

    fn ids(devices: &[Arc<Device>]) -> Vec<&str> {
        devices.iter().map(|device| device.id.as_str()).collect()
    }

    fn told(changes: &[Change]) -> Vec<String> {
        let one = |change: &Change| match change {
            Change::Added(device) => format!("+{}", device.id),
            Change::Removed(device) => format!("-{}", device.id),
            Change::Changed(device) => format!("~{}", device.id),
        };
        changes.iter().map(one).collect()
    }

    #[test]
    fn microphones_cameras_outputs_defaults_first_infrared_last() {
        let mut default = camera("default");
        default.is_default = true;
        let mut infrared = camera("infrared");
        infrared.infrared = true;
        let mut both = camera("both");
        (both.infrared, both.is_default) = (true, true);
        let output = device(DeviceKind::AudioOutput, "output");
        let microphone = device(DeviceKind::AudioInput, "microphone");
        let new = vec![
            output,
            infrared,
            camera("camera"),
            both,
            default,
            microphone,
        ];
        let (devices, _) = next(&[], new);
        let expected = [
            "microphone",
            "default",
            "camera",
            "both",
            "infrared",
            "output",
        ];
        assert_eq!(ids(&devices), expected);
    }

    #[test]
    fn the_same_list_is_no_change() {
        let (old, changes) = next(&[], vec![camera("a"), camera("b")]);
        assert_eq!(told(&changes), ["+a", "+b"]);
        let (devices, changes) = next(&old, vec![camera("b"), camera("a")]);
        assert_eq!(ids(&devices), ["a", "b"], "what was listed keeps its order");
        assert!(changes.is_empty());
        assert!(Arc::ptr_eq(&old[0], &devices[0]));
    }

    #[test]
    fn removals_are_told_before_what_is_new() {
        let (old, _) = next(&[], vec![camera("a"), camera("b")]);
        let mut b = camera("b");
        b.label = "another".into();
        let (devices, changes) = next(&old, vec![camera("c"), b]);
        assert_eq!(told(&changes), ["-a", "~b", "+c"]);
        assert_eq!(ids(&devices), ["b", "c"]);
    }

    #[test]
    fn another_default_changes_both_and_the_order() {
        let (mut a, mut b) = (camera("a"), camera("b"));
        a.is_default = true;
        let (old, _) = next(&[], vec![a.clone(), b.clone()]);
        (a.is_default, b.is_default) = (false, true);
        let (devices, changes) = next(&old, vec![a, b]);
        assert_eq!(ids(&devices), ["b", "a"]);
        assert_eq!(told(&changes), ["~b", "~a"]);
    }

    #[test]
    fn the_default_output_stands_twice() {
        let output = |id: &str| device(DeviceKind::AudioOutput, id);
        let (mut unnamed, other) = (output("b"), output("a"));
        let list = |devices| exposed(&next(&[], devices).0);
        let without = list(vec![camera("c"), unnamed.clone(), other.clone()]);
        assert_eq!(ids(&without), ["c", "b", "a"], "nobody knows the default");
        unnamed.is_default = true;
        let with = list(vec![camera("c"), other.clone(), unnamed.clone()]);
        assert_eq!(ids(&with), ["c", "default", "b", "a"]);
        assert_eq!(with[1].label, "Default - B");
        assert_eq!(with[1].group_id, with[2].group_id);
        unnamed.label.clear();
        assert_eq!(list(vec![unnamed])[0].label, "Default");
    }

    #[test]
    fn one_id_may_be_a_camera_and_a_microphone() {
        let (old, _) = next(&[], vec![camera("a")]);
        let (_, changes) = next(&old, vec![device(DeviceKind::AudioInput, "a")]);
        assert_eq!(told(&changes), ["-a", "+a"]);
    }
}
