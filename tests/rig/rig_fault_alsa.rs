//! Faults of sound cards: one that is taken out and put back, one that another program has, one that this
//! user may not open. (A capture switch that is off: `rig_muted`. A stall: `rig_fault_stall`.)
//!
//! Runs in: scripts/rig/run --drivers usbcam,aloop,dummy

#[path = "../common/mod.rs"]
mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use common::healthy::Healthy;
use common::rig::{Told, asked, listed, live, of_rig, only, platform, posted, property, run};
use common::{Play, eventually, promised};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::AudioInput;
use gstmediastream::devices::{Device, Registry};
use gstmediastream::media::track::MediaStreamTrackState::Live;
use gstmediastream::media::{MediaDevices, MediaStreamTrack};

fn start(device: &Device) -> (Play, Healthy, MediaStreamTrack) {
    let constraints = property(&only(device, ""));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackaudiosrc name=a {constraints} on-ended=reconnect \
         ! appsink name=sink drop=true max-buffers=1"
    ));
    live(&play, "sink");
    let track = play.element("a").property("track");
    (play, healthy, track)
}

fn is_listed(device: &Device) -> bool {
    let registry = Registry::shared().expect("the registry starts");
    registry.find(&device.id).is_some()
}

/// ALSA's own provider says nothing of it. `prepare` is done to every new card.
fn taken_out_and_put_back(device: &Arc<Device>, driver: &str, prepare: impl Fn()) {
    prepare();
    let (play, healthy, track) = start(device);
    let told = Told::of(&track);
    let (changed, changes) = std::sync::mpsc::channel();
    let devices = MediaDevices::default();
    // It tells of changes of what it has listed.
    promised(&devices, "enumerate-devices", &[]);
    let handler = devices.connect("devicechange", false, move |_| {
        let _ = changed.send(());
        None
    });
    let before = healthy.pictures();
    // The driver waits until nobody has the card open.
    platform(driver, "unbind");
    told.wait("ended unplugged");
    let later = healthy.pictures() - before;
    assert!(later <= Healthy::SECOND, "told {later} pictures later");
    changes.recv().expect("devicechange");
    eventually("it is gone from the list", || !is_listed(device));
    let later = healthy.pictures() - before;
    assert!(
        later <= 2 * Healthy::SECOND,
        "listed {later} pictures later"
    );
    for _ in 0..10 {
        play.sample("sink");
    }
    platform(driver, "bind");
    eventually("it is back in the list", || is_listed(device));
    let source = play.element("a");
    eventually("it plays again", || {
        let playing: MediaStreamTrack = source.property("track");
        playing != track && playing.ready_state() == Live
    });
    let playing: MediaStreamTrack = source.property("track");
    let id = playing.source_device().map(|d| d.id.clone());
    assert_eq!(id.as_ref(), Some(&device.id), "the same card");
    prepare();
    live(&play, "sink");
    devices.disconnect(handler);
    healthy.check();
    assert_eq!(told.ends(), ["ended unplugged"]);
    let mut posted = posted(&play);
    posted.retain(|line| line.contains("ended"));
    assert_eq!(posted, ["a ended unplugged"]);
}

#[test]
fn a_loopback_is_taken_out_and_put_back() {
    Healthy::beside("alsa");
    let device = listed(AudioInput, "Loopback, Loopback PCM 1");
    taken_out_and_put_back(&device, "snd_aloop", || ());
}

#[test]
fn a_dummy_is_taken_out_and_put_back() {
    Healthy::beside("alsa");
    // A new card's switch is off: a track of it begins muted.
    let on = || {
        let mut amixer = Command::new("amixer");
        assert!(run(amixer.args(["-q", "-c", "Dummy", "sset", "Mic", "cap"])));
    };
    taken_out_and_put_back(&listed(AudioInput, "Dummy"), "snd_dummy", on);
}

/// Another program that records.
struct Recorder(Child);

impl Recorder {
    fn of(card: &str) -> Self {
        let mut command = Command::new("gst-launch-1.0");
        let source = ["-q", "alsasrc", &format!("device={card}")];
        let command = command
            .args(source)
            .args(["!", "audio/x-raw,format=S16LE,rate=48000,channels=1"])
            .args(["!", "fdsink", "fd=1"]);
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.expect("gst-launch-1.0 starts");
        // It has the card as soon as it has written something.
        let sound = child.stdout.as_mut().expect("piped");
        std::io::Read::read_exact(sound, &mut [0]).expect("sound");
        Self(child)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn one_that_another_program_has_is_busy_and_later_free() {
    Healthy::beside("alsa");
    let (_play, healthy) = Healthy::start("");
    let device = listed(AudioInput, "Rig Camera");
    let constraints = only(&device, "");
    let other = Recorder::of(&of_rig("RIG_USBCAM_AUDIO"));
    let (name, message) = asked("audio", &constraints).expect_err("it is taken");
    assert_eq!(name, "NotReadableError", "{message}");
    assert!(message.contains("\"Rig Camera\" is in use"), "{message}");
    assert!(is_listed(&device), "busy, not gone");
    drop(other);
    let track = asked("audio", &constraints).expect("it is free");
    assert_eq!(track.ready_state(), Live);
    track.stop();
    healthy.check();
}

/// "Not allowed" is not "not found": the card is there, but this user may not open it.
#[test]
fn one_that_this_user_may_not_open_is_not_allowed() {
    let nodes = std::fs::read_dir("/dev/snd").expect("there are cards");
    let nodes = nodes.filter_map(|node| Some(node.ok()?.path()));
    let is_of_a_card = |node: &PathBuf| node.to_string_lossy().contains('C');
    let nodes: Vec<_> = nodes.filter(is_of_a_card).collect();
    let allow = |bits| {
        for node in &nodes {
            let mode = std::fs::Permissions::from_mode(bits);
            std::fs::set_permissions(node, mode).expect("the guest is root");
        }
    };
    allow(0o600);
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .args(["gst-launch-1.0", "mediatrackaudiosrc", "!", "fakesink"])
        .env("GST_PLUGIN_PATH", of_rig("RIG_PLUGINS"))
        .env("GST_MEDIASTREAM_PROVIDERS", "alsa")
        .output()
        .expect("setpriv starts");
    allow(0o660);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let refused = r#"device "Loopback, Loopback PCM 0" may not be opened by this user"#;
    assert!(said.contains(refused), "{said}");
}
