//! Switches outside the stream that mute a device: a mixer's, a privacy shutter's, a test's.
//!
//! Each watcher tells the worker the present state when it begins, and every change until it is
//! dropped. It never waits for the device on the worker's thread.
//!
//! | file | switch |
//! |---|---|
//! | `property` | the property `muted` of a `GstDevice` (the fakes) |

mod property;

use std::sync::mpsc::Sender;

use super::message::Message;
use crate::devices::Node;

/// Watches a switch from the moment it is made to the moment it is dropped.
pub(super) trait Switch: Send {}

/// All switches of a device that is opened through `node`.
pub(super) fn watch(node: &Node, messages: &Sender<Message>) -> Vec<Box<dyn Switch>> {
    let found: [Option<Box<dyn Switch>>; 1] = [property::watch(node, messages.clone())];
    found.into_iter().flatten().collect()
}
