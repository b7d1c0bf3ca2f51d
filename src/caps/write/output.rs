//! The caps of a track's pad.

use crate::caps::value::{fraction, integer};
use crate::caps::{MediaType, field, format as raw, read, text};
use crate::model::constraints::{Kind, Property, Rate, Setting, Settings};

/// The caps of a track's pad: `settings` applied over what the device or its decoder delivers.
///
/// One fixed structure that differs from `frame` in what has to differ: size and rate as the
/// settings say, square pixels, and where `downstream` does not take the delivered format, the one
/// of its formats that loses least. `downstream` is one structure of the consumer's caps, see
/// [`downstream::branches`](crate::caps::downstream::branches).
/// Coded frames pass as they are.
pub fn output(
    settings: &Settings,
    frame: &gst::CapsRef,
    downstream: Option<&gst::StructureRef>,
) -> gst::Caps {
    let (Some(delivered), Some(features)) = (frame.structure(0), frame.features(0)) else {
        return gst::Caps::new_empty();
    };
    let mut structure = delivered.to_owned();
    let downstream = downstream.filter(|downstream| downstream.name() == delivered.name());
    if MediaType::from_structure(delivered).is_raw() {
        if delivered.name().starts_with("audio/") {
            audio(&mut structure, settings, downstream);
        } else {
            video(&mut structure, settings, downstream);
        }
    }
    structure.fixate();
    // Whatever converts a frame, the result is in memory of ours.
    let is_converted = ["format", "width", "height"]
        .iter()
        .any(|name| !field::same(&structure, delivered, name));
    let keeps_memory = !is_converted || read::is_system_memory(features);
    let mut caps = gst::Caps::new_empty();
    caps.make_mut()
        .append_structure_full(structure, keeps_memory.then(|| features.to_owned()));
    caps
}

/// The same caps with what is so of raw pictures where nothing is said of it: square pixels, all lines at once. Frames
/// that are what was promised but for the words need nothing to be done.
pub fn spelled_out(frame: &gst::Caps) -> gst::Caps {
    let mut caps = frame.clone();
    let is_raw = |s: &gst::StructureRef| s.name() == "video/x-raw" && !is_spelled_out(s);
    if frame.structure(0).is_some_and(is_raw)
        && let Some(structure) = caps.make_mut().structure_mut(0)
    {
        spell_out(structure);
    }
    caps
}

fn is_spelled_out(structure: &gst::StructureRef) -> bool {
    structure.has_field("pixel-aspect-ratio") && structure.has_field("interlace-mode")
}

fn spell_out(structure: &mut gst::StructureRef) {
    if !structure.has_field("pixel-aspect-ratio") {
        structure.set("pixel-aspect-ratio", gst::Fraction::new(1, 1));
    }
    if !structure.has_field("interlace-mode") {
        structure.set("interlace-mode", "progressive");
    }
}

fn video(
    structure: &mut gst::Structure,
    settings: &Settings,
    downstream: Option<&gst::StructureRef>,
) {
    for (name, property) in [("width", Property::Width), ("height", Property::Height)] {
        if let Some(Setting::Integer(number)) = settings.get(property) {
            structure.set(name, integer(on_grid(*number, name, downstream)));
        }
    }
    frame_rate(structure, settings, downstream);
    structure.set("pixel-aspect-ratio", gst::Fraction::new(1, 1));
    spell_out(structure);
    if accept_format(structure, Kind::Video, downstream) {
        // They described the format that is no more.
        structure.remove_fields(["colorimetry", "chroma-site"]);
    }
    for name in ["colorimetry", "chroma-site"] {
        accept(structure, name, downstream);
    }
}

fn audio(
    structure: &mut gst::Structure,
    settings: &Settings,
    downstream: Option<&gst::StructureRef>,
) {
    if let Some(Setting::Integer(rate)) = settings.get(Property::SampleRate) {
        structure.set("rate", integer(*rate));
    }
    if let Some(Setting::Integer(channels)) = settings.get(Property::ChannelCount) {
        let channels = *channels;
        if structure.get::<i32>("channels") != Ok(integer(channels)) {
            structure.remove_field("channel-mask");
            structure.set("channels", integer(channels));
            if channels > 2 {
                let mask = gst_audio::AudioChannelPosition::fallback_mask(channels);
                structure.set("channel-mask", gst::Bitmask::new(mask));
            }
        }
    }
    accept_nearest(structure, "rate", downstream);
    if accept_nearest(structure, "channels", downstream) {
        // The mask described the channels that are no more.
        structure.remove_field("channel-mask");
    }
    structure.set("layout", "interleaved");
    accept_format(structure, Kind::Audio, downstream);
    accept(structure, "channel-mask", downstream);
}

/// A consumer may take multiples of a step only, which no constraint can say. The next smaller
/// one costs a few columns; the size as set would not negotiate.
fn on_grid(number: u32, name: &str, downstream: Option<&gst::StructureRef>) -> u32 {
    let spans = downstream
        .and_then(|d| field::numbers(d, name))
        .unwrap_or_default();
    let in_reach = spans.iter().filter(|span| span.min <= number);
    let nearest = in_reach.map(|span| {
        let capped = number.min(span.max);
        capped - (capped - span.min) % span.step
    });
    nearest.max().unwrap_or(number)
}

/// The rate as a fraction: the delivered one, an integral part of it or the consumer's where it is
/// the same number, else the best rational.
fn frame_rate(
    structure: &mut gst::Structure,
    settings: &Settings,
    downstream: Option<&gst::StructureRef>,
) {
    let Some(Setting::Double(wanted)) = settings.get(Property::FrameRate) else {
        if !structure.has_field("framerate") {
            structure.set("framerate", gst::Fraction::new(0, 1));
        }
        return;
    };
    let delivered = field::rates(structure, "framerate").unwrap_or_default();
    let accepted = downstream.and_then(|d| field::rates(d, "framerate"));
    let parts = delivered.iter().filter_map(|span| part(span.max, *wanted));
    let ends = accepted
        .iter()
        .flatten()
        .flat_map(|span| [span.min, span.max]);
    let rate = parts
        .chain(ends)
        .find(|rate| Rate::meets(rate.as_f64(), *wanted))
        .unwrap_or_else(|| Rate::from_f64(*wanted));
    let variable = gst::Fraction::new(0, 1);
    let takes = |fraction| downstream.is_none_or(|d| field::takes(d, "framerate", fraction));
    if !takes(fraction(rate)) && takes(variable) {
        // The consumer takes a variable rate only; the limit still says how fast it gets.
        structure.set("framerate", variable);
        structure.set("max-framerate", fraction(rate));
        accept(structure, "max-framerate", downstream);
    } else {
        structure.set("framerate", fraction(rate));
    }
}

/// `rate` or `rate`/n, if that is `wanted`.
fn part(rate: Rate, wanted: f64) -> Option<Rate> {
    if wanted <= 0.0 {
        return None;
    }
    let parts = (rate.as_f64() / wanted).round();
    if !(1.0..=10_000.0).contains(&parts) {
        return None;
    }
    let denominator = rate.denominator.checked_mul(parts as u32)?;
    let part = Rate {
        numerator: rate.numerator,
        denominator,
    };
    Rate::meets(part.as_f64(), wanted).then_some(part)
}

/// Takes over a format of the consumer if it does not take the delivered one. True: changed.
fn accept_format(
    structure: &mut gst::Structure,
    kind: Kind,
    downstream: Option<&gst::StructureRef>,
) -> bool {
    let Some(wanted) = downstream.and_then(|d| field::texts(d, "format")) else {
        return false;
    };
    let Some(have) = structure.value("format").ok().and_then(|v| text::read(v)) else {
        return false;
    };
    if wanted.contains(&have) {
        return false;
    }
    let Some(nearest) = raw::nearest(kind, &have, &wanted) else {
        return false;
    };
    structure.set("format", nearest);
    true
}

/// Takes over the consumer's nearest number if it does not take ours. True: changed.
fn accept_nearest(
    structure: &mut gst::Structure,
    name: &str,
    downstream: Option<&gst::StructureRef>,
) -> bool {
    let Some(downstream) = downstream.filter(|d| d.has_field(name)) else {
        return false;
    };
    if !structure.has_field(name) || field::meet(structure, downstream, name) {
        return false;
    }
    let (mut nearest, have) = (downstream.to_owned(), structure.get::<i32>(name));
    nearest.fixate_field_nearest_int(name, have.unwrap_or_default());
    match nearest.get::<i32>(name) {
        Ok(number) => {
            structure.set(name, number);
            true
        }
        Err(_) => false,
    }
}

/// Takes over the consumer's first value of a field if it does not take ours.
fn accept(structure: &mut gst::Structure, name: &str, downstream: Option<&gst::StructureRef>) {
    let Some(downstream) = downstream.filter(|d| d.has_field(name)) else {
        return;
    };
    if structure.has_field(name) && field::meet(structure, downstream, name) {
        return;
    }
    let mut fixed = downstream.to_owned();
    fixed.fixate_field(name);
    if let Ok(value) = fixed.value(name)
        && field::is_fixed(&fixed, name)
    {
        structure.set_value(name, value.clone());
    }
}
