//! Video structures: `video/*` and `image/*`.

use crate::caps::value::{self, fraction};
use crate::caps::{MediaType, field};
use crate::model::constraints::{NativeMode, Rate, RateSpan, Span, VideoMode};

use super::DeviceMode;

/// The largest width and height that GStreamer's own V4L2 code believes a device.
const SIZE: u32 = 32_768;
/// No camera is faster; a range that ends above says "no limit", not a rate.
const RATE: f64 = 1_000.0;
/// The end of a range of rates that has no limit of its own, as of a V4L2 driver that cannot list
/// frame intervals: the usual display rate, as the definition of frameRate has it.
const OPEN_RATE: Rate = Rate {
    numerator: 60,
    denominator: 1,
};

/// The modes of one structure, at most `room`.
pub(super) fn modes(
    structure: &gst::StructureRef,
    features: &gst::CapsFeaturesRef,
    room: usize,
) -> Vec<DeviceMode> {
    let name = structure.name();
    if !name.starts_with("video/") && !name.starts_with("image/") {
        return Vec::new();
    }
    let media_type = MediaType::from_structure(structure);
    let (Some(widths), Some(heights)) = (
        sizes(structure, "width", &media_type),
        sizes(structure, "height", &media_type),
    ) else {
        return Vec::new();
    };
    let rates = rates(structure);
    let formats = field::texts(structure, "format");
    if formats.as_ref().is_some_and(Vec::is_empty) {
        return Vec::new();
    }
    let formats = formats.unwrap_or_default();
    let mut modes = Vec::new();
    for &width in &widths {
        for &height in &heights {
            for &frame_rate in &rates {
                if modes.len() == room {
                    return modes;
                }
                modes.push(DeviceMode {
                    structure: narrowed(structure, width, height, frame_rate),
                    mode: NativeMode::Video(VideoMode {
                        width,
                        height,
                        frame_rate,
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

/// The widths or heights of a structure. A raw structure that leaves them open allows all of them;
/// of a coded one the size is not known before the first frame, so that nothing can be chosen by it.
fn sizes(
    structure: &gst::StructureRef,
    name: &str,
    media_type: &MediaType,
) -> Option<Vec<Span<u32>>> {
    let spans = match field::numbers(structure, name) {
        Some(spans) => spans,
        None if media_type.is_raw() => vec![Span {
            min: 1,
            max: SIZE,
            step: 1,
        }],
        None => return None,
    };
    let sane = |span: Span<u32>| {
        let max = if span.max > SIZE {
            SIZE - SIZE % span.step
        } else {
            span.max
        };
        (span.min <= max).then_some(Span { max, ..span })
    };
    Some(spans.into_iter().filter_map(sane).collect())
}

/// The rates of a structure; `None` in the list: the device does not say.
fn rates(structure: &gst::StructureRef) -> Vec<Option<RateSpan>> {
    let sane = |span: RateSpan| {
        if span.min.as_f64() > RATE {
            None
        } else if span.max.as_f64() > RATE {
            let max = if span.min.as_f64() > OPEN_RATE.as_f64() {
                span.min
            } else {
                OPEN_RATE
            };
            Some(RateSpan { max, ..span })
        } else {
            Some(span)
        }
    };
    let of = |name: &str| -> Vec<RateSpan> {
        let spans = field::rates(structure, name).unwrap_or_default();
        spans.into_iter().filter_map(sane).collect()
    };
    let mut rates = of("framerate");
    if rates.is_empty() {
        // A variable rate (`framerate=0/1`) may have an upper limit, which is what can be promised.
        let limit = of("max-framerate").into_iter().map(|span| span.max);
        rates = limit.map(|max| RateSpan { min: max, max }).collect();
    }
    if rates.is_empty() {
        return vec![None];
    }
    rates.into_iter().map(Some).collect()
}

/// The structure with the size and rate of one mode in place of the lists it came with.
fn narrowed(
    structure: &gst::StructureRef,
    width: Span<u32>,
    height: Span<u32>,
    frame_rate: Option<RateSpan>,
) -> gst::Structure {
    let mut narrowed = structure.to_owned();
    narrowed.set_value("width", value::span(width));
    narrowed.set_value("height", value::span(height));
    // Where the rate is a limit only, `framerate=0/1` has to stay what it is.
    let is_stated = field::rates(structure, "framerate").is_some_and(|rates| !rates.is_empty());
    if let Some(rate) = frame_rate.filter(|_| is_stated) {
        if rate.min == rate.max {
            narrowed.set("framerate", fraction(rate.max));
        } else {
            narrowed.set(
                "framerate",
                gst::FractionRange::new(fraction(rate.min), fraction(rate.max)),
            );
        }
    }
    narrowed
}
