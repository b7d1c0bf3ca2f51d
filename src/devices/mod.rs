//! Layer 3: what is plugged in.

/// Registers the features of this layer.
pub(crate) fn register(_plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    Ok(())
}
