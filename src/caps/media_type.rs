//! What a capture device delivers: raw frames or one of the coded types cameras know.

use std::fmt;

/// The media type of a caps structure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `video/x-raw` and `audio/x-raw`.
    Raw,
    /// `image/jpeg`, which is also what Motion JPEG cameras are announced as.
    Jpeg,
    /// `video/x-h264`.
    H264,
    /// `video/x-h265`.
    H265,
    /// `video/x-vp8`.
    Vp8,
    /// Any other type, by its caps name: `video/x-bayer`, `video/mpegts`, `audio/x-alaw`.
    Other(String),
}

impl MediaType {
    /// The media type of a caps structure.
    pub fn from_structure(structure: &gst::StructureRef) -> Self {
        match structure.name().as_str() {
            "video/x-raw" | "audio/x-raw" => Self::Raw,
            "image/jpeg" => Self::Jpeg,
            "video/x-h264" => Self::H264,
            "video/x-h265" => Self::H265,
            "video/x-vp8" => Self::Vp8,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Whether frames come as samples, without a decoder.
    pub fn is_raw(&self) -> bool {
        *self == Self::Raw
    }

    /// What decoding a frame costs beside the conversion of a raw one, see
    /// [`Alternative::cost`](crate::model::constraints::Alternative): always more than any
    /// conversion, and more for types that have to look at other frames.
    pub(super) fn decode_cost(&self) -> u32 {
        match self {
            Self::Raw => 0,
            Self::Jpeg => 1_000,
            Self::Other(name) if name == "video/x-bayer" => 1_000,
            Self::H264 | Self::Vp8 => 2_000,
            Self::H265 => 2_500,
            Self::Other(_) => 3_000,
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw => "raw",
            Self::Jpeg => "image/jpeg",
            Self::H264 => "video/x-h264",
            Self::H265 => "video/x-h265",
            Self::Vp8 => "video/x-vp8",
            Self::Other(name) => name,
        })
    }
}
