//! Every fault that vivid can be told to have: what the driver refuses at the start is an error with
//! its name, what it does while it runs is survived, and the other devices never notice. And one that another program
//! has, or that this user may not open.
//!
//! Runs in: scripts/rig/run --drivers vivid --timeout 300

#[path = "../common/mod.rs"]
mod common;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::healthy::{Healthy, REFUSED};
use common::rig::{Told, asked, listed, live, of_rig, only, property, vivid};
use common::{Play, eventually, promised};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::VideoInput;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Live;

const SMALL: &str = r#""width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":10},"resizeMode":{"exact":"none"}"#;
const LARGE: &str = r#""width":{"exact":640},"height":{"exact":360},"frameRate":{"exact":10},"resizeMode":{"exact":"none"}"#;

/// Constraints of vivid's camera in its small mode.
fn small() -> String {
    Healthy::beside("v4l2");
    only(&listed(VideoInput, "vivid"), SMALL)
}

/// vivid's camera in a pipeline, beside the healthy one.
struct Scene {
    play: Play,
    healthy: Healthy,
    track: MediaStreamTrack,
    told: Told,
}

impl Scene {
    fn start() -> Self {
        let constraints = property(&small());
        let (play, healthy) = Healthy::start(&format!(
            "mediatrackvideosrc name=v {constraints} ! appsink name=video drop=true max-buffers=1"
        ));
        live(&play, "video");
        let track = play.element("v").property("track");
        Self {
            told: Told::of(&track),
            play,
            healthy,
            track,
        }
    }

    /// So many frames of the device.
    fn frames(&self, frames: usize) {
        for _ in 0..frames {
            let sample = live(&self.play, "video");
            let flags = sample.buffer().expect("a buffer").flags();
            assert!(!flags.contains(gst::BufferFlags::CORRUPTED));
        }
    }

    /// Of the next frame of the device.
    fn size(&self) -> (u32, u32) {
        let sample = live(&self.play, "video");
        let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
        (info.width(), info.height())
    }

    fn lost_frames(&self) -> u64 {
        let stats: gst::Structure = self.track.property("stats");
        let count = |name| stats.get::<u64>(name).expect("a count");
        count("totalFrames") - count("deliveredFrames") - count("discardedFrames")
    }

    /// The track lives, and was told this and no more.
    #[track_caller]
    fn check(self, told: &[&str]) {
        self.frames(5);
        assert_eq!(self.track.ready_state(), Live);
        assert!(!self.track.muted());
        self.healthy.check();
        assert_eq!(self.told.all(), told);
    }
}

#[test]
fn what_the_driver_refuses_at_the_start_is_said_and_the_next_attempt_works() {
    let constraints = small();
    let (_play, healthy) = Healthy::start("");
    for ioctl in ["reqbufs", "qbuf", "streamon"] {
        vivid(&format!("inject_vidioc_{ioctl}_error=1"));
        let (name, message) = asked("video", &constraints).expect_err(ioctl);
        assert_eq!(name, "AbortError", "{ioctl}: {message}");
        assert!(message.contains("\"vivid\""), "{ioctl}: {message}");
        let track = asked("video", &constraints).unwrap_or_else(|e| panic!("{ioctl}: {e:?}"));
        assert_eq!(track.ready_state(), Live);
        // Closed: what is refused next must not be a call of this one.
        MediaStreamTrack::stop_within(&[track], Duration::from_secs(10));
    }
    healthy.check();
}

#[test]
fn corrupt_frames_are_lost_and_counted() {
    let scene = Scene::start();
    let before = scene.lost_frames();
    for lost in 1..=3 {
        vivid("inject_v4l2_buf_flag_error=1");
        eventually("it is counted", || scene.lost_frames() >= before + lost);
    }
    scene.check(&[]);
}

#[test]
fn every_other_frame_lost_is_no_stall() {
    let scene = Scene::start();
    vivid("percentage_of_dropped_buffers=50");
    scene.frames(30);
    vivid("percentage_of_dropped_buffers=0");
    scene.check(&[]);
}

#[test]
fn all_frames_lost_is_a_stall_and_its_end_is_told() {
    let scene = Scene::start();
    vivid("percentage_of_dropped_buffers=100");
    scene.told.wait("mute stalled");
    vivid("percentage_of_dropped_buffers=0");
    scene.told.wait("unmute");
    scene.check(&["mute stalled", "unmute"]);
}

/// v4l2src has a buffer less from then on, and says nothing.
#[test]
fn a_buffer_that_the_driver_refuses_while_it_runs_is_survived() {
    let scene = Scene::start();
    vivid("inject_vidioc_qbuf_error=1");
    scene.frames(20);
    scene.check(&[]);
}

#[test]
fn a_mode_that_the_driver_refuses_is_rolled_back() {
    let scene = Scene::start();
    let before = (scene.track.constraints(), scene.track.settings());
    let larger = only(&listed(VideoInput, "vivid"), LARGE);
    // Each error comes once, and what the open device refuses is tried again with one opened anew. Not QBUF: the stream
    // that runs would take that error before the change does.
    vivid("inject_vidioc_reqbufs_error=1");
    vivid("inject_vidioc_streamon_error=1");
    let reply = promised(&scene.track, "apply-constraints", &[&larger]);
    let error: gst::Structure = reply.get("error").expect("it is refused");
    assert_eq!(error.get::<String>("name").as_deref(), Ok("AbortError"));
    let message: String = error.get("message").expect("a message");
    assert!(message.contains("\"vivid\""), "{message}");
    assert_eq!((scene.track.constraints(), scene.track.settings()), before);
    assert_eq!(scene.size(), (320, 180));
    // It was the error, and not the mode.
    let reply = promised(&scene.track, "apply-constraints", &[&larger]);
    assert!(!reply.has_field("error"), "{reply}");
    while scene.size() != (640, 360) {}
    scene.check(&[]);
}

#[test]
fn a_mode_that_the_driver_refuses_once_is_tried_again() {
    let scene = Scene::start();
    let device = listed(VideoInput, "vivid");
    let changes = [
        ("reqbufs", LARGE, (640, 360)),
        ("streamon", SMALL, (320, 180)),
    ];
    for (ioctl, constraints, size) in changes {
        vivid(&format!("inject_vidioc_{ioctl}_error=1"));
        let constraints = only(&device, constraints);
        let reply = promised(&scene.track, "apply-constraints", &[&constraints]);
        assert!(!reply.has_field("error"), "{ioctl}: {reply}");
        while scene.size() != size {}
    }
    scene.check(&[]);
}

/// A consumer that takes nothing any more: it keeps what it has, and the driver has buffers left.
#[test]
fn a_reader_that_stopped_reading_costs_the_other_nothing() {
    let slow = r#""width":{"exact":320},"height":{"exact":180},"frameRate":{"exact":5},"resizeMode":{"exact":"none"}"#;
    Healthy::beside("v4l2");
    let constraints = property(&only(&listed(VideoInput, "vivid"), slow));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackvideosrc name=stuck {constraints} ! appsink name=full max-buffers=1 \
         mediatrackvideosrc name=v {constraints} ! appsink name=video"
    ));
    let number = || live(&play, "video").buffer().expect("a buffer").offset();
    // The queue of the first is full, and its thread waits in the sink.
    live(&play, "full");
    // Both have begun with these; what came while they did is nobody's loss.
    let mut last = (0..3).map(|_| number()).max().expect("three");
    for _ in 0..20 {
        let next = number();
        assert_eq!(next, last + 1, "the driver's numbers");
        last = next;
    }
    healthy.check();
    // What it lost is its own affair, and it can go on.
    let stuck: MediaStreamTrack = play.element("stuck").property("track");
    assert_eq!(stuck.ready_state(), Live);
    while live(&play, "full").buffer().expect("a buffer").offset() < last {}
}

/// Another program that streams from the camera.
struct Program(Child);

impl Program {
    fn of(device: &str) -> Self {
        let mut command = Command::new("gst-launch-1.0");
        let command = command
            .args(["-q", "v4l2src", &format!("device={device}")])
            .args(["!", "video/x-raw,width=640,height=360,framerate=30/1"])
            .args(["!", "fdsink", "fd=1"]);
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.expect("gst-launch-1.0 starts");
        // It streams as soon as it has written something.
        let frames = child.stdout.as_mut().expect("piped");
        std::io::Read::read_exact(frames, &mut [0]).expect("a frame");
        Self(child)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn one_that_another_program_has_is_busy() {
    let constraints = property(&small());
    let _other = Program::of(&of_rig("RIG_VIVID"));
    let (play, healthy) = Healthy::start(&format!(
        "mediatrackvideosrc name={REFUSED} {constraints} ! fakesink"
    ));
    let (error, details) = play.error();
    assert!(error.matches(gst::ResourceError::Busy), "{error}");
    assert!(error.message().contains("vivid"), "{error}");
    let name = details.get::<String>("name");
    assert_eq!(name.as_deref(), Ok("NotReadableError"));
    healthy.check();
}

/// "Not allowed" is not "not found": the node is there, but this user may not open it.
#[test]
fn one_that_this_user_may_not_open_is_not_allowed() {
    let device = of_rig("RIG_VIVID");
    let mode = |bits| std::fs::set_permissions(&device, Permissions::from_mode(bits));
    mode(0o600).expect("the guest is root");
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .args(["gst-launch-1.0", "mediatrackvideosrc", "!", "fakesink"])
        .env("GST_PLUGIN_PATH", of_rig("RIG_PLUGINS"))
        .output()
        .expect("setpriv starts");
    mode(0o660).expect("the guest is root");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("may not be opened by this user"), "{said}");
    assert!(said.contains(&device), "{said}");
}
