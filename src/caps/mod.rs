//! Layer 2, the border: the only files that know both W3C values and `gst::Caps`.
