//! Fitness distance of a settings dictionary to a constraint set.

use super::property::{Kind, Property};
use super::rate::Rate;
use super::set::ConstraintSet;
use super::setting::{Setting, Settings};
use super::value::{Constraint, Value};

/// What a value that stands alone means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// In the basic set (step 3).
    Ideal,
    /// In an advanced set (step 5).
    Exact,
}

/// A constraint's members after [`Bare`] is decided and empty lists are gone (step 1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub exact: Option<&'a Value>,
    pub ideal: Option<&'a Value>,
    /// `pan: true`: whether the property is to be there at all.
    pub presence: Option<bool>,
    /// Whether a value that is missing or does not fit rules out.
    pub required: bool,
}

impl<'a> Terms<'a> {
    /// `None` for a constraint that counts as absent.
    pub fn of(property: Property, constraint: &'a Constraint, bare: Bare) -> Option<Self> {
        if constraint.is_absent() {
            return None;
        }
        let mut terms = Self {
            min: None,
            max: None,
            exact: None,
            ideal: None,
            presence: None,
            required: false,
        };
        match constraint {
            Constraint::Bare(Value::Boolean(present)) if is_numeric(property) => {
                terms.presence = Some(*present);
                // D7: under `advanced` it is a required test of presence.
                terms.required = bare == Bare::Exact;
            }
            Constraint::Bare(value) if bare == Bare::Ideal => terms.ideal = Some(value),
            Constraint::Bare(value) => {
                terms.exact = Some(value);
                terms.required = true;
            }
            Constraint::Parameters(p) => {
                let stated = |v: &'a Option<Value>| v.as_ref().filter(|v| !v.is_empty_list());
                terms.min = p.min;
                terms.max = p.max;
                terms.exact = stated(&p.exact);
                terms.ideal = stated(&p.ideal);
                terms.required = constraint.is_required();
            }
        }
        Some(terms)
    }

    /// Rule 2: whether `actual` satisfies what is required.
    pub fn allow(&self, property: Property, actual: Option<&Setting>) -> bool {
        if !self.required {
            return true;
        }
        if let Some(present) = self.presence {
            return present == actual.is_some();
        }
        let Some(actual) = actual else {
            return false;
        };
        let above = |limit: Option<f64>| {
            limit.is_none_or(|limit| {
                number(property, actual).is_some_and(|n| n >= lower(property, limit))
            })
        };
        let below = |limit: Option<f64>| {
            limit.is_none_or(|limit| {
                number(property, actual).is_some_and(|n| n <= upper(property, limit))
            })
        };
        above(self.min) && below(self.max) && self.exact.is_none_or(|v| equal(property, actual, v))
    }

    /// Rules 2 and 4 to 8 for one property that is supported and applies.
    pub fn distance(&self, property: Property, actual: Option<&Setting>) -> f64 {
        if !self.allow(property, actual) {
            return f64::INFINITY; // Rule 2.
        }
        if let Some(present) = self.presence {
            return if present == actual.is_some() {
                0.0
            } else {
                1.0
            }; // Rule 4.
        }
        let Some(actual) = actual else {
            return 1.0; // Rule 5.
        };
        let Some(ideal) = self.ideal else {
            return 0.0; // Rule 6.
        };
        if equal(property, actual, ideal) {
            return 0.0; // Rules 7 and 8.
        }
        match (number(property, actual), ideal) {
            (Some(actual), Value::Number(ideal)) => relative(actual, rounded(property, *ideal)),
            _ => 1.0, // Rule 8.
        }
    }
}

/// Rule 7 for two numbers that differ.
pub(super) fn relative(actual: f64, ideal: f64) -> f64 {
    if actual == ideal {
        return 0.0;
    }
    (actual - ideal).abs() / actual.abs().max(ideal.abs())
}

/// `aspectRatio` is a double rounded to the tenth decimal (#89, #90).
pub(super) fn ten_decimals(ratio: f64) -> f64 {
    let scaled = ratio * 1e10;
    // A number this large has no decimals to round.
    if scaled.abs() < 9e15 {
        scaled.round() / 1e10
    } else {
        ratio
    }
}

fn is_numeric(property: Property) -> bool {
    use super::property::ValueType::{BooleanOrDouble, Double, ULong};
    matches!(property.value_type(), ULong | Double | BooleanOrDouble)
}

fn rounded(property: Property, number: f64) -> f64 {
    if property == Property::AspectRatio {
        ten_decimals(number)
    } else {
        number
    }
}

fn number(property: Property, setting: &Setting) -> Option<f64> {
    setting.as_number().map(|n| rounded(property, n))
}

/// The smallest number that is not below `limit`.
pub(super) fn lower(property: Property, limit: f64) -> f64 {
    match property {
        Property::FrameRate => limit - Rate::tolerance(limit),
        _ => rounded(property, limit),
    }
}

/// The largest number that is not above `limit`.
pub(super) fn upper(property: Property, limit: f64) -> f64 {
    match property {
        Property::FrameRate => limit + Rate::tolerance(limit),
        _ => rounded(property, limit),
    }
}

/// Whether a setting is a value, or one of a list.
pub(super) fn equal(property: Property, actual: &Setting, wanted: &Value) -> bool {
    match (actual, wanted) {
        (Setting::Text(actual), Value::Text(wanted)) => actual == wanted,
        (Setting::Text(actual), Value::Texts(wanted)) => wanted.contains(actual),
        (Setting::Boolean(actual), Value::Boolean(wanted)) => actual == wanted,
        (Setting::Points(actual), Value::Points(wanted)) => actual == wanted,
        (actual, Value::Number(wanted)) => number(property, actual)
            .is_some_and(|n| lower(property, *wanted) <= n && n <= upper(property, *wanted)),
        _ => false,
    }
}

/// The distance of a settings dictionary to a set: infinite if it does not satisfy it.
pub fn fitness_distance(settings: &Settings, set: &ConstraintSet, kind: Kind, bare: Bare) -> f64 {
    set.iter()
        // Rules 1 and 3, the latter before rule 2 (D6).
        .filter(|(property, _)| property.is_supported() && property.applies_to(kind))
        .filter_map(|(property, constraint)| {
            let terms = Terms::of(property, constraint, bare)?;
            Some(terms.distance(property, settings.get(property)))
        })
        // Not `sum`: that of nothing is -0.
        .fold(0.0, std::ops::Add::add)
}
