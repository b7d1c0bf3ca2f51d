//! What a source can be set to.

use super::demand::{CROP_AND_SCALE, NONE, is_of_the_mode};
use super::mode::{Candidate, Defaults, NativeMode};
use super::property::Property;
use super::region::Region;

/// A boolean or a string, as `echoCancellation` has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BooleanOrText {
    /// A boolean.
    Boolean(bool),
    /// A string.
    Text(String),
}

/// The values that a property can have.
#[derive(Clone, Debug, PartialEq)]
pub enum Capability {
    /// A range, both ends included.
    Number {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// The distance of two neighbours; `None`: any value in between.
        step: Option<f64>,
    },
    /// One string (`deviceId`, `groupId`).
    Text(String),
    /// Any of these strings.
    Texts(Vec<String>),
    /// Any of these booleans.
    Booleans(Vec<bool>),
    /// Any of these (`echoCancellation`); booleans come first.
    BooleansOrTexts(Vec<BooleanOrText>),
}

/// A capabilities dictionary, in the order of [`Property::ALL`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capabilities(Vec<(Property, Capability)>);

impl Capabilities {
    /// An empty dictionary.
    pub fn new() -> Self {
        Self::default()
    }

    /// What `property` can be.
    pub fn get(&self, property: Property) -> Option<&Capability> {
        let at = self.0.binary_search_by_key(&property, |(p, _)| *p).ok()?;
        self.0.get(at).map(|(_, capability)| capability)
    }

    /// Says what `property` can be.
    pub fn set(&mut self, property: Property, capability: Capability) {
        match self.0.binary_search_by_key(&property, |(p, _)| *p) {
            Ok(at) => self.0[at].1 = capability,
            Err(at) => self.0.insert(at, (property, capability)),
        }
    }

    /// The same with what `property` can be.
    #[must_use]
    pub fn with(mut self, property: Property, capability: Capability) -> Self {
        self.set(property, capability);
        self
    }

    /// Takes `property` away.
    pub fn remove(&mut self, property: Property) {
        self.0.retain(|(p, _)| *p != property);
    }

    /// Every property that the source has.
    pub fn iter(&self) -> impl Iterator<Item = (Property, &Capability)> {
        self.0.iter().map(|(p, c)| (*p, c))
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The capabilities of a device that has these candidates ("getCapabilities").
pub fn capabilities(candidates_of_one_device: &[Candidate]) -> Capabilities {
    let mut capabilities = Capabilities::new();
    let Some(first) = candidates_of_one_device.first() else {
        return capabilities;
    };
    let kind = first.mode.kind();
    for candidate in candidates_of_one_device {
        for (property, capability) in candidate.source.capabilities.iter() {
            let known = capabilities.get(property).is_some();
            let wanted = !known && property.applies_to(kind) && !is_of_the_mode(property);
            if let Some(capability) = normalised(capability).filter(|_| wanted) {
                capabilities.set(property, capability);
            }
        }
    }
    let defaults = Defaults::default();
    let mut extent = Extent::default();
    for candidate in candidates_of_one_device {
        let region = Region::native(&candidate.mode, &defaults);
        if candidate.mode.kind() != kind || region.is_void() {
            continue;
        }
        extent
            .first
            .add(region.first.min.into(), region.first.max.into());
        extent
            .second
            .add(region.second.min.into(), region.second.max.into());
        extent.third.add(region.third.min, region.third.max);
        if let NativeMode::Audio(mode) = candidate.mode
            && let Some(bits) = mode.sample_size
        {
            extent.sample_size.add(bits.into(), bits.into());
        }
    }
    match first.mode {
        NativeMode::Video(_) => extent.write_video(&mut capabilities),
        NativeMode::Audio(_) => extent.write_audio(&mut capabilities),
    }
    capabilities
}

/// A list without values is no capability (D18); booleans come before strings (#114).
fn normalised(capability: &Capability) -> Option<Capability> {
    match capability {
        Capability::Texts(texts) if texts.is_empty() => None,
        Capability::Booleans(list) if list.is_empty() => None,
        Capability::BooleansOrTexts(list) if list.is_empty() => None,
        Capability::BooleansOrTexts(list) => {
            let mut list = list.clone();
            list.sort_by_key(|value| matches!(value, BooleanOrText::Text(_)));
            Some(Capability::BooleansOrTexts(list))
        }
        other => Some(other.clone()),
    }
}

/// The smallest and the largest value over all modes.
#[derive(Default)]
struct Range(Option<(f64, f64)>);

impl Range {
    fn add(&mut self, min: f64, max: f64) {
        let (low, high) = self.0.unwrap_or((min, max));
        self.0 = Some((low.min(min), high.max(max)));
    }

    fn write(&self, capabilities: &mut Capabilities, property: Property, floor: Option<f64>) {
        if let Some((min, max)) = self.0 {
            let (min, step) = (floor.unwrap_or(min), None);
            capabilities.set(property, Capability::Number { min, max, step });
        }
    }
}

/// What the modes reach on each axis.
#[derive(Default)]
struct Extent {
    first: Range,
    second: Range,
    third: Range,
    sample_size: Range,
}

impl Extent {
    /// Cropping, scaling and dropping reach down to one pixel and to no frames at all (#108).
    fn write_video(&self, capabilities: &mut Capabilities) {
        self.first.write(capabilities, Property::Width, Some(1.0));
        self.second.write(capabilities, Property::Height, Some(1.0));
        self.third
            .write(capabilities, Property::FrameRate, Some(0.0));
        if let (Some((_, width)), Some((_, height))) = (self.first.0, self.second.0) {
            let mut aspect = Range::default();
            aspect.add(super::fitness::ten_decimals(1.0 / height), width);
            aspect.write(capabilities, Property::AspectRatio, None);
            let labels = [NONE, CROP_AND_SCALE].map(str::to_owned).to_vec();
            capabilities.set(Property::ResizeMode, Capability::Texts(labels));
        }
    }

    fn write_audio(&self, capabilities: &mut Capabilities) {
        self.first.write(capabilities, Property::SampleRate, None);
        self.second
            .write(capabilities, Property::ChannelCount, None);
        self.third.write(capabilities, Property::Latency, None);
        self.sample_size
            .write(capabilities, Property::SampleSize, None);
    }
}
