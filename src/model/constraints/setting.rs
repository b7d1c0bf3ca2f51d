//! What a source is set to.

use std::fmt;

use super::property::{Kind, Property};

/// The value that a property has.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A whole number.
    Integer(u32),
    /// A number.
    Double(f64),
    /// A string.
    Text(String),
    /// A boolean.
    Boolean(bool),
    /// Points of the unit square.
    Points(Vec<(f64, f64)>),
}

impl Setting {
    /// The number it is, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(f64::from(*n)),
            Self::Double(n) => Some(*n),
            Self::Text(_) | Self::Boolean(_) | Self::Points(_) => None,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(n) => write!(f, "{n}"),
            Self::Double(n) => write!(f, "{n}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Boolean(b) => write!(f, "{b}"),
            Self::Points(points) => write!(f, "{points:?}"),
        }
    }
}

/// A settings dictionary, in the order of [`Property::ALL`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(Vec<(Property, Setting)>);

impl Settings {
    /// An empty dictionary.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of `property`.
    pub fn get(&self, property: Property) -> Option<&Setting> {
        let at = self.0.binary_search_by_key(&property, |(p, _)| *p).ok()?;
        self.0.get(at).map(|(_, setting)| setting)
    }

    /// The number that `property` is set to.
    pub fn number(&self, property: Property) -> Option<f64> {
        self.get(property).and_then(Setting::as_number)
    }

    /// The whole number that `property` is set to.
    pub fn integer(&self, property: Property) -> Option<u32> {
        match self.get(property) {
            Some(Setting::Integer(n)) => Some(*n),
            _ => None,
        }
    }

    /// The string that `property` is set to.
    pub fn text(&self, property: Property) -> Option<&str> {
        match self.get(property) {
            Some(Setting::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The boolean that `property` is set to.
    pub fn boolean(&self, property: Property) -> Option<bool> {
        match self.get(property) {
            Some(Setting::Boolean(value)) => Some(*value),
            _ => None,
        }
    }

    /// Gives `property` a value.
    pub fn set(&mut self, property: Property, setting: Setting) {
        match self.0.binary_search_by_key(&property, |(p, _)| *p) {
            Ok(at) => self.0[at].1 = setting,
            Err(at) => self.0.insert(at, (property, setting)),
        }
    }

    /// The same with a value for `property`.
    #[must_use]
    pub fn with(mut self, property: Property, setting: Setting) -> Self {
        self.set(property, setting);
        self
    }

    /// Takes the value of `property` away.
    pub fn remove(&mut self, property: Property) {
        self.0.retain(|(p, _)| *p != property);
    }

    /// Every property that has a value.
    pub fn iter(&self) -> impl Iterator<Item = (Property, &Setting)> {
        self.0.iter().map(|(p, s)| (*p, s))
    }

    /// Whether no property has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same without what tracks of `kind` do not have.
    #[must_use]
    pub fn for_kind(&self, kind: Kind) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(p, _)| p.applies_to(kind))
                .cloned()
                .collect(),
        )
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (property, setting)) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{property} {setting}")?;
        }
        Ok(())
    }
}
