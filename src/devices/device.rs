//! What the list holds: physical devices, the ways to open each, and how the list changed.

use std::fmt;
use std::sync::Arc;

use super::controls::Offer;
use crate::model::constraints::Kind;

/// `MediaDeviceInfo.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceKind {
    /// A microphone, or another thing that gives sound.
    AudioInput,
    /// A camera, or another thing that gives pictures.
    VideoInput,
    /// A loudspeaker, or another thing that takes sound.
    AudioOutput,
}

impl DeviceKind {
    /// The specification's string.
    pub fn name(self) -> &'static str {
        match self {
            Self::AudioInput => "audioinput",
            Self::VideoInput => "videoinput",
            Self::AudioOutput => "audiooutput",
        }
    }

    /// Reads GStreamer's device class. `None`: not one of the three, for example a codec or an
    /// overlay, which no list of the specification holds.
    pub fn from_class(class: &str) -> Option<Self> {
        let has = |word: &str| class.split('/').any(|part| part == word);
        match (has("Audio"), has("Video"), has("Source"), has("Sink")) {
            (true, false, true, _) => Some(Self::AudioInput),
            (true, false, false, true) => Some(Self::AudioOutput),
            (false, true, true, _) => Some(Self::VideoInput),
            _ => None,
        }
    }
}

/// The system through which a node is opened, in the order in which they are preferred.
///
/// PipeWire comes first: it shows the user that a camera is in use, and others may use it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Api {
    /// A PipeWire node.
    PipeWire,
    /// A Video4Linux node.
    V4l2,
    /// An ALSA PCM.
    Alsa,
    /// A source or sink of PulseAudio.
    Pulse,
    /// A libcamera camera.
    Libcamera,
    /// A device of [`super::fake`].
    Fake,
    /// A provider that the plugin knows nothing about.
    Other,
}

/// `VideoFacingModeEnum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FacingMode {
    /// Towards the user.
    User,
    /// Away from the user.
    Environment,
    /// To the user's left.
    Left,
    /// To the user's right.
    Right,
}

impl FacingMode {
    /// The specification's string.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// One way to open a physical device.
#[derive(Debug, Clone)]
pub struct Node {
    /// The system it goes through.
    pub api: Api,
    /// Caps, and the maker of the element.
    pub device: gst::Device,
    /// What that system calls it: `/dev/video0`, `hw:CARD,DEVICE`, a PipeWire or PulseAudio name.
    pub path: Option<String>,
    /// The adjustable properties of a camera, where this way leads to them.
    pub controls: Option<Arc<Offer>>,
}

/// One physical device in one of its roles; a webcam with a microphone is two.
#[derive(Debug, Clone)]
pub struct Device {
    /// Opaque, unique within its kind, the same after re-plugging, reboot and renumbering.
    pub id: String,
    /// The same for all roles of one piece of hardware; new in every process.
    pub group_id: String,
    /// Its role.
    pub kind: DeviceKind,
    /// For people; not unique, possibly empty; one line of at most 256 characters, none of them a control character.
    pub label: String,
    /// Where the hardware says that it looks; usually nowhere.
    pub facing: Vec<FacingMode>,
    /// The system's choice for this kind.
    pub is_default: bool,
    /// A camera for face recognition rather than for pictures.
    pub infrared: bool,
    /// It was plugged in while the list was kept, rather than found there. No part of how it looks.
    pub plugged: bool,
    /// Never empty; the preferred one is first.
    pub nodes: Vec<Node>,
}

impl Device {
    /// The preferred way to open it.
    pub fn preferred(&self) -> Option<&Node> {
        self.nodes.first()
    }

    /// Stands for a source that is no device, and is in no list.
    pub(crate) fn nameless(kind: Kind, label: &str) -> Self {
        Self {
            id: String::new(),
            group_id: String::new(),
            kind: match kind {
                Kind::Audio => DeviceKind::AudioInput,
                Kind::Video => DeviceKind::VideoInput,
            },
            label: label.to_owned(),
            facing: Vec::new(),
            is_default: false,
            infrared: false,
            plugged: false,
            nodes: Vec::new(),
        }
    }

    /// The adjustable properties of a camera, whichever way it is captured from.
    pub fn controls(&self) -> Option<&Arc<Offer>> {
        self.nodes.iter().find_map(|node| node.controls.as_ref())
    }

    /// Whether everything that a user of the list can see is the same.
    pub(crate) fn looks_like(&self, other: &Self) -> bool {
        let nodes = |device: &Self| -> Vec<_> {
            let nodes = device.nodes.iter();
            nodes
                .map(|n| (n.api, n.device.clone(), n.path.clone()))
                .collect()
        };
        self.id == other.id
            && self.group_id == other.group_id
            && self.kind == other.kind
            && self.label == other.label
            && self.facing == other.facing
            && self.is_default == other.is_default
            && self.infrared == other.infrared
            && nodes(self) == nodes(other)
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} '{}' ({}", self.kind.name(), self.label, self.id)?;
        for node in &self.nodes {
            write!(
                f,
                ", {:?} {}",
                node.api,
                // Not made for people: it may hold anything.
                node.path.as_deref().unwrap_or("?").escape_debug()
            )?;
        }
        f.write_str(")")
    }
}

/// One step from an old list to a new one.
#[derive(Debug, Clone)]
pub enum Change {
    /// Was not there before.
    Added(Arc<Device>),
    /// Is no longer there; holds what it last was.
    Removed(Arc<Device>),
    /// Same id, but something else about it is new: it became the default, or can be opened in
    /// another way, or has other caps.
    Changed(Arc<Device>),
}
