//! Device caps to candidate modes, and frame caps to what was delivered.

mod audio;
mod video;

use std::collections::{BTreeSet, HashMap};

use crate::caps::MediaType;
use crate::caps::{field, value};
use crate::model::constraints::{AudioMode, Kind, NativeMode, NativePoint, Span, VideoMode};

/// A device that lists more modes than this is believed no further: real ones stay below 600.
const MODES: usize = 4096;

/// One native mode of a device, with what has to be kept of its caps to ask for it again.
#[derive(Clone, Debug)]
pub struct DeviceMode {
    /// The mode in the terms of the specification.
    pub mode: NativeMode,
    /// Raw or which coded type.
    pub media_type: MediaType,
    /// The device's own structure, narrowed to this mode. Fields that say nothing about size or
    /// rate (`colorimetry`, `interlace-mode`, …) are as the device gave them.
    pub structure: gst::Structure,
    /// The memory the frames are in.
    pub features: gst::CapsFeatures,
    /// The raw formats the mode comes in, best first. Empty: the device does not say, or the mode is coded.
    pub formats: Vec<String>,
}

impl DeviceMode {
    /// Whether the frames are in memory that any element can read.
    pub fn is_system_memory(&self) -> bool {
        is_system_memory(&self.features)
    }
}

/// The native modes in a device's caps, in the device's order.
///
/// Lists become several modes, ranges stay ranges; raw modes that differ by nothing but the format
/// are one mode with several [`formats`](DeviceMode::formats). Anything can be in the caps:
/// structures of another kind, without a size (coded) or with a size of 0 describe no mode.
///
/// Modes in memory that our elements cannot read (`memory:DMABuf`, `memory:GLMemory`, `format:Interlaced`, …) are left
/// out if the same size and rate exists in system memory, and come last otherwise: only a consumer that names that memory can use them.
pub fn modes(caps: &gst::CapsRef, kind: Kind) -> Vec<DeviceMode> {
    let mut modes: Vec<DeviceMode> = Vec::new();
    // V4L2 has a structure for each size in each of dozens of formats: those that differ by the format alone are told apart
    // before there is a mode for each of their rates.
    let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
    let mut grown = BTreeSet::new();
    // Iterating ANY or EMPTY caps gives nothing, which is what they tell about a device.
    for (structure, features) in caps.iter_with_features() {
        if is_nameless(structure, caps) || field::any_impossible(structure) {
            continue;
        }
        let raw = raw_formats(structure).map(|formats| (formats, rest(structure, features)));
        if let Some((formats, rest)) = &raw
            && let Some(known) = alike.get(rest)
        {
            for at in known {
                add_formats(&mut modes[*at], formats);
                grown.insert(*at);
            }
            continue;
        }
        let room = MODES.saturating_sub(modes.len());
        let found = match kind {
            Kind::Video => video::modes(structure, features, room),
            Kind::Audio => audio::modes(structure, features, room),
        };
        let mut given = Vec::new();
        for mode in found {
            let known = modes.iter();
            let known = known
                .enumerate()
                .find(|(_, known)| differ_by_format_only(known, &mode));
            if let Some((at, _)) = known {
                add_formats(&mut modes[at], &mode.formats);
                grown.insert(at);
                given.push(at);
            } else {
                given.push(modes.len());
                modes.push(mode);
            }
        }
        if let Some((_, rest)) = raw {
            alike.insert(rest, given);
        }
    }
    for at in grown {
        let mode = &mut modes[at];
        let formats = gst::List::new(mode.formats.iter());
        mode.structure.set("format", formats);
    }
    prefer_system_memory(modes)
}

/// The same modes at these sample rates only, where one of them is in a mode's range.
///
/// ALSA announces the lowest and the highest rate of a device as if all between were there: a USB microphone of 16 and
/// 48 kHz reads `[ 16000, 48000 ]` and refuses 44100. Whoever knows the rates (`/proc/asound/card*/stream*`) tells them here.
pub fn at_rates(modes: Vec<DeviceMode>, rates: &[u32]) -> Vec<DeviceMode> {
    let at = |mode: DeviceMode| -> Vec<DeviceMode> {
        let NativeMode::Audio(audio) = &mode.mode else {
            return vec![mode];
        };
        let audio = *audio;
        let range = audio.sample_rate.min..=audio.sample_rate.max;
        let at_rate = |&rate: &u32| {
            let sample_rate = Span::<u32>::point(rate);
            let mut narrowed = mode.clone();
            narrowed.mode = NativeMode::Audio(AudioMode {
                sample_rate,
                ..audio
            });
            narrowed
                .structure
                .set_value("rate", value::span(sample_rate));
            narrowed
        };
        let found: Vec<_> = rates
            .iter()
            .filter(|&rate| range.contains(rate))
            .map(at_rate)
            .collect();
        if found.is_empty() { vec![mode] } else { found }
    };
    modes.into_iter().flat_map(at).collect()
}

/// What frames of these caps are: size and rate, or rate and channels. `None` for caps that are
/// not fixed in these fields.
pub fn settings_of_frame(caps: &gst::CapsRef) -> Option<NativePoint> {
    let structure = caps.structure(0)?;
    let number = |name: &str| {
        structure
            .get::<i32>(name)
            .ok()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|&n| n > 0)
    };
    if structure.name().starts_with("audio/") {
        return Some(NativePoint::Audio {
            sample_rate: number("rate")?,
            channel_count: number("channels")?,
        });
    }
    let frame_rate = field::rates(structure, "framerate")
        .and_then(|rates| rates.first().copied())
        .filter(|rate| rate.min == rate.max)
        .map(|rate| rate.max);
    Some(NativePoint::Video {
        width: number("width")?,
        height: number("height")?,
        frame_rate,
    })
}

/// Whether frames with these features are in memory that anybody can read.
pub fn is_system_memory(features: &gst::CapsFeaturesRef) -> bool {
    // `meta:` features tell what travels beside the memory, not where it is.
    features.is_any()
        || features
            .iter()
            .all(|feature| feature == "memory:SystemMemory" || feature.starts_with("meta:"))
}

/// Whether this is a raw picture in a format GStreamer has no name for, which a device that names
/// its other formats announces without one. Asking for it can only fail.
fn is_nameless(structure: &gst::StructureRef, caps: &gst::CapsRef) -> bool {
    let is_named =
        |other: &gst::StructureRef| other.name() == "video/x-raw" && other.has_field("format");
    structure.name() == "video/x-raw" && !is_named(structure) && caps.iter().any(is_named)
}

/// The formats of a raw picture, if it names any.
fn raw_formats(structure: &gst::StructureRef) -> Option<Vec<String>> {
    let formats = field::texts(structure, "format").filter(|formats| !formats.is_empty());
    formats.filter(|_| structure.name() == "video/x-raw")
}

/// All but the format. As text: GStreamer 1.22 crashes comparing lists of odd members.
fn rest(structure: &gst::StructureRef, features: &gst::CapsFeaturesRef) -> String {
    let mut rest = structure.to_owned();
    rest.remove_field("format");
    format!("{features} {rest}")
}

fn differ_by_format_only(a: &DeviceMode, b: &DeviceMode) -> bool {
    a.mode == b.mode
        && a.media_type.is_raw()
        && a.media_type == b.media_type
        && !a.formats.is_empty()
        && !b.formats.is_empty()
        && a.features.is_equal(&b.features)
        && rest(&a.structure, &a.features) == rest(&b.structure, &b.features)
}

fn add_formats(mode: &mut DeviceMode, formats: &[String]) {
    for format in formats {
        if !mode.formats.contains(format) {
            mode.formats.push(format.clone());
        }
    }
}

fn prefer_system_memory(modes: Vec<DeviceMode>) -> Vec<DeviceMode> {
    let (mut readable, foreign): (Vec<_>, Vec<_>) =
        modes.into_iter().partition(DeviceMode::is_system_memory);
    let only_there: Vec<_> = foreign
        .into_iter()
        .filter(|mode| {
            !readable
                .iter()
                .any(|readable| covers(&readable.mode, &mode.mode))
        })
        .collect();
    readable.extend(only_there);
    readable
}

/// Whether everything `b` can be set to, `a` can be set to as well.
fn covers(a: &NativeMode, b: &NativeMode) -> bool {
    match (a, b) {
        (NativeMode::Video(a), NativeMode::Video(b)) => {
            contains(&a.width, &b.width) && contains(&a.height, &b.height) && covers_rate(a, b)
        }
        (NativeMode::Audio(a), NativeMode::Audio(b)) => {
            contains(&a.sample_rate, &b.sample_rate) && contains(&a.channel_count, &b.channel_count)
        }
        _ => false,
    }
}

fn covers_rate(a: &VideoMode, b: &VideoMode) -> bool {
    match (&a.frame_rate, &b.frame_rate) {
        (Some(a), Some(b)) => a.min.as_f64() <= b.min.as_f64() && a.max.as_f64() >= b.max.as_f64(),
        (None, None) => true,
        _ => false,
    }
}

fn contains(a: &Span<u32>, b: &Span<u32>) -> bool {
    a.min <= b.min && a.max >= b.max && b.step.is_multiple_of(a.step.max(1))
}
