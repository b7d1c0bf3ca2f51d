//! One request, translated once, and the judgement of candidates by it: of one ([`Plan::consider`]), and of many at once
//! ([`Plan::select`]).

mod columns;
mod hull;
mod shape;
mod survivors;

use std::collections::HashMap;
use std::sync::Arc;

use super::controls::{self, Control};
use super::demand::{Demand, Limits};
use super::fitness::Bare;
use super::frame::TIE;
use super::json::MAX_ADVANCED;
use super::mode::{Candidate, Defaults, SourceFacts};
use super::point::{Aim, Point};
use super::property::{Kind, Property};
use super::region::Region;
use super::report::{Fate, Tie};
use super::select::Request;
use super::setting::Settings;

/// Resampling and nearness to the defaults are matters of taste: differences below this are none.
const TASTE_TIE: f64 = 1e-9;

/// How good the best point of a candidate is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rank {
    /// The advanced sets that are met, the first in the highest bit: a larger number is better.
    pub met: u64,
    pub distance: f64,
    pub alternative: Option<usize>,
    pub cost: u32,
    pub candidate: usize,
    pub point: Point,
}

impl Rank {
    /// Why `self` is not better than `other`, which came first; `None` if it is better.
    pub fn loses_to(&self, other: &Self) -> Option<Fate> {
        if self.met != other.met {
            let first = (self.met ^ other.met).leading_zeros();
            return (self.met < other.met).then_some(Fate::MissesSet(first));
        }
        if (self.distance - other.distance).abs() > TIE {
            return (self.distance > other.distance).then_some(Fate::Distance(self.distance));
        }
        let taste = [
            (
                self.point.resampling,
                other.point.resampling,
                Tie::Resampling,
            ),
            (
                self.point.from_defaults,
                other.point.from_defaults,
                Tie::Defaults,
            ),
        ];
        for (mine, theirs, tie) in taste {
            if (mine - theirs).abs() > TASTE_TIE {
                return (mine > theirs).then_some(Fate::Tied(tie));
            }
        }
        if self.alternative != other.alternative {
            return (self.alternative > other.alternative).then_some(Fate::Tied(Tie::Consumer));
        }
        if self.cost != other.cost {
            return (self.cost > other.cost).then_some(Fate::Tied(Tie::Consumer));
        }
        Some(Fate::Tied(Tie::Order))
    }
}

/// One way to satisfy the consumer.
struct Way<'a> {
    limits: Limits,
    controls: Vec<Control<'a>>,
    /// Index of the alternative.
    index: Option<usize>,
}

/// One request.
pub(super) struct Plan<'a> {
    request: &'a Request<'a>,
    defaults: &'a Defaults,
    basic: Demand<'a>,
    advanced: Vec<Demand<'a>>,
    ways: Vec<Way<'a>>,
    /// What other tracks of the source require of it.
    beside: Vec<Control<'a>>,
    /// The advanced sets that say anything of the source.
    control_sets: u64,
    /// Sources by address, way, and the sets that are met.
    judged: HashMap<(usize, usize, u64), Option<f64>>,
}

/// The bit of an advanced set.
fn bit(set: usize) -> u64 {
    1 << (MAX_ADVANCED - 1 - set)
}

impl<'a> Plan<'a> {
    pub fn new(request: &'a Request<'a>, kind: Kind, defaults: &'a Defaults) -> Self {
        let basic = Demand::of(&request.constraints.basic, kind, Bare::Ideal);
        let sets = request.constraints.advanced.iter().take(MAX_ADVANCED);
        let advanced: Vec<_> = sets
            .map(|set| Demand::of(set, kind, Bare::Exact).without_wishes())
            .collect();
        let mut ways: Vec<_> = request
            .alternatives
            .iter()
            .enumerate()
            .map(|(index, alternative)| {
                let demand = Demand::of(&alternative.required, kind, Bare::Ideal).without_wishes();
                Way {
                    limits: basic.limits.meet(&demand.limits),
                    controls: demand.controls,
                    index: Some(index),
                }
            })
            .collect();
        if ways.is_empty() {
            ways.push(Way {
                limits: basic.limits,
                controls: Vec::new(),
                index: None,
            });
        }
        let control_sets = advanced
            .iter()
            .enumerate()
            .filter(|(_, demand)| !demand.controls.is_empty())
            .fold(0, |mask, (k, _)| mask | bit(k));
        Self {
            request,
            defaults,
            basic,
            advanced,
            ways,
            beside: Vec::new(),
            control_sets,
            judged: HashMap::new(),
        }
    }

    /// What the basic set requires of the source.
    pub fn required_controls(&self) -> Vec<Control<'a>> {
        self.basic.clone().without_wishes().controls
    }

    /// Adds what other tracks require of the source.
    pub fn set_beside(&mut self, beside: Vec<Control<'a>>) {
        self.beside = beside;
        self.judged.clear();
    }

    /// What the sets that `rank` meets require of the source.
    pub fn met_controls(&self, rank: &Rank) -> Vec<Control<'a>> {
        let sets = self.advanced.iter().enumerate();
        let met = sets.filter(|(k, _)| rank.met & bit(*k) != 0);
        let ways = self.ways.iter().filter(|way| way.index == rank.alternative);
        met.flat_map(|(_, demand)| demand.controls.iter())
            .chain(ways.flat_map(|way| way.controls.iter()))
            .copied()
            .collect()
    }

    /// What the basic set says of the source.
    pub fn basic_controls(&self) -> &[Control<'a>] {
        &self.basic.controls
    }

    /// Calls `visit` with all sets that decide the source's values when `met` are met.
    fn with_sets<T>(&self, way: usize, met: u64, visit: impl FnOnce(&[&[Control<'a>]]) -> T) -> T {
        let mut sets: Vec<&[Control<'a>]> = vec![&self.basic.controls];
        for (k, demand) in self.advanced.iter().enumerate() {
            if met & bit(k) != 0 {
                sets.push(&demand.controls);
            }
        }
        if let Some(way) = self.ways.get(way) {
            sets.push(&way.controls);
        }
        sets.push(&self.beside);
        visit(&sets)
    }

    /// The distance that the source's properties add when the sets in `met` are met; `None` if they
    /// cannot be.
    fn judge_source(&mut self, facts: &Arc<SourceFacts>, way: usize, met: u64) -> Option<f64> {
        let met = met & self.control_sets;
        let silent = self.basic.controls.is_empty()
            && self.beside.is_empty()
            && self.ways.get(way).is_none_or(|way| way.controls.is_empty());
        if silent && met == 0 {
            return Some(0.0);
        }
        let key = (Arc::as_ptr(facts) as usize, way, met);
        if let Some(judged) = self.judged.get(&key) {
            return *judged;
        }
        let judged = self.with_sets(way, met, |sets| {
            controls::feasible(facts, sets)
                .then(|| controls::distance(facts, &self.basic.controls, sets))
        });
        self.judged.insert(key, judged);
        judged
    }

    /// The settings of the source's own properties when `rank` is chosen.
    pub fn settings(&self, candidate: &Candidate, rank: &Rank) -> Settings {
        let way = rank.alternative.unwrap_or(0);
        let kind = candidate.mode.kind();
        let mut settings = self.with_sets(way, rank.met, |sets| {
            controls::settings(&candidate.source, kind, sets)
        });
        rank.point.write(&mut settings);
        settings
    }

    /// Improves `best` by what the candidate can reach; the answer is what became of it.
    pub fn consider(
        &mut self,
        index: usize,
        candidate: &Candidate,
        best: &mut Option<Rank>,
    ) -> Fate {
        let native = Region::native(&candidate.mode, self.defaults);
        if native.is_void() {
            return Fate::Void;
        }
        let derived = native.derived();
        let mut fate = Fate::Void;
        for way in 0..self.ways.len() {
            let Some(cost) = self.cost(way, index) else {
                fate = fate.or(Fate::Unreachable);
                continue;
            };
            for region in [Some(native), derived].into_iter().flatten() {
                let this = match self.reach(region, candidate, way, best) {
                    Err(lost) => lost,
                    Ok((met, region, source)) => {
                        let narrowed = Narrowed {
                            met,
                            region,
                            source,
                            way,
                            cost,
                        };
                        self.rank(index, candidate, &narrowed, best)
                    }
                };
                fate = fate.or(this);
            }
        }
        fate
    }

    /// What became of a candidate when `chosen` is the best of all.
    pub fn fate(&mut self, index: usize, candidate: &Candidate, chosen: &Rank) -> Fate {
        if index == chosen.candidate {
            return Fate::Chosen;
        }
        match self.consider(index, candidate, &mut Some(*chosen)) {
            // Better by less than what counts.
            Fate::Chosen => Fate::Tied(Tie::Order),
            fate => fate,
        }
    }

    /// What it costs to convert a candidate to what the consumer accepts.
    fn cost(&self, way: usize, candidate: usize) -> Option<u32> {
        match self.ways.get(way)?.index {
            None => Some(0),
            Some(index) => *self.request.alternatives.get(index)?.cost.get(candidate)?,
        }
    }

    /// Steps 3 and 5 for one region: what is left of it, the sets that it meets, and the distance of
    /// its source. Which sets are met is decided set by set as if the region were alone; the largest
    /// `met` then is what walking all candidates through each set in turn leaves.
    fn reach(
        &mut self,
        mut region: Region,
        candidate: &Candidate,
        way: usize,
        best: &Option<Rank>,
    ) -> Result<(u64, Region, f64), Fate> {
        let limits = self.ways.get(way).map_or(Limits::NONE, |way| way.limits);
        region.narrow(&limits).map_err(Fate::RuledOut)?;
        let Some(mut source) = self.judge_source(&candidate.source, way, 0) else {
            let at_fault =
                self.with_sets(way, 0, |sets| controls::culprit(&candidate.source, sets));
            return Err(at_fault.map_or(Fate::Void, Fate::RuledOut));
        };
        let rival = best.as_ref().map_or(0, |best| best.met);
        let mut met = 0;
        for k in 0..self.advanced.len() {
            let Some(limits) = self.advanced.get(k).map(|demand| &demand.limits) else {
                break;
            };
            let mut narrower = region;
            let kept = !region.is_beyond(limits) && narrower.narrow(limits).is_ok();
            let judged = if kept && self.control_sets & bit(k) != 0 {
                self.judge_source(&candidate.source, way, met | bit(k))
            } else {
                kept.then_some(source)
            };
            if let Some(distance) = judged {
                (region, source) = (narrower, distance);
                met |= bit(k);
            } else if met < rival & !(bit(k) - 1) {
                // The best so far meets this set and all that this region meets before it.
                return Err(Fate::MissesSet(k as u32));
            }
        }
        Ok((met, region, source))
    }

    /// Step 6 for one region.
    fn rank(
        &self,
        index: usize,
        candidate: &Candidate,
        narrowed: &Narrowed,
        best: &mut Option<Rank>,
    ) -> Fate {
        let aim = Aim {
            mode: &candidate.mode,
            region: &narrowed.region,
            wishes: &self.basic.wishes,
            defaults: self.defaults,
        };
        if let Some(best) = best.as_ref().filter(|best| best.met == narrowed.met)
            && let Some(fate) = behind(&aim, narrowed.source, best)
        {
            return fate;
        }
        let Some(point) = aim.best() else {
            return Fate::RuledOut(Property::AspectRatio);
        };
        let rank = Rank {
            met: narrowed.met,
            distance: point.distance + narrowed.source,
            alternative: self.ways.get(narrowed.way).and_then(|way| way.index),
            cost: narrowed.cost,
            candidate: index,
            point,
        };
        if let Some(fate) = best.as_ref().and_then(|old| rank.loses_to(old)) {
            return fate;
        }
        *best = Some(rank);
        Fate::Chosen
    }
}

/// Whether no point of the region can be better than the best, without looking for the point.
fn behind(aim: &Aim, source: f64, best: &Rank) -> Option<Fate> {
    let enough = best.distance + TIE;
    let bound = aim.bound(enough - source) + source;
    if bound > enough {
        return Some(Fate::Distance(bound));
    }
    // At the same distance a derived point loses to one that is the device's own.
    let lost = aim.region.derived && best.point.is_untouched() && bound > best.distance - TIE;
    lost.then_some(Fate::Tied(Tie::Resampling))
}

/// What is left of a region.
struct Narrowed {
    met: u64,
    region: Region,
    /// The distance that the source adds.
    source: f64,
    way: usize,
    cost: u32,
}
