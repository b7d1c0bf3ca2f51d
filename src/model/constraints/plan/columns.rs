//! What the modes of all candidates reach, one column an axis. Most of what a set decides, it decides by the ends of
//! ranges, and here those of one axis stand next to each other.

use super::super::aspect::smallest_size;
use super::super::demand::{Interval, Limits, Whole, Wishes};
use super::super::fitness::relative;
use super::super::mode::{Candidate, Defaults};
use super::super::property::Kind;
use super::super::rate::Rate;
use super::super::region::Region;
use super::hull::{Ends, Hull, Meets, larger, smaller};
use super::shape::Shape;

/// A row a candidate.
pub(super) struct Columns<'c> {
    candidates: &'c [Candidate],
    defaults: &'c Defaults,
    first: Vec<Ends<u32>>,
    second: Vec<Ends<u32>>,
    third: Vec<Ends<f64>>,
    /// Rows that are no mode, or one of the other kind.
    void: Vec<bool>,
    /// Whether there are gaps between the ends of some row.
    stepped: bool,
}

/// The rows of a list that a set leaves.
#[derive(Debug)]
pub(super) enum Left {
    Nothing,
    All,
    Some(Vec<u32>),
}

impl Left {
    fn keep(self, rows: &[u32], keeps: impl Fn(u32) -> bool) -> Self {
        let kept = match self {
            Self::Nothing => return self,
            Self::All => kept(rows, keeps),
            Self::Some(rows) => kept(&rows, keeps),
        };
        if kept.is_empty() {
            Self::Nothing
        } else {
            Self::Some(kept)
        }
    }
}

/// A filter without a branch: which row falls is beyond what a processor can guess.
fn kept(rows: &[u32], keeps: impl Fn(u32) -> bool) -> Vec<u32> {
    #[cfg(test)]
    looks::add(rows.len());
    let mut kept = vec![0; rows.len()];
    let mut count = 0;
    for row in rows.iter().copied() {
        if let Some(slot) = kept.get_mut(count) {
            *slot = row;
        }
        count += usize::from(keeps(row));
    }
    kept.truncate(count);
    kept
}

impl<'c> Columns<'c> {
    pub fn new(candidates: &'c [Candidate], kind: Kind, defaults: &'c Defaults) -> Self {
        let rows = candidates.len();
        let mut columns = Self {
            candidates,
            defaults,
            first: Vec::with_capacity(rows),
            second: Vec::with_capacity(rows),
            third: Vec::with_capacity(rows),
            void: Vec::with_capacity(rows),
            stepped: false,
        };
        for candidate in candidates {
            let region = Region::native(&candidate.mode, defaults);
            let (first, second, third) = (region.first, region.second, region.third);
            columns.first.push([first.min, first.max]);
            columns.second.push([second.min, second.max]);
            columns.third.push([third.min, third.max]);
            columns.void.push(region.is_void() || region.kind != kind);
            columns.stepped |= first.step() > 1 || second.step() > 1;
        }
        columns
    }

    /// Whether a row is a mode at all.
    pub fn counts(&self, row: u32) -> bool {
        self.void.get(row as usize) == Some(&false)
    }

    /// The ends of what a list of rows reaches.
    pub fn hull(&self, rows: &[u32]) -> Hull {
        let mut hull = Hull::empty();
        for row in rows.iter().map(|row| *row as usize) {
            if let (Some(first), Some(second), Some(third)) = (
                self.first.get(row),
                self.second.get(row),
                self.third.get(row),
            ) {
                hull.add(*first, *second, *third);
            }
        }
        hull
    }

    /// What a row reaches within `limits`, if it reaches anything.
    pub fn region(&self, row: u32, derived: bool, limits: &Limits) -> Option<Region> {
        #[cfg(test)]
        looks::add(1);
        let candidate = self.candidates.get(row as usize)?;
        let native = Region::native(&candidate.mode, self.defaults);
        let mut region = if derived { native.derived()? } else { native };
        region.narrow(limits).ok().map(|()| region)
    }

    /// The rows that reach something within `limits`, of those that do within `before`, which is wider. What they reach
    /// lies in `hull`, which becomes narrower with them.
    pub fn within(&self, rows: &[u32], hull: &mut Hull, before: &Limits, limits: &Limits) -> Left {
        let Some([first, second]) = cropped(hull, limits) else {
            return Left::Nothing;
        };
        let third = [limits.third.min, limits.third.max];
        let meets = [
            hull.first.meets(first),
            hull.second.meets(second),
            hull.third.meets(third),
        ];
        if meets.contains(&Meets::Never) {
            return Left::Nothing;
        }
        let left = self.overlapping(rows, hull, meets, (first, second, third));
        hull.narrow(first, second, third);
        let sampled = limits.sample_size != before.sample_size;
        let shaped = !hull.derived
            && limits.aspect != Interval::ALL
            && (limits.aspect, limits.first, limits.second)
                != (before.aspect, before.first, before.second);
        if !(self.stepped || sampled || shaped) {
            return left;
        }
        let plain = !self.stepped && !sampled;
        let shape = Shape::of(limits.aspect);
        left.keep(rows, |row| {
            let met = match self.sides(row, hull.derived, limits) {
                Some(sides) if shaped => shape.meets(sides),
                _ => Meets::Always,
            };
            match met {
                Meets::Never => false,
                Meets::Always if plain => true,
                _ => self.region(row, hull.derived, limits).is_some(),
            }
        })
    }

    /// The rows that have a number in common with the limits of each axis that not all of them meet: in one go, for to
    /// write the rows down again costs more than to look at one more number of each.
    fn overlapping(
        &self,
        rows: &[u32],
        hull: &Hull,
        meets: [Meets; 3],
        limits: (Ends<u32>, Ends<u32>, Ends<f64>),
    ) -> Left {
        let first = overlap(&self.first, hull.first.least, limits.0);
        let second = overlap(&self.second, hull.second.least, limits.1);
        let third = overlap(&self.third, hull.third.least, limits.2);
        match meets.map(|meets| meets == Meets::Sometimes) {
            [false, false, false] => Left::All,
            [true, false, false] => Left::All.keep(rows, first),
            [false, true, false] => Left::All.keep(rows, second),
            [false, false, true] => Left::All.keep(rows, third),
            [true, true, false] => Left::All.keep(rows, |row| first(row) & second(row)),
            [true, false, true] => Left::All.keep(rows, |row| first(row) & third(row)),
            [false, true, true] => Left::All.keep(rows, |row| second(row) & third(row)),
            [true, true, true] => Left::All.keep(rows, |row| first(row) & second(row) & third(row)),
        }
    }

    /// The width and height that a row reaches within limits, aspect ratio apart.
    fn sides(&self, row: u32, derived: bool, limits: &Limits) -> Option<[Interval; 2]> {
        let within = |ends: &Ends<u32>, whole: Whole| Interval {
            min: f64::from(whole.min.max(if derived { 1 } else { ends[0] })),
            max: f64::from(whole.max.min(ends[1])),
        };
        Some([
            within(self.first.get(row as usize)?, limits.first),
            within(self.second.get(row as usize)?, limits.second),
        ])
    }

    /// No point of a row has a distance below this. What is far behind is told by this alone.
    pub fn bound(&self, row: u32, derived: bool, limits: &Limits, wishes: &Wishes) -> f64 {
        #[cfg(test)]
        looks::add(1);
        let Some(sides) = self.sides(row, derived, limits) else {
            return 0.0;
        };
        let [widths, heights] = Shape::of(limits.aspect).boxed(sides);
        let rate = match (wishes.third, self.third.get(row as usize)) {
            (Some(ideal), Some(ends)) => {
                let least = if derived { 0.0 } else { ends[0] };
                // A rate counts as what it stands for, and no tolerance is larger than that.
                let slack = Rate::tolerance(f64::INFINITY);
                let reached = Interval {
                    min: larger(least, limits.third.min) - slack,
                    max: smaller(ends[1], limits.third.max) + slack,
                };
                near(reached, ideal)
            }
            _ => 0.0,
        };
        let label = if derived {
            wishes.crop_and_scale
        } else {
            wishes.none
        };
        let side = |side, ideal: Option<f64>| ideal.map_or(0.0, |ideal| near(side, ideal));
        side(widths, wishes.first) + side(heights, wishes.second) + rate + label
    }
}

/// The limits of both sides. A frame that can be cropped has the shape just if it is large enough for it.
fn cropped(hull: &Hull, limits: &Limits) -> Option<[Ends<u32>; 2]> {
    let (first, second) = (limits.first, limits.second);
    let mut least = [first.min, second.min];
    if hull.derived && limits.aspect != Interval::ALL {
        let from = least.map(|side| side.max(1));
        let largest = [hull.first.largest(), hull.second.largest()];
        least = smallest_size(limits.aspect, from, largest)?;
    }
    Some([[least[0], first.max], [least[1], second.max]])
}

/// Rule 7 for the nearest number of an interval.
fn near(reached: Interval, ideal: f64) -> f64 {
    if ideal < reached.min {
        relative(reached.min, ideal)
    } else if ideal > reached.max {
        relative(reached.max, ideal)
    } else {
        0.0
    }
}

/// Whether a row and `limits`, neither of which is empty, have a number in common. `least` is what all rows begin with, if
/// they do.
fn overlap<T: Copy + PartialOrd>(
    column: &[Ends<T>],
    least: Option<T>,
    limits: Ends<T>,
) -> impl Fn(u32) -> bool {
    move |row| {
        column
            .get(row as usize)
            .is_some_and(|ends| (least.unwrap_or(ends[0]) <= limits[1]) & (ends[1] >= limits[0]))
    }
}

/// How often a row was looked at, in this thread.
#[cfg(test)]
pub(super) mod looks {
    use std::cell::Cell;

    thread_local!(static COUNT: Cell<usize> = const { Cell::new(0) });

    pub fn add(rows: usize) {
        COUNT.set(COUNT.get() + rows);
    }

    pub fn take() -> usize {
        COUNT.take()
    }
}
