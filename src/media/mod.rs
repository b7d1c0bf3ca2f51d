//! Layer 5: the GObjects of the specification.

/// Registers the features of this layer.
pub(crate) fn register(_plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    Ok(())
}
