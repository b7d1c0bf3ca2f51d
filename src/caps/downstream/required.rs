//! The sizes and rates of one structure as required constraints.

use crate::caps::field;
use crate::caps::read::DeviceMode;
use crate::model::constraints::{
    Constraint, ConstraintSet, Kind, NativeMode, Property, Rate, RateSpan, Span,
};

/// Ends of ranges from here on say "no limit": frames and sample rates of this size do not exist.
const NO_LIMIT: u32 = 1 << 24;
/// The same of frame rates.
const NO_RATE_LIMIT: f64 = 1_000.0;

/// What a structure without lists of sizes and rates requires; `None`: nothing can meet it.
pub(super) fn constraints(structure: &gst::StructureRef, kind: Kind) -> Option<ConstraintSet> {
    let mut set = ConstraintSet::new();
    let numbers: &[(&str, Property)] = match kind {
        Kind::Video => &[("width", Property::Width), ("height", Property::Height)],
        Kind::Audio => &[
            ("rate", Property::SampleRate),
            ("channels", Property::ChannelCount),
        ],
    };
    for (name, property) in numbers {
        if let Some(spans) = field::numbers(structure, name) {
            let constraint = number(*spans.first()?);
            if let Some(constraint) = constraint {
                set.set(*property, constraint).ok()?;
            }
        }
    }
    match kind {
        Kind::Video => {
            if let Some(constraint) = frame_rate(structure)? {
                set.set(Property::FrameRate, constraint).ok()?;
            }
            // Frames of ours have square pixels.
            field::takes(structure, "pixel-aspect-ratio", gst::Fraction::new(1, 1)).then_some(set)
        }
        Kind::Audio => field::takes(structure, "layout", "interleaved").then_some(set),
    }
}

/// Adds that frames may not be touched: nothing crops, scales or thins out what it cannot read.
pub(super) fn as_delivered(set: &mut ConstraintSet) {
    let native = set.set(Property::ResizeMode, Constraint::exact("none"));
    debug_assert!(native.is_ok(), "resizeMode takes strings");
}

/// Drops what no mode has of itself: the sound is then resampled or mixed for this consumer, as Web
/// Audio does for its nodes, and the settings of the track stay the device's. (A picture is
/// different: its size and rate are the track's.)
pub(super) fn leave_to_the_consumer(
    set: &mut ConstraintSet,
    structure: &gst::StructureRef,
    modes: &[DeviceMode],
) {
    let fields = [
        ("rate", Property::SampleRate),
        ("channels", Property::ChannelCount),
    ];
    if modes.is_empty() {
        return;
    }
    for (name, property) in fields {
        let wanted = field::numbers(structure, name).unwrap_or_default();
        let native = modes.iter().any(|mode| {
            let NativeMode::Audio(audio) = &mode.mode else {
                return false;
            };
            let has = match property {
                Property::SampleRate => audio.sample_rate,
                _ => audio.channel_count,
            };
            wanted.iter().any(|w| w.min <= has.max && has.min <= w.max)
        });
        if !native {
            set.remove(property);
        }
    }
}

fn number(span: Span<u32>) -> Option<Constraint> {
    if span.is_point() {
        return Some(Constraint::exact(span.min));
    }
    let min = (span.min > 1).then(|| f64::from(span.min));
    let max = (span.max < NO_LIMIT).then(|| f64::from(span.max));
    (min.is_some() || max.is_some()).then(|| Constraint::range(min, max))
}

/// The rate, in which `0/1` means a variable rate, that is any, with a limit in `max-framerate`.
/// `None`: nothing can meet it. `Some(None)`: nothing is required.
fn frame_rate(structure: &gst::StructureRef) -> Option<Option<Constraint>> {
    let stated = match field::rates(structure, "framerate") {
        Some(rates) if rates.is_empty() => {
            field::takes(structure, "framerate", gst::Fraction::new(0, 1)).then_some(None)?
        }
        Some(rates) => rates.first().copied(),
        None => None,
    };
    if let Some(rate) = stated.filter(|rate| rate.min == rate.max) {
        return Some(Some(Constraint::exact(rate.max.as_f64())));
    }
    let limit = field::rates(structure, "max-framerate")
        .and_then(|rates| rates.first().copied())
        .map(|span| span.max);
    let ends = [stated.map(|span| span.max), limit];
    let max = ends
        .into_iter()
        .flatten()
        .map(Rate::as_f64)
        .reduce(f64::min);
    let max = max.filter(|&max| max < NO_RATE_LIMIT);
    let min = stated.and_then(|span| lower(structure, span));
    Some((min.is_some() || max.is_some()).then(|| Constraint::range(min, max)))
}

/// The lower end of a range of rates, unless it is open: a range from `0/1` takes any slow rate.
fn lower(structure: &gst::StructureRef, span: RateSpan) -> Option<f64> {
    let open = field::takes(structure, "framerate", gst::Fraction::new(0, 1));
    (!open).then(|| span.min.as_f64())
}
