//! Which providers are asked and the key of the ids, as properties: a name that nobody knows changes
//! nothing, another key changes all ids (#154).

mod common;

use std::sync::mpsc::channel;
use std::time::Duration;

use common::{LIMIT, eventually, init};
use gio::prelude::*;
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

#[test]
fn an_unknown_name_keeps_the_old_ones_and_is_told() {
    init();
    let devices = MediaDevices::default();
    devices.ask_providers("fake").expect("it is known");
    assert_eq!(devices.providers().as_deref(), Some("fake"));
    devices.start().expect("it starts");
    devices.set_providers("fake,webcams");
    let types = [gst::MessageType::Warning];
    let message = devices
        .bus()
        .timed_pop_filtered(LIMIT, &types)
        .expect("it is told");
    let gst::MessageView::Warning(warning) = message.view() else {
        unreachable!("only these are popped")
    };
    assert!(warning.error().matches(gst::ResourceError::Settings));
    assert!(
        warning.error().message().contains("webcams"),
        "{}",
        warning.error()
    );
    assert_eq!(devices.providers().as_deref(), Some("fake"));
    assert_eq!(
        devices.enumerate_devices().map(|all| all.len()).ok(),
        Some(6),
        "the default output twice"
    );
    assert!(devices.ask_providers("webcams").is_err());

    let id = |devices: &MediaDevices| -> String {
        devices.enumerate_devices().expect("a list")[0].property("device-id")
    };
    let before = id(&devices);
    let (sender, inserted) = channel();
    devices.connect("devicechange", false, move |values| {
        let inserted: gio::ListModel = values[2].get().expect("a list");
        let _ = sender.send(inserted.n_items());
        None
    });
    devices.set_id_salt("another");
    eventually("the ids are others, #154", || id(&devices) != before);
    let inserted = inserted.recv_timeout(Duration::from(LIMIT));
    assert_eq!(inserted, Ok(0), "nothing was plugged in");
    devices.stop();
}
