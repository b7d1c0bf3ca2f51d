//! The value of one constraint, in every form of Web IDL's constraint types.

use super::error::TypeError;
use super::property::{Property, ValueType};

/// What stands for one value in a constraint.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A boolean.
    Boolean(bool),
    /// A number. Whole numbers fit exactly: they are 32 bits wide.
    Number(f64),
    /// One string.
    Text(String),
    /// A list of strings: any of these.
    Texts(Vec<String>),
    /// A list of points.
    Points(Vec<(f64, f64)>),
}

impl Value {
    /// An empty list is no value at all (SelectSettings step 1).
    pub fn is_empty_list(&self) -> bool {
        match self {
            Self::Texts(list) => list.is_empty(),
            Self::Points(list) => list.is_empty(),
            Self::Boolean(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }

    fn fits(&self, value_type: ValueType) -> bool {
        match (self, value_type) {
            (Self::Boolean(_), ValueType::Boolean | ValueType::BooleanOrDomString) => true,
            (Self::Number(n), ValueType::Double | ValueType::BooleanOrDouble) => n.is_finite(),
            (Self::Number(n), ValueType::ULong) => *n == f64::from(clamp_to_unsigned_long(*n)),
            (Self::Text(_), ValueType::DomString | ValueType::BooleanOrDomString) => true,
            (Self::Texts(_), ValueType::DomString) => true,
            (Self::Points(points), ValueType::Point2D) => {
                points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
            }
            _ => false,
        }
    }
}

/// A constraint's dictionary form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// Inclusive lower limit.
    pub min: Option<f64>,
    /// Inclusive upper limit.
    pub max: Option<f64>,
    /// The only value, or the only values, allowed.
    pub exact: Option<Value>,
    /// The value wished for.
    pub ideal: Option<Value>,
}

/// One constraint.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// A value alone: `ideal` in the basic set, `exact` in an advanced one.
    Bare(Value),
    /// A dictionary.
    Parameters(Parameters),
}

impl Constraint {
    /// `{"exact": value}`
    pub fn exact(value: impl Into<Value>) -> Self {
        Self::Parameters(Parameters {
            exact: Some(value.into()),
            ..Parameters::default()
        })
    }

    /// `{"ideal": value}`
    pub fn ideal(value: impl Into<Value>) -> Self {
        Self::Parameters(Parameters {
            ideal: Some(value.into()),
            ..Parameters::default()
        })
    }

    /// `{"min": min, "max": max}`, each only if given.
    pub fn range(min: Option<f64>, max: Option<f64>) -> Self {
        Self::Parameters(Parameters {
            min,
            max,
            ..Parameters::default()
        })
    }

    /// Whether it holds nothing but an empty list, and so counts as absent (SelectSettings step 1).
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Bare(value) => value.is_empty_list(),
            Self::Parameters(p) => {
                let empty = |v: &Option<Value>| v.as_ref().is_some_and(Value::is_empty_list);
                let gone = |v: &Option<Value>| v.as_ref().is_none_or(Value::is_empty_list);
                p.min.is_none()
                    && p.max.is_none()
                    && gone(&p.exact)
                    && gone(&p.ideal)
                    && (empty(&p.exact) || empty(&p.ideal))
            }
        }
    }

    /// Whether it is a required constraint when it stands in the basic set.
    pub fn is_required(&self) -> bool {
        match self {
            Self::Bare(_) => false,
            Self::Parameters(p) => {
                p.min.is_some()
                    || p.max.is_some()
                    || p.exact.as_ref().is_some_and(|v| !v.is_empty_list())
            }
        }
    }

    /// The same with what is required only; `None` if nothing is.
    pub fn required_part(&self) -> Option<Self> {
        match self {
            Self::Parameters(p) if self.is_required() => Some(Self::Parameters(Parameters {
                ideal: None,
                ..p.clone()
            })),
            _ => None,
        }
    }

    /// Whether the constraint has the type that `property` wants.
    ///
    /// # Errors
    ///
    /// Names the member that has the wrong type or a number that is not finite.
    pub fn check(&self, property: Property) -> Result<(), TypeError> {
        let value_type = property.value_type();
        let wrong = |member: &str| {
            let member = if member.is_empty() {
                property.name().to_owned()
            } else {
                format!("{}.{member}", property.name())
            };
            TypeError::new(member, format!("expected {}", value_type.expected()))
        };
        match self {
            // Presence may be asked for, but only by a value that stands alone.
            Self::Bare(Value::Boolean(_)) if value_type == ValueType::BooleanOrDouble => Ok(()),
            Self::Bare(value) if value.fits(value_type) => Ok(()),
            Self::Bare(_) => Err(wrong("")),
            Self::Parameters(p) => {
                let numeric = matches!(
                    value_type,
                    ValueType::ULong | ValueType::Double | ValueType::BooleanOrDouble
                );
                for (member, limit) in [("min", p.min), ("max", p.max)] {
                    let fits = |n| numeric && Value::Number(n).fits(value_type);
                    if limit.is_some_and(|n| !fits(n)) {
                        return Err(wrong(member));
                    }
                }
                for (member, value) in [("exact", &p.exact), ("ideal", &p.ideal)] {
                    if value.as_ref().is_some_and(|v| !v.fits(value_type)) {
                        return Err(wrong(member));
                    }
                }
                Ok(())
            }
        }
    }
}

/// Web IDL's `[Clamp] unsigned long`: out of range clamps, fractions round to the nearest whole
/// number and ties to the even one, NaN is 0.
pub fn clamp_to_unsigned_long(number: f64) -> u32 {
    if number.is_nan() {
        return 0;
    }
    // The clamped value is whole and in range, so the cast is exact.
    number.clamp(0.0, f64::from(u32::MAX)).round_ties_even() as u32
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Number(f64::from(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<String>> for Value {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

impl From<&[&str]> for Value {
    fn from(value: &[&str]) -> Self {
        Self::Texts(value.iter().map(|s| (*s).to_owned()).collect())
    }
}

impl From<Vec<(f64, f64)>> for Value {
    fn from(value: Vec<(f64, f64)>) -> Self {
        Self::Points(value)
    }
}
