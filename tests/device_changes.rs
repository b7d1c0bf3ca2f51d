//! Devices come and go: `devicechange`, and the messages of the provider (#147, #150, #157). One test,
//! since the list is one for the whole process.

mod common;

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{LIMIT, fake, init};
use gio::prelude::*;
use gst::prelude::*;
use gstmediastream::media::{InputDeviceInfo, MediaDeviceInfoExt, MediaDevices};

/// The labels of `devices` and of `user-inserted-devices`.
type Told = (Vec<String>, Vec<String>);

fn labels(list: &gst::glib::Value) -> Vec<String> {
    let list: gio::ListModel = list.get().expect("a list that every language reads");
    let items = (0..list.n_items()).filter_map(|at| list.item(at).and_downcast::<gst::Device>());
    items.map(|device| device.display_name().into()).collect()
}

/// The next device message of the provider.
fn posted(devices: &MediaDevices) -> (gst::MessageType, gst::Device) {
    let types = [
        gst::MessageType::DeviceAdded,
        gst::MessageType::DeviceRemoved,
    ];
    let message = devices
        .bus()
        .timed_pop_filtered(LIMIT, &types)
        .expect("it is posted");
    let device = match message.view() {
        gst::MessageView::DeviceAdded(added) => added.device(),
        gst::MessageView::DeviceRemoved(removed) => removed.device(),
        _ => unreachable!("only these are popped"),
    };
    (message.type_(), device)
}

/// The first list told that `is_it`; on the way there may be others, if the machine is slow.
fn told(changes: &Receiver<Told>, is_it: impl Fn(&Told) -> bool) -> Told {
    loop {
        let told = changes.recv_timeout(Duration::from(LIMIT));
        let told = told.expect("devicechange");
        let (devices, inserted) = &told;
        assert!(inserted.iter().all(|new| devices.contains(new)), "#157");
        if is_it(&told) {
            return told;
        }
    }
}

#[test]
fn changes_are_told_once_and_the_provider_follows() {
    init();
    let devices = MediaDevices::default();
    let all: Vec<_> = devices.devices().into_iter().collect();
    devices.start().expect("it starts");
    assert!(devices.is_started());
    for expected in &all {
        assert_eq!(
            posted(&devices),
            (gst::MessageType::DeviceAdded, expected.clone())
        );
    }
    let listed: Vec<_> = devices.devices().into_iter().collect();
    assert_eq!(listed, all, "started or not, the order is the same");

    let (sender, changes) = channel();
    let handler = devices.connect("devicechange", false, move |values| {
        let _ = sender.send((labels(&values[1]), labels(&values[2])));
        None
    });
    // Both parts of one webcam.
    let (camera, microphone) = (fake("Fake camera 1"), fake("Fake microphone 1"));
    camera.emit_by_name::<()>("unplug", &[]);
    microphone.emit_by_name::<()>("unplug", &[]);
    let (left, inserted) = told(&changes, |(devices, _)| devices.len() == 4);
    let outputs = ["Default - Fake output 1", "Fake output 1"];
    assert_eq!(
        left,
        ["Fake microphone 2", "Fake camera 2", outputs[0], outputs[1]]
    );
    assert_eq!(inserted, [""; 0], "#157: nothing is new");
    let mut gone = [posted(&devices), posted(&devices)];
    gone.sort_by_key(|(_, device)| device.display_name());
    assert_eq!(gone[0], (gst::MessageType::DeviceRemoved, all[2].clone()));
    assert_eq!(gone[1], (gst::MessageType::DeviceRemoved, all[0].clone()));

    camera.emit_by_name::<()>("plug", &[]);
    microphone.emit_by_name::<()>("plug", &[]);
    let mut inserted = Vec::new();
    while inserted.len() < 2 {
        let (devices, new) = told(&changes, |_| true);
        inserted.extend(new);
        assert!(inserted.iter().all(|new| devices.contains(new)), "#147");
    }
    inserted.sort();
    assert_eq!(inserted, ["Fake camera 1", "Fake microphone 1"], "#157");
    let exposed = devices.enumerate_devices().expect("a list");
    assert_eq!(
        exposed.len(),
        all.len() + 1,
        "the default output twice, #144"
    );
    let again = devices.devices();
    let id = |device: &gst::Device| device.property::<String>("device-id");
    let mut ids: [Vec<_>; 2] = [all.iter().map(id).collect(), again.iter().map(id).collect()];
    ids.iter_mut().for_each(|ids| ids.sort());
    assert_eq!(ids[0], ids[1], "#150");
    for _ in 0..2 {
        let (message, device) = posted(&devices);
        assert_eq!(message, gst::MessageType::DeviceAdded);
        let info: InputDeviceInfo = device.downcast().expect("an input");
        assert!(info.label().ends_with('1'));
    }
    devices.disconnect(handler);
    devices.stop();
    assert!(!devices.is_started());
}
