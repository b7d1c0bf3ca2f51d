//! Everything a device can be set to, over all the ways to open it.

use std::sync::Arc;

use gst::prelude::*;

use super::pipeline::Plan;
use super::processing::{self, Processing};
use super::{backends, decoder};
use crate::caps::{self, MediaType, read::DeviceMode};
use crate::devices::{Device, DeviceKind};
use crate::model::constraints::{
    Alternative, Candidate, Capabilities, Capability, Kind, NativePoint, Property, Setting,
    Settings, SourceFacts,
};

/// One native mode and the node that offers it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Index into the device's nodes.
    pub node: usize,
    /// The mode.
    pub mode: DeviceMode,
}

/// The native modes of one device, as candidates for SelectSettings. Index by index.
#[derive(Debug, Clone)]
pub struct Modes {
    /// The device; of a source without one, what it is called.
    pub device: Arc<Device>,
    /// Its modes, preferred node first.
    pub entries: Vec<Entry>,
    /// The same for the model.
    pub candidates: Vec<Candidate>,
}

/// The kind of track a device feeds; `None` for outputs.
pub fn kind_of(device: &Device) -> Option<Kind> {
    match device.kind {
        DeviceKind::VideoInput => Some(Kind::Video),
        DeviceKind::AudioInput => Some(Kind::Audio),
        DeviceKind::AudioOutput => None,
    }
}

/// What no mode changes: identity, controls, and what cannot be done at all.
fn facts(device: &Device, kind: Kind) -> SourceFacts {
    let mut capabilities = Capabilities::default();
    let mut settings = Settings::default();
    for (property, text) in [
        (Property::DeviceId, &device.id),
        (Property::GroupId, &device.group_id),
    ] {
        capabilities.set(property, Capability::Text(text.clone()));
        settings.set(property, Setting::Text(text.clone()));
    }
    match kind {
        Kind::Audio => processing::describe(device, &mut capabilities, &mut settings),
        Kind::Video => {
            let never = Capability::Booleans(vec![false]);
            capabilities.set(Property::BackgroundBlur, never);
            settings.set(Property::BackgroundBlur, Setting::Boolean(false));
        }
    }
    if let Some(first) = device.facing.first() {
        let names = device.facing.iter().map(|mode| mode.name().to_owned());
        capabilities.set(Property::FacingMode, Capability::Texts(names.collect()));
        settings.set(Property::FacingMode, Setting::Text(first.name().to_owned()));
    }
    if let Some(offer) = device.controls() {
        for (property, range) in offer.capabilities().iter().flat_map(|c| c.iter()) {
            capabilities.set(property, range.clone());
        }
        for (property, setting) in offer.settings().iter().flat_map(|s| s.iter()) {
            settings.set(property, setting.clone());
        }
    }
    SourceFacts {
        capabilities,
        settings,
    }
}

impl Modes {
    /// Reads what `device` offers. Media types that nothing installed decodes are left in: a
    /// consumer may take the bitstream; [`Self::alternatives`] rules them out for everyone else.
    pub fn of(device: &Arc<Device>) -> Self {
        let mut modes = Self {
            device: device.clone(),
            entries: Vec::new(),
            candidates: Vec::new(),
        };
        let Some(kind) = kind_of(device) else {
            return modes;
        };
        let source = Arc::new(facts(device, kind));
        for (node, opened_by) in device.nodes.iter().enumerate() {
            let Some(caps) = opened_by.device.caps() else {
                continue;
            };
            let announced = caps::read::modes(&caps, kind);
            for mode in backends::of(opened_by.api).real_modes(opened_by, announced) {
                modes.candidates.push(Candidate {
                    source: source.clone(),
                    mode: mode.mode,
                });
                modes.entries.push(Entry { node, mode });
            }
        }
        modes
    }

    /// What a source without a device delivers: one mode, that of its frames. None before these are known.
    pub(super) fn of_frames(label: &str, kind: Kind, frames: Option<&gst::Caps>) -> Self {
        let source = Arc::new(SourceFacts::default());
        let modes = frames.map(|caps| caps::read::modes(caps, kind));
        let modes = modes.unwrap_or_default();
        Self {
            device: Arc::new(Device::nameless(kind, label)),
            candidates: modes
                .iter()
                .map(|mode| Candidate {
                    source: source.clone(),
                    mode: mode.mode,
                })
                .collect(),
            entries: modes
                .into_iter()
                .map(|mode| Entry { node: 0, mode })
                .collect(),
        }
    }

    /// The same with what is known of the device by now: the controls of a slow camera follow later.
    pub fn refreshed(mut self) -> Self {
        let Some(kind) = kind_of(&self.device) else {
            return self;
        };
        let source = Arc::new(facts(&self.device, kind));
        for candidate in &mut self.candidates {
            candidate.source = source.clone();
        }
        self
    }

    /// What a control keeps when nothing is asked of it: the value that it has now.
    pub fn set_present(&mut self, present: &Settings) {
        let Some(first) = self.candidates.first() else {
            return;
        };
        let mut source = (*first.source).clone();
        for (property, setting) in present.iter() {
            source.settings.set(property, setting.clone());
        }
        if source == *first.source {
            return;
        }
        let source = Arc::new(source);
        for candidate in &mut self.candidates {
            candidate.source = source.clone();
        }
    }

    /// The same without the modes of one node.
    pub fn without_node(&self, node: usize) -> Self {
        let keep: Vec<bool> = self.entries.iter().map(|e| e.node != node).collect();
        let mut kept = self.clone();
        let mut flags = keep.iter();
        kept.entries.retain(|_| *flags.next().unwrap_or(&true));
        let mut flags = keep.iter();
        kept.candidates.retain(|_| *flags.next().unwrap_or(&true));
        kept
    }

    /// A consumer's caps taken apart, and what each part adds to the constraints of its track.
    pub fn alternatives(&self, consumer: &gst::Caps) -> (Vec<gst::Caps>, Vec<Alternative>) {
        self.alternatives_with(consumer, &decoder::can_decode)
    }

    /// The same if everything could be decoded: what is possible with more plugins installed.
    pub fn alternatives_with_all_decoders(&self, consumer: &gst::Caps) -> Vec<Alternative> {
        self.alternatives_with(consumer, &|_| true).1
    }

    fn alternatives_with(
        &self,
        consumer: &gst::Caps,
        can_decode: &dyn Fn(&MediaType) -> bool,
    ) -> (Vec<gst::Caps>, Vec<Alternative>) {
        let Some(kind) = kind_of(&self.device) else {
            return Default::default();
        };
        let modes: Vec<DeviceMode> = self.entries.iter().map(|e| e.mode.clone()).collect();
        let branches = caps::downstream::branches(consumer, kind);
        let alternatives = caps::downstream::alternatives(consumer, &modes, kind, can_decode);
        (branches, alternatives)
    }

    /// How to open and set the device for a chosen native point, in the raw format that serves
    /// the consumer that `downstream` comes from best.
    pub(super) fn plan(
        &self,
        candidate: usize,
        native: &NativePoint,
        downstream: Option<&gst::StructureRef>,
    ) -> Option<Plan> {
        let entry = self.entries.get(candidate)?;
        let format = caps::write::format(&entry.mode, downstream);
        Some(Plan {
            label: self.device.label.clone(),
            node: self.device.nodes.get(entry.node)?.clone(),
            caps: caps::write::native(&entry.mode, native, format.as_deref()),
            media_type: entry.mode.media_type.clone(),
            decode: true,
            latency: None,
            processing: Processing::default(),
            mark: String::new(),
        })
    }
}
