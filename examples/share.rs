//! One camera in two pipelines, in different sizes and rates: it is opened once, and each pipeline has a track of
//! its own, which can be switched off by itself.
//!
//! ```sh
//! GST_MEDIASTREAM_PROVIDERS=fake cargo run --example share
//! ```

use std::error::Error;

use gst::prelude::*;
use gstmediastream::media::{MediaStreamTrack, get_track};
use gstmediastream::model::constraints::{Kind, TrackConstraints};

/// Plays `track`; what arrives at the end of the pipeline is counted.
fn play(track: &MediaStreamTrack, pictures: i32) -> Result<gst::Element, Box<dyn Error>> {
    let source = gst::ElementFactory::make("mediatrackvideosrc")
        .property("track", track)
        .property("num-buffers", pictures)
        .build()?;
    let sink = gst::ElementFactory::make("fakesink").name("sink").build()?;
    let pipeline = gst::Pipeline::new();
    pipeline.add_many([&source, &sink])?;
    source.link(&sink)?;
    pipeline.set_state(gst::State::Playing)?;
    Ok(pipeline.upcast())
}

/// Waits for the end, and says what came.
fn wait(name: &str, pipeline: &gst::Element) -> Result<(), Box<dyn Error>> {
    let bus = pipeline.bus().ok_or("a pipeline has a bus")?;
    let types = [gst::MessageType::Eos, gst::MessageType::Error];
    let last = bus.timed_pop_filtered(gst::ClockTime::from_seconds(30), &types);
    let sink = pipeline
        .downcast_ref::<gst::Bin>()
        .and_then(|bin| bin.by_name("sink"));
    let caps = sink
        .and_then(|sink| sink.static_pad("sink"))
        .and_then(|pad| pad.current_caps());
    pipeline.set_state(gst::State::Null)?;
    match last.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => {
            let caps = caps.map(|caps| caps.to_string()).unwrap_or_default();
            println!("{name}: {caps}");
            Ok(())
        }
        Some(gst::MessageView::Error(error)) => Err(error.error().into()),
        _ => Err(format!("{name}: no end within 30 s").into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    gst::init()?;
    gstmediastream::plugin_register_static()?;

    let wanted = TrackConstraints::from_json(r#"{"width": 1280, "height": 720, "frameRate": 30}"#)?;
    let large = get_track(Kind::Video, &wanted, None)?;
    println!("\"{}\" is open", large.label());

    // A clone has the same source and settings of its own.
    let small = large.clone_track();
    let wanted = TrackConstraints::from_json(r#"{"width": 320, "height": 180, "frameRate": 15}"#)?;
    small.apply_constraints(&wanted)?;

    let pipelines = [("large", play(&large, 60)?), ("small", play(&small, 30)?)];
    for (name, pipeline) in &pipelines {
        wait(name, pipeline)?;
    }
    // The device is closed with its last track.
    large.stop();
    small.stop();
    Ok(())
}
