//! Ids that say nothing about the hardware and yet follow it.

use gst::glib;

use super::device::DeviceKind;

/// The keys of the hashes.
#[derive(Debug)]
pub struct Identities {
    salt: String,
    session: String,
}

impl Identities {
    pub fn new() -> Self {
        Self {
            salt: String::new(),
            session: glib::uuid_string_random().to_string(),
        }
    }

    pub fn set_salt(&mut self, salt: String) {
        self.salt = salt;
    }

    pub fn id(&self, kind: DeviceKind, key: &str) -> String {
        hash(&self.salt, &[kind.name(), key])
    }

    pub fn group_id(&self, key: &str) -> String {
        hash(&self.session, &["group", key])
    }
}

fn hash(key: &str, parts: &[&str]) -> String {
    let text = format!("{}\0{key}\0{}", key.len(), parts.join("\0"));
    glib::compute_checksum_for_string(glib::ChecksumType::Sha256, &text)
        .map(|sum| sum.to_string())
        .unwrap_or_default()
}
