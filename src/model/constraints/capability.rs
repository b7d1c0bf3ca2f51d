//! What a source can be set to.

use super::property::Property;

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
