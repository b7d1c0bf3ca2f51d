//! What `apply-constraints` costs while a track plays, beside the same by hand.
//!
//! Where the camera can stay in its mode, in pictures that are lost:
//!
//! ```text
//! mediatrackvideosrc name=track ! fakesink name=sink          apply-constraints: another size, 20 times
//! camera ! capsfilter name=head ! fakesink name=sink          head.caps: another size, 20 times
//! ```
//!
//! Where it has to take another, in milliseconds until the first picture of it, beside the driver's own restart: the second of
//! these from PLAYING to READY and, with the other caps, to PLAYING again.
//!
//! A sink that keeps its last sample, as it does by itself, keeps a buffer of the driver: GStreamer 1.22.0 cannot start `v4l2src` anew
//! before that is back without losing a pool and the device with it, so a track waits for it there, until it has sent something
//! else. So there are two rows.
//!
//! A fake camera takes 200 ms to start, as it is told to; with vivid `camera` is `v4l2src`.
//!
//! Runs in: the host
//! Runs in: scripts/rig/run --processors 1 --drivers vivid
//! Row: pictures lost by 20 times apply-constraints in the same mode
//! Row: time of apply-constraints to another mode
//! Row: time of apply-constraints to another mode, no last sample kept

#[path = "camera/mod.rs"]
mod camera;
#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use camera::{give, track};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::TrackConstraints;
use measure::Running;
use table::{Goal, Row};

const TIMES: usize = 20;
/// The sink of both sides, and one that keeps nothing.
const SINK: &str = "fakesink name=sink";
const FORGETS: &str = "fakesink name=sink enable-last-sample=false";
/// After each change, in pictures.
const PAUSE: usize = 3;
/// How long a fake camera takes to start, in milliseconds.
const START: u32 = 200;

/// A picture that has come to the sink, and is one of the camera's.
struct Picture {
    width: i32,
    time: gst::ClockTime,
    arrived: Instant,
}

/// All pictures that come to the sink from now on, without those made in the place of one.
fn pictures(running: &Running) -> Receiver<Picture> {
    let (sender, pictures) = channel();
    let sink = running.pipeline.by_name("sink").expect("it was parsed");
    let pad = sink.static_pad("sink").expect("a sink has a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let buffer = info.buffer().expect("it is one");
        let caps = pad.current_caps().expect("they come before buffers");
        let structure = caps.structure(0).expect("they are fixed");
        if !buffer.flags().contains(gst::BufferFlags::GAP) {
            let _ = sender.send(Picture {
                width: structure.get("width").expect("pictures have one"),
                time: buffer.pts().expect("a time"),
                arrived: Instant::now(),
            });
        }
        gst::PadProbeReturn::Ok
    });
    pictures
}

/// The machine, and a camera that both sides have to themselves in turn.
struct Place {
    name: &'static str,
    /// What selects the camera, and its rate.
    of_camera: &'static str,
    /// Two of its modes.
    modes: [(i32, i32); 2],
    /// Another size that the first mode serves.
    cropped: (i32, i32),
    interval: gst::ClockTime,
}

impl Place {
    fn here() -> Self {
        match std::env::var_os("RIG_VIVID") {
            Some(_) => Self {
                name: "vivid",
                of_camera: r#""frameRate":{"exact":15}"#,
                modes: [(640, 480), (320, 180)],
                cropped: (500, 480),
                interval: gst::ClockTime::SECOND / 15,
            },
            None => Self {
                name: "host",
                of_camera: r#""facingMode":{"exact":"environment"},"frameRate":{"exact":30}"#,
                modes: [(1280, 720), (640, 480)],
                cropped: (1000, 720),
                interval: gst::ClockTime::SECOND / 30,
            },
        }
    }

    /// Constraints for this size, as the camera has it or not.
    fn constraints(&self, (width, height): (i32, i32), mode: &str) -> String {
        let of_camera = self.of_camera;
        format!(
            r#"{{"width":{{"exact":{width}}},"height":{{"exact":{height}}},"resizeMode":{{"exact":"{mode}"}},{of_camera}}}"#
        )
    }

    /// The element of the camera, before a capsfilter.
    fn by_hand(&self, sink: &str) -> Running {
        match std::env::var("RIG_VIVID") {
            Ok(node) => Running::parse(&format!(
                "v4l2src device={node} ! capsfilter name=head ! {sink}"
            )),
            Err(_) => {
                let running = Running::parse(&format!("capsfilter name=head ! {sink}"));
                running.put_in_front(&camera::fake("Fake camera 2"));
                running
            }
        }
    }

    fn caps(&self, (width, height): (i32, i32), format: &str) -> gst::Caps {
        let rate = gst::ClockTime::SECOND.nseconds() / self.interval.nseconds();
        gst::Caps::builder("video/x-raw")
            .field("format", format)
            .field("width", width)
            .field("height", height)
            .field("framerate", gst::Fraction::new(rate as i32, 1))
            .build()
    }
}

/// Changes to sizes in turn, and waits each time for some pictures of it: how long the first of them took.
fn change(
    pictures: &Receiver<Picture>,
    widths: [i32; 2],
    mut to: impl FnMut(usize),
) -> (Vec<Picture>, Vec<f64>) {
    let (mut seen, mut took) = (Vec::new(), Vec::new());
    for time in 0..measure::rounds(TIMES) {
        let begin = Instant::now();
        let which = (time + 1) % 2;
        to(which);
        let mut of_it = 0;
        while of_it < PAUSE {
            let picture = pictures.recv_timeout(Duration::from_secs(30));
            let picture = picture.expect("a picture in time");
            if picture.width == widths[which] {
                of_it += 1;
            }
            if of_it == 1 && picture.width == widths[which] {
                took.push((picture.arrived - begin).as_secs_f64() * 1e3);
            }
            seen.push(picture);
        }
    }
    (seen, took)
}

/// How many pictures are missing between those that came.
fn lost(seen: &[Picture], interval: gst::ClockTime) -> f64 {
    let between = |pair: &[Picture]| {
        let gap = pair[1].time.saturating_sub(pair[0].time);
        let intervals = gap.nseconds() as f64 / interval.nseconds() as f64;
        (intervals.round() - 1.0).max(0.0)
    };
    seen.windows(2).map(between).sum()
}

/// Pictures lost, and the median of the milliseconds to the first picture.
struct Cost {
    lost: f64,
    took: f64,
    /// The format of the pictures.
    format: String,
}

/// A track, changed between two sizes.
fn of_track(place: &Place, sizes: [(i32, i32); 2], mode: &str, sink: &str) -> Cost {
    let track = track(&place.constraints(sizes[0], "none"));
    let running = Running::parse(&format!("mediatrackvideosrc name=track ! {sink}"));
    give(&running, &track);
    let pictures = pictures(&running);
    running.play();
    running.wait_for(10);
    pictures.try_iter().for_each(drop);
    let (seen, took) = change(&pictures, sizes.map(|size| size.0), |which| {
        let mode = if which == 0 { "none" } else { mode };
        let json = place.constraints(sizes[which], mode);
        let constraints = TrackConstraints::from_json(&json).expect("they are constraints");
        let applied = track.apply_constraints(&constraints);
        applied.unwrap_or_else(|error| panic!("{json}: {error}"));
    });
    let sink = running.pipeline.by_name("sink").expect("it was parsed");
    let caps = sink.static_pad("sink").and_then(|pad| pad.current_caps());
    let caps = caps.expect("it has had pictures");
    let format = caps.structure(0).and_then(|s| s.get("format").ok());
    drop(running);
    // The other side opens the camera next.
    MediaStreamTrack::stop_within(&[track], Duration::from_secs(10));
    Cost {
        lost: lost(&seen, place.interval),
        took: measure::median(&took),
        format: format.expect("it is raw"),
    }
}

/// The camera's own element, changed between its modes, while it plays or by starting it anew.
fn by_hand(place: &Place, format: &str, anew: bool, sink: &str) -> Cost {
    let running = place.by_hand(sink);
    let head = running.pipeline.by_name("head").expect("it was parsed");
    let set = |which: usize| {
        if anew {
            let ready = running.pipeline.set_state(gst::State::Ready);
            ready.expect("it stops");
        }
        head.set_property("caps", place.caps(place.modes[which], format));
        if anew {
            running.play();
        }
    };
    let pictures = pictures(&running);
    set(0);
    running.play();
    running.wait_for(10);
    pictures.try_iter().for_each(drop);
    let (seen, took) = change(&pictures, place.modes.map(|size| size.0), set);
    Cost {
        lost: lost(&seen, place.interval),
        took: measure::median(&took),
        format: format.to_owned(),
    }
}

fn main() {
    measure::init();
    let place = Place::here();
    if place.name == "host" {
        camera::fake("Fake camera 2").emit_by_name::<()>("slow-start", &[&START]);
    }
    let kept = of_track(
        &place,
        [place.modes[0], place.cropped],
        "crop-and-scale",
        SINK,
    );
    let rewired = by_hand(&place, &kept.format, false, SINK);
    Row {
        row: "pictures lost by 20 times apply-constraints in the same mode",
        place: place.name,
        beside: "another size in a capsfilter",
        ours: kept.lost,
        other: Some(rewired.lost),
        unit: "pictures",
        goal: Goal::Exactly(0.0),
    }
    .print();
    eprintln!(
        "ms to the first: {:.1}, rewired {:.1}",
        kept.took, rewired.took
    );
    let row = "time of apply-constraints to another mode";
    let rows = [
        (row.to_owned(), SINK),
        (format!("{row}, no last sample kept"), FORGETS),
    ];
    for (row, sink) in rows {
        let measured = measure::in_turn(
            measure::rounds(2),
            &mut [
                &mut || of_track(&place, place.modes, "none", sink).took,
                &mut || by_hand(&place, &kept.format, true, sink).took,
            ],
        );
        Row {
            row: &row,
            place: place.name,
            beside: "the camera's own element started anew",
            ours: measured[0],
            other: Some(measured[1]),
            unit: "ms",
            goal: Goal::Ratio(1.1),
        }
        .print();
    }
}
