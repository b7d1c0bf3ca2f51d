//! Audio structures: `audio/*`.

use crate::caps::{MediaType, field, format, value};
use crate::model::constraints::{AudioMode, NativeMode, Span};

use super::DeviceMode;

/// Where a range of sample rates without a limit of its own begins and ends: from the
/// telephone's rate to the highest that common converters have.
const OPEN_RATES: Span<u32> = Span {
    min: 8_000,
    max: 192_000,
    step: 1,
};
/// No converter samples below or above; a range that ends outside says "no limit".
const RATES: Span<u32> = Span {
    min: 1_000,
    max: 1_536_000,
    step: 1,
};
/// The end of a range of channels without a limit of its own: 7.1.
const OPEN_CHANNELS: u32 = 8;
/// No interface has more; GStreamer's channel masks end here as well.
const CHANNELS: u32 = 64;
/// The seconds a back end can be asked for, see `capture`: caps do not tell.
const LATENCY: Span<f64> = Span {
    min: 0.005,
    max: 0.2,
    step: 0.0,
};
/// What is asked for where the device leaves the format open and converts by itself, as a
/// PipeWire node that nobody has used yet does.
const OPEN_FORMATS: [&str; 2] = ["S16LE", "F32LE"];

/// The modes of one structure, at most `room`.
pub(super) fn modes(
    structure: &gst::StructureRef,
    features: &gst::CapsFeaturesRef,
    room: usize,
) -> Vec<DeviceMode> {
    if !structure.name().starts_with("audio/") || !may_be_interleaved(structure) {
        return Vec::new();
    }
    let media_type = MediaType::from_structure(structure);
    let rates = spans(structure, "rate", RATES, OPEN_RATES);
    let channels = spans(
        structure,
        "channels",
        Span {
            min: 1,
            max: CHANNELS,
            step: 1,
        },
        Span {
            min: 1,
            max: OPEN_CHANNELS,
            step: 1,
        },
    );
    let groups = groups(structure, &media_type);
    let mut modes = Vec::new();
    for (sample_size, formats) in &groups {
        for &channel_count in &channels {
            for &sample_rate in &rates {
                if modes.len() == room {
                    return modes;
                }
                modes.push(DeviceMode {
                    structure: narrowed(structure, sample_rate, channel_count, formats),
                    mode: NativeMode::Audio(AudioMode {
                        sample_rate,
                        channel_count,
                        sample_size: *sample_size,
                        latency: LATENCY,
                    }),
                    media_type: media_type.clone(),
                    features: features.to_owned(),
                    formats: formats.clone(),
                });
            }
        }
    }
    modes
}

/// None of our elements reads planar samples.
fn may_be_interleaved(structure: &gst::StructureRef) -> bool {
    field::texts(structure, "layout")
        .is_none_or(|layouts| layouts.iter().any(|layout| layout == "interleaved"))
}

/// The numbers of a field with the ends of ranges that nobody can mean brought in.
fn spans(
    structure: &gst::StructureRef,
    name: &str,
    sane: Span<u32>,
    open: Span<u32>,
) -> Vec<Span<u32>> {
    let Some(spans) = field::numbers(structure, name) else {
        return vec![open];
    };
    let clamp = |span: Span<u32>| {
        let step = span.step.max(1);
        let min = if span.min >= sane.min {
            span.min
        } else {
            open.min.next_multiple_of(step).min(span.max)
        };
        let max = if span.max <= sane.max {
            span.max
        } else {
            (open.max - open.max % step).max(span.min)
        };
        let is_sane = min >= sane.min && max <= sane.max && min <= max;
        is_sane.then_some(Span { min, max, step })
    };
    spans.into_iter().filter_map(clamp).collect()
}

/// The formats by sample size, in the device's order; within a group the machine's own byte
/// order first. Raw formats nobody knows are left out, coded samples have no size.
fn groups(
    structure: &gst::StructureRef,
    media_type: &MediaType,
) -> Vec<(Option<u32>, Vec<String>)> {
    if !media_type.is_raw() {
        return vec![(None, Vec::new())];
    }
    let formats = field::texts(structure, "format")
        .unwrap_or_else(|| OPEN_FORMATS.map(str::to_owned).to_vec());
    let mut groups: Vec<(Option<u32>, Vec<String>)> = Vec::new();
    for name in formats {
        let Some(size) = format::sample_size(&name) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == Some(size)) {
            Some((_, group)) => group.push(name),
            None => groups.push((Some(size), vec![name])),
        }
    }
    let foreign_order = if cfg!(target_endian = "little") {
        "BE"
    } else {
        "LE"
    };
    for (_, group) in &mut groups {
        group.sort_by_key(|name| name.ends_with(foreign_order));
    }
    groups
}

/// The structure with the values of one mode in place of the lists it came with.
fn narrowed(
    structure: &gst::StructureRef,
    sample_rate: Span<u32>,
    channel_count: Span<u32>,
    formats: &[String],
) -> gst::Structure {
    let mut narrowed = structure.to_owned();
    narrowed.set_value("rate", value::span(sample_rate));
    narrowed.set_value("channels", value::span(channel_count));
    match formats {
        [] => (),
        [format] => narrowed.set("format", format),
        several => narrowed.set("format", gst::List::new(several.iter())),
    }
    narrowed
}
