//! What is known about a device as one provider lists it: everything that merging and identity look at. Pure,
//! but for the look-up in `/sys` that the caller hands in.

use gst::prelude::*;

use super::device::{Api, DeviceKind, FacingMode};
use super::hardware::{Hardware, Place};
use super::record::Record;

/// Bits of `v4l2_capability.device_caps`.
mod v4l2 {
    pub const VIDEO_CAPTURE: u32 = 0x0000_0001;
    pub const VIDEO_CAPTURE_MPLANE: u32 = 0x0000_1000;
    pub const VIDEO_M2M_MPLANE: u32 = 0x0000_4000;
    pub const VIDEO_M2M: u32 = 0x0000_8000;
}

/// A sound device as ALSA numbers it at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcm {
    pub card: u32,
    pub device: u32,
}

/// A device of [`super::fake`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fake {
    /// What it carries on itself, as others carry a serial number.
    pub name: String,
    /// What it is a part of.
    pub group: String,
    /// Where it is plugged in.
    pub port: Option<String>,
}

/// All that merging and identity look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub api: Api,
    pub kind: DeviceKind,
    pub label: String,
    /// What its system calls it, and what opens it there.
    pub path: Option<String>,
    /// The name of a PipeWire node, which PulseAudio on PipeWire knows as well.
    pub node_name: Option<String>,
    pub pcm: Option<Pcm>,
    pub hardware: Option<Hardware>,
    /// Of the video nodes behind a camera of libcamera, `MAJOR:MINOR`.
    pub numbers: Vec<String>,
    /// What udev told the provider, for want of [`Self::hardware`].
    pub bus_path: Option<String>,
    pub serial: Option<String>,
    pub fake: Option<Fake>,
    pub facing: Option<FacingMode>,
    pub is_default: bool,
    pub infrared: bool,
    /// PipeWire's own order: the higher, the sooner it is chosen.
    pub priority: i64,
}

impl Facts {
    /// Makes sense of a record. `None`: nothing to be listed, since it is no camera, microphone or
    /// output, or since nothing can be captured from it.
    pub fn new(record: &Record, look_up: impl Fn(&Place) -> Option<Hardware>) -> Option<Self> {
        let kind = DeviceKind::from_class(&record.class)?;
        if is_monitor(record) || is_screen(record) || !is_usable(record, kind) {
            return None;
        }
        let video = video_node(record);
        let pcm = pcm(record);
        let place = match (kind, &video, &pcm) {
            (DeviceKind::VideoInput, Some(name), _) => Some(Place::Video(name.clone())),
            (DeviceKind::AudioInput | DeviceKind::AudioOutput, _, Some(pcm)) => {
                Some(Place::Card(pcm.card))
            }
            _ => None,
        };
        let node_name = node_name(record);
        let fake = || {
            Some(Fake {
                name: text(record, "fake.name")?,
                group: text(record, "fake.group")?,
                port: text(record, "fake.port"),
            })
        };
        Some(Self {
            api: record.api,
            kind,
            label: label(&record.label),
            path: path(record, &node_name),
            hardware: place.as_ref().and_then(look_up),
            numbers: device_numbers(record),
            bus_path: text(record, "device.bus_path").or_else(|| text(record, "device.bus-path")),
            serial: text(record, "device.serial"),
            fake: fake().filter(|_| record.api == Api::Fake),
            facing: facing(record),
            is_default: record.get("is-default") == Some("true"),
            infrared: kind == DeviceKind::VideoInput && is_infrared(record),
            priority: record
                .get("priority.session")
                .and_then(|p| p.parse().ok())
                .unwrap_or(0),
            node_name,
            pcm,
        })
    }

    /// Whether both were read from one piece of hardware.
    pub fn shares_hardware(&self, other: &Self) -> bool {
        let node = |facts: &Self| facts.hardware.as_ref().map(|h| h.node.clone());
        node(self).is_some() && node(self) == node(other)
    }
}

fn text(record: &Record, field: &str) -> Option<String> {
    record.get(field).map(str::to_owned)
}

/// What a sink plays is no microphone.
fn is_monitor(record: &Record) -> bool {
    let ends = |name: Option<&str>| name.is_some_and(|name| name.ends_with(".monitor"));
    record.get("device.class") == Some("monitor")
        || ends(record.get("node.name"))
        || ends(record.internal_name.as_deref())
}

/// What shares a screen or a window is never listed. Some portals make it look like a camera, but for the
/// name of the node.
fn is_screen(record: &Record) -> bool {
    const PORTALS: [&str; 3] = ["xdpw-", "xdph-", "meta-screen-cast"];
    let names = ["node.name", "media.name"].map(|field| record.get(field).unwrap_or_default());
    let role = record.get("media.role").unwrap_or("Camera");
    let is_shared = names
        .iter()
        .any(|name| PORTALS.iter().any(|portal| name.starts_with(portal)));
    record.api == Api::PipeWire
        && record.class.contains("Video")
        && (is_shared || !role.eq_ignore_ascii_case("camera"))
}

/// Leaves out metadata nodes, codecs, and whatever else has no pictures or no sound to give.
fn is_usable(record: &Record, kind: DeviceKind) -> bool {
    if kind != DeviceKind::VideoInput {
        // A busy device may have no caps at present.
        return true;
    }
    let decimal = record.get("v4l2.device.device_caps").map(str::parse::<u32>);
    let hexadecimal = record
        .get("api.v4l2.cap.device-caps")
        .map(|text| u32::from_str_radix(text, 16));
    if let Some(Ok(caps)) = decimal.or(hexadecimal) {
        let captures = caps & (v4l2::VIDEO_CAPTURE | v4l2::VIDEO_CAPTURE_MPLANE) != 0;
        let converts = caps & (v4l2::VIDEO_M2M | v4l2::VIDEO_M2M_MPLANE) != 0;
        if !captures || converts {
            return false;
        }
    }
    let is_picture = |s: &gst::StructureRef| {
        let name = s.name().as_str();
        name.starts_with("video/") || name.starts_with("image/")
    };
    record.caps.is_any() || record.caps.iter().any(is_picture)
}

/// Grey pictures only, or a name that says so.
fn is_infrared(record: &Record) -> bool {
    let words = || record.label.split(|c: char| !c.is_alphanumeric());
    if words().any(|word| word == "IR" || word.eq_ignore_ascii_case("infrared")) {
        return true;
    }
    let is_grey = |s: &gst::StructureRef| {
        // The whole value as text: one format or a list of them.
        let format = s.value("format").ok();
        let format = format.and_then(|f| (**f).serialize().ok());
        format.is_some_and(|format| {
            let mut names = format
                .split(['{', '}', ',', ' ', '"', '(', ')'])
                .filter(|name| !name.is_empty() && *name != "string")
                .peekable();
            names.peek().is_some() && names.all(|name| name.starts_with("GRAY"))
        })
    };
    !record.caps.is_any() && !record.caps.is_empty() && record.caps.iter().all(is_grey)
}

/// `videoN` of a camera that the kernel has as one node.
fn video_node(record: &Record) -> Option<String> {
    let object_path = || record.get("object.path")?.strip_prefix("v4l2:");
    let path = record
        .get("device.path")
        .or_else(|| record.get("api.v4l2.path"))
        .or_else(object_path)?;
    let name = path.strip_prefix("/dev/")?;
    let number = name.strip_prefix("video")?;
    number.parse::<u32>().ok()?;
    Some(name.to_owned())
}

/// The PCM behind a sound device, however its system writes it.
fn pcm(record: &Record) -> Option<Pcm> {
    let number = |fields: &[&str]| {
        let mut values = fields.iter().filter_map(|field| record.get(field));
        values.find_map(|value| value.parse::<u32>().ok())
    };
    let names = [
        record.internal_name.as_deref(),
        record.get("api.alsa.path"),
        record.get("device.string"),
    ];
    // `hw:1,0`, `hw:1`, `front:1`: behind the colon the numbers of card and device.
    let named = names.into_iter().flatten().find_map(|name| {
        let mut numbers = name.split_once(':')?.1.split(',');
        let card = numbers.next()?.parse::<u32>().ok()?;
        Some((card, numbers.next().and_then(|device| device.parse().ok())))
    });
    let card = number(&["alsa.card", "api.alsa.pcm.card", "api.alsa.card"]);
    let device = number(&["alsa.device", "api.alsa.pcm.device"]);
    Some(Pcm {
        card: card.or(named.map(|(card, _)| card))?,
        device: device.or(named.and_then(|(_, device)| device)).unwrap_or(0),
    })
}

fn node_name(record: &Record) -> Option<String> {
    match record.api {
        Api::PipeWire => text(record, "node.name"),
        Api::Pulse => record
            .internal_name
            .clone()
            .or_else(|| text(record, "node.name")),
        _ => None,
    }
}

fn path(record: &Record, node_name: &Option<String>) -> Option<String> {
    match record.api {
        Api::PipeWire | Api::Pulse => node_name.clone(),
        Api::V4l2 => text(record, "device.path"),
        Api::Alsa => record.internal_name.clone(),
        Api::Libcamera => text(record, "api.libcamera.path").or(Some(record.label.clone())),
        Api::Fake => text(record, "fake.path").or_else(|| text(record, "fake.name")),
        Api::Other => None,
    }
}

/// The kernel packs small numbers as `MAJOR << 8 | MINOR`.
fn device_numbers(record: &Record) -> Vec<String> {
    let fields = ["api.libcamera.SystemDevices", "device.devids"];
    let texts = fields.iter().filter_map(|field| record.get(field));
    texts
        .flat_map(|text| text.split(|c: char| !c.is_ascii_digit()))
        .filter_map(|number| number.parse::<u64>().ok())
        .filter(|number| *number > 255)
        .map(|number| {
            let major = (number >> 8) & 0xfff;
            let minor = (number & 0xff) | ((number >> 12) & 0xf_ff00);
            format!("{major}:{minor}")
        })
        .collect()
}

/// From hardware facts alone: a name proves nothing.
fn facing(record: &Record) -> Option<FacingMode> {
    let location = record
        .get("api.libcamera.location")
        .or_else(|| record.get("fake.facing"))?
        .to_ascii_lowercase();
    let says = |words: [&str; 2]| words.iter().any(|word| location.ends_with(word));
    if says(["front", "user"]) {
        Some(FacingMode::User)
    } else if says(["back", "environment"]) {
        Some(FacingMode::Environment)
    } else {
        None
    }
}

/// The name on the device. Some systems say it twice, or add by what they found it.
fn label(label: &str) -> String {
    let label = label.trim();
    let label = label
        .strip_suffix(" (V4L2)")
        .or_else(|| label.strip_suffix(" (libcamera)"))
        .unwrap_or(label);
    match label.split_once(": ") {
        Some((first, second)) if first == second => first.to_owned(),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests;
