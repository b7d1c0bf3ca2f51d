//! One native point for all tracks of a device.
//!
//! Each track crops, scales and drops frames on its own, but the device has one mode, and one value
//! of each property that belongs to the source. The newcomer comes last: what is required counts
//! equally for all, and what is only wished of the source is the newcomer's to decide (#102).

mod points;

use super::controls;
use super::culprit;
use super::error::Overconstrained;
use super::fitness::{Bare, fitness_distance};
use super::frame::TIE;
use super::mode::{Candidate, Defaults, NativePoint};
use super::named;
use super::plan::{Plan, Rank};
use super::property::Kind;
use super::report::{Fate, Report, Tie};
use super::select::{Request, fixed, select_settings};
use super::set::TrackConstraints;
use super::setting::Settings;

/// One track's share of a joint selection.
#[derive(Clone, Debug, PartialEq)]
pub struct JointTrack {
    /// Index of the alternative that is met, if there are any.
    pub alternative: Option<usize>,
    /// The track's settings.
    pub settings: Settings,
    /// Fitness distance to its basic set.
    pub distance: f64,
}

/// The native point that serves all tracks of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct JointSelection {
    /// Index of the candidate.
    pub candidate: usize,
    /// What to set the device to.
    pub native: NativePoint,
    /// One a request, in their order.
    pub tracks: Vec<JointTrack>,
    /// Why.
    pub report: Report,
}

/// One native point for several tracks of one device, incumbents first, newcomer last.
///
/// # Errors
///
/// Index of the first request that cannot be served beside those before it, and why.
pub fn select_joint(
    candidates: &[Candidate],
    requests: &[Request],
    defaults: &Defaults,
) -> Result<JointSelection, (usize, Overconstrained)> {
    select_joint_from(candidates, requests, defaults, None)
}

/// The same for a device that is open at `current`: it stays there unless another point is nearer to
/// what is asked. A mode that is only handier is not worth an interruption of the others.
///
/// # Errors
///
/// As [`select_joint`].
pub fn select_joint_from(
    candidates: &[Candidate],
    requests: &[Request],
    defaults: &Defaults,
    current: Option<(usize, NativePoint)>,
) -> Result<JointSelection, (usize, Overconstrained)> {
    let constraints: Vec<_> = requests
        .iter()
        .map(|request| named::constraints(request, candidates))
        .collect();
    let considered: Vec<_> = requests
        .iter()
        .zip(&constraints)
        .map(|(request, constraints)| Request {
            constraints,
            alternatives: request.alternatives,
        })
        .collect();
    if let Some(selection) = serve(candidates, &considered, defaults, current) {
        return Ok(selection);
    }
    let refused = (0..requests.len())
        .find(|index| serve(candidates, &considered[..=*index], defaults, None).is_none())
        .unwrap_or(0);
    Err((refused, why(candidates, requests, refused, defaults)))
}

/// The best native point, if any serves all requests.
fn serve(
    candidates: &[Candidate],
    requests: &[Request],
    defaults: &Defaults,
    current: Option<(usize, NativePoint)>,
) -> Option<JointSelection> {
    let kind = candidates.first()?.mode.kind();
    let mut joint = Joint::new(requests, kind, defaults);
    let mut best: Option<Score> = None;
    let mut fates = vec![Fate::Void; candidates.len()];
    for (index, candidate) in candidates.iter().enumerate() {
        if candidate.mode.kind() != kind {
            continue;
        }
        let mut points = points::native(index, candidate, requests, defaults);
        points.extend(
            current
                .filter(|(at, _)| *at == index)
                .map(|(_, point)| point),
        );
        for native in points {
            let fixed = fixed(candidate, &native);
            let keeps = current == Some((index, native));
            let score = joint.score(index, &fixed, native);
            let fate = match score.map(|score| Score { keeps, ..score }) {
                Err(fate) => fate,
                Ok(score) => match best.as_ref().and_then(|best| score.loses_to(best)) {
                    Some(fate) => fate,
                    None => {
                        if let Some(old) = best.replace(score) {
                            fates[old.candidate] = Fate::Tied(Tie::Order);
                        }
                        Fate::Chosen
                    }
                },
            };
            fates[index] = fates[index].or(fate);
        }
    }
    let best = best?;
    let candidate = candidates.get(best.candidate)?;
    if let Some(old) = fates.iter_mut().find(|fate| **fate == Fate::Chosen) {
        *old = Fate::Tied(Tie::Order);
    }
    fates[best.candidate] = Fate::Chosen;
    let tracks = joint.tracks(&fixed(candidate, &best.native), &best);
    let outcome = format!(
        "candidate {}, {} for {} tracks at distance {:.4}",
        best.candidate,
        best.native,
        requests.len(),
        best.sum(|rank| rank.distance)
    );
    Some(JointSelection {
        candidate: best.candidate,
        native: best.native,
        report: Report::new(outcome, candidates, |index, _| fates[index]),
        tracks,
    })
}

/// All requests, translated once.
struct Joint<'a> {
    requests: &'a [Request<'a>],
    kind: Kind,
    plans: Vec<Plan<'a>>,
    /// What all tracks require of the source.
    required: Vec<controls::Control<'a>>,
}

/// What each track gets at a native point.
struct Score {
    candidate: usize,
    native: NativePoint,
    /// The device is there already.
    keeps: bool,
    ranks: Vec<Rank>,
}

impl Score {
    fn sum(&self, of: impl Fn(&Rank) -> f64) -> f64 {
        self.ranks.iter().map(of).fold(0.0, std::ops::Add::add)
    }

    /// Why this is not better than `other`, which came first; `None` if it is better.
    fn loses_to(&self, other: &Self) -> Option<Fate> {
        for set in 0..u64::BITS {
            let met = |score: &Self| {
                let bit = 1_u64 << (u64::BITS - 1 - set);
                score
                    .ranks
                    .iter()
                    .filter(|rank| rank.met & bit != 0)
                    .count()
            };
            if met(self) != met(other) {
                return (met(self) < met(other)).then_some(Fate::MissesSet(set));
            }
        }
        let distance = self.sum(|rank| rank.distance);
        let theirs = other.sum(|rank| rank.distance);
        if (distance - theirs).abs() > TIE {
            return (distance > theirs).then_some(Fate::Distance(distance));
        }
        if self.keeps != other.keeps {
            return other.keeps.then_some(Fate::Tied(Tie::Current));
        }
        let resampling = |rank: &Rank| rank.point.resampling;
        let from_defaults = |rank: &Rank| rank.point.from_defaults;
        let consumer = |rank: &Rank| rank.alternative.unwrap_or(0) as f64;
        let cost = |rank: &Rank| f64::from(rank.cost);
        let taste = [
            (self.sum(resampling), other.sum(resampling), Tie::Resampling),
            (
                self.sum(from_defaults),
                other.sum(from_defaults),
                Tie::Defaults,
            ),
            (self.sum(consumer), other.sum(consumer), Tie::Consumer),
            (self.sum(cost), other.sum(cost), Tie::Consumer),
        ];
        for (mine, theirs, tie) in taste {
            if (mine - theirs).abs() > 1e-9 {
                return (mine > theirs).then_some(Fate::Tied(tie));
            }
        }
        Some(Fate::Tied(Tie::Order))
    }
}

impl<'a> Joint<'a> {
    fn new(requests: &'a [Request<'a>], kind: Kind, defaults: &'a Defaults) -> Self {
        let mut plans: Vec<_> = requests
            .iter()
            .map(|request| Plan::new(request, kind, defaults))
            .collect();
        let required: Vec<_> = plans.iter().flat_map(Plan::required_controls).collect();
        for plan in &mut plans {
            plan.set_beside(required.clone());
        }
        Self {
            requests,
            kind,
            plans,
            required,
        }
    }

    /// What each track gets when the device is at one point, newcomer first.
    fn score(
        &mut self,
        index: usize,
        candidate: &Candidate,
        native: NativePoint,
    ) -> Result<Score, Fate> {
        let mut ranks = Vec::with_capacity(self.plans.len());
        let mut taken = self.required.clone();
        for plan in self.plans.iter_mut().rev() {
            if taken.len() != self.required.len() {
                plan.set_beside(taken.clone());
            }
            let mut best = None;
            let fate = plan.consider(index, candidate, &mut best);
            let rank = best.ok_or(fate)?;
            taken.extend(plan.met_controls(&rank));
            ranks.push(rank);
            if taken.len() != self.required.len() {
                plan.set_beside(self.required.clone());
            }
        }
        ranks.reverse();
        Ok(Score {
            candidate: index,
            native,
            keeps: false,
            ranks,
        })
    }

    /// The settings of each track. Those of the source are the same for all.
    fn tracks(&self, candidate: &Candidate, score: &Score) -> Vec<JointTrack> {
        let ranked = || self.plans.iter().zip(&score.ranks);
        let met: Vec<_> = ranked()
            .map(|(plan, rank)| plan.met_controls(rank))
            .collect();
        let newest_first = || self.plans.iter().zip(&met).rev();
        let sets: Vec<&[_]> = newest_first()
            .flat_map(|(plan, met)| [plan.basic_controls(), met.as_slice()])
            .collect();
        let source = controls::settings(&candidate.source, self.kind, &sets);
        ranked()
            .zip(self.requests)
            .map(|((_, rank), request)| {
                let mut settings = source.clone();
                rank.point.write(&mut settings);
                let basic = &request.constraints.basic;
                JointTrack {
                    alternative: rank.alternative,
                    distance: fitness_distance(&settings, basic, self.kind, Bare::Ideal),
                    settings,
                }
            })
            .collect()
    }
}

/// Why a request cannot be served beside those before it.
fn why(
    candidates: &[Candidate],
    requests: &[Request],
    refused: usize,
    defaults: &Defaults,
) -> Overconstrained {
    let Some(request) = requests.get(refused) else {
        return Overconstrained {
            constraint: None,
            wanted: "{}".to_owned(),
            nearest: None,
            message: "no track asks for anything".to_owned(),
        };
    };
    if let Err(alone) = select_settings(candidates, request, defaults) {
        return alone;
    }
    let incumbents = requests.get(..refused).unwrap_or_default();
    let serves = |constraints: &TrackConstraints| {
        let mut beside = incumbents.to_vec();
        beside.push(Request {
            constraints,
            alternatives: &[],
        });
        serve(candidates, &beside, defaults, None)
    };
    for (property, constraint) in request.constraints.basic.iter() {
        let Some(required) = constraint.required_part() else {
            continue;
        };
        let mut alone = TrackConstraints::new();
        // The constraint was in a set already.
        let _ = alone.basic.set(property, required.clone());
        if serves(&alone).is_some() {
            continue;
        }
        let _ = alone.basic.set(property, culprit::as_wish(&required));
        let nearest = serves(&alone)
            .and_then(|mut selection| selection.tracks.pop())
            .and_then(|track| track.settings.get(property).cloned());
        return culprit::beside_others(property, &required, nearest);
    }
    culprit::together_with_others(request)
}
