//! What a microphone is heard to give: loudness, and time stamps that follow one another.
#![allow(dead_code)] // every test file uses a part of it

use gst::prelude::*;

use super::Play;

/// The tone of the fake microphones, in dB of full scale.
pub const TONE: f64 = -9.03;

/// The loudness of a piece of sound, in dB of full scale.
pub fn loudness(sample: &gst::Sample) -> f64 {
    let info = gst_audio::AudioInfo::from_caps(sample.caps().expect("caps")).expect("sound");
    let map = sample.buffer().expect("a buffer").map_readable();
    let map = map.expect("readable");
    let squares: Vec<f64> = match info.format() {
        gst_audio::AudioFormat::S16le => map
            .chunks_exact(2)
            .map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) / 32768.0)
            .map(|value| value * value)
            .collect(),
        gst_audio::AudioFormat::F32le => map
            .chunks_exact(4)
            .map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])))
            .map(|value| value * value)
            .collect(),
        other => panic!("sound in {other:?}"),
    };
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    10.0 * mean.max(1e-12).log10()
}

/// Listens for so long, and wants every buffer to begin where the one before it ended; the loudness of
/// the last one.
#[track_caller]
pub fn contiguous(play: &Play, sink: &str, listen: gst::ClockTime) -> f64 {
    let mut end: Option<gst::ClockTime> = None;
    let mut heard = gst::ClockTime::ZERO;
    loop {
        let sample = play.sample(sink);
        let buffer = sample.buffer().expect("a buffer");
        let pts = buffer.pts().expect("a time");
        let duration = buffer.duration().expect("a duration");
        let info = gst_audio::AudioInfo::from_caps(sample.caps().expect("caps")).expect("sound");
        let frames = buffer.size() as u64 / u64::from(info.bpf());
        let lasts = gst::ClockTime::SECOND.mul_div_round(frames, u64::from(info.rate()));
        assert!(
            lasts.is_some_and(|lasts| lasts.absdiff(duration) <= gst::ClockTime::from_useconds(50)),
            "{frames} sample frames for {duration}"
        );
        if end.is_some() {
            assert!(!buffer.flags().contains(gst::BufferFlags::DISCONT));
            assert_eq!(end, Some(pts), "after {heard}");
        }
        end = Some(pts + duration);
        heard += duration;
        if heard >= listen {
            return loudness(&sample);
        }
    }
}
