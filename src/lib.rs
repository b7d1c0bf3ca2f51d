//! MediaStream semantics for GStreamer.
//!
//! Six layers, imports point down only: [`elements`] → [`media`] → [`capture`] → [`devices`] →
//! [`caps`] → [`model`]. `docs/architecture.md` is the map, `tests/layers` its guard.

// `fuzz/` reaches what is nobody's interface.
#![cfg_attr(fuzzing, allow(missing_docs))]

pub mod caps;
pub mod capture;
pub mod devices;
pub mod elements;
pub mod media;
pub mod model;

fn plugin_init(plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    devices::register(plugin)?;
    media::register(plugin)?;
    elements::register(plugin)
}

/// The C entry points that the macro makes carry no documentation of their own.
#[allow(missing_docs)]
mod entry {
    use super::plugin_init;

    gst::plugin_define!(
        mediastream,
        env!("CARGO_PKG_DESCRIPTION"),
        plugin_init,
        concat!(env!("CARGO_PKG_VERSION"), "-", env!("COMMIT_ID")),
        "MPL-2.0",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_NAME"),
        env!("BUILD_REL_DATE")
    );
}

pub use entry::plugin_register_static;
