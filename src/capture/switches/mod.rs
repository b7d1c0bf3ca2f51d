//! Switches outside the stream that mute a device: a mixer's, a privacy shutter's, a test's.
//!
//! Each watcher tells the present state when it begins, and every change until it is dropped. It
//! never waits for the device on the worker's thread, and keeps quiet about a device or a daemon that
//! is gone: others report that.
//!
//! | file | |
//! |---|---|
//! | `voices` | several switches of one reason, taken together |
//! | `privacy` | the privacy control of a camera |
//! | `property` | the property `muted` of a `GstDevice` (the fakes) |
//! | `alsa`, `element` | the capture switches of a sound card, and which of them counts |
//! | `pipewire`, `graph` | the mute of a PipeWire node, and the connection that hears of it |
//! | `stream` | what that connection hears of the stream itself |

#[cfg(feature = "alsa")]
mod alsa;
#[cfg(feature = "alsa")]
mod element;
#[cfg(feature = "pipewire")]
mod graph;
#[cfg(feature = "pipewire")]
mod pipewire;
mod privacy;
mod property;
#[cfg(feature = "pipewire")]
mod stream;
mod voices;

use std::sync::mpsc::Sender;

use super::mark::Mark;
use super::message::Message;
#[cfg(any(feature = "alsa", feature = "pipewire"))]
use crate::caps::text;
use crate::devices::Node;
use voices::Voices;

/// Watches a switch from the moment it is made to the moment it is dropped.
pub(super) trait Switch: Send {}

/// All switches of a device that is opened through `node`.
///
/// A track that is made now has to begin muted if the device is, so this waits for their first
/// answers, but not for long.
///
/// `mark`: what its streams bear.
#[cfg_attr(not(feature = "pipewire"), expect(unused_variables))]
pub(super) fn watch(node: &Node, mark: &Mark, messages: &Sender<Message>) -> Vec<Box<dyn Switch>> {
    let system = Voices::default();
    let mut found: Vec<Box<dyn Switch>> = Vec::new();
    found.extend(property::watch(node, &system));
    #[cfg(feature = "alsa")]
    found.extend(alsa::watch(node, &system));
    #[cfg(feature = "pipewire")]
    {
        let stream = stream::Stream::new(mark, messages);
        found.extend(pipewire::watch(node, &system, stream));
    }
    // The first to be dropped: nothing is told while the others end.
    found.insert(0, system.begin(messages.clone()));
    found.extend(privacy::watch(node, messages.clone()));
    found
}

/// What a device's system says about it.
#[cfg(any(feature = "alsa", feature = "pipewire"))]
fn property_of(node: &Node, name: &str) -> Option<String> {
    use gst::prelude::*;

    let properties = node.device.properties()?;
    let value = properties.value(name).ok()?;
    text::read(&value.transform::<String>().ok()?)
}
