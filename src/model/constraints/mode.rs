//! What a device can be set to: the input of the selection.

use std::sync::Arc;

use super::capability::Capabilities;
use super::property::Kind;
use super::rate::{Rate, RateSpan};
use super::setting::Settings;

/// The values `min`, `min + step`, ... up to `max`, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<T> {
    /// The smallest value.
    pub min: T,
    /// No value is larger.
    pub max: T,
    /// The distance of two neighbours.
    pub step: T,
}

impl Span<u32> {
    /// One value.
    pub const fn point(value: u32) -> Self {
        Self::new(value, value)
    }

    /// Every value from `min` to `max`.
    pub const fn new(min: u32, max: u32) -> Self {
        Self { min, max, step: 1 }
    }

    /// Whether it is one value.
    pub fn is_point(&self) -> bool {
        self.min == self.max
    }
}

impl Span<f64> {
    /// One value.
    pub const fn point(value: f64) -> Self {
        Self::new(value, value)
    }

    /// Every value from `min` to `max`.
    pub const fn new(min: f64, max: f64) -> Self {
        Self {
            min,
            max,
            step: 0.0,
        }
    }
}

/// One way in which a camera can deliver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoMode {
    /// Pixels a row.
    pub width: Span<u32>,
    /// Rows.
    pub height: Span<u32>,
    /// Frames a second; `None`: the device does not say.
    pub frame_rate: Option<RateSpan>,
}

/// One way in which a microphone can deliver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AudioMode {
    /// Samples a second and channel.
    pub sample_rate: Span<u32>,
    /// Samples a sample frame.
    pub channel_count: Span<u32>,
    /// Bits of a sample; `None`: the samples are not linear.
    pub sample_size: Option<u32>,
    /// Seconds that the device can be asked to buffer.
    pub latency: Span<f64>,
}

/// One way in which a device can deliver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NativeMode {
    /// A camera's.
    Video(VideoMode),
    /// A microphone's.
    Audio(AudioMode),
}

impl NativeMode {
    /// The kind of the tracks it makes.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Video(_) => Kind::Video,
            Self::Audio(_) => Kind::Audio,
        }
    }
}

/// What is true of a source in all its modes: identity, facing, processing, and the ranges and
/// present values of its controls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFacts {
    /// What can be had.
    pub capabilities: Capabilities,
    /// What is in force now; of a control: the value that it keeps when nothing is asked.
    pub settings: Settings,
}

/// One mode of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its source.
    pub source: Arc<SourceFacts>,
    /// The mode.
    pub mode: NativeMode,
}

/// What a device is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NativePoint {
    /// A camera.
    Video {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Frames a second, if the mode has any.
        frame_rate: Option<Rate>,
    },
    /// A microphone.
    Audio {
        /// Samples a second and channel.
        sample_rate: u32,
        /// Samples a sample frame.
        channel_count: u32,
    },
}

/// What is chosen when nothing else decides (SelectSettings step 6).
#[derive(Clone, Debug, PartialEq)]
pub struct Defaults {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Frames a second.
    pub frame_rate: Rate,
    /// Stands for the largest rate of a camera that names none (the definition of `frameRate`).
    pub display_rate: Rate,
    /// The system's samples a second.
    pub sample_rate: u32,
    /// The system's bits a sample.
    pub sample_size: u32,
    /// The device's own number of channels.
    pub channel_count: u32,
    /// Seconds.
    pub latency: f64,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            width: 640,
            height: 480,
            frame_rate: Rate::new(30, 1),
            display_rate: Rate::new(60, 1),
            sample_rate: 48_000,
            sample_size: 16,
            channel_count: 2,
            latency: 0.02,
        }
    }
}
