//! Which installed element decodes a camera's bitstream: the one of the highest rank that takes
//! it, so a hardware decoder wins by itself.

use gst::prelude::*;

use super::CaptureError;
use crate::caps::MediaType;

/// Caps that stand for a media type where only the type is known.
fn caps_of(media_type: &MediaType) -> Option<gst::Caps> {
    let name = match media_type {
        MediaType::Raw => return None,
        MediaType::Jpeg => "image/jpeg",
        MediaType::H264 => "video/x-h264",
        MediaType::H265 => "video/x-h265",
        MediaType::Vp8 => "video/x-vp8",
        MediaType::Other(name) => name,
    };
    Some(gst::Caps::new_empty_simple(name))
}

fn factories(caps: &gst::Caps, kind: gst::ElementFactoryType) -> Vec<gst::ElementFactory> {
    let all = gst::ElementFactory::factories_with_type(kind, gst::Rank::MARGINAL);
    let mut fitting: Vec<_> = all
        .into_iter()
        .filter(|factory| factory.can_sink_any_caps(caps))
        .collect();
    fitting.sort_by(|a, b| {
        b.rank()
            .cmp(&a.rank())
            .then_with(|| a.name().cmp(&b.name()))
    });
    fitting
}

/// Whether raw media can be made of `media_type` with what is installed.
pub(super) fn can_decode(media_type: &MediaType) -> bool {
    caps_of(media_type)
        .is_none_or(|caps| !factories(&caps, gst::ElementFactoryType::DECODER).is_empty())
}

/// The elements that turn `caps` into raw media, in order: a parser if one fits, a decoder.
///
/// # Errors
///
/// [`super::ErrorKind::MissingPlugin`] when no installed decoder takes `caps`.
pub(super) fn chain(device: &str, caps: &gst::Caps) -> Result<Vec<gst::Element>, CaptureError> {
    let media_type = caps
        .structure(0)
        .map(|s| gst::Caps::new_empty_simple(s.name()))
        .unwrap_or_else(gst::Caps::new_empty);
    let decoder = factories(&media_type, gst::ElementFactoryType::DECODER)
        .into_iter()
        .find_map(|factory| factory.create().build().ok())
        .ok_or_else(|| CaptureError::missing_decoder(device, caps))?;
    // A picture is a whole frame already; a video bitstream needs its units found.
    let needs_parser = caps
        .structure(0)
        .is_some_and(|s| !s.name().starts_with("image/"));
    let parser = needs_parser
        .then(|| factories(&media_type, gst::ElementFactoryType::PARSER))
        .and_then(|found| found.into_iter().find_map(|f| f.create().build().ok()));
    Ok(parser.into_iter().chain([decoder]).collect())
}
