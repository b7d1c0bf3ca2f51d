//! Layer 3: what is plugged in.
//!
//! [`Registry`] is the process's one list. It asks each of GStreamer's device providers by itself, since
//! `GstDeviceMonitor` lets one provider hide another, and makes one [`Device`] out of everything that is
//! the same piece of hardware.
//!
//! | file | noun |
//! |---|---|
//! | `policy` | which providers are asked |
//! | `alsa`, `fake` | providers of our own |
//! | `provider` | one provider, started on a thread of its own |
//! | `daemon` | whether PipeWire's daemon is there |
//! | `record` | what a `GstDevice` says, as plain text |
//! | `label` | pure: a text made fit to be shown |
//! | `hardware` | what the kernel says about the same device |
//! | `facts` | pure: both made sense of |
//! | `merge`, `identity`, `list` | pure: from facts to the list, from list to list the changes |
//! | `echo` | sources that cancel echo by themselves |
//! | `access` | what is there, but closed to this user |
//! | `controls/` | the adjustable properties of a camera |
//! | `registry`, `desk` | the handle and the thread behind it |

mod access;
mod alsa;
pub mod controls;
mod daemon;
mod desk;
mod device;
mod echo;
mod facts;
pub mod fake;
mod hardware;
mod identity;
mod label;
mod list;
mod merge;
mod policy;
mod provider;
mod record;
mod registry;

pub use access::denied;
pub use device::{Api, Change, Device, DeviceKind, FacingMode, Node};
pub use label::plain;
pub(crate) use list::exposed;
pub use policy::{PolicyError, Source};
pub use registry::{Registry, RegistryError, Subscription};

/// From what a device says to the list, without the thread behind the registry: for `fuzz/` alone, and no part of
/// the interface.
#[cfg(fuzzing)]
pub mod fuzzing {
    pub use super::facts::Facts;
    pub use super::hardware::{Hardware, Place, Usb};
    pub use super::identity::Identities;
    pub use super::list::next;
    pub use super::merge::{Merged, merge};
    pub use super::record::Record;
}

/// Registers the features of this layer.
pub(crate) fn register(plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    fake::register(plugin)
}
