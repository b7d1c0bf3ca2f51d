//! Limits of the aspect ratio, and what is told of a size by real numbers alone.

use super::super::aspect::SLACK;
use super::super::demand::Interval;
use super::hull::Meets;

/// Limits of the aspect ratio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    aspect: Interval,
    /// Between these rounding does not matter.
    least: f64,
    most: f64,
    /// 1 over the largest.
    flattest: f64,
}

impl Shape {
    pub fn of(aspect: Interval) -> Self {
        Self {
            aspect,
            least: aspect.min + SLACK,
            most: aspect.max - SLACK,
            flattest: (aspect.max + SLACK).recip(),
        }
    }

    /// Whether a box of sizes has one of that shape, as far as real numbers and the largest height tell.
    pub fn meets(&self, [widths, heights]: [Interval; 2]) -> Meets {
        let height = heights.max;
        let met = widths.meet(Interval {
            min: self.least * height,
            max: self.most * height,
        });
        // Where there is room for a whole number there is one.
        if met.max - met.min >= 1.0 || (met == widths && !widths.is_empty()) {
            return Meets::Always;
        }
        let slack = SLACK * height;
        let (aspect, low) = (self.aspect, heights.min);
        if widths.max + slack < aspect.min * low || widths.min - slack > aspect.max * height {
            Meets::Never
        } else {
            Meets::Sometimes
        }
    }

    /// What the shape leaves of each side of a box.
    pub fn boxed(&self, [widths, heights]: [Interval; 2]) -> [Interval; 2] {
        if self.aspect == Interval::ALL {
            return [widths, heights];
        }
        let slack = SLACK * f64::from(u16::MAX);
        let shaped = widths.meet(Interval {
            min: self.aspect.min * heights.min - slack,
            max: self.aspect.max * heights.max + slack,
        });
        let tall = heights.meet(Interval {
            min: (shaped.min - slack) * self.flattest - slack,
            max: (shaped.max + slack) / self.aspect.min.max(f64::MIN_POSITIVE),
        });
        [shaped, tall]
    }
}
