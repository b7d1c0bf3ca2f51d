//! A webcam is pulled out at the wrong moment: while it plays, is paused, is started, is stopped, or its
//! firmware hangs. Its tracks end once, nothing waits for it, and it can be taken again when it is back.
//!
//! Runs in: scripts/rig/run --drivers usbcam --timeout 300

#[path = "../common/mod.rs"]
mod common;

use std::path::Path;
use std::sync::Arc;

use common::healthy::Healthy;
use common::rig::{Repaired, Told, asked, listed, live, only, posted, property, usbcam};
use common::{Play, eventually, promised, threads};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::{AudioInput, VideoInput};
use gstmediastream::devices::{Device, Registry};
use gstmediastream::media::track::MediaStreamTrackState::Live;
use gstmediastream::media::{MediaDevices, MediaStreamTrack};
use gstmediastream::model::lifecycle::EndReason;

const PICTURE: &str = r#""width":{"exact":320},"height":{"exact":240}"#;

/// What a request is answered for a device that went away meanwhile: gone, or its driver failed.
const REFUSED: [&str; 2] = ["NotFoundError", "AbortError"];

/// The webcam, and the healthy one beside it in one pipeline.
struct Scene {
    camera: Arc<Device>,
    microphone: Arc<Device>,
    play: Play,
    healthy: Healthy,
}

impl Scene {
    /// With this in the place of each element's further properties.
    fn start(properties: &str) -> Self {
        Healthy::beside("v4l2,alsa");
        let camera = listed(VideoInput, "Rig Camera");
        let microphone = listed(AudioInput, "Rig Camera");
        let (play, healthy) = Healthy::start(&format!(
            "mediatrackvideosrc name=v {} {properties} ! appsink name=video drop=true max-buffers=1 \
             mediatrackaudiosrc name=a {} {properties} ! appsink name=audio drop=true max-buffers=1",
            property(&only(&camera, PICTURE)),
            property(&only(&microphone, "")),
        ));
        live(&play, "video");
        live(&play, "audio");
        Self {
            camera,
            microphone,
            play,
            healthy,
        }
    }

    fn tracks(&self) -> [MediaStreamTrack; 2] {
        ["v", "a"].map(|name| self.play.element(name).property("track"))
    }
}

/// Returns when the kernel has taken it away.
fn unplug() {
    usbcam("unplug");
    eventually("the kernel's word", || {
        let node = common::rig::of_rig("RIG_USBCAM_VIDEO");
        !Path::new(&node).exists() && !Path::new("/proc/asound/Camera").exists()
    });
}

fn is_listed(device: &Device) -> bool {
    let registry = Registry::shared().expect("the registry starts");
    registry.find(&device.id).is_some()
}

/// Puts it back, and waits until both halves are listed.
fn plug(devices: &[&Arc<Device>]) {
    eventually("it is gone", || !devices.iter().any(|d| is_listed(d)));
    usbcam("plug");
    eventually("it is back", || devices.iter().all(|d| is_listed(d)));
}

/// The threads of opened devices.
fn workers() -> usize {
    let of_a_device = ["mediastream-src", "mediastream-dev"];
    let names = threads();
    let workers = names
        .iter()
        .filter(|name| of_a_device.contains(&name.as_str()));
    workers.count()
}

#[test]
fn while_it_plays_every_track_ends_once_and_it_comes_back() {
    let _repaired = Repaired;
    let scene = Scene::start("on-ended=reconnect");
    let [video, audio] = scene.tracks();
    let all = [video.clone_track(), audio.clone_track(), video, audio];
    let told = all.each_ref().map(Told::of);
    let (changed, changes) = std::sync::mpsc::channel();
    let devices = MediaDevices::default();
    // It tells of changes of what it has listed.
    promised(&devices, "enumerate-devices", &[]);
    let handler = devices.connect("devicechange", false, move |_| {
        let _ = changed.send(());
        None
    });
    unplug();
    let gone = scene.healthy.pictures();
    told.iter().for_each(|told| told.wait("ended unplugged"));
    let later = scene.healthy.pictures() - gone;
    assert!(later <= Healthy::SECOND, "told {later} pictures later");
    changes.recv().expect("devicechange");
    let later = scene.healthy.pictures() - gone;
    assert!(
        later <= 2 * Healthy::SECOND,
        "listed {later} pictures later"
    );
    // Black and silence, and no error.
    for sink in ["video", "audio"] {
        for _ in 0..10 {
            scene.play.sample(sink);
        }
    }

    plug(&[&scene.camera, &scene.microphone]);
    changes.recv().expect("devicechange");
    devices.disconnect(handler);
    for (sink, lost) in [("v", &all[2]), ("a", &all[3])] {
        let source = scene.play.element(sink);
        eventually("another track plays", || {
            let playing: MediaStreamTrack = source.property("track");
            playing != *lost && playing.ready_state() == Live
        });
        let playing: MediaStreamTrack = source.property("track");
        let id = |track: &MediaStreamTrack| track.source_device().map(|d| d.id.clone());
        assert_eq!(id(&playing), id(lost), "the same device");
    }
    live(&scene.play, "video");
    live(&scene.play, "audio");
    scene.healthy.check();
    for told in &told {
        assert_eq!(told.ends(), ["ended unplugged"]);
    }
    let mut posted = posted(&scene.play);
    posted.retain(|line| line.contains("ended"));
    posted.sort();
    assert_eq!(posted, ["a ended unplugged", "v ended unplugged"]);
}

#[test]
fn while_it_is_paused_it_ends_and_the_pads_end_when_they_go_on() {
    let _repaired = Repaired;
    let scene = Scene::start("");
    let told = scene.tracks().each_ref().map(Told::of);
    let sources = ["v", "a"].map(|name| scene.play.element(name));
    for source in &sources {
        // Only these: the pipeline goes on.
        source.set_locked_state(true);
        source.set_state(gst::State::Paused).expect("it pauses");
    }
    unplug();
    told.iter().for_each(|told| told.wait("ended unplugged"));
    for source in &sources {
        source.set_locked_state(false);
        source.sync_state_with_parent().expect("it goes on");
    }
    assert!(scene.play.ends("video") && scene.play.ends("audio"));
    plug(&[&scene.camera, &scene.microphone]);
    scene.healthy.check();
    for told in &told {
        assert_eq!(told.ends(), ["ended unplugged"]);
    }
}

/// The firmware answers nothing while the drivers ask; what one of them had asked before may still be enough to
/// start. Then it has started, and ends.
#[test]
fn while_it_is_started_the_request_is_refused() {
    let _repaired = Repaired;
    Healthy::beside("v4l2,alsa");
    let (_play, healthy) = Healthy::start("");
    let idle = workers();
    let camera = listed(VideoInput, "Rig Camera");
    let microphone = listed(AudioInput, "Rig Camera");
    for (kind, device) in [("video", &camera), ("audio", &microphone)] {
        let constraints = only(device, "");
        usbcam("hang");
        let answer = std::thread::scope(|scope| {
            let asking = scope.spawn(|| asked(kind, &constraints));
            eventually("it is being opened", || workers() > idle);
            // And the driver asks.
            healthy.wait(1);
            unplug();
            asking.join().expect("no panic")
        });
        match answer {
            Err((name, message)) => {
                assert!(REFUSED.contains(&name.as_str()), "{name}: {message}");
                assert!(message.contains("Rig Camera"), "{name}: {message}");
            }
            Ok(track) => {
                eventually("it ends", || track.lost().is_some());
                assert_eq!(track.lost(), Some(EndReason::Unplugged), "{kind}");
            }
        }
        usbcam("unhang");
        plug(&[&camera, &microphone]);
        let track = asked(kind, &constraints).expect("it is back");
        track.stop();
        eventually("all is closed", || workers() == idle);
    }
    healthy.check();
}

/// How far the start of a device has come, by what can be seen of it.
fn nodes_and_starts() -> [usize; 2] {
    let open = std::fs::read_dir("/proc/self/fd").expect("proc is mounted");
    let nodes = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let is_ours = |node: &Path| node.starts_with("/dev/snd") || node.starts_with("/dev/v4l");
    let nodes =
        nodes.filter(|node| is_ours(node) || node.to_string_lossy().starts_with("/dev/video"));
    let log = std::fs::read_to_string(common::rig::of_rig("RIG_USBCAM_LOG")).expect("the log");
    let starts = log.lines().filter(|line| line.contains(" starts"));
    [nodes.count(), starts.count()]
}

/// When it is asked for, when it is about to be opened, when it was opened, when the first packet is on
/// its way: there is no track, or one that ends once.
#[test]
fn at_any_moment_of_its_start_it_is_refused_or_ends() {
    let _repaired = Repaired;
    Healthy::beside("v4l2,alsa");
    let (_play, healthy) = Healthy::start("");
    let idle = workers();
    let camera = listed(VideoInput, "Rig Camera");
    let microphone = listed(AudioInput, "Rig Camera");
    for (kind, device) in [("video", &camera), ("audio", &microphone)] {
        for moment in 0..4 {
            let constraints = only(device, "");
            let before = nodes_and_starts();
            let has_come = || {
                let now = nodes_and_starts();
                [
                    true,
                    workers() > idle,
                    now[0] > before[0],
                    now[1] > before[1],
                ][moment]
            };
            let answer = std::thread::scope(|scope| {
                let asking = scope.spawn(|| asked(kind, &constraints));
                eventually("the moment", has_come);
                unplug();
                asking.join().expect("no panic")
            });
            match answer {
                Ok(track) => {
                    eventually("it ends", || track.lost().is_some());
                    assert_eq!(track.lost().map(|reason| reason.nick()), Some("unplugged"));
                }
                // It had left the list before it was asked for: there is another camera, of another id.
                Err((name, _)) if moment == 0 && name == "OverconstrainedError" => {}
                Err((name, message)) => {
                    assert!(REFUSED.contains(&name.as_str()), "{name}: {message}");
                }
            }
            eventually("all is closed", || workers() == idle);
            plug(&[&camera, &microphone]);
        }
    }
    healthy.check();
}

#[test]
fn while_it_is_stopped_nothing_is_told_and_nothing_stays() {
    let _repaired = Repaired;
    Healthy::beside("v4l2,alsa");
    let (_play, healthy) = Healthy::start("");
    let idle = workers();
    let camera = listed(VideoInput, "Rig Camera");
    let microphone = listed(AudioInput, "Rig Camera");
    let both = [("video", &camera), ("audio", &microphone)];
    // The camera alone, whose firmware hangs: its driver waits for an answer that never comes.
    for (hangs, halves) in [(false, &both[..]), (true, &both[..1])] {
        let open =
            |(kind, device): &(&str, &Arc<Device>)| asked(kind, &only(device, "")).expect(kind);
        let tracks: Vec<_> = halves.iter().map(open).collect();
        let told: Vec<_> = tracks.iter().map(Told::of).collect();
        if hangs {
            usbcam("hang");
        }
        tracks.iter().for_each(MediaStreamTrack::stop);
        assert!(!hangs || workers() > idle, "its driver waits for an answer");
        unplug();
        eventually("all is closed", || workers() == idle);
        for told in &told {
            assert_eq!(told.ends(), [] as [&str; 0], "stopped, not lost");
        }
        usbcam("unhang");
        plug(&[&camera, &microphone]);
    }
    healthy.check();
}
