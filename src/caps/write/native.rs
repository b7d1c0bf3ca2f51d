//! The caps of the filter right after the source.

use crate::caps::read::DeviceMode;
use crate::caps::value::{fraction, integer};
use crate::caps::{field, format as raw};
use crate::model::constraints::{Kind, NativeMode, NativePoint};

/// What is asked for where the device leaves the format open and nobody wishes one: the format
/// that most encoders take.
const OPEN_VIDEO_FORMAT: &str = "I420";
const OPEN_AUDIO_FORMAT: &str = "S16LE";

/// Fields whose value does not decide what is delivered; a choice here could only make the
/// device refuse, so lists of them stay open and the device takes its own first.
const LEFT_TO_THE_DEVICE: [&str; 5] = [
    "colorimetry",
    "chroma-site",
    "max-framerate",
    "multiview-flags",
    "drm-format",
];

/// One fixed structure that asks the device for `point` of `mode`.
///
/// `format` is what the consumer would like best, see [`format()`]; `None`: the mode's first. The
/// frame rate is the device's own fraction. `format` is always written for raw modes:
/// pipewiresrc 0.3.65 blocks for 30 s without it.
pub fn native(mode: &DeviceMode, point: &NativePoint, format: Option<&str>) -> gst::Caps {
    let mut structure = mode.structure.clone();
    match *point {
        NativePoint::Video {
            width,
            height,
            frame_rate,
        } => {
            structure.set("width", integer(width));
            structure.set("height", integer(height));
            // A device that does not state rates is not asked for one; `0/1` stays `0/1`.
            let states_rate =
                field::rates(&structure, "framerate").is_some_and(|rates| !rates.is_empty());
            match frame_rate {
                Some(rate) if states_rate => structure.set("framerate", fraction(rate)),
                _ => (),
            }
        }
        NativePoint::Audio {
            sample_rate,
            channel_count,
        } => {
            structure.set("rate", integer(sample_rate));
            structure.set("channels", integer(channel_count));
            fix_channel_mask(&mut structure, channel_count, mode.media_type.is_raw());
        }
    }
    if mode.media_type.is_raw() {
        structure.set("format", chosen(mode, format));
        if matches!(mode.mode, NativeMode::Audio(_)) {
            structure.set("layout", "interleaved");
        }
    }
    fix_rest(&mut structure);
    let features = (!mode.features.is_any()).then(|| mode.features.clone());
    let mut caps = gst::Caps::new_empty();
    caps.make_mut().append_structure_full(structure, features);
    caps
}

/// The raw format of `mode` that serves a consumer best: one it takes as it is, else the one that
/// converts with the least loss. `None`: the mode is coded.
///
/// With no consumer to ask, the first format of the mode.
pub fn format(mode: &DeviceMode, downstream: Option<&gst::StructureRef>) -> Option<String> {
    if !mode.media_type.is_raw() {
        return None;
    }
    let kind = match mode.mode {
        NativeMode::Video(_) => Kind::Video,
        NativeMode::Audio(_) => Kind::Audio,
    };
    let wanted = downstream
        .filter(|downstream| downstream.name() == mode.structure.name())
        .and_then(|downstream| field::texts(downstream, "format"))
        .unwrap_or_default();
    let Some(first) = wanted.first() else {
        return Some(chosen(mode, None).to_owned());
    };
    if mode.formats.is_empty() {
        return Some(first.clone());
    }
    let cost = |have: &&String| {
        wanted
            .iter()
            .map(|want| raw::conversion_cost(kind, have, want))
            .min()
            .unwrap_or(u32::MAX)
    };
    mode.formats.iter().min_by_key(cost).cloned()
}

fn chosen<'a>(mode: &'a DeviceMode, wish: Option<&'a str>) -> &'a str {
    let known = |wish: &&str| mode.formats.is_empty() || mode.formats.iter().any(|f| f == wish);
    let open = match mode.mode {
        NativeMode::Video(_) => OPEN_VIDEO_FORMAT,
        NativeMode::Audio(_) => OPEN_AUDIO_FORMAT,
    };
    wish.filter(known)
        .unwrap_or_else(|| mode.formats.first().map_or(open, String::as_str))
}

/// Raw audio of more than two channels is not complete without a mask; 0 says "no positions". A mask
/// that came with another number of channels is left to the device.
fn fix_channel_mask(structure: &mut gst::Structure, channels: u32, is_raw: bool) {
    let name = "channel-mask";
    if !structure.has_field(name) {
        if channels > 2 && is_raw {
            structure.set(name, gst::Bitmask::new(0));
        }
        return;
    }
    let mask = structure.get::<gst::Bitmask>(name);
    if !mask.is_ok_and(|mask| *mask == 0 || mask.count_ones() == channels) {
        structure.remove_field(name);
    }
}

fn fix_rest(structure: &mut gst::Structure) {
    for name in LEFT_TO_THE_DEVICE {
        if structure.has_field(name) && !field::is_fixed(structure, name) {
            structure.remove_field(name);
        }
    }
    // Interlaced frames can be neither cropped nor scaled by our elements.
    if structure.has_field("interlace-mode") {
        structure.fixate_field_str("interlace-mode", "progressive");
    }
    if structure.has_field("pixel-aspect-ratio") {
        structure.fixate_field_nearest_fraction("pixel-aspect-ratio", gst::Fraction::new(1, 1));
    }
    structure.fixate();
    // A list that begins with an empty one has no first value.
    let open: Vec<_> = structure
        .fields()
        .filter(|name| !field::is_fixed(structure, name))
        .map(|name| name.to_owned())
        .collect();
    structure.remove_fields(open);
}
