//! SelectSettings over all candidates at once.
//!
//! Whoever survives a set has met the same sets as all other survivors. So what is required of each grows alike, and is
//! kept once for all modes of a source: a set is held against two numbers a mode, not against each mode's own remains.
//! Only what survives all sets is measured, and only if its range does not tell that it is far behind.

use std::sync::Arc;

use super::super::demand::Limits;
use super::super::frame::TIE;
use super::super::mode::{Candidate, SourceFacts};
use super::super::point::Aim;
use super::super::property::Kind;
use super::columns::{Columns, Left};
use super::hull::Hull;
use super::{Narrowed, Plan, Rank, bit};

/// The modes of one source that survive, or what is derived from them, as one way has them.
struct Group<'c> {
    source: &'c Arc<SourceFacts>,
    /// The rows of the source.
    run: std::ops::Range<u32>,
    way: usize,
    rows: Vec<u32>,
    hull: Hull,
    /// What the way and all sets that are met require together.
    limits: Limits,
    /// The distance that the source adds.
    distance: f64,
}

/// What a set would leave of a group.
struct Trial {
    left: Left,
    hull: Hull,
    limits: Limits,
    distance: f64,
}

/// A survivor that is worth a closer look.
struct Contender {
    row: u32,
    group: usize,
    /// It is no nearer than that.
    bound: f64,
}

impl Plan<'_> {
    /// The best of all candidates, if anything meets what is required.
    pub fn select(&mut self, candidates: &[Candidate], kind: Kind) -> Option<Rank> {
        let columns = Columns::new(candidates, kind, self.defaults);
        let mut groups = self.groups(candidates, kind, &columns);
        let met = self.walk_sets(&mut groups, &columns);
        self.nearest(candidates, &columns, &groups, met)
    }

    /// Everything that meets what is required.
    fn groups<'c>(
        &mut self,
        candidates: &'c [Candidate],
        kind: Kind,
        columns: &Columns,
    ) -> Vec<Group<'c>> {
        let mut groups = Vec::new();
        let mut begin = 0;
        for run in candidates.chunk_by(|a, b| Arc::ptr_eq(&a.source, &b.source)) {
            let end = begin + run.len() as u32;
            let source = &candidates[begin as usize].source;
            for way in 0..self.ways.len() {
                let reached =
                    |row: &u32| columns.counts(*row) && self.cost(way, *row as usize).is_some();
                let rows: Vec<_> = (begin..end).filter(reached).collect();
                let native = columns.hull(&rows);
                let derived = (kind == Kind::Video).then(|| native.derived());
                for hull in [Some(native), derived].into_iter().flatten() {
                    let every = Group {
                        source,
                        run: begin..end,
                        way,
                        rows: rows.clone(),
                        hull,
                        limits: Limits::NONE,
                        distance: 0.0,
                    };
                    groups.extend(self.required(every, columns));
                }
            }
            begin = end;
        }
        groups
    }

    /// Steps 2 and 3: what of a group meets what is required.
    fn required<'c>(&mut self, mut every: Group<'c>, columns: &Columns) -> Option<Group<'c>> {
        let limits = self.ways.get(every.way)?.limits;
        let trial = self.try_limits(&every, &limits, 0, columns)?;
        every.take(trial);
        Some(every)
    }

    /// What is left of a group that also has to meet `limits` and the sets in `met`, if anything is.
    fn try_limits(
        &mut self,
        group: &Group,
        limits: &Limits,
        met: u64,
        columns: &Columns,
    ) -> Option<Trial> {
        let limits = group.limits.meet(limits);
        let label = if group.hull.derived {
            limits.crop_and_scale
        } else {
            limits.none
        };
        if !label || group.rows.is_empty() {
            return None;
        }
        let mut hull = group.hull;
        let left = columns.within(&group.rows, &mut hull, &group.limits, &limits);
        if matches!(left, Left::Nothing) {
            return None;
        }
        let distance = self.judge_source(group.source, group.way, met)?;
        Some(Trial {
            left,
            hull,
            limits,
            distance,
        })
    }

    /// Step 5: each set in turn is applied if anything meets it, and is as if it were not there otherwise.
    fn walk_sets(&mut self, groups: &mut Vec<Group>, columns: &Columns) -> u64 {
        let mut met = 0;
        for k in 0..self.advanced.len() {
            let Some(limits) = self.advanced.get(k).map(|demand| demand.limits) else {
                break;
            };
            let with = met | bit(k);
            let trials: Vec<_> = groups
                .iter()
                .map(|group| self.try_limits(group, &limits, with, columns))
                .collect();
            if trials.iter().all(Option::is_none) {
                continue;
            }
            met = with;
            let mut trials = trials.into_iter();
            groups.retain_mut(|group| match trials.next().flatten() {
                Some(trial) => {
                    group.take(trial);
                    true
                }
                None => false,
            });
        }
        met
    }

    /// Step 6 in the order of the candidates, so that the first of equals is chosen.
    fn nearest(
        &self,
        candidates: &[Candidate],
        columns: &Columns,
        groups: &[Group],
        met: u64,
    ) -> Option<Rank> {
        let contenders = self.contenders(columns, groups);
        let narrowed = |contender: &Contender| {
            let group = groups.get(contender.group)?;
            Some(Narrowed {
                met,
                region: columns.region(contender.row, group.hull.derived, &group.limits)?,
                source: group.distance,
                way: group.way,
                cost: self.cost(group.way, contender.row as usize)?,
            })
        };
        // What seems nearest is near: what cannot be as near is passed over from the first on.
        let seeming = contenders
            .iter()
            .min_by(|a, b| a.bound.total_cmp(&b.bound))?;
        let seeming = narrowed(seeming).and_then(|narrowed| {
            let mode = &candidates.get(seeming.row as usize)?.mode;
            let aim = Aim {
                mode,
                region: &narrowed.region,
                wishes: &self.basic.wishes,
                defaults: self.defaults,
            };
            Some(aim.best()?.distance + narrowed.source)
        });
        let mut enough = seeming.unwrap_or(f64::INFINITY) + TIE;
        let mut best: Option<Rank> = None;
        for contender in contenders.iter() {
            if contender.bound > enough {
                continue;
            }
            let row = contender.row as usize;
            if let (Some(candidate), Some(narrowed)) = (candidates.get(row), narrowed(contender)) {
                let _ = self.rank(row, candidate, &narrowed, &mut best);
            }
            if let Some(best) = &best {
                enough = enough.min(best.distance + TIE);
            }
        }
        best
    }

    /// The survivors, each mode as all ways have it before the next.
    fn contenders(&self, columns: &Columns, groups: &[Group]) -> Vec<Contender> {
        let mut contenders = Vec::with_capacity(groups.iter().map(|group| group.rows.len()).sum());
        let mut first = 0;
        for source in groups.chunk_by(|a, b| a.run == b.run) {
            let mut rest: Vec<_> = source
                .iter()
                .map(|group| group.rows.iter().peekable())
                .collect();
            for row in source.first().map_or(0..0, |group| group.run.clone()) {
                for (at, (group, rows)) in source.iter().zip(&mut rest).enumerate() {
                    if rows.next_if_eq(&&row).is_some() {
                        let wishes = &self.basic.wishes;
                        let bound = columns.bound(row, group.hull.derived, &group.limits, wishes);
                        contenders.push(Contender {
                            row,
                            group: first + at,
                            bound: bound + group.distance,
                        });
                    }
                }
            }
            first += source.len();
        }
        contenders
    }
}

impl Group<'_> {
    fn take(&mut self, trial: Trial) {
        if let Left::Some(rows) = trial.left {
            self.rows = rows;
        }
        self.hull = trial.hull;
        self.limits = trial.limits;
        self.distance = trial.distance;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::columns::looks;
    use crate::model::constraints::{
        Candidate, Defaults, NativeMode, Rate, RateSpan, Request, SourceFacts, Span,
        TrackConstraints, VideoMode, select_settings,
    };

    /// How often a mode is looked at, when each has another width and each set wants `about` of the modes.
    fn looks_at(modes: u32, sets: u32, about: impl Fn(u32) -> String) -> usize {
        let source = Arc::new(SourceFacts::default());
        let mode = |n: u32| {
            NativeMode::Video(VideoMode {
                width: Span::<u32>::point(1000 + n),
                height: Span::<u32>::point(720),
                frame_rate: Some(RateSpan::point(Rate::new(30, 1))),
            })
        };
        let candidate = |n| Candidate {
            source: source.clone(),
            mode: mode(n),
        };
        let candidates: Vec<_> = (0..modes).map(candidate).collect();
        let sets: Vec<_> = (0..sets).map(about).collect();
        let json = format!("{{\"width\":1100,\"advanced\":[{}]}}", sets.join(","));
        let constraints = TrackConstraints::from_json(&json).expect("it is well-formed");
        let request = Request {
            constraints: &constraints,
            alternatives: &[],
        };
        looks::take();
        select_settings(&candidates, &request, &Defaults::default()).expect("a mode");
        looks::take()
    }

    #[test]
    fn the_work_grows_with_modes_times_sets_and_no_faster() {
        let each_takes_a_few = |k: u32| format!("{{\"width\":{{\"min\":{}}}}}", 1000 + k);
        let in_a_gap = |k: u32| format!("{{\"width\":1050.5,\"height\":{}}}", 721 + k);
        let shaped = |k: u32| {
            let ratio = 1.4 + f64::from(k) / 1000.0;
            format!("{{\"aspectRatio\":{{\"min\":{ratio}}},\"resizeMode\":\"none\"}}")
        };
        let of: [&dyn Fn(u32) -> String; 3] = [&each_takes_a_few, &in_a_gap, &shaped];
        for about in of {
            for (modes, sets) in [(500, 5), (500, 20), (2000, 5), (2000, 20)] {
                let looks = looks_at(modes, sets, about);
                // As it is and derived, once for each set and each set's shape, and to rank the survivors.
                let most = 2 * modes as usize * (2 * sets as usize + 4);
                assert!(
                    looks <= most,
                    "{looks} looks at {modes} modes for {sets} sets"
                );
            }
        }
    }
}
