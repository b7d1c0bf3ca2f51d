//! The ratio of width and height, and the sizes of one.

use super::demand::Interval;
use super::fitness::ten_decimals;

/// A little more than half of the tenth decimal.
pub(super) const HALF_DIGIT: f64 = 0.6e-10;

/// More than the rounding of a ratio and the noise of doubles make.
pub(super) const SLACK: f64 = 1e-9;

/// The setting of that name (#90).
pub(super) fn aspect_ratio(width: u32, height: u32) -> f64 {
    ten_decimals(f64::from(width) / f64::from(height.max(1)))
}

/// The smallest width and height that have a ratio within `aspect`, from `least` on; `None` beyond `most`.
///
/// There is one that is smallest in both: of two sizes of the strip, the smaller width with the smaller height is in the
/// strip again. So a frame can be cropped to the shape just if it is as large as this.
pub(super) fn smallest_size(aspect: Interval, least: [u32; 2], most: [u32; 2]) -> Option<[u32; 2]> {
    let strip = Interval {
        min: aspect.min - HALF_DIGIT,
        max: aspect.max + HALF_DIGIT,
    };
    // No size in the strip is smaller than the simplest fraction in it.
    let (p, q) = simplest_fraction(strip, f64::from(most[0].max(most[1])))?;
    let mut width = least[0].max(p as u32);
    let mut height = least[1].max(q as u32);
    while width <= most[0] && height <= most[1] {
        if aspect_ratio(width, height) > aspect.max {
            height = larger(height, f64::from(width) / strip.max);
        } else if aspect_ratio(width, height) < aspect.min {
            width = larger(width, f64::from(height) * strip.min);
        } else {
            return Some([width, height]);
        }
    }
    None
}

/// The next side that may do: it has to grow, and no side below `needed` does.
fn larger(side: u32, needed: f64) -> u32 {
    // The cast saturates.
    side.saturating_add(1).max(needed as u32)
}

/// The fraction p/q of an interval for which p and q both are smallest; `None` beyond `limit`.
///
/// Continued fractions of both ends agree up to the place where the simplest fraction between them
/// stops.
fn simplest_fraction(interval: Interval, limit: f64) -> Option<(f64, f64)> {
    let (mut low, mut high) = (interval.min.max(0.0), interval.max);
    if high <= 0.0 {
        return None;
    }
    let (mut p0, mut q0, mut p1, mut q1) = (0.0, 1.0, 1.0, 0.0);
    for _ in 0..64 {
        let whole = low.floor();
        let last = whole == low || whole < high.floor() || high.is_infinite();
        // A ratio of sizes is never 0.
        let term = if !last {
            whole
        } else if whole == low && low > 0.0 {
            low
        } else {
            whole + 1.0
        };
        let (p, q) = (term * p1 + p0, term * q1 + q0);
        if p > limit || q > limit {
            return None;
        }
        if last {
            return Some((p, q));
        }
        (p0, q0, p1, q1) = (p1, q1, p, q);
        (low, high) = (1.0 / (high - whole), 1.0 / (low - whole));
    }
    None
}
