//! The privacy control of a camera: a shutter before the lens, or a key that withholds the picture.

use std::sync::mpsc::Sender;
use std::time::Duration;

use super::super::message::Message;
use super::Switch;
use crate::devices::Node;
use crate::devices::controls::{Id, Watch};
use crate::model::lifecycle::MutedReason;

/// A USB camera without an interrupt endpoint tells its driver nothing: it is asked.
const INTERVAL: Duration = Duration::from_secs(1);

struct Privacy(#[allow(dead_code, reason = "heard of as long as it is kept")] Watch);

impl Switch for Privacy {}

/// Watches the control of cameras that have one, and tells its present value.
pub(super) fn watch(node: &Node, messages: Sender<Message>) -> Option<Box<dyn Switch>> {
    let offer = node.controls.as_ref()?;
    if !offer.readable().contains(&Id::Privacy) {
        return None;
    }
    let tell = move |values: &[(Id, i32)]| {
        if let Some((_, value)) = values.iter().find(|(id, _)| *id == Id::Privacy) {
            let _ = messages.send(Message::Mute(MutedReason::Privacy, *value != 0));
        }
    };
    let watch = Watch::begin(
        offer.access(),
        &[Id::Privacy],
        Some(INTERVAL),
        Box::new(tell),
    )?;
    Some(Box::new(Privacy(watch)))
}
