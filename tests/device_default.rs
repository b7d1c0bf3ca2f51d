//! The default device of a kind changes: another order is told, the same list is not (#145, #146, #157). One
//! test, since the list is one for the whole process.

mod common;

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::healthy::Healthy;
use common::{LIMIT, fake, init};
use gio::prelude::*;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

/// The labels of `devices`, and how many `user-inserted-devices` there were.
type Told = (Vec<String>, u32);

fn follow(devices: &MediaDevices) -> Receiver<Told> {
    let (sender, changes) = channel();
    devices.connect("devicechange", false, move |values| {
        let [devices, inserted] =
            [&values[1], &values[2]].map(|list| list.get::<gio::ListModel>().expect("a list"));
        let labels = (0..devices.n_items())
            .filter_map(|at| devices.item(at).and_downcast::<gst::Device>())
            .map(|device| device.display_name().to_string());
        let _ = sender.send((labels.collect(), inserted.n_items()));
        None
    });
    changes
}

fn next(changes: &Receiver<Told>) -> Told {
    let told = changes.recv_timeout(Duration::from(LIMIT));
    told.expect("devicechange")
}

#[test]
fn another_default_is_told_and_an_equal_list_is_not() {
    init();
    let (_play, healthy) = Healthy::start("");
    let devices = MediaDevices::default();
    devices.start().expect("it starts");
    let changes = follow(&devices);

    let camera = fake("Fake camera 2");
    camera.emit_by_name::<()>("set-default", &[]);
    assert!(camera.property::<bool>("is-default"));
    let (told, inserted) = next(&changes);
    let expected = [
        "Fake microphone 1",
        "Fake microphone 2",
        "Fake camera 2",
        "Fake camera 1",
        "Default - Fake output 1",
        "Fake output 1",
    ];
    assert_eq!(told, expected, "#145");
    assert_eq!(inserted, 0, "#157: the camera was there before");

    let microphone = fake("Fake microphone 2");
    microphone.emit_by_name::<()>("unplug", &[]);
    let (before, _) = next(&changes);
    // The one that is left loses a default that nothing in the list shows.
    microphone.emit_by_name::<()>("set-default", &[]);
    let types = [gst::MessageType::DeviceChanged];
    loop {
        let message = devices.bus().timed_pop_filtered(LIMIT, &types);
        let message = message.expect("the provider tells it");
        let gst::MessageView::DeviceChanged(changed) = message.view() else {
            unreachable!("only these are popped")
        };
        if changed.device_changed().0.display_name() == "Fake microphone 1" {
            break;
        }
    }
    microphone.emit_by_name::<()>("plug", &[]);
    let (after, inserted) = next(&changes);
    assert_ne!(after, before, "#146: equal lists are not told");
    assert_eq!(after[..2], ["Fake microphone 2", "Fake microphone 1"]);
    assert_eq!(inserted, 1, "#157");
    devices.stop();
    healthy.check();
}
