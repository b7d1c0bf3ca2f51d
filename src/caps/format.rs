//! Raw formats: how much a conversion loses, and how many bits a sample has.

use gst_audio::{AudioFormat, AudioFormatInfo};
use gst_video::{VideoFormat, VideoFormatInfo};

use crate::model::constraints::Kind;

/// What a conversion costs that nothing is known about (a tiled or vendor format).
const UNKNOWN: u32 = 500;

/// What converting `from` into `to` costs: 0 for the same format, else at least 1, more for
/// what cannot be undone. Never reaches the cost of decoding.
pub(super) fn conversion_cost(kind: Kind, from: &str, to: &str) -> u32 {
    if from == to {
        return 0;
    }
    match kind {
        Kind::Video => video_cost(VideoFormat::from_string(from), VideoFormat::from_string(to)),
        Kind::Audio => audio_cost(audio_format(from), audio_format(to)),
    }
}

/// The format of `to` that `from` converts into with the least loss; the first of equals.
pub(super) fn nearest<'a>(kind: Kind, from: &str, to: &'a [String]) -> Option<&'a str> {
    to.iter()
        .min_by_key(|to| conversion_cost(kind, from, to))
        .map(String::as_str)
}

/// `sampleSize` of a raw audio format: the bits of a linear sample. Float samples are
/// linear, so `F32LE` has 32; padding does not count, so `S24_32LE` has 24.
pub(super) fn sample_size(format: &str) -> Option<u32> {
    known_audio(audio_format(format)).map(|info| info.depth())
}

fn audio_format(name: &str) -> AudioFormat {
    name.parse().unwrap_or(AudioFormat::Unknown)
}

fn known_audio(format: AudioFormat) -> Option<AudioFormatInfo> {
    let known = !matches!(format, AudioFormat::Unknown | AudioFormat::Encoded);
    known.then(|| AudioFormatInfo::from_format(format))
}

fn known_video(format: VideoFormat) -> Option<VideoFormatInfo> {
    let known = !matches!(format, VideoFormat::Unknown | VideoFormat::Encoded);
    known
        .then(|| VideoFormatInfo::from_format(format))
        .filter(|info| info.n_components() > 0)
}

fn video_cost(from: VideoFormat, to: VideoFormat) -> u32 {
    let (Some(from), Some(to)) = (known_video(from), known_video(to)) else {
        return UNKNOWN;
    };
    let mut cost = 1;
    if from.has_alpha() && !to.has_alpha() {
        cost += 4;
    }
    if !from.has_alpha() && to.has_alpha() {
        cost += 2;
    }
    if to.has_palette() && !from.has_palette() {
        cost += 200;
    }
    if to.is_gray() && !from.is_gray() {
        cost += 100;
    } else if from.is_rgb() != to.is_rgb() && !from.is_gray() {
        cost += 8;
    }
    if to.depth()[0] < from.depth()[0] {
        cost += 40;
    } else if to.depth()[0] > from.depth()[0] {
        cost += 3;
    }
    let sub = |info: &VideoFormatInfo| {
        let of = |values: &[u32]| values.get(1).copied().unwrap_or(0);
        if info.is_gray() {
            (0, 0)
        } else {
            (of(info.w_sub()), of(info.h_sub()))
        }
    };
    let ((from_w, from_h), (to_w, to_h)) = (sub(&from), sub(&to));
    cost += 16 * (to_w.saturating_sub(from_w) + to_h.saturating_sub(from_h));
    cost += from_w.saturating_sub(to_w) + from_h.saturating_sub(to_h);
    if to.is_tiled() || to.is_complex() {
        cost += 4;
    }
    cost
}

fn audio_cost(from: AudioFormat, to: AudioFormat) -> u32 {
    let (Some(from), Some(to)) = (known_audio(from), known_audio(to)) else {
        return UNKNOWN;
    };
    let mut cost = 1;
    if to.depth() < from.depth() {
        cost += 32 + (from.depth() - to.depth());
    } else {
        cost += (to.width() - to.width().min(from.width())) / 8;
    }
    if from.is_float() != to.is_float() {
        cost += if to.is_float() { 2 } else { 8 };
    }
    cost
}
