//! Ids that say nothing about the hardware and yet follow it: over a re-plug, a reboot, renumbering.

use std::collections::{BTreeMap, BTreeSet};

use gst::glib;

use super::device::{Api, DeviceKind};
use super::facts::Facts;

/// How a device can be known again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub kind: DeviceKind,
    /// What it carries on itself, or else where it is: never an index, never a label if there is anything
    /// else.
    pub name: String,
    /// Where it is plugged in, for when another one carries the same.
    pub place: String,
}

impl Key {
    /// The best key that one physical device gives, out of what every system says about it.
    pub fn new(kind: DeviceKind, facts: &[&Facts]) -> Self {
        let pcm = facts.iter().find_map(|f| f.pcm.as_ref());
        let hardware = facts.iter().find_map(|f| f.hardware.as_ref());
        let first = |text: fn(&Facts) -> Option<&String>| {
            let texts = facts.iter().filter_map(|f| text(f));
            texts.min().cloned()
        };
        let node_name = first(|f| f.node_name.as_ref());
        let with_fallback = |name: String, place: Option<String>| Self {
            kind,
            name,
            place: place.or_else(|| node_name.clone()).unwrap_or_default(),
        };

        if let Some(fake) = facts.iter().find_map(|f| f.fake.as_ref()) {
            return with_fallback(format!("fake {}", fake.name), fake.port.clone());
        }
        if let Some(hardware) = hardware {
            // Which part of the function: the kernel's own index, or the number of the PCM.
            let part = pcm.map_or(hardware.index, |pcm| pcm.device);
            let port = hardware.port.clone();
            return match (&hardware.usb, &port) {
                (Some(usb), _) if usb.serial.is_some() => {
                    let serial = usb.serial.as_deref().unwrap_or_default();
                    let (vendor, product, interface) = (&usb.vendor, &usb.product, &usb.interface);
                    let name = format!("usb {vendor}:{product} {serial} {interface} {part}");
                    with_fallback(name, port)
                }
                (Some(usb), Some(place)) => {
                    let (vendor, product) = (&usb.vendor, &usb.product);
                    with_fallback(format!("usb {vendor}:{product} at {place} {part}"), port)
                }
                (_, Some(place)) => with_fallback(format!("at {place} {part}"), port),
                (_, None) => with_fallback(format!("named {} {part}", hardware.name), None),
            };
        }
        let bus_path = first(|f| f.bus_path.as_ref());
        if let Some(serial) = first(|f| f.serial.as_ref()) {
            return with_fallback(format!("serial {serial}"), bus_path);
        }
        if let Some(bus_path) = bus_path {
            return with_fallback(format!("at {bus_path}"), None);
        }
        if let Some(node_name) = &node_name {
            return with_fallback(format!("node {node_name}"), None);
        }
        // libcamera's own ids are stable, those of other unknown systems may be.
        let label = first(|f| Some(&f.label)).unwrap_or_default();
        match first(|f| f.path.as_ref().filter(|_| f.api == Api::Libcamera)) {
            Some(path) => with_fallback(format!("libcamera {path}"), None),
            None => with_fallback(format!("label {label}"), None),
        }
    }
}

/// Turns keys into ids, and remembers what it called a device for the life of the process.
#[derive(Debug)]
pub struct Identities {
    salt: String,
    session: String,
    /// What was ever found to be carried by two devices at once.
    ambiguous: BTreeSet<(DeviceKind, String)>,
    known: BTreeMap<Key, String>,
    /// What was there the last time.
    present: BTreeSet<Key>,
}

impl Identities {
    /// `session` makes the group ids differ from process to process.
    pub fn new(session: String) -> Self {
        Self {
            salt: String::new(),
            session,
            ambiguous: BTreeSet::new(),
            known: BTreeMap::new(),
            present: BTreeSet::new(),
        }
    }

    /// Another key for the ids from now on.
    pub fn set_salt(&mut self, salt: String) {
        self.salt = salt;
    }

    /// The ids of all devices that are there, in the order of `keys`. Their order does not matter.
    ///
    /// A device is called by what it carries on itself, so it keeps its id in another socket. Where two carry
    /// the same, both are called by their sockets as well; only one that had its id before keeps it.
    pub fn ids(&mut self, keys: &[Key]) -> Vec<String> {
        for (at, key) in keys.iter().enumerate() {
            let twin = |other: &Key| other.kind == key.kind && other.name == key.name;
            if keys[..at].iter().any(twin) {
                self.ambiguous.insert((key.kind, key.name.clone()));
            }
        }
        let mut order: Vec<usize> = (0..keys.len()).collect();
        // Who is here comes first, then who was here before: a newcomer never takes an id away.
        let is_new = |key: &Key| (!self.present.contains(key), !self.known.contains_key(key));
        order.sort_by_key(|at| (is_new(&keys[*at]), &keys[*at]));

        let mut taken = BTreeSet::new();
        let mut present = BTreeSet::new();
        let mut ids = vec![String::new(); keys.len()];
        for at in order {
            let key = &keys[at];
            let is_ambiguous = self.ambiguous.contains(&(key.kind, key.name.clone()));
            let with_place = || format!("{} @ {}", key.name, key.place);
            let wanted = match self.known.get(key) {
                Some(known) => known.clone(),
                None if is_ambiguous => with_place(),
                None => key.name.clone(),
            };
            let more = (2..).map(|n| format!("{} # {n}", with_place()));
            let mut names = [wanted, with_place()].into_iter().chain(more);
            let name = names.find(|name| taken.insert((key.kind, name.clone())));
            let name = name.unwrap_or_default();
            ids[at] = hash(&self.salt, &[key.kind.name(), &name]);
            // The last one: two that went by one name in turn are told apart for good once they met.
            // Of several that nothing tells apart it is that of the first.
            if present.insert(key.clone()) {
                self.known.insert(key.clone(), name);
            }
        }
        self.present = present;
        ids
    }

    /// The id of a group, from the hardware that its devices are parts of.
    pub fn group_id(&self, unit: &str) -> String {
        hash(&self.session, &["group", unit])
    }
}

/// 128 bits, which is short enough to be pasted and long enough never to collide.
fn hash(key: &str, parts: &[&str]) -> String {
    let text = format!("{}\0{key}\0{}", key.len(), parts.join("\0"));
    // Bytes, not a string: the bindings panic on what is long and has a NUL within.
    let bytes = glib::Bytes::from_owned(text);
    let sum = glib::compute_checksum_for_bytes(glib::ChecksumType::Sha256, &bytes);
    let sum = sum.map(|sum| sum.to_string()).unwrap_or_default();
    sum.chars().take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_has_an_id_like_any_other() {
        let long = "x".repeat(1024);
        assert_eq!(hash("key", &["videoinput", &long]).len(), 32);
        let id = "6d2673b62fd8d733";
        assert!(
            hash("key", &["videoinput", "name"]).starts_with(id),
            "as ever"
        );
    }

    fn key(name: &str, place: &str) -> Key {
        let (name, place) = (name.into(), place.into());
        Key {
            kind: DeviceKind::VideoInput,
            name,
            place,
        }
    }

    fn identities() -> Identities {
        Identities::new("session".into())
    }

    #[test]
    fn a_camera_keeps_its_id_in_another_socket() {
        let here = identities().ids(&[key("usb serial", "1")]);
        let there = identities().ids(&[key("usb serial", "2")]);
        assert_eq!(here, there);
    }

    #[test]
    fn two_that_carry_the_same_are_told_apart_by_their_sockets() {
        let (a, b) = (key("usb", "1"), key("usb", "2"));
        let ids = identities().ids(&[a.clone(), b.clone()]);
        assert_ne!(ids[0], ids[1]);
        let swapped = identities().ids(&[b, a]);
        assert_eq!((&ids[0], &ids[1]), (&swapped[1], &swapped[0]));
    }

    #[test]
    fn a_newcomer_takes_no_id_away() {
        let (old, new) = (key("usb", "2"), key("usb", "1"));
        let mut identities = identities();
        let before = identities.ids(std::slice::from_ref(&old));
        let both = identities.ids(&[new.clone(), old.clone()]);
        assert_eq!(both[1], before[0]);
        assert_ne!(both[0], before[0]);
        let left = identities.ids(std::slice::from_ref(&new));
        assert_eq!(left[0], both[0], "although it is alone now");
        assert_eq!(identities.ids(&[old])[0], before[0], "after a re-plug");
    }

    /// The second was taken for the first one in another socket.
    #[test]
    fn who_is_there_keeps_its_id_when_its_twin_comes_back() {
        let (first, second) = (key("usb", "1"), key("usb", "2"));
        let mut identities = identities();
        let was = identities.ids(std::slice::from_ref(&first));
        assert_eq!(identities.ids(std::slice::from_ref(&second)), was);
        let both = identities.ids(&[first.clone(), second.clone()]);
        assert_eq!(both[1], was[0], "it is in use");
        assert_ne!(both[0], was[0]);
        for alone in [&first, &second] {
            let id = identities.ids(std::slice::from_ref(alone));
            let told = if alone == &first { &both[0] } else { &both[1] };
            assert_eq!(id[0], *told, "from now on");
        }
    }

    #[test]
    fn nothing_to_tell_them_apart_still_gives_two_ids() {
        let ids = identities().ids(&[key("a", ""), key("a", ""), key("a", "")]);
        let different: BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), 3);
        let mut identities = identities();
        let keys = [key("a", ""), key("a", ""), key("a", "")];
        assert_eq!(identities.ids(&keys), identities.ids(&keys));
    }

    #[test]
    fn kind_salt_and_session_matter() {
        let camera = key("a", "");
        let microphone = Key {
            kind: DeviceKind::AudioInput,
            ..camera.clone()
        };
        let mut salted = identities();
        salted.set_salt("salt".into());
        let plain = identities().ids(&[camera.clone(), microphone]);
        assert_ne!(plain[0], plain[1]);
        assert_ne!(salted.ids(&[camera])[0], plain[0]);
        let other = Identities::new("another".into());
        assert_ne!(other.group_id("unit"), identities().group_id("unit"));
        assert_eq!(identities().group_id("unit"), identities().group_id("unit"));
    }
}
