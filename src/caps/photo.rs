//! The dictionaries of still pictures, as structures.

use crate::model::photo::{FillLightMode, MediaSettingsRange, PhotoCapabilities, Size};

/// `PhotoCapabilities`, named `capabilities`. No camera is known to have a flash.
pub fn capabilities(capabilities: &PhotoCapabilities) -> gst::Structure {
    gst::Structure::builder("capabilities")
        .field("redEyeReduction", "never")
        .field("imageHeight", range(&capabilities.image_height))
        .field("imageWidth", range(&capabilities.image_width))
        .field(
            "fillLightMode",
            gst::Array::new([FillLightMode::Off.name()]),
        )
        .build()
}

/// `PhotoSettings`, named `settings`: what a photo has when nothing is asked for.
pub fn settings((width, height): Size) -> gst::Structure {
    gst::Structure::builder("settings")
        .field("fillLightMode", FillLightMode::Off.name())
        .field("imageHeight", f64::from(height))
        .field("imageWidth", f64::from(width))
        .field("redEyeReduction", false)
        .build()
}

fn range(range: &MediaSettingsRange) -> gst::Structure {
    gst::Structure::builder("range")
        .field("min", range.min)
        .field("max", range.max)
        .field("step", range.step)
        .build()
}
