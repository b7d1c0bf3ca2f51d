//! Mixes two microphones and a file, as an audio graph of the Web does: each track enters by a node of its own,
//! with its own rate and channels, whatever its source; one that ends is silent from then on, and does not hold
//! up the others.
//!
//! ```sh
//! GST_MEDIASTREAM_PROVIDERS=fake cargo run --example mix -- music.ogg mix.wav
//! ```

use std::error::Error;
use std::sync::mpsc::channel;
use std::time::Duration;

use gst::prelude::*;
use gstmediastream::media::{MediaDevices, MediaStream, MediaStreamTrack};
use gstmediastream::model::constraints::{Kind, StreamConstraints};

const GRAPH: &str = "
    audiomixer name=mix ! audio/x-raw,rate=48000,channels=2 ! audioconvert ! tee name=all
    all. ! queue ! wavenc ! filesink name=file
    all. ! queue ! level interval=1000000000 ! fakesink
";
/// Seconds of it.
const LONG: usize = 4;

/// A track of each of the first two microphones.
fn microphones() -> Result<Vec<MediaStreamTrack>, Box<dyn Error>> {
    let devices = MediaDevices::default();
    let mut tracks = Vec::new();
    for device in devices.devices() {
        if device.device_class() != "Audio/Source" || tracks.len() == 2 {
            continue;
        }
        let id = device.property::<String>("device-id");
        let json = format!(r#"{{"audio": {{"deviceId": {{"exact": "{id}"}}}}}}"#);
        let stream = devices.get_user_media(&StreamConstraints::from_json(&json)?)?;
        tracks.extend(stream.get_audio_tracks());
    }
    Ok(tracks)
}

/// Plays a file, and captures what is to be heard.
fn play(file: &str) -> Result<(gst::Pipeline, MediaStreamTrack), Box<dyn Error>> {
    let uri = gst::glib::filename_to_uri(std::path::absolute(file)?, None)?;
    let element = gst::ElementFactory::make("mediaelementsrc")
        .property("uri", uri)
        .build()?;
    let player = gst::Pipeline::new();
    player.add(&element)?;
    let captured: MediaStream = element.emit_by_name("capture-stream", &[]);
    // Empty until it is known what there is.
    let (told, tracks) = channel();
    captured.connect("addtrack", false, move |values| {
        let track = values.get(1)?.get::<MediaStreamTrack>().ok()?;
        if track.track_kind() == Kind::Audio {
            let _ = told.send(track);
        }
        None
    });
    player.set_state(gst::State::Playing)?;
    let track = tracks.recv_timeout(Duration::from_secs(30));
    Ok((
        player,
        track.map_err(|_| format!("{file} has nothing to be heard"))?,
    ))
}

/// `createMediaStreamTrackSource(track)`, connected to the mixer.
fn create_source(graph: &gst::Bin, track: &MediaStreamTrack) -> Result<(), Box<dyn Error>> {
    let source = gst::ElementFactory::make("mediatrackaudiosrc")
        .property("track", track)
        .property_from_str("on-ended", "zero")
        .build()?;
    graph.add(&source)?;
    source.link(&graph.by_name("mix").ok_or("the graph has a mixer")?)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    gst::init()?;
    gstmediastream::plugin_register_static()?;
    let mut files = std::env::args().skip(1);
    let (Some(music), Some(file)) = (files.next(), files.next()) else {
        return Err("usage: mix MUSIC MIX.wav".into());
    };

    let graph = gst::parse::launch(GRAPH)?;
    let graph = graph
        .downcast::<gst::Pipeline>()
        .map_err(|_| "several elements are a pipeline")?;
    let writer = graph.by_name("file").ok_or("it is in the graph")?;
    writer.set_property("location", file);
    let tracks = microphones()?;
    let (player, captured) = play(&music)?;
    for track in tracks.iter().chain([&captured]) {
        println!("\"{}\" is mixed", track.label());
        create_source(graph.upcast_ref(), track)?;
    }
    graph.set_state(gst::State::Playing)?;
    let heard = listen(&graph, &tracks);
    graph.set_state(gst::State::Null)?;
    player.set_state(gst::State::Null)?;
    tracks.iter().for_each(MediaStreamTrack::stop);
    heard
}

/// Says how loud each second is, and stops one microphone after another.
fn listen(graph: &gst::Pipeline, tracks: &[MediaStreamTrack]) -> Result<(), Box<dyn Error>> {
    let bus = graph.bus().ok_or("a pipeline has a bus")?;
    let mut speaking = tracks.iter();
    let mut seconds = 0;
    for message in bus.iter_timed(gst::ClockTime::from_seconds(30)) {
        match message.view() {
            gst::MessageView::Element(element) => {
                let levels = element.structure().filter(|s| s.name() == "level");
                let Some(levels) = levels else { continue };
                let decibels = levels.get::<gst::glib::ValueArray>("rms")?;
                let first = decibels.first().ok_or("a channel")?.get::<f64>()?;
                println!("second {seconds}: {first:.1} dB");
                seconds += 1;
                if let Some(track) = speaking.next() {
                    println!("\"{}\" stops", track.label());
                    track.stop();
                } else if seconds == LONG {
                    graph.send_event(gst::event::Eos::new());
                }
            }
            gst::MessageView::Eos(_) => return Ok(()),
            gst::MessageView::Error(error) => return Err(error.error().into()),
            _ => {}
        }
    }
    Err("no end within 30 s".into())
}
