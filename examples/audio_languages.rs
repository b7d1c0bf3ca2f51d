//! The sound of a film in one's own language: its tracks are enabled, the others disabled.
//!
//! ```sh
//! cargo run --example audio_languages -- film.mkv de
//! cargo run --example audio_languages -- film.mkv de "wavenc ! filesink location=german.wav"
//! ```
//!
//! Without a language, that of the environment counts.

use std::error::Error;

use gst::glib;
use gst::prelude::*;
use gstmediastream::media::track_list::AudioTrackList;

/// "de" of "de-AT" and of "de_AT.UTF-8".
fn primary(language: &str) -> &str {
    let mut parts = language.split(['-', '_', '.']);
    parts.next().unwrap_or_default()
}

/// Enables the tracks in this language and disables the others; if there are none, all stays as the
/// film has it.
fn choose(tracks: &AudioTrackList, language: &str) {
    let is_wanted = |spoken: &str| primary(spoken) == primary(language);
    let tracks = tracks.tracks();
    if !tracks.iter().any(|track| is_wanted(&track.language())) {
        eprintln!("nothing is in {language}");
        return;
    }
    for track in tracks {
        track.set_enabled(is_wanted(&track.language()));
    }
}

/// Waits for the end of what is under way.
fn wait(pipeline: &gst::Element, end: gst::MessageType) -> Result<(), Box<dyn Error>> {
    let bus = pipeline.bus().ok_or("a pipeline has a bus")?;
    let types = [end, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(gst::ClockTime::NONE, &types);
    match message.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Error(error)) => Err(error.error().into()),
        _ => Ok(()),
    }
}

fn play(pipeline: &gst::Element, file: &str, language: &str) -> Result<(), Box<dyn Error>> {
    let media = pipeline
        .downcast_ref::<gst::Bin>()
        .and_then(|bin| bin.by_name("media"))
        .ok_or("it is in the pipeline")?;
    media.set_property(
        "uri",
        glib::filename_to_uri(std::path::absolute(file)?, None)?,
    );

    // The tracks are known when it is ready to play.
    pipeline.set_state(gst::State::Paused)?;
    wait(pipeline, gst::MessageType::AsyncDone)?;
    let tracks: AudioTrackList = media.property("audio-tracks");
    choose(&tracks, language);
    for track in tracks.tracks() {
        let is_heard = if track.enabled() { "is" } else { "is not" };
        println!("{} ({}) {is_heard} heard", track.label(), track.language());
    }
    pipeline.set_state(gst::State::Playing)?;
    wait(pipeline, gst::MessageType::Eos)
}

fn main() -> Result<(), Box<dyn Error>> {
    gst::init()?;
    gstmediastream::plugin_register_static()?;
    let mut arguments = std::env::args().skip(1);
    let file = arguments
        .next()
        .ok_or("usage: audio_languages FILE [LANGUAGE] [SINK]")?;
    let language = arguments.next().filter(|language| !language.is_empty());
    let language = language.or_else(|| std::env::var("LANG").ok());
    let sink = arguments.next();
    let sink = sink.as_deref().unwrap_or("autoaudiosink");
    let pipeline = gst::parse::launch(&format!(
        "mediaelementsrc name=media media.audio ! queue ! audioconvert ! audioresample ! {sink}"
    ))?;
    let played = play(&pipeline, &file, &language.unwrap_or_default());
    pipeline.set_state(gst::State::Null)?;
    played
}
