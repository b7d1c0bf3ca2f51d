//! Frame rates: fractions to GStreamer, doubles to the Web.

use std::cmp::Ordering;
use std::fmt;

/// A frame rate as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Frames ...
    pub numerator: u32,
    /// ... in so many seconds; never 0 in a valid rate.
    pub denominator: u32,
}

/// The rates from `min` to `max`, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateSpan {
    /// The lowest rate.
    pub min: Rate,
    /// The highest rate.
    pub max: Rate,
}

impl RateSpan {
    /// One rate.
    pub const fn point(rate: Rate) -> Self {
        Self {
            min: rate,
            max: rate,
        }
    }
}

/// Two rates that differ by no more than half of the second decimal are the same to a person:
/// 29.97 stands for 30000/1001, 23.98 for 24000/1001. 30 and 30000/1001 stay apart.
const ABSOLUTE_TOLERANCE: f64 = 0.005;

/// For rates below 25 the limit shrinks with the rate, so that slow rates stay apart too.
const RELATIVE_TOLERANCE: f64 = 2e-4;

impl Rate {
    /// `numerator` frames in `denominator` seconds.
    pub const fn new(numerator: u32, denominator: u32) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    /// The rate as a number; 0 for a fraction that is none.
    pub fn as_f64(self) -> f64 {
        if self.denominator == 0 {
            0.0
        } else {
            f64::from(self.numerator) / f64::from(self.denominator)
        }
    }

    /// The fraction that stands for a number: a multiple of 1/1001 for the rates of television,
    /// otherwise the one with the smallest denominator that is as near as matters.
    pub fn from_f64(rate: f64) -> Self {
        if !rate.is_finite() || rate <= 0.0 {
            return Self::new(0, 1);
        }
        let thousandths = rate * 1001.0;
        let nominal = (thousandths / 1000.0).round();
        if nominal >= 1.0
            && (rate - rate.round()).abs() > 1e-6
            && Self::meets(nominal * 1000.0 / 1001.0, rate)
            && nominal * 1000.0 <= f64::from(u32::MAX)
        {
            return Self::new((nominal * 1000.0) as u32, 1001);
        }
        best_fraction(rate)
    }

    /// How far a rate may be from the one that was asked for and still meet it.
    pub fn tolerance(wanted: f64) -> f64 {
        (wanted.abs() * RELATIVE_TOLERANCE).min(ABSOLUTE_TOLERANCE)
    }

    /// Whether a rate is the one that was asked for.
    pub fn meets(actual: f64, wanted: f64) -> bool {
        (actual - wanted).abs() <= Self::tolerance(wanted)
    }

    /// Every `n`th frame of this rate.
    pub(super) fn divided(self, n: u32) -> Self {
        match self.denominator.checked_mul(n) {
            Some(denominator) => Self::new(self.numerator, denominator),
            None => Self::from_f64(self.as_f64() / f64::from(n)),
        }
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u64::from(self.numerator) * u64::from(other.denominator);
        let right = u64::from(other.numerator) * u64::from(self.denominator);
        // Fractions that are equal in value but written differently keep an order of their own.
        left.cmp(&right)
            .then(self.denominator.cmp(&other.denominator))
            .then(self.numerator.cmp(&other.numerator))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// Continued fraction of `value`, cut where it is exact to a billionth.
fn best_fraction(value: f64) -> Rate {
    let limit = f64::from(i32::MAX);
    let value = value.min(limit);
    let (mut p0, mut q0, mut p1, mut q1) = (0.0_f64, 1.0_f64, 1.0_f64, 0.0_f64);
    let mut rest = value;
    for _ in 0..32 {
        let whole = rest.floor();
        let (p2, q2) = (whole * p1 + p0, whole * q1 + q0);
        if p2 > limit || q2 > limit {
            break;
        }
        (p0, q0, p1, q1) = (p1, q1, p2, q2);
        if (value - p1 / q1).abs() <= value * 1e-9 || rest - whole < 1e-12 {
            break;
        }
        rest = 1.0 / (rest - whole);
    }
    if p1 < 1.0 {
        // Slower than anything a 32 bit fraction can say.
        return Rate::new(1, i32::MAX as u32);
    }
    Rate::new(p1 as u32, q1 as u32)
}
