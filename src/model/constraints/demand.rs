//! A constraint set, translated once for all candidates: limits and wishes of what a mode decides,
//! and the rest for the source.

use super::fitness::{Bare, Terms, lower, upper};
use super::property::{Kind, Property};
use super::set::ConstraintSet;
use super::value::Value;

/// Numbers from `min` to `max`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub min: f64,
    pub max: f64,
}

impl Interval {
    pub const ALL: Self = Self {
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
    };

    pub fn meet(self, other: Self) -> Self {
        Self {
            min: self.min.max(other.min),
            max: self.max.min(other.max),
        }
    }

    pub fn is_empty(self) -> bool {
        self.min > self.max
    }

    pub fn contains(self, number: f64) -> bool {
        self.min <= number && number <= self.max
    }

    pub fn clamp(self, number: f64) -> f64 {
        if self.is_empty() {
            return (self.min + self.max) / 2.0;
        }
        number.clamp(self.min, self.max)
    }

    /// What `terms` require of a number, as it is compared.
    fn compared(property: Property, terms: &Terms) -> Self {
        Self {
            min: terms.min.map_or(f64::NEG_INFINITY, |n| lower(property, n)),
            max: terms.max.map_or(f64::INFINITY, |n| upper(property, n)),
        }
        .meet(match terms.exact {
            Some(Value::Number(n)) => Self {
                min: lower(property, *n),
                max: upper(property, *n),
            },
            _ => Self::ALL,
        })
    }

    /// What `terms` require of a number, as it was written.
    pub fn written(terms: &Terms) -> Self {
        Self {
            min: terms.min.unwrap_or(f64::NEG_INFINITY),
            max: terms.max.unwrap_or(f64::INFINITY),
        }
        .meet(match terms.exact {
            Some(Value::Number(n)) => Self { min: *n, max: *n },
            _ => Self::ALL,
        })
    }
}

/// Whole numbers from `min` to `max`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Whole {
    pub min: u32,
    pub max: u32,
}

impl Whole {
    pub const ALL: Self = Self {
        min: 0,
        max: u32::MAX,
    };
    const NOTHING: Self = Self { min: 1, max: 0 };

    fn of(interval: Interval) -> Self {
        let (min, max) = (interval.min.ceil(), interval.max.floor());
        if min > f64::from(u32::MAX) || max < 0.0 || min > max {
            return Self::NOTHING;
        }
        // The casts saturate, and NaN cannot be: constraints are finite.
        Self {
            min: min as u32,
            max: max as u32,
        }
    }

    pub fn meet(self, other: Self) -> Self {
        Self {
            min: self.min.max(other.min),
            max: self.max.min(other.max),
        }
    }
}

/// What is required of a mode. The axes are width, height and frame rate of a camera; sample rate,
/// channel count and latency of a microphone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    pub first: Whole,
    pub second: Whole,
    pub third: Interval,
    /// The third axis without the tolerance of frame rates: what to aim for.
    pub third_written: Interval,
    pub aspect: Interval,
    pub sample_size: Interval,
    /// Whether `resizeMode` may be `none`, and `crop-and-scale`.
    pub none: bool,
    pub crop_and_scale: bool,
}

impl Limits {
    pub const NONE: Self = Self {
        first: Whole::ALL,
        second: Whole::ALL,
        third: Interval::ALL,
        third_written: Interval::ALL,
        aspect: Interval::ALL,
        sample_size: Interval::ALL,
        none: true,
        crop_and_scale: true,
    };

    pub fn meet(&self, other: &Self) -> Self {
        Self {
            first: self.first.meet(other.first),
            second: self.second.meet(other.second),
            third: self.third.meet(other.third),
            third_written: self.third_written.meet(other.third_written),
            aspect: self.aspect.meet(other.aspect),
            sample_size: self.sample_size.meet(other.sample_size),
            none: self.none && other.none,
            crop_and_scale: self.crop_and_scale && other.crop_and_scale,
        }
    }

    fn require(&mut self, property: Property, terms: &Terms) {
        let compared = Interval::compared(property, terms);
        match property {
            Property::Width | Property::SampleRate => {
                self.first = self.first.meet(Whole::of(compared))
            }
            Property::Height | Property::ChannelCount => {
                self.second = self.second.meet(Whole::of(compared))
            }
            Property::FrameRate | Property::Latency => {
                self.third = self.third.meet(compared);
                self.third_written = self.third_written.meet(Interval::written(terms));
            }
            Property::AspectRatio => self.aspect = self.aspect.meet(compared),
            Property::SampleSize => self.sample_size = self.sample_size.meet(compared),
            _ => {
                let allowed = |label| terms.exact.is_none_or(|v| names(v, label));
                self.none &= allowed(NONE);
                self.crop_and_scale &= allowed(CROP_AND_SCALE);
            }
        }
    }
}

/// The `VideoResizeModeEnum`.
pub(super) const NONE: &str = "none";
/// The other one.
pub(super) const CROP_AND_SCALE: &str = "crop-and-scale";

/// Whether a string is a value or in its list.
fn names(value: &Value, label: &str) -> bool {
    match value {
        Value::Text(text) => text == label,
        Value::Texts(texts) => texts.iter().any(|text| text == label),
        _ => false,
    }
}

/// What is wished of a mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wishes {
    pub first: Option<f64>,
    pub second: Option<f64>,
    pub third: Option<f64>,
    pub aspect: Option<f64>,
    pub sample_size: Option<f64>,
    /// Whether anything is said of `sampleSize`, so that its absence costs (rule 5).
    pub says_sample_size: bool,
    /// Whether anything is said of the frame rate.
    pub says_third: bool,
    /// What each label costs.
    pub none: f64,
    pub crop_and_scale: f64,
}

impl Wishes {
    pub const NONE: Self = Self {
        first: None,
        second: None,
        third: None,
        aspect: None,
        sample_size: None,
        says_sample_size: false,
        says_third: false,
        none: 0.0,
        crop_and_scale: 0.0,
    };

    fn wish(&mut self, property: Property, terms: &Terms) {
        let ideal = match terms.ideal {
            Some(Value::Number(n)) => Some(*n),
            _ => None,
        };
        match property {
            Property::Width | Property::SampleRate => self.first = ideal,
            Property::Height | Property::ChannelCount => self.second = ideal,
            Property::FrameRate | Property::Latency => {
                self.third = ideal;
                self.says_third = true;
            }
            Property::AspectRatio => self.aspect = ideal.map(super::fitness::ten_decimals),
            Property::SampleSize => {
                self.sample_size = ideal;
                self.says_sample_size = true;
            }
            _ => {
                if let Some(ideal) = terms.ideal {
                    let cost = |label| if names(ideal, label) { 0.0 } else { 1.0 };
                    self.none = cost(NONE);
                    self.crop_and_scale = cost(CROP_AND_SCALE);
                }
            }
        }
    }
}

/// Whether the mode decides the property, not the source.
pub(super) fn is_of_the_mode(property: Property) -> bool {
    matches!(
        property,
        Property::Width
            | Property::Height
            | Property::FrameRate
            | Property::AspectRatio
            | Property::ResizeMode
            | Property::SampleRate
            | Property::SampleSize
            | Property::ChannelCount
            | Property::Latency
    )
}

/// One set.
#[derive(Clone, Debug)]
pub(super) struct Demand<'a> {
    pub limits: Limits,
    pub wishes: Wishes,
    /// What concerns the source whatever its mode.
    pub controls: Vec<(Property, Terms<'a>)>,
}

impl<'a> Demand<'a> {
    /// Leaves out what does not count: unsupported (rule 1), of the other kind (rule 3, D6), empty
    /// lists (step 1).
    pub fn of(set: &'a ConstraintSet, kind: Kind, bare: Bare) -> Self {
        let mut demand = Self {
            limits: Limits::NONE,
            wishes: Wishes::NONE,
            controls: Vec::new(),
        };
        for (property, constraint) in set.iter() {
            if !property.is_supported() || !property.applies_to(kind) {
                continue;
            }
            let Some(terms) = Terms::of(property, constraint, bare) else {
                continue;
            };
            if is_of_the_mode(property) {
                demand.limits.require(property, &terms);
                demand.wishes.wish(property, &terms);
            } else {
                demand.controls.push((property, terms));
            }
        }
        demand
    }

    /// The same with what is required only.
    pub fn without_wishes(mut self) -> Self {
        self.wishes = Wishes::NONE;
        self.controls.retain(|(_, terms)| terms.required);
        for (_, terms) in &mut self.controls {
            terms.ideal = None;
        }
        self
    }
}
