//! The best width and height of a region.
//!
//! Width and height have distances of their own and one in common, that of the aspect ratio. Rule 7
//! is `1 - exp(-|ln a - ln i|)`: on a logarithmic scale it is concave on either side of the ideal. So
//! the sum of the three is concave in every cell that the lines "ideal width", "ideal height", "ideal
//! aspect ratio" and the limits cut out of the plane, and is smallest at a corner of a cell. These
//! corners are few, whatever the size of the region; they give a bound that no size can be below.
//!
//! Sizes are whole numbers, so the corner itself may not exist. Along the heights the best sum over
//! all real widths is again concave between two corners: where it exceeds the best size found so far
//! it does so up to the other corner's side. So the search walks from each corner's height inwards
//! and stops as soon as the bound says that nothing better can follow; at a given height only the
//! neighbours of the same lines can be best. The rounding of `aspectRatio` to ten decimals is not
//! concave: the result is exact up to that rounding.

use super::aspect::aspect_ratio;
use super::demand::{Interval, Wishes};
use super::fitness::relative;
use super::region::{Grid, Region};

/// Distances closer than this are a tie. It is above the noise of adding doubles, and below what the
/// rounding of `aspectRatio` makes (Appendix A, vector 13: 1.1e-11, which therefore counts).
pub(super) const TIE: f64 = 1e-12;

/// What is cropped is lost, what is scaled is only smaller.
const CROPPING: f64 = 1.5;

/// What is left to choose when several sizes are equally near.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taste {
    /// The frame that is to be kept as far as possible: the native one, or the default.
    pub width: f64,
    pub height: f64,
    /// Whether the aim is to stay as large as the frame; otherwise to be as near as can be.
    pub from_native: bool,
}

impl Taste {
    fn aspect(self) -> f64 {
        self.width / self.height
    }

    /// What a size loses: by scaling with the smallest factor that keeps the aspect ratio, and by
    /// cropping the rest.
    pub fn loss(self, width: u32, height: u32) -> f64 {
        let (w, h) = (f64::from(width), f64::from(height));
        if !self.from_native {
            let shape = relative(w / h, self.aspect());
            return 2.0 * shape + relative(w, self.width) + relative(h, self.height);
        }
        let scale = (w / self.width).max(h / self.height);
        let kept = (w * h) / (self.width * scale * self.height * scale);
        (1.0 - scale).max(0.0) + CROPPING * (1.0 - kept).max(0.0)
    }
}

/// A size and its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub width: u32,
    pub height: u32,
    pub distance: f64,
    pub loss: f64,
}

/// What is wished of the size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search<'a> {
    region: &'a Region,
    width: Option<f64>,
    height: Option<f64>,
    aspect: Option<f64>,
    taste: Taste,
}

/// Rule 6, or rule 7.
fn term(actual: f64, ideal: Option<f64>) -> f64 {
    ideal.map_or(0.0, |ideal| relative(actual, ideal))
}

impl<'a> Search<'a> {
    pub fn new(region: &'a Region, wishes: &Wishes, taste: Taste) -> Self {
        Self {
            region,
            width: wishes.first,
            height: wishes.second,
            aspect: wishes.aspect,
            taste,
        }
    }

    fn is_coupled(&self) -> bool {
        let limited = self.region.aspect != Interval::ALL;
        let size_is_fixed = self.region.first.is_point() && self.region.second.is_point();
        (limited || self.aspect.is_some()) && !size_is_fixed
    }

    fn at(&self, width: u32, height: u32) -> Frame {
        let distance = term(f64::from(width), self.width)
            + term(f64::from(height), self.height)
            + term(aspect_ratio(width, height), self.aspect);
        Frame {
            width,
            height,
            distance,
            loss: self.taste.loss(width, height),
        }
    }

    /// What width and height add at least, whatever the aspect ratio.
    pub fn quick_bound(&self) -> f64 {
        let nearest = |grid: Grid, ideal: Option<f64>| {
            let Some(ideal) = ideal else { return 0.0 };
            let beside = [grid.down(ideal), grid.up(ideal)];
            let distances = beside.into_iter().flatten();
            distances
                .map(|n| relative(f64::from(n), ideal))
                .fold(f64::INFINITY, f64::min)
        };
        nearest(self.region.first, self.width) + nearest(self.region.second, self.height)
    }

    /// The size that is wished for, if it can be had: no other is as near.
    fn wished(&self) -> Option<Frame> {
        let (Some(width), Some(height), None) = (self.width, self.height, self.aspect) else {
            return None;
        };
        let whole = |grid: Grid, ideal: f64| grid.down(ideal).filter(|n| f64::from(*n) == ideal);
        let width = whole(self.region.first, width)?;
        let height = whole(self.region.second, height)?;
        let (least, most) = self.region.widths(height)?;
        (least <= width && width <= most).then(|| self.at(width, height))
    }

    /// No size of the region has a distance below this, but for the rounding of `aspectRatio`.
    pub fn bound(&self) -> f64 {
        if !self.is_coupled() {
            let (w, h) = (self.region.first, self.region.second);
            let fixed = self.aspect.filter(|_| w.is_point() && h.is_point());
            return self.quick_bound() + term(aspect_ratio(w.min, h.min), fixed);
        }
        if self.wished().is_some() {
            return 0.0;
        }
        let mut bound = f64::INFINITY;
        self.corner_heights(|height| bound = bound.min(self.bound_at(height)));
        bound
    }

    /// The best sum at a real height, over all real widths.
    fn bound_at(&self, height: f64) -> f64 {
        let grid = self.region.first;
        let mut widths = Interval {
            min: f64::from(grid.min),
            max: f64::from(grid.max),
        }
        .meet(Interval {
            min: self.region.aspect.min * height,
            max: self.region.aspect.max * height,
        });
        if widths.is_empty() {
            // At a corner two lines meet in one point, which the noise of doubles may tear apart.
            if widths.min - widths.max > 1e-6 {
                return f64::INFINITY;
            }
            widths.max = widths.min;
        }
        let sum = |width: f64| {
            term(width, self.width) + term(height, self.height) + term(width / height, self.aspect)
        };
        let ideal = self.width.map_or(widths.min, |w| widths.clamp(w));
        let shaped = self.aspect.map_or(widths.min, |a| widths.clamp(a * height));
        [widths.min, widths.max, ideal, shaped]
            .into_iter()
            .map(sum)
            .fold(f64::INFINITY, f64::min)
    }

    /// The heights at which the lines of the module's text cross, within the region.
    fn corner_heights(&self, mut visit: impl FnMut(f64)) {
        let (w, h) = (self.region.first, self.region.second);
        let heights = Interval {
            min: f64::from(h.min),
            max: f64::from(h.max),
        };
        let mut inside = |height: f64| {
            if height.is_finite() && heights.contains(height) {
                visit(height);
            }
        };
        inside(heights.min);
        inside(heights.max);
        self.height.into_iter().for_each(&mut inside);
        let ratios = [
            self.aspect,
            Some(self.region.aspect.min),
            Some(self.region.aspect.max),
            Some(self.taste.aspect()),
        ];
        let widths = [
            Some(f64::from(w.min)),
            Some(f64::from(w.max)),
            self.width,
            Some(self.taste.width),
        ];
        for ratio in ratios.into_iter().flatten() {
            for width in widths.into_iter().flatten() {
                inside(width / ratio);
            }
        }
    }

    /// The nearest size of the region, and among equally near ones the one with the least loss.
    /// `None` if the limits of the aspect ratio leave no size.
    pub fn best(&self) -> Option<Frame> {
        let mut best = self.wished();
        if best.is_some() {
            return best;
        }
        if self.is_coupled() {
            self.walk(&mut best);
        } else {
            self.best_of_heights(&mut best);
        }
        best
    }

    fn offer(best: &mut Option<Frame>, frame: Frame) {
        let better = best.is_none_or(|old| {
            frame.distance < old.distance - TIE
                || (frame.distance <= old.distance + TIE && frame.loss < old.loss - TIE)
        });
        if better {
            *best = Some(frame);
        }
    }

    /// Width and height on their own.
    fn best_of_heights(&self, best: &mut Option<Frame>) {
        let (w, h) = (self.region.first, self.region.second);
        let heights = match self.height {
            Some(ideal) => [h.down(ideal), h.up(ideal), None, None],
            None if h.is_point() => [Some(h.min), None, None, None],
            None => {
                // The height that keeps the frame's shape beside the best width.
                let width = self.width.map_or(self.taste.width, |ideal| ideal);
                let width = f64::from(w.nearest(width));
                let shaped = width / self.taste.aspect();
                [
                    Some(h.nearest(self.taste.height)),
                    Some(h.nearest(shaped)),
                    h.up(shaped),
                    Some(h.max),
                ]
            }
        };
        for height in heights.into_iter().flatten() {
            self.offer_widths(best, height);
        }
    }

    /// The widths at `height` that can be best.
    fn offer_widths(&self, best: &mut Option<Frame>, height: u32) {
        let Some((least, most)) = self.region.widths(height) else {
            return;
        };
        let h = f64::from(height);
        let mut offer = |width: Option<u32>| {
            if let Some(width) = width {
                Self::offer(best, self.at(width.clamp(least, most), height));
            }
        };
        offer(Some(least));
        if least == most {
            return;
        }
        offer(Some(most));
        let grid = self.region.first;
        let aims = [
            self.width,
            self.aspect.map(|aspect| aspect * h),
            Some(self.taste.aspect() * h),
            Some(self.taste.width),
        ];
        for aim in aims.into_iter().flatten() {
            offer(grid.down(aim));
            offer(grid.up(aim));
        }
    }

    /// From every corner up and down, until the bound exceeds what is found.
    fn walk(&self, best: &mut Option<Frame>) {
        let grid = self.region.second;
        let mut corners = [0.0_f64; 24];
        let mut count = 0;
        self.corner_heights(|height| {
            if let Some(corner) = corners.get_mut(count) {
                *corner = height;
                count += 1;
            }
        });
        let corners = &mut corners[..count];
        corners.sort_unstable_by(f64::total_cmp);
        // All corners before any walk: a good size found early ends the walks early.
        for corner in corners.iter() {
            for height in [grid.down(*corner), grid.up(*corner)].into_iter().flatten() {
                self.offer_widths(best, height);
            }
        }
        for pair in corners.windows(2) {
            if let [low, high] = *pair {
                self.walk_between(best, low, high);
            }
        }
    }

    fn walk_between(&self, best: &mut Option<Frame>, low: f64, high: f64) {
        let grid = self.region.second;
        let hopeless = |best: &Option<Frame>, height: u32| {
            best.is_some_and(|best| self.bound_at(f64::from(height)) >= best.distance - TIE)
        };
        let mut next = grid.down(high);
        while let Some(height) = next.filter(|h| f64::from(*h) >= low) {
            if hopeless(best, height) {
                break;
            }
            self.offer_widths(best, height);
            next = height.checked_sub(grid.step()).filter(|h| *h >= grid.min);
        }
        let mut next = grid.up(low);
        while let Some(height) = next.filter(|h| f64::from(*h) <= high) {
            if hopeless(best, height) {
                break;
            }
            self.offer_widths(best, height);
            next = height.checked_add(grid.step()).filter(|h| *h <= grid.max);
        }
    }
}
