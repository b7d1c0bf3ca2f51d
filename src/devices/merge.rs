//! One entry for each physical device and kind, out of all that the providers list. Pure.

use std::cmp::Reverse;

use super::device::{Api, Device, DeviceKind};
use super::facts::Facts;
use super::identity::{Identities, Key};

/// A physical device: the places in the input of all that is this device, the preferred one first, and what
/// they say together. The nodes are left to who has the objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    pub members: Vec<usize>,
    pub id: String,
    pub group_id: String,
    pub is_default: bool,
    pub infrared: bool,
}

impl Merged {
    /// The entry of the list, without its nodes.
    pub fn device(&self, facts: &[&Facts]) -> Device {
        let members = || self.members.iter().map(|at| facts[*at]);
        let preferred = facts[self.members[0]];
        let labels = || {
            members()
                .map(|f| &f.label)
                .filter(|label| !label.is_empty())
        };
        Device {
            id: self.id.clone(),
            group_id: self.group_id.clone(),
            kind: preferred.kind,
            label: labels().next().cloned().unwrap_or_default(),
            facing: members().find_map(|f| f.facing).into_iter().collect(),
            is_default: self.is_default,
            infrared: self.infrared,
            plugged: false,
            nodes: Vec::new(),
        }
    }
}

/// Finds out what is one and the same, and names it. The result is the same in whatever order the
/// providers spoke.
pub fn merge(facts: &[&Facts], identities: &mut Identities) -> Vec<Merged> {
    let mut groups = groups(facts);
    groups.sort_by_key(|members| {
        let first = facts[members[0]];
        // PipeWire's own choice first; otherwise in the order of the kernel's numbers.
        let best = members.iter().map(|at| facts[*at].priority).max();
        let ranks: Vec<_> = members.iter().map(|at| rank(facts[*at])).collect();
        (first.kind, Reverse(best), ranks)
    });
    let members_of = |members: &[usize]| members.iter().map(|at| facts[*at]).collect::<Vec<_>>();
    let keys: Vec<_> = groups
        .iter()
        .map(|members| Key::new(facts[members[0]].kind, &members_of(members)))
        .collect();
    let ids = identities.ids(&keys);
    let merged = groups.into_iter().zip(ids).map(|(members, id)| {
        let facts = members_of(&members);
        Merged {
            group_id: identities.group_id(&unit(&facts, &id)),
            is_default: facts.iter().any(|f| f.is_default),
            infrared: facts.iter().any(|f| f.infrared),
            id,
            members,
        }
    });
    merged.collect()
}

/// A total order: preferred first, the same for the same facts.
fn rank(facts: &Facts) -> impl Ord {
    let path = facts.path.clone().unwrap_or_default();
    // video10 comes after video9.
    let number: String = path.chars().filter(char::is_ascii_digit).collect();
    let number: u64 = number.parse().unwrap_or(u64::MAX);
    let card = facts.pcm.as_ref().map(|pcm| (pcm.card, pcm.device));
    // Only what is alike in everything is left to chance.
    (facts.api, card, number, path, format!("{facts:?}"))
}

fn groups(facts: &[&Facts]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..facts.len()).collect();
    order.sort_by_key(|at| rank(facts[*at]));
    let claims: Vec<_> = facts.iter().map(|f| claims(f)).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in order {
        let joins = |members: &Vec<usize>| {
            members
                .iter()
                .all(|other| may_be_one(facts[at], facts[*other]))
                && members.iter().any(|other| {
                    claims[at]
                        .iter()
                        .any(|claim| claims[*other].contains(claim))
                })
        };
        match groups.iter_mut().find(|members| joins(members)) {
            Some(members) => members.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// Two of one system are two, unless it found one camera in two ways (as PipeWire does through V4L2 and
/// libcamera). Two sound nodes on one PCM are its channels or jacks, which the system split for a reason.
fn may_be_one(a: &Facts, b: &Facts) -> bool {
    a.kind == b.kind
        && (a.api != b.api || (a.kind == DeviceKind::VideoInput && a.api == Api::PipeWire))
}

/// Statements that are true of one device of a kind only, at present.
fn claims(facts: &Facts) -> Vec<String> {
    let mut claims = Vec::new();
    if let Some(name) = &facts.node_name {
        claims.push(format!("node {name}"));
    }
    match facts.kind {
        DeviceKind::VideoInput => claims.extend(camera_claims(facts)),
        DeviceKind::AudioInput | DeviceKind::AudioOutput => {
            let pcm = facts.pcm.as_ref();
            claims.extend(pcm.map(|pcm| format!("pcm {} {}", pcm.card, pcm.device)));
        }
    }
    claims
}

fn camera_claims(facts: &Facts) -> Vec<String> {
    let mut claims: Vec<_> = facts
        .numbers
        .iter()
        .map(|n| format!("number {n}"))
        .collect();
    if let Some(hardware) = &facts.hardware {
        claims.push(format!("sys {}", hardware.node.display()));
        claims.extend(hardware.number.iter().map(|n| format!("number {n}")));
        // The way in which libcamera names USB cameras: ports, interface, vendor and product.
        let ports = hardware.port.as_ref().and_then(|p| p.rsplit_once("usb-"));
        if let (Some(usb), Some((_, ports)), 0) = (&hardware.usb, ports, hardware.index) {
            claims.push(format!("uvc {ports}-{}:{}", usb.vendor, usb.product));
        }
    } else if facts.api != Api::Libcamera {
        claims.extend(facts.path.iter().map(|path| format!("path {path}")));
    }
    let id = facts.path.as_ref().filter(|_| facts.api == Api::Libcamera);
    if let Some(id) = id {
        let mut parts = id.rsplitn(3, '-');
        if let (Some(numbers), Some(ports)) = (parts.next(), parts.next()) {
            claims.push(format!("uvc {ports}-{numbers}"));
        }
    }
    claims
}

/// What a device is a part of: the USB or PCI device, or the card; by itself otherwise.
fn unit(facts: &[&Facts], id: &str) -> String {
    let of_hardware = facts.iter().find_map(|f| {
        let hardware = f.hardware.as_ref()?;
        let card = || {
            let node = hardware.node.to_string_lossy().into_owned();
            f.pcm.as_ref().map(|_| node)
        };
        hardware.unit.clone().or_else(card)
    });
    let fake = || {
        Some(format!(
            "fake {}",
            facts.iter().find_map(|f| f.fake.as_ref())?.group
        ))
    };
    let card = || {
        Some(format!(
            "card {}",
            facts.iter().find_map(|f| f.pcm.as_ref())?.card
        ))
    };
    of_hardware
        .or_else(fake)
        .or_else(card)
        .unwrap_or_else(|| format!("{:?} {id}", facts[0].kind))
}

#[cfg(test)]
mod tests;
