//! Layer 6: the GStreamer elements, thin shells over the layers below.

/// Registers the features of this layer.
pub(crate) fn register(_plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    Ok(())
}
