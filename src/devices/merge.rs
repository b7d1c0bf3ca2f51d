//! From what the providers list to physical devices.

use super::device::{Device, Node};
use super::facts::Facts;
use super::identity::Identities;

/// A device as one provider sees it.
pub struct Seen<'a> {
    pub facts: &'a Facts,
    pub device: &'a gst::Device,
}

/// One entry per physical device and kind, in the order found.
pub fn devices(seen: &[Seen<'_>], identities: &mut Identities) -> Vec<Device> {
    let devices = seen.iter().map(|seen| {
        let facts = seen.facts;
        let key = facts.name.as_deref().unwrap_or(&facts.label);
        let group = facts.group.as_deref().unwrap_or(key);
        Device {
            id: identities.id(facts.kind, key),
            group_id: identities.group_id(group),
            kind: facts.kind,
            label: facts.label.clone(),
            facing: facts.facing.into_iter().collect(),
            is_default: facts.is_default,
            infrared: false,
            nodes: vec![Node {
                api: facts.api,
                device: seen.device.clone(),
                path: facts.name.clone(),
            }],
        }
    });
    devices.collect()
}
