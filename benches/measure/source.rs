//! A source of the rig, as a track has it and as a pipeline without this plugin has it.
//!
//! A child of this program plays each side, so that neither finds what the other left:
//!
//! | argument | the child |
//! |---|---|
//! | `--counted LINE FRAMES` | plays so many frames, for callgrind |
//! | `--first LINE` | prints the milliseconds to the first frame |
//! | `--listed LINE` | the same, when the process knows the devices already |
//! | `--traced LINE` | the same, for strace: the files it looks for tell where the start begins and ends |

#![allow(dead_code)] // every bench uses a part of it

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gst::prelude::*;
use gstmediastream::media::MediaDevices;

use crate::measure::{
    Running, callgrind, cpu_per_second, first_frame, in_turn, init, quick, rounds,
};
use crate::table::{Goal, Row, not_measured};

/// Nobody has these. To look for one is a line in the log of strace.
const BEGINS: &str = "/bench/begins";
const LIMIT: Duration = Duration::from_secs(30);
const ENDS: &str = "/bench/ends";

/// See the module.
pub struct Source {
    pub place: &'static str,
    /// What it delivers, as the rows name it.
    pub media: &'static str,
    /// What a buffer of it is.
    pub buffer: &'static str,
    /// Buffers a second.
    pub rate: u64,
    pub track: &'static str,
    /// With its queue, which a track has inside.
    pub bare: String,
    /// How the rows call the other side.
    pub beside: &'static str,
    /// What the names of the device's nodes begin with.
    pub node: &'static str,
    /// The flags with which they are opened for controls, which are read beside it.
    pub controls: Option<&'static str>,
    /// The system call that sets a format.
    pub format: &'static str,
}

/// Whether this is a child, which has done its work then.
pub fn was_child() -> bool {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (what, line, frames) = match &arguments[..] {
        [what, line] => (what, line, None),
        [what, line, frames] => (what, line, frames.parse().ok()),
        _ => return false,
    };
    init();
    let with_sink = format!("{line} ! fakesink name=sink");
    match what.as_str() {
        "--counted" => {
            list(line);
            callgrind::child(line, frames.expect("a number of frames"));
        }
        "--first" => first_frame::print(&Running::parse(&with_sink)),
        "--listed" => first_frame::print(&listed(&with_sink)),
        "--traced" => {
            let running = listed(&with_sink);
            let _ = std::fs::File::open(BEGINS);
            first_frame::print(&running);
            let _ = std::fs::File::open(ENDS);
        }
        _ => return false,
    }
    true
}

/// The pipeline, when the devices have been listed.
fn listed(line: &str) -> Running {
    list(line);
    Running::parse(line)
}

/// Lists the devices, where a launch line wants them. A provider that is late is waited for.
fn list(line: &str) {
    let class = match line.split_whitespace().next() {
        Some("mediatrackvideosrc") => "Video/Source",
        Some("mediatrackaudiosrc") => "Audio/Source",
        _ => return,
    };
    let devices = MediaDevices::default();
    let deadline = Instant::now() + LIMIT;
    loop {
        let devices = devices.enumerate_devices();
        let devices = devices.expect("devices are listed");
        if devices.iter().any(|device| device.has_classes(class)) {
            return;
        }
        assert!(Instant::now() < deadline, "no {class} in time");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What a child did to the driver between the start and the first frame.
struct Calls {
    /// To capture.
    opened: f64,
    controls: usize,
    formats: f64,
}

impl Source {
    /// A camera of a real V4L2 driver.
    pub fn vivid() -> Self {
        let node =
            std::env::var("RIG_VIVID").expect("this runs in scripts/rig/run --drivers vivid");
        Self {
            place: "vivid",
            media: "video, 1080p30",
            buffer: "frame, 1080p30",
            rate: 30,
            track: r#"mediatrackvideosrc constraints="{\"width\":1920,\"height\":1080,\"frameRate\":30}""#,
            bare: format!(
                "v4l2src device={node} ! video/x-raw,format=YUY2,width=1920,height=1080,framerate=30/1 ! queue"
            ),
            beside: "v4l2src ! queue ! fakesink",
            node: "/dev/video",
            controls: Some("O_NONBLOCK|O_CLOEXEC"),
            format: "VIDIOC_S_FMT",
        }
    }

    /// A microphone of a real ALSA driver. Its periods are what `alsasrc` takes by itself, and half of what a track does.
    pub fn aloop() -> Self {
        let device = std::env::var("RIG_ALOOP_CAPTURE")
            .expect("this runs in scripts/rig/run --drivers aloop");
        Self {
            place: "aloop",
            media: "sound, 48 kHz stereo",
            buffer: "10 ms of 48 kHz stereo",
            rate: 100,
            track: r#"mediatrackaudiosrc constraints="{\"sampleRate\":48000,\"channelCount\":2,\"latency\":0.01}""#,
            bare: format!(
                "alsasrc device={device} ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! queue"
            ),
            beside: "alsasrc ! queue ! fakesink",
            node: "/dev/snd/pcm",
            controls: None,
            format: "SNDRV_PCM_IOCTL_HW_PARAMS",
        }
    }

    /// Instructions, in the place of processor time.
    pub fn instructions(&self) {
        let ticks = "a guest counts processor time in ticks of its clock, and a buffer takes less than one: \
                     see the instructions";
        let row = format!("CPU per {}", self.buffer);
        not_measured(&row, self.place, Goal::Ratio(1.1), ticks);
        let row = format!("instructions per {} over the source alone", self.buffer);
        let goal = Goal::AtMost(12_000.0);
        let buffers = self.rate * if quick() { 1 } else { 4 };
        let of = |line| callgrind::per_frame(line, buffers);
        match of(self.track).and_then(|ours| Ok((ours, of(&self.bare)?))) {
            Ok((ours, source)) => {
                eprintln!("{row}: {ours:.0} - {source:.0}");
                Row {
                    row: &row,
                    place: self.place,
                    beside: &format!("the source alone: {source:.0}"),
                    ours: ours - source,
                    other: None,
                    unit: "",
                    goal,
                }
                .print();
            }
            Err(why) => not_measured(&row, self.place, goal, &why),
        }
    }

    /// Processor time, where it is counted.
    pub fn processor(&self) {
        init();
        list(self.track);
        let cpu = |line: &str| {
            let running = Running::start(&format!("{line} ! fakesink name=sink"));
            cpu_per_second(&running, self.rate)
        };
        let medians = in_turn(
            rounds(3),
            &mut [&mut || cpu(self.track), &mut || cpu(&self.bare)],
        );
        let row = format!("CPU per second of {}", self.media);
        self.row(&row, medians[0], medians[1], "µs", Goal::Ratio(1.1));
    }

    /// The time to the first buffer: when the devices are known, and in a process that has yet to look.
    pub fn start(&self) {
        let medians = in_turn(
            rounds(9),
            &mut [
                &mut || first_frame::of_child(&["--listed", self.track]),
                &mut || first_frame::of_child(&["--first", &self.bare]),
                &mut || first_frame::of_child(&["--first", self.track]),
            ],
        );
        let row = format!("start to first {}", self.buffer);
        let goal = Goal::Ratio(1.05);
        self.row(&row, medians[0], medians[1], "ms", goal);
        let row = format!("{row}, devices listed in it");
        self.row(&row, medians[2], medians[1], "ms", goal);
    }

    /// What is done to the driver until then.
    pub fn driver(&self) {
        let rows = [
            format!("opens for capture, start to first {}", self.buffer),
            format!("formats set, start to first {}", self.buffer),
        ];
        let goal = Goal::Exactly(1.0);
        match (self.calls(self.track), self.calls(&self.bare)) {
            (Ok(ours), Ok(other)) => {
                eprintln!("{}: {} more opens for controls", rows[0], ours.controls);
                self.row(&rows[0], ours.opened, other.opened, "", goal);
                self.row(&rows[1], ours.formats, other.formats, "", goal);
            }
            (Err(why), _) | (_, Err(why)) => {
                for row in &rows {
                    not_measured(row, self.place, goal, &why);
                }
            }
        }
    }

    fn calls(&self, line: &str) -> Result<Calls, String> {
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let log = std::env::temp_dir().join(format!("mediastream-strace-{}", std::process::id()));
        let status = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=open,openat,ioctl", "-o"])
            .arg(&log)
            .arg(this)
            .args(["--traced", line])
            .stdout(Stdio::null())
            .status();
        let status = status.map_err(|error| format!("strace does not start: {error}"))?;
        let written = std::fs::read_to_string(&log).unwrap_or_default();
        let _ = std::fs::remove_file(&log);
        assert!(status.success(), "{line}: {status}");
        let during = written
            .split_once(BEGINS)
            .and_then(|(_, rest)| rest.split_once(ENDS));
        let (during, _) = during.ok_or("strace wrote no log")?;
        let opens = || {
            during
                .lines()
                .filter(|line| line.contains(&format!("\"{}", self.node)))
        };
        let is_control = |line: &&str| self.controls.is_some_and(|flags| line.contains(flags));
        let controls = opens().filter(is_control).count();
        Ok(Calls {
            opened: (opens().count() - controls) as f64,
            controls,
            formats: during
                .lines()
                .filter(|line| line.contains(self.format))
                .count() as f64,
        })
    }

    fn row(&self, row: &str, ours: f64, other: f64, unit: &str, goal: Goal) {
        Row {
            row,
            place: self.place,
            beside: self.beside,
            ours,
            other: Some(other),
            unit,
            goal,
        }
        .print();
    }
}
