//! Two webcams of one model, alike to the serial number, are pulled out and plugged in again the other way round:
//! the kernel numbers them anew, and each keeps its id. A track of one never plays the other.
//!
//! Runs in: scripts/rig/run --drivers usbcam

#[path = "../common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;

use common::eventually;
use common::healthy::Healthy;
use common::rig::{Repaired, Told, live, only, property, usbcam};
use gst::prelude::*;
use gstmediastream::devices::{Device, DeviceKind, Registry};
use gstmediastream::media::MediaStreamTrack;

/// The second webcam, unplugged when it goes.
struct Twin(Child);

impl Twin {
    fn plug() -> Self {
        // Built beside the tests.
        let program = std::env::current_exe().expect("this test");
        let program = program.ancestors().nth(2).map(Path::to_owned);
        let program = program.expect("target/profile").join("usbcam");
        let twin = Command::new(program)
            .args(["--port", "2", "--commands", "/run/rig/usbcam-swapped"])
            .spawn();
        Self(twin.expect("the rig's camera is built with its tests"))
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The cameras by the port that the kernel sees them at: the path of each now, and its device.
fn cameras() -> BTreeMap<String, (String, Arc<Device>)> {
    let registry = Registry::shared().expect("the registry starts");
    let at_port = |device: Arc<Device>| {
        let is_camera =
            device.kind == DeviceKind::VideoInput && device.label.starts_with("Rig Camera");
        let path = device.nodes.first()?.path.clone().filter(|_| is_camera)?;
        let node = Path::new(&path).file_name()?.to_owned();
        let link = Path::new("/sys/class/video4linux")
            .join(node)
            .join("device");
        let port = std::fs::canonicalize(link).ok()?;
        Some((port.file_name()?.to_str()?.to_owned(), (path, device)))
    };
    registry.devices().into_iter().filter_map(at_port).collect()
}

#[test]
fn each_keeps_its_id_and_its_track() {
    Healthy::beside("v4l2");
    let repaired = Repaired;
    let twin = Twin::plug();
    eventually("both are listed", || cameras().len() == 2);
    let before = cameras();
    let (port, (_, first)) = before.first_key_value().expect("two");
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackvideosrc name=v on-ended=reconnect {} ! appsink name=video drop=true max-buffers=1",
        property(&only(first, "")),
    ));
    live(&play, "video");
    let track: MediaStreamTrack = play.element("v").property("track");
    let told = Told::of(&track);

    usbcam("unplug");
    drop(twin);
    eventually("both are gone", || cameras().is_empty());
    let twin = Twin::plug();
    eventually("the second is the first to be back", || {
        cameras().len() == 1
    });
    usbcam("plug");
    eventually("both are back", || cameras().len() == 2);

    let after = cameras();
    // By their paths: the first number may still be taken, by who has not closed it yet.
    let order = |cameras: &BTreeMap<String, (String, Arc<Device>)>| {
        let mut paths = cameras.values().map(|(path, _)| path);
        paths.next().cmp(&paths.next())
    };
    assert_eq!(order(&after), order(&before).reverse(), "{after:#?}");
    for (port, (_, device)) in &before {
        assert_eq!(after[port].1.id, device.id, "{port}");
    }
    let source = play.element("v");
    let again = || -> MediaStreamTrack { source.property("track") };
    eventually("it plays again", || {
        again() != track && again().lost().is_none()
    });
    live(&play, "video");
    let playing = again().source_device().map(|device| device.id.clone());
    assert_eq!(playing.as_ref(), Some(&after[port].1.id));
    assert_eq!(told.all(), ["ended unplugged"]);
    healthy.check();
    drop((play, twin, repaired));
}
