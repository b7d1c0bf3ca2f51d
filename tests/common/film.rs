//! Files to play, made by GStreamer itself, and what is heard of them.
#![allow(dead_code)] // every test file uses a part of it

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use gst::prelude::*;

use super::common::{LIMIT, Play};

/// An audio track of one tone.
#[derive(Debug, Clone, Copy)]
pub struct Tone {
    pub hertz: u32,
    pub language: &'static str,
    pub title: &'static str,
    /// How long it is.
    pub tenths: u32,
}

impl Tone {
    pub fn new(hertz: u32, language: &'static str, title: &'static str) -> Self {
        Self {
            hertz,
            language,
            title,
            tenths: 30,
        }
    }

    pub fn lasting(self, tenths: u32) -> Self {
        Self { tenths, ..self }
    }
}

/// A video track of one grey, ten pictures a second. Times are tenths of a second.
#[derive(Debug, Clone, Copy)]
pub struct Grey {
    pub luma: u8,
    pub tenths: u32,
    /// How long a picture lasts.
    each: u32,
    /// When it begins.
    begin: u32,
}

impl Grey {
    pub fn new(luma: u8) -> Self {
        Self {
            luma,
            tenths: 30,
            each: 1,
            begin: 0,
        }
    }

    pub fn lasting(self, tenths: u32) -> Self {
        Self { tenths, ..self }
    }

    pub fn of_pictures_lasting(self, each: u32) -> Self {
        Self { each, ..self }
    }

    pub fn beginning(self, begin: u32) -> Self {
        Self { begin, ..self }
    }
}

/// A Matroska file, until it is dropped.
pub struct Film {
    pub path: PathBuf,
}

impl Film {
    /// Makes one of these tracks, in this order.
    pub fn new(pictures: &[Grey], sounds: &[Tone]) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("mediastream-film-{}-{number}.mkv", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut line = format!(
            "matroskamux name=m ! filesink location=\"{}\"",
            path.display()
        );
        for grey in pictures {
            let color = 0xff00_0000 | (u32::from(grey.luma) * 0x01_0101);
            line += &format!(
                " videotestsrc num-buffers={} pattern=solid-color foreground-color={color} timestamp-offset={} \
                 ! video/x-raw,format=GRAY8,width=64,height=48,framerate=10/{} ! jpegenc ! queue ! m.",
                grey.tenths / grey.each,
                u64::from(grey.begin) * 100_000_000,
                grey.each,
            );
        }
        for tone in sounds {
            let mut tags = format!("language-code={}", tone.language);
            if !tone.title.is_empty() {
                tags += &format!(",title={}", tone.title);
            }
            line += &format!(
                " audiotestsrc freq={} volume=0.25 num-buffers={} samplesperbuffer=4800 \
                 ! audio/x-raw,rate=48000,channels=1 ! taginject tags=\"{tags}\" ! flacenc ! queue ! m.",
                tone.hertz, tone.tenths
            );
        }
        Play::start(&line).eos();
        Self { path }
    }

    pub fn uri(&self) -> String {
        let uri = gst::glib::filename_to_uri(&self.path, None);
        uri.expect("it is an absolute path").to_string()
    }

    /// Takes its end away.
    pub fn cut(&self, bytes: u64) {
        let file = std::fs::OpenOptions::new().write(true).open(&self.path);
        file.and_then(|file| file.set_len(bytes))
            .expect("it is cut");
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// An element `e` that plays `film`, and whatever else is in `line`: what has the name of a pad of `e` is linked to it,
/// whenever it comes.
pub fn player(film: &Film, line: &str) -> Play {
    let play = Play::parse(&format!("mediaelementsrc name=e {line}"));
    let element = play.element("e");
    element.set_property("uri", film.uri());
    let pipeline = play.pipeline.downgrade();
    element.connect_pad_added(move |_, pad| {
        let pipeline = pipeline.upgrade();
        let sink = pipeline.and_then(|pipeline| pipeline.by_name(&pad.name()));
        if let Some(sink) = sink.and_then(|element| element.static_pad("sink")) {
            pad.link(&sink).expect("they fit");
        }
    });
    play
}

/// With an appsink at both pads.
pub fn player_to_sinks(film: &Film) -> Play {
    player(
        film,
        &format!(
            "queue name=video ! videoconvert ! video/x-raw,format=GRAY8 \
             ! appsink name=picture wait-on-eos=false \
             queue name=audio ! audioconvert ! audioresample ! {SOUND} \
             ! appsink name=sound wait-on-eos=false"
        ),
    )
}

/// The caps in which [`samples`] can be read.
pub const SOUND: &str = "audio/x-raw,format=F32LE,channels=1,rate=48000,layout=interleaved";

/// A second of sound is so many.
pub const RATE: usize = 48000;

/// The sound in a buffer of [`SOUND`].
pub fn samples(sample: &gst::Sample) -> Vec<f64> {
    let map = sample.buffer().expect("a buffer").map_readable();
    let map = map.expect("it can be read");
    let value = |b: &[u8]| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    map.chunks_exact(4).map(value).collect()
}

/// So much sound, from the next buffer on. Less if it ends.
pub fn listen(play: &Play, sink: &str, length: usize) -> Vec<f64> {
    let mut sound = Vec::new();
    let sink: gst_app::AppSink = play.element(sink).downcast().expect("an appsink");
    while sound.len() < length {
        match sink.try_pull_sample(LIMIT) {
            Some(sample) => sound.extend(samples(&sample)),
            None => break,
        }
    }
    sound
}

/// The amplitude of a tone in a piece of sound (Goertzel).
pub fn amplitude(sound: &[f64], hertz: u32) -> f64 {
    let turn = std::f64::consts::TAU * f64::from(hertz) / RATE as f64;
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (at, value) in sound.iter().enumerate() {
        let angle = turn * at as f64;
        real += value * angle.cos();
        imaginary += value * angle.sin();
    }
    2.0 * (real * real + imaginary * imaginary).sqrt() / sound.len().max(1) as f64
}

/// Which of these tones are in it. Each is there with its full amplitude, or not at all.
#[track_caller]
pub fn tones(sound: &[f64], candidates: &[u32]) -> Vec<u32> {
    let mut heard = Vec::new();
    for hertz in candidates {
        let amplitude = amplitude(sound, *hertz);
        assert!(
            !(0.01..0.2).contains(&amplitude) && amplitude < 0.3,
            "{amplitude} of {hertz} Hz"
        );
        if amplitude >= 0.2 {
            heard.push(*hertz);
        }
    }
    heard
}

/// The brightness of a picture.
pub fn luma(sample: &gst::Sample) -> u8 {
    let map = sample.buffer().expect("a buffer").map_readable();
    map.expect("it can be read")[0]
}

/// The grey that was meant: coding changes it by little, and so do other ideas of what black and white are.
pub fn is_grey(luma: u8, meant: u8) -> bool {
    luma.abs_diff(meant) < 20
}
