//! What is plugged in, and what the demo takes of it: real devices, and of a kind that is not there the fakes.

use std::error::Error;
use std::sync::Arc;

use gstmediastream::capture::{Modes, kind_of};
use gstmediastream::devices::{Api, Device, Registry};
use gstmediastream::media::MediaDevices;
use gstmediastream::model::constraints::{BooleanOrText, Capability, Kind, Property, capabilities};

/// Where the plugin looks for devices; read by the plugin too.
const PROVIDERS: &str = "GST_MEDIASTREAM_PROVIDERS";

/// The list, and whose devices are taken.
pub struct Choice {
    devices: Vec<Arc<Device>>,
}

fn is_fake(device: &Device) -> bool {
    device.nodes.iter().all(|node| node.api == Api::Fake)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Audio => "microphone",
        Kind::Video => "camera",
    }
}

impl Choice {
    /// Lists the devices, the fakes too where a kind is lacking.
    pub fn make(media: &MediaDevices) -> Result<Self, Box<dyn Error>> {
        let registry = Registry::shared()?;
        let mut devices = registry.devices();
        let lacking = |devices: &[Arc<Device>]| -> Vec<&str> {
            [Kind::Video, Kind::Audio]
                .into_iter()
                .filter(|kind| !devices.iter().any(|device| kind_of(device) == Some(*kind)))
                .map(word)
                .collect()
        };
        let missing = lacking(&devices);
        if !missing.is_empty() {
            let missing = missing.join(" and no ");
            println!("This machine has no {missing}: fakes stand in.\n");
            let providers = std::env::var(PROVIDERS).unwrap_or_else(|_| "auto".into());
            media.ask_providers(&format!("{providers},fake"))?;
            devices = registry.devices();
        }
        match lacking(&devices).first() {
            Some(kind) => Err(format!("there is no {kind}, not even a fake one").into()),
            None => Ok(Self { devices }),
        }
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Arc<Device>> {
        self.devices
            .iter()
            .filter(move |device| kind_of(device) == Some(kind))
    }

    /// Whether only fakes are there.
    pub fn is_fake(&self, kind: Kind) -> bool {
        self.of_kind(kind).all(|device| is_fake(device))
    }

    /// Says so.
    pub fn remark(&self, kind: Kind) -> &'static str {
        if self.is_fake(kind) { " (a fake)" } else { "" }
    }

    /// The real devices of a kind as a JSON list; `None` when there is nothing to choose between.
    pub fn device_ids(&self, kind: Kind) -> Option<String> {
        let real: Vec<_> = self
            .of_kind(kind)
            .filter(|device| !is_fake(device))
            .collect();
        if real.is_empty() || real.len() == self.of_kind(kind).count() {
            return None;
        }
        let ids: Vec<_> = real
            .iter()
            .map(|device| format!("{:?}", device.id))
            .collect();
        Some(format!("[{}]", ids.join(", ")))
    }

    /// Every device with what it can do.
    pub fn print(&self) {
        println!("== Devices");
        for device in &self.devices {
            let kind = device.kind.name();
            let apis: Vec<_> = device
                .nodes
                .iter()
                .map(|node| format!("{:?}", node.api))
                .collect();
            println!("\n{kind} \"{}\", through {}", device.label, apis.join(", "));
            for (property, capability) in capabilities(&Modes::of(device).candidates).iter() {
                if !matches!(property, Property::DeviceId | Property::GroupId) {
                    println!("  {property} {}", text(capability));
                }
            }
        }
    }
}

/// A capability for people to read.
fn text(capability: &Capability) -> String {
    let strings = |list: &[String]| list.join(", ");
    match capability {
        Capability::Number { min, max, .. } if min == max => format!("{min}"),
        Capability::Number { min, max, .. } => format!("{min} to {max}"),
        Capability::Text(text) => text.clone(),
        Capability::Texts(texts) => strings(texts),
        Capability::Booleans(values) => {
            strings(&values.iter().map(bool::to_string).collect::<Vec<_>>())
        }
        Capability::BooleansOrTexts(values) => {
            strings(&values.iter().map(either).collect::<Vec<_>>())
        }
    }
}

fn either(value: &BooleanOrText) -> String {
    match value {
        BooleanOrText::Boolean(value) => value.to_string(),
        BooleanOrText::Text(text) => text.clone(),
    }
}
