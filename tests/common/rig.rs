//! What the tests of faults on the rig's drivers share: how to make something go wrong, and a book of
//! what a track was told.
#![allow(dead_code)] // every test file uses a part of it

use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use gst::prelude::*;
use gstmediastream::devices::{Device, DeviceKind, Registry};
use gstmediastream::media::track::MediaStreamTrackMutedReason as Reason;
use gstmediastream::media::{MediaDevices, MediaStream, MediaStreamTrack};

use super::{LIMIT, Play, eventually, promised};

/// What the rig says in the environment.
pub fn of_rig(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("no {name}: run this in scripts/rig/run"))
}

/// Tells the USB camera; returns when it has heard.
pub fn usbcam(command: &str) {
    let log = of_rig("RIG_USBCAM_LOG");
    let heard = || {
        let log = std::fs::read_to_string(&log).expect("the log");
        let end = format!("command: {command}");
        log.lines().filter(|line| line.ends_with(&end)).count()
    };
    let before = heard();
    let written = std::fs::write(of_rig("RIG_USBCAM_COMMANDS"), format!("{command}\n"));
    written.expect("the device listens");
    eventually("the device has heard", || heard() > before);
}

/// Puts the USB camera right again, however the test ends: those after it use it as well.
pub struct Repaired;

impl Drop for Repaired {
    fn drop(&mut self) {
        for command in ["unhang", "video run", "audio run", "plug"] {
            usbcam(command);
        }
    }
}

/// The node of vivid at present: put back, it may have another.
fn vivid_node() -> Option<String> {
    let nodes = std::fs::read_dir("/sys/devices/platform/vivid.0/video4linux").ok()?;
    let mut names = nodes.filter_map(|node| node.ok()?.file_name().into_string().ok());
    names.next().map(|name| format!("/dev/{name}"))
}

/// Sets a control of vivid, by which it is told to fail.
pub fn vivid(control: &str) {
    let node = vivid_node().expect("run this in scripts/rig/run --drivers vivid");
    let mut command = Command::new("v4l2-ctl");
    let done = run(command.args(["-d", &node, "-c", control]));
    assert!(done, "v4l2-ctl -c {control}");
}

/// Pulls vivid out, and puts it back as another device of the same identity.
pub fn vivid_anew() {
    let registry = Registry::shared().expect("the registry starts");
    let device = listed(DeviceKind::VideoInput, "vivid");
    platform("vivid", "unbind");
    let is_listed = || registry.find(&device.id).is_some();
    eventually("it is gone from the list", || !is_listed());
    platform("vivid", "bind");
    eventually("it is back in the list", is_listed);
}

/// Pulls a platform device out of its driver (`unbind`), or puts it back (`bind`).
pub fn platform(driver: &str, action: &str) {
    let file = format!("/sys/bus/platform/drivers/{driver}/{action}");
    std::fs::write(file, format!("{driver}.0"))
        .unwrap_or_else(|e| panic!("{action} {driver}: {e}"));
}

/// Whether it went well; what it prints is nobody's business.
pub fn run(command: &mut Command) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("it is installed").success()
}

/// The only device of a kind whose label begins so, once it is listed.
#[track_caller]
pub fn listed(kind: DeviceKind, label: &str) -> Arc<Device> {
    let registry = Registry::shared().expect("the registry starts");
    let find = || {
        let devices = registry.devices();
        let mut found = devices.into_iter();
        found.find(|d| d.kind == kind && d.label.starts_with(label))
    };
    eventually(&format!("{label} is listed"), || find().is_some());
    find().expect("it is listed")
}

/// `MediaTrackConstraints` that only this device meets, and more.
pub fn only(device: &Device, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(r#"{{"deviceId":{{"exact":"{}"}}{comma}{more}}}"#, device.id)
}

/// The same, as a property in a launch line.
pub fn property(constraints: &str) -> String {
    format!("constraints=\"{}\"", constraints.replace('"', "\\\""))
}

/// What `getUserMedia` answers: the first track, or the name and the message of the error.
pub fn asked(kind: &str, constraints: &str) -> Result<MediaStreamTrack, (String, String)> {
    super::init();
    let json = format!(r#"{{"{kind}":{constraints}}}"#);
    let reply = promised(&MediaDevices::default(), "get-user-media", &[&json]);
    if let Ok(error) = reply.get::<gst::Structure>("error") {
        let text = |name: &str| error.get::<String>(name).expect("a string");
        return Err((text("name"), text("message")));
    }
    let stream: MediaStream = reply.get("stream").expect("a stream");
    Ok(stream.get_tracks().remove(0))
}

/// Pulls until a picture or sound comes that is not made here.
#[track_caller]
pub fn live(play: &Play, sink: &str) -> gst::Sample {
    let begin = Instant::now();
    loop {
        let sample = play.sample(sink);
        let buffer = sample.buffer().expect("a buffer");
        if !buffer.flags().contains(gst::BufferFlags::GAP) {
            return sample;
        }
        assert!(
            begin.elapsed() < LIMIT.into(),
            "black or silence for {LIMIT}"
        );
    }
}

type Book = Arc<(Mutex<Vec<String>>, Condvar)>;

/// Everything that a track is told, in order: "mute stalled", "unmute", "ended unplugged".
#[derive(Clone)]
pub struct Told(Book);

impl Told {
    pub fn of(track: &MediaStreamTrack) -> Self {
        let book: Book = Arc::default();
        for event in ["mute", "unmute", "ended"] {
            let book = book.clone();
            track.connect(event, false, move |values| {
                let track: MediaStreamTrack = values[0].get().expect("a track");
                let line = match event {
                    "mute" => format!("mute {:?}", track.muted_reason()).to_lowercase(),
                    "ended" => format!("ended {}", track.lost().map_or("", |r| r.nick())),
                    other => other.to_owned(),
                };
                lock(&book).push(line);
                book.1.notify_all();
                None
            });
        }
        Self(book)
    }

    /// What was told so far.
    pub fn all(&self) -> Vec<String> {
        lock(&self.0).clone()
    }

    /// How it ended, every time that it was told.
    pub fn ends(&self) -> Vec<String> {
        let mut lines = self.all();
        lines.retain(|line| line.starts_with("ended"));
        lines
    }

    /// Waits until this has been told.
    #[track_caller]
    pub fn wait(&self, line: &str) {
        let missing = |lines: &mut Vec<String>| !lines.iter().any(|told| told == line);
        let lines = lock(&self.0);
        let wait = self.0.1.wait_timeout_while(lines, LIMIT.into(), missing);
        let (lines, timeout) = wait.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "no \"{line}\", but {lines:?}");
    }
}

fn lock(book: &Book) -> MutexGuard<'_, Vec<String>> {
    book.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until the track is muted for that, or for nothing.
#[track_caller]
pub fn is_muted_for(track: &MediaStreamTrack, reason: Reason) {
    eventually(&format!("{reason:?}"), || track.muted_reason() == reason);
}

/// What the elements of a pipeline said of their tracks so far: "a ended unplugged".
pub fn posted(play: &Play) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(message) = play.bus().pop() {
        let told = message
            .structure()
            .filter(|s| s.name() == "media-stream-track");
        let Some(told) = told else { continue };
        let text = |name: &str| told.get::<String>(name).expect("a string");
        let source = message.src().map(|src| src.name()).unwrap_or_default();
        lines.push(format!("{source} {} {}", text("event"), text("reason")));
    }
    lines
}
