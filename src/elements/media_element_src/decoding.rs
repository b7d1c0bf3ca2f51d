//! Whether a stream can be decoded here.

use super::facts;

/// Whether there is a decoder for an audio or video stream, or none is needed.
pub(super) fn can_decode(stream: &gst::Stream) -> bool {
    if facts::kind(stream).is_none() {
        return false;
    }
    // Not known yet: it will be tried.
    let Some(caps) = stream.caps() else {
        return true;
    };
    let is_raw = |s: &gst::StructureRef| matches!(s.name().as_str(), "video/x-raw" | "audio/x-raw");
    caps.iter().any(is_raw) || has_decoder(&caps)
}

fn has_decoder(caps: &gst::Caps) -> bool {
    let decoders = gst::ElementFactory::factories_with_type(
        gst::ElementFactoryType::DECODER,
        gst::Rank::MARGINAL,
    );
    decoders.iter().any(|decoder| decoder.can_sink_any_caps(caps))
}
