//! Devices come and go: `devicechange`, and the messages of the provider (#145-#147, #150, #157). One test,
//! since the list is one for the whole process.

mod common;

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{LIMIT, eventually, fake, init};
use gio::prelude::*;
use gst::prelude::*;
use gstmediastream::media::{InputDeviceInfo, MediaDevices};

fn labels(devices: &MediaDevices, list: &str) -> Vec<String> {
    let list: gio::ListModel = devices.property(list);
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

fn wait(told: &Receiver<()>) {
    told.recv_timeout(Duration::from(LIMIT))
        .expect("devicechange");
}

#[test]
fn changes_are_told_once_and_the_provider_follows() {
    init();
    let devices = MediaDevices::default();
    let all = devices.enumerate_devices().expect("a list");
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

    let (sender, told) = channel();
    devices.connect("devicechange", false, move |_| {
        let _ = sender.send(());
        None
    });
    // Both parts of one webcam.
    let (camera, microphone) = (fake("Fake camera 1"), fake("Fake microphone 1"));
    camera.emit_by_name::<()>("unplug", &[]);
    microphone.emit_by_name::<()>("unplug", &[]);
    wait(&told);
    eventually("both are gone", || {
        labels(&devices, "stored-device-list").len() == 3
    });
    assert_eq!(labels(&devices, "user-inserted-devices"), [""; 0], "#157");
    let mut gone = [posted(&devices), posted(&devices)];
    gone.sort_by_key(|(_, device)| device.display_name());
    assert_eq!(gone[0], (gst::MessageType::DeviceRemoved, all[2].clone()));
    assert_eq!(gone[1], (gst::MessageType::DeviceRemoved, all[0].clone()));

    camera.emit_by_name::<()>("plug", &[]);
    microphone.emit_by_name::<()>("plug", &[]);
    eventually("both are back", || {
        labels(&devices, "stored-device-list").len() == 5
    });
    let again = devices.enumerate_devices().expect("a list");
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
    devices.stop();
    assert!(!devices.is_started());
}
