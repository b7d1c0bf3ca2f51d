//! The PipeWire session that a test runs in, and a pipeline in it whose tracks tell what happens to them,
//! beside two healthy ones. To be included beside `common`.
#![allow(dead_code)] // every test file uses a part of it

use std::cell::RefCell;
use std::collections::VecDeque;
use std::process::Command;
use std::sync::mpsc::channel;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use gst::prelude::*;
use gstmediastream::devices::{Api, Device, DeviceKind, Registry};
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::lifecycle::EndReason;

use crate::common::healthy::Healthy;
use crate::common::{LIMIT, Play, eventually, user_media};

/// The registry, with the devices of PipeWire and the fakes.
pub fn registry() -> &'static Registry {
    registry_of("pipewire")
}

/// The registry, with those of these providers and the fakes. The first call decides.
pub fn registry_of(providers: &str) -> &'static Registry {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| Healthy::beside(providers));
    Registry::shared().expect("the list")
}

/// Calls the script that starts and ends the parts of PipeWire; true if it succeeds.
pub fn rig(arguments: &[&str]) -> bool {
    let script = std::env::var("RIG_PIPEWIRE").expect("run this in the rig");
    run(&[&[script.as_str()], arguments].concat())
}

pub fn run(line: &[&str]) -> bool {
    let status = Command::new(line[0]).args(&line[1..]).status();
    status.expect("it is installed").success()
}

pub fn signal(part: &str, signal: &str) {
    assert!(rig(&["signal", part, signal]), "{signal} to {part}");
}

pub fn start(part: &str) {
    assert!(rig(&["start", part]), "{part} starts");
}

/// Tells the USB device what to do.
pub fn usbcam(command: &str) {
    let fifo = std::env::var("RIG_USBCAM_COMMANDS").expect("run this in scripts/rig/run");
    std::fs::write(fifo, format!("{command}\n")).expect("the device listens");
}

/// What a program prints.
pub fn output(line: &[&str]) -> String {
    let output = Command::new(line[0]).args(&line[1..]).output();
    String::from_utf8_lossy(&output.expect("it is installed").stdout).into_owned()
}

/// The PipeWire device of a kind, as it is listed now.
pub fn listed(kind: DeviceKind) -> Option<Arc<Device>> {
    let is_it = |device: &Arc<Device>| {
        device.kind == kind && device.nodes.iter().any(|node| node.api == Api::PipeWire)
    };
    registry().devices().into_iter().find(is_it)
}

/// The same as soon as it is listed.
pub fn await_device(kind: DeviceKind) -> Arc<Device> {
    await_that(kind, |_| true)
}

/// The same as soon as it is as wanted. Woken by the list: a guest has no time to spare for looking.
pub fn await_that(kind: DeviceKind, is_wanted: impl Fn(&Device) -> bool) -> Arc<Device> {
    let (sender, news) = channel();
    let _subscription = registry().subscribe(Box::new(move |_| {
        // The test may have found it.
        let _ = sender.send(());
    }));
    registry().settle();
    loop {
        if let Some(device) = listed(kind).filter(|device| is_wanted(device)) {
            return device;
        }
        let told = news.recv_timeout(LIMIT.into());
        told.unwrap_or_else(|_| panic!("PipeWire lists no such {kind:?}"));
    }
}

/// The id of PipeWire's global object of a type whose listing contains `what`.
pub fn global(kind: &str, what: &str) -> Option<String> {
    let list = output(&["pw-cli", "ls", kind]);
    let mut objects = list.split("\tid ").filter(|object| object.contains(what));
    let id = objects.next()?.split(',').next()?;
    Some(id.to_owned())
}

/// `{"deviceId":{"exact":…}}` of PipeWire's device, with more members.
pub fn constraints(kind: DeviceKind, more: &str) -> String {
    let id = await_device(kind).id.clone();
    format!(r#"{{"deviceId":{{"exact":"{id}"}}{more}}}"#)
}

/// A launch line of PipeWire's camera as element `v`, sink `video`, with more properties. Its picture is small:
/// a guest is slow.
pub fn camera(more: &str) -> String {
    let small = r#","width":320,"height":240,"frameRate":15"#;
    line("video", DeviceKind::VideoInput, small, more)
}

/// The microphone as element `a`, sink `audio`.
pub fn microphone(more: &str) -> String {
    line("audio", DeviceKind::AudioInput, "", more)
}

fn line(kind: &str, input: DeviceKind, wishes: &str, more: &str) -> String {
    let constraints = constraints(input, wishes).replace('"', "\\\"");
    let name = &kind[..1];
    format!(
        "mediatrack{kind}src name={name} constraints=\"{constraints}\" {more} \
         ! appsink name={kind} drop=true max-buffers=1 sync=false "
    )
}

/// A pipeline that is watched: whatever its tracks tell is expected, in its order, or a failure.
pub struct Scene {
    pub play: Play,
    healthy: Healthy,
    told: RefCell<VecDeque<(String, String)>>,
}

impl Scene {
    /// Plays, and returns when all devices deliver.
    pub fn start(lines: &[String]) -> Self {
        registry();
        let (play, healthy) = Healthy::start(&lines.concat());
        let scene = Self {
            play,
            healthy,
            told: RefCell::default(),
        };
        for sink in ["video", "audio"] {
            if scene.play.pipeline.by_name(sink).is_some() {
                scene.play.sample(sink);
            }
        }
        scene
    }

    pub fn track(&self, name: &str) -> MediaStreamTrack {
        self.play.element(name).property("track")
    }

    /// What the track of this element tells next: its event and reason.
    #[track_caller]
    pub fn next(&self, name: &str) -> String {
        loop {
            let mut told = self.told.borrow_mut();
            if let Some(at) = told.iter().position(|(element, _)| element == name) {
                return told.remove(at).expect("it was found").1;
            }
            drop(told);
            let message = self.play.wait(&format!("an event of {name}"), |message| {
                event(message).is_some()
            });
            self.told.borrow_mut().extend(event(&message));
        }
    }

    /// The next event is this one. A machine that stands still for a while stalls its devices, and their tracks say so:
    /// where something else is expected, that is over by then, or never will be.
    #[track_caller]
    pub fn expect(&self, name: &str, event: &str) {
        const STALL: [&str; 2] = ["mute stalled", "unmute"];
        let mut told = self.next(name);
        while !STALL.contains(&event) && STALL.contains(&told.as_str()) {
            told = self.next(name);
        }
        assert_eq!(told, event, "of {name}");
    }

    /// The track of this element ends, once. The kernel closes the devices of a process that was killed before its
    /// connections, which may take so long that the silence is told first, and that something came after all.
    #[track_caller]
    pub fn ends(&self, name: &str) {
        let is_silence = |event: &String| event == "mute stalled" || event == "unmute";
        let mut told = std::iter::repeat_with(|| self.next(name)).skip_while(is_silence);
        assert_eq!(told.next().as_deref(), Some("ended unplugged"), "of {name}");
    }

    /// The device of this sink is opened anew: what comes is made up, and then it is not.
    #[track_caller]
    pub fn restarts(&self, sink: &str) {
        self.until(sink, true);
        self.until(sink, false);
    }

    /// Waits for buffers that are made up, or not.
    #[track_caller]
    pub fn until(&self, sink: &str, made_up: bool) {
        let is_made_up = |sample: gst::Sample| {
            let flags = sample.buffer().expect("a buffer").flags();
            flags.contains(gst::BufferFlags::GAP)
        };
        let deadline = Instant::now() + Duration::from(LIMIT);
        while is_made_up(self.play.sample(sink)) != made_up {
            assert!(
                Instant::now() < deadline,
                "{sink}: made up is not {made_up}"
            );
        }
    }

    /// Nothing more was told than what was expected, no error, and the healthy ones lost nothing.
    #[track_caller]
    pub fn over(self) {
        // Events come in order: all of before are on the bus when this one is told.
        let fence = user_media(r#"{"audio":{"sampleRate":{"exact":44100}}}"#)
            .get_tracks()
            .remove(0);
        let (sender, told) = channel();
        fence.connect("ended", false, move |_| {
            let _ = sender.send(());
            None
        });
        fence.end(EndReason::Revoked);
        told.recv().expect("the end is told");
        while let Some(message) = self.play.bus().pop() {
            if let gst::MessageView::Error(error) = message.view() {
                panic!("{} ({:?})", error.error(), error.debug());
            }
            self.told.borrow_mut().extend(event(&message));
        }
        let told = self.told.borrow();
        assert!(told.is_empty(), "not expected: {told:?}");
        self.healthy.check();
    }
}

/// The element of a track's event, and what it says.
fn event(message: &gst::Message) -> Option<(String, String)> {
    let structure = message
        .structure()
        .filter(|s| s.name() == "media-stream-track")?;
    let field = |name| structure.get::<String>(name).expect("text");
    let event = match field("reason").as_str() {
        "none" => field("event"),
        reason => format!("{} {reason}", field("event")),
    };
    Some((message.src()?.name().to_string(), event))
}

/// Waits until the track is no longer the lost one, and its picture no longer made up.
pub fn again(scene: &Scene, name: &str, sink: &str, lost: &MediaStreamTrack) -> MediaStreamTrack {
    eventually(&format!("{name} has another track"), || {
        let track = scene.track(name);
        track != *lost && track.lost().is_none()
    });
    scene.until(sink, false);
    scene.track(name)
}
