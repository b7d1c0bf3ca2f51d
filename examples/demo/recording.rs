//! Five seconds into a file, the third of them dark, and a still of the same camera meanwhile.

use std::error::Error;
use std::path::Path;
use std::sync::Mutex;

use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

/// How long the film gets.
const LENGTH: gst::ClockTime = gst::ClockTime::from_seconds(5);
/// When the picture is off.
pub const OFF: (gst::ClockTime, gst::ClockTime) = (
    gst::ClockTime::from_seconds(2),
    gst::ClockTime::from_seconds(3),
);
/// When the still is taken.
const STILL: gst::ClockTime = gst::ClockTime::from_seconds(1);
/// How long the whole may take: opening was done before, so nothing but slowness counts here.
const PATIENCE: gst::ClockTime = gst::ClockTime::from_seconds(40);

/// What the streaming thread tells the main thread.
const TAKE_STILL: &str = "take-still";
const LONG_ENOUGH: &str = "long-enough";

/// VP8 and Opus in Matroska: all of it in gstreamer1.0-plugins-base and -good.
fn pipeline(stream: &MediaStream, film: &Path) -> Result<gst::Pipeline, Box<dyn Error>> {
    let pipeline = gst::parse::launch(
        "usermediasrc name=camera-and-microphone \
         camera-and-microphone.video_0 ! queue name=pictures max-size-bytes=0 max-size-buffers=0 max-size-time=4000000000 \
           ! videoconvert ! vp8enc deadline=1 cpu-used=8 target-bitrate=2000000 ! mux. \
         camera-and-microphone.audio_0 ! queue name=sound max-size-bytes=0 max-size-buffers=0 max-size-time=4000000000 \
           ! audioconvert ! audioresample ! opusenc ! mux. \
         matroskamux name=mux ! filesink name=file",
    )?;
    let pipeline = pipeline
        .downcast::<gst::Pipeline>()
        .map_err(|_| "not a pipeline")?;
    element(&pipeline, "camera-and-microphone")?.set_property("stream", stream);
    element(&pipeline, "file")?.set_property("location", film);
    Ok(pipeline)
}

fn element(pipeline: &gst::Pipeline, name: &str) -> Result<gst::Element, String> {
    pipeline
        .by_name(name)
        .ok_or_else(|| format!("no element {name}"))
}

/// Calls `each` with the time that follows every buffer, counted from the first one, until it says that it is
/// enough: what comes then is left out. On the streaming thread.
fn watch(
    element: &gst::Element,
    each: impl FnMut(gst::ClockTime, gst::ClockTime) -> bool + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let pad = element
        .static_pad("sink")
        .ok_or("a queue without a sink pad")?;
    let state = Mutex::new((None, false));
    let each = Mutex::new(each);
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let (Some(buffer), Ok(mut state), Ok(mut each)) =
            (info.buffer(), state.lock(), each.lock())
        else {
            return gst::PadProbeReturn::Ok;
        };
        if state.1 {
            return gst::PadProbeReturn::Drop;
        }
        let at = buffer.pts().unwrap_or_default();
        let lasts = buffer.duration().unwrap_or_default();
        let first = *state.0.get_or_insert(at);
        state.1 = each(at.saturating_sub(first) + lasts, lasts / 2);
        gst::PadProbeReturn::Ok
    });
    Ok(())
}

/// Switches the picture off and on. `enabled` counts from the next frame on, so it is set as soon as
/// the frame before that has passed.
fn direct(pipeline: &gst::Pipeline, track: &MediaStreamTrack) -> Result<(), Box<dyn Error>> {
    let tell = {
        let pipeline = pipeline.downgrade();
        move |what: &str| {
            if let Some(pipeline) = pipeline.upgrade() {
                let structure = gst::Structure::new_empty(what);
                let _ = pipeline.post_message(gst::message::Application::new(structure));
            }
        }
    };
    let track = track.clone();
    let mut told = false;
    watch(&element(pipeline, "pictures")?, move |next, half| {
        // Times are whole nanoseconds: half a frame makes up for what rounding took.
        let next = next + half;
        let enabled = !(OFF.0 <= next && next < OFF.1);
        if track.enabled() != enabled {
            println!(
                "  {:.1}  picture {}",
                next.seconds_f64(),
                if enabled { "on again" } else { "off" }
            );
            track.set_enabled(enabled);
        }
        if next >= STILL && !std::mem::replace(&mut told, true) {
            tell(TAKE_STILL);
        }
        let enough = next >= LENGTH;
        if enough {
            tell(LONG_ENOUGH);
        }
        enough
    })?;
    watch(&element(pipeline, "sound")?, |next, _| next >= LENGTH)
}

/// Records `stream`.
pub fn record(stream: &MediaStream, film: &Path, still: &Path) -> Result<(), Box<dyn Error>> {
    let camera = stream
        .get_video_tracks()
        .into_iter()
        .next()
        .ok_or("no video track")?;
    let pipeline = pipeline(stream, film)?;
    direct(&pipeline, &camera)?;
    pipeline.set_state(gst::State::Playing)?;
    let outcome = follow(&pipeline, &camera, still);
    pipeline.set_state(gst::State::Null)?;
    outcome
}

/// Does what the streaming thread asks for, until the file is complete.
fn follow(
    pipeline: &gst::Pipeline,
    camera: &MediaStreamTrack,
    still: &Path,
) -> Result<(), Box<dyn Error>> {
    let bus = pipeline.bus().ok_or("a pipeline without a bus")?;
    let mut taken = false;
    while let Some(message) = bus.timed_pop(PATIENCE) {
        match message.view() {
            gst::MessageView::Application(told) => {
                match told.structure().map(|s| s.name().as_str()) {
                    Some(TAKE_STILL) => {
                        take_still(camera, still)?;
                        taken = true;
                    }
                    _ => drop(pipeline.send_event(gst::event::Eos::new())),
                }
            }
            gst::MessageView::Eos(_) if taken => return Ok(()),
            gst::MessageView::Eos(_) => return Err("a device was lost while recording".into()),
            gst::MessageView::Error(error) => return Err(words(error).into()),
            _ => {}
        }
    }
    Err(format!("nothing happened for {} s", PATIENCE.seconds()).into())
}

fn words(error: &gst::message::Error) -> String {
    let from = error
        .src()
        .map(|src| src.path_string().to_string())
        .unwrap_or_default();
    format!("{} (from {from})", error.error())
}

/// A second pipeline with a clone of the track: the device is shared, and the clone has an `enabled` of its own.
fn take_still(camera: &MediaStreamTrack, still: &Path) -> Result<(), Box<dyn Error>> {
    let pipeline = gst::parse::launch(
        "mediatrackvideosrc name=camera num-buffers=1 ! videoconvert ! pngenc ! filesink name=file",
    )?;
    let pipeline = pipeline
        .downcast::<gst::Pipeline>()
        .map_err(|_| "not a pipeline")?;
    let clone = camera.clone_track();
    element(&pipeline, "camera")?.set_property("track", &clone);
    element(&pipeline, "file")?.set_property("location", still);
    pipeline.set_state(gst::State::Playing)?;
    let bus = pipeline.bus().ok_or("a pipeline without a bus")?;
    let last = bus.timed_pop_filtered(PATIENCE, &[gst::MessageType::Eos, gst::MessageType::Error]);
    pipeline.set_state(gst::State::Null)?;
    clone.stop();
    match last.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => {
            println!("       still taken");
            Ok(())
        }
        Some(gst::MessageView::Error(error)) => Err(words(error).into()),
        _ => Err("no picture for the still".into()),
    }
}
