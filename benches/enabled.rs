//! Switching a camera off and on, as the property `enabled` of a track and as one wires it up by hand:
//!
//! ```text
//! mediatrackvideosrc name=track ! fakesink name=sink                                       track.enabled=false
//! camera ! valve name=switch ! fakesink name=sink                                          switch.drop=true
//! camera ! input-selector name=switch ! fakesink name=sink   BLACK ! switch.               switch.active-pad=sink_1
//! camera ! compositor name=switch sink_1::zorder=0 sink_0::zorder=1 ! fakesink name=sink   BLACK ! switch.   sink_0.alpha=0
//! ```
//!
//! with `videotestsrc is-live=true pattern=black` as BLACK, and 720p at 30 pictures a second everywhere. Behind a valve nothing
//! comes while it is closed: what is counted in pictures is counted for the other two.
//!
//! The processor time is that of the whole process, the camera's own included: a camera that no track needs is closed, and
//! that nobody can wire up.
//!
//! Runs in: the host
//! Row: pictures until the first black one
//! Row: caps events in 20 times off and on
//! Row: CPU while disabled

#[path = "camera/mod.rs"]
mod camera;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use camera::{give, headed, track};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use measure::Running;
use table::{Goal, Row};

const CAPS: &str = "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1";
const BLACK: &str = "videotestsrc is-live=true pattern=black";
/// How often it is switched off, and after how many pictures each way.
const TIMES: usize = 20;
const PICTURES: u32 = 3;
/// What is measured of a side that is off.
const WINDOW: Duration = Duration::from_secs(2);
/// Until every side does what it does from then on.
const BEGINNING: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wiring {
    Track,
    Valve,
    Selector,
    Compositor,
}

impl Wiring {
    fn name(self) -> &'static str {
        match self {
            Self::Track => "mediatrackvideosrc",
            Self::Valve => "valve",
            Self::Selector => "input-selector with a black branch",
            Self::Compositor => "compositor with a black branch",
        }
    }

    fn line(self) -> String {
        match self {
            Self::Track => "mediatrackvideosrc name=track ! fakesink name=sink".to_owned(),
            Self::Valve => "valve name=switch ! fakesink name=sink".to_owned(),
            Self::Selector => format!(
                "input-selector name=switch ! fakesink name=sink {BLACK} ! {CAPS} ! switch."
            ),
            Self::Compositor => format!(
                "compositor name=switch sink_1::zorder=0 sink_0::zorder=1 ! {CAPS} ! fakesink name=sink \
                 {BLACK} ! {CAPS} ! switch.sink_1"
            ),
        }
    }
}

/// One side, playing.
struct Side {
    wiring: Wiring,
    running: Running,
    track: Option<MediaStreamTrack>,
}

impl Side {
    fn of(wiring: Wiring) -> Self {
        let (running, track) = match wiring {
            Wiring::Track => {
                let of_camera = r#"{"facingMode":{"exact":"environment"},"width":1280,"height":720,"frameRate":30}"#;
                let track = track(of_camera);
                let running = Running::parse(&wiring.line());
                give(&running, &track);
                (running, Some(track))
            }
            _ => (
                headed(&camera::fake("Fake camera 2"), CAPS, &wiring.line()),
                None,
            ),
        };
        Self {
            wiring,
            running,
            track,
        }
    }

    /// How to switch it.
    fn switch(&self) -> impl Fn(bool) + Send + Sync + 'static {
        let wiring = self.wiring;
        let track = self.track.clone();
        let switch = self.running.pipeline.by_name("switch");
        move |on| match (&track, &switch) {
            (Some(track), _) => track.set_enabled(on),
            (None, Some(switch)) => {
                let pad = |name: &str| switch.static_pad(name).expect("it is linked");
                match wiring {
                    Wiring::Valve => switch.set_property("drop", !on),
                    Wiring::Compositor => {
                        pad("sink_0").set_property("alpha", if on { 1.0 } else { 0.0 });
                    }
                    _ => {
                        let active = pad(if on { "sink_0" } else { "sink_1" });
                        switch.set_property("active-pad", active);
                    }
                }
            }
            (None, None) => unreachable!("each has one of the two"),
        }
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        let _ = self.running.pipeline.set_state(gst::State::Null);
        self.track.iter().for_each(MediaStreamTrack::stop);
    }
}

/// What has come to the sink.
#[derive(Debug, Default)]
struct Seen {
    caps: u32,
    /// Since it was switched.
    pictures: u32,
    /// Whether it is to be black, and whether it was.
    off: bool,
    black: bool,
    /// Pictures up to the first black one, each time.
    until_black: Vec<u32>,
}

/// Switches it in the thread that brings the pictures, right after one, so that it is known which is the next.
fn switched(wiring: Wiring) -> Seen {
    let side = Side::of(wiring);
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (watched, switch) = (seen.clone(), side.switch());
    let sink = side
        .running
        .pipeline
        .by_name("sink")
        .expect("it was parsed");
    let pad = sink.static_pad("sink").expect("a sink has a pad");
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(mask, move |_, info| {
        let mut seen = watched.lock().expect("no panic");
        let is_caps = info
            .event()
            .is_some_and(|e| e.type_() == gst::EventType::Caps);
        seen.caps += u32::from(is_caps);
        let to = info.buffer().and_then(|picture| seen.see(picture));
        drop(seen);
        if let Some(on) = to {
            switch(on);
        }
        gst::PadProbeReturn::Ok
    });
    side.running.play();
    let deadline = Instant::now() + Duration::from_secs(60);
    while seen.lock().expect("no panic").until_black.len() < TIMES {
        assert!(Instant::now() < deadline, "{wiring:?}: {seen:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(side);
    std::mem::take(&mut *seen.lock().expect("no panic"))
}

impl Seen {
    /// Takes a picture in: what to switch to after it.
    fn see(&mut self, picture: &gst::BufferRef) -> Option<bool> {
        let map = picture.map_readable().expect("system memory");
        // The fake camera is nowhere black.
        let is_black = map.iter().take(64).all(|luma| *luma == 16);
        self.pictures += 1;
        if self.off && is_black && !std::mem::replace(&mut self.black, true) {
            self.until_black.push(self.pictures);
        }
        let is_done = if self.off { self.black } else { !is_black };
        if !is_done || self.pictures < PICTURES {
            return None;
        }
        self.off = !self.off;
        (self.pictures, self.black) = (0, false);
        Some(!self.off)
    }
}

/// Milliseconds of processor time in a second, of a side that is off.
fn disabled(wiring: Wiring) -> f64 {
    let side = Side::of(wiring);
    side.running.play();
    side.running.wait_for(10);
    side.switch()(false);
    std::thread::sleep(BEGINNING);
    if side.track.is_some() {
        let camera = camera::fake("Fake camera 2");
        while camera.property::<u32>("active") > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let (begin, cpu) = (Instant::now(), measure::cpu_time());
    std::thread::sleep(WINDOW);
    let cpu = measure::cpu_time() - cpu;
    cpu.as_secs_f64() * 1e3 / begin.elapsed().as_secs_f64()
}

fn counts() {
    let [ours, selector, compositor] =
        [Wiring::Track, Wiring::Selector, Wiring::Compositor].map(switched);
    let longest = |seen: &Seen| f64::from(seen.until_black.iter().copied().max().unwrap_or(0));
    eprintln!("{ours:?}\n{selector:?}\n{compositor:?}");
    let is_later = longest(&selector) > longest(&compositor);
    let (best, name) = match is_later {
        true => (&compositor, Wiring::Compositor.name()),
        false => (&selector, Wiring::Selector.name()),
    };
    Row {
        row: "pictures until the first black one",
        place: "host",
        beside: name,
        ours: longest(&ours),
        other: Some(longest(best)),
        unit: "pictures",
        goal: Goal::Exactly(1.0),
    }
    .print();
    // The first is how it begins.
    let events = |seen: &Seen| f64::from(seen.caps) - 1.0;
    Row {
        row: "caps events in 20 times off and on",
        place: "host",
        beside: Wiring::Selector.name(),
        ours: events(&ours),
        other: Some(events(&selector)),
        unit: "events",
        goal: Goal::Exactly(0.0),
    }
    .print();
}

fn main() {
    measure::init();
    counts();
    let wirings = [
        Wiring::Track,
        Wiring::Valve,
        Wiring::Selector,
        Wiring::Compositor,
    ];
    let mut sides = wirings.map(|wiring| move || disabled(wiring));
    let mut sides: Vec<&mut dyn FnMut() -> f64> = sides.iter_mut().map(|s| s as _).collect();
    let measured = measure::in_turn(measure::rounds(3), &mut sides);
    for (wiring, cpu) in wirings.iter().zip(&measured) {
        eprintln!("{}: {cpu:.2} ms/s", wiring.name());
    }
    let others = wirings.iter().zip(&measured).skip(1);
    let (best, cpu) = others
        .min_by(|a, b| a.1.total_cmp(b.1))
        .expect("there are three");
    Row {
        row: "CPU while disabled",
        place: "host",
        beside: best.name(),
        ours: measured[0],
        other: Some(*cpu),
        unit: "ms/s",
        goal: Goal::Ratio(0.1),
    }
    .print();
}
