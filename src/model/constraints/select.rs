//! SelectSettings for one track.
//!
//! The order of what counts: what is required, the advanced sets in their order, the fitness
//! distance, least resampling of the native mode, nearness to the defaults, the consumer's order, the
//! cost of converting, the order of the candidates.

use super::culprit;
use super::error::Overconstrained;
use super::fitness::{Bare, fitness_distance};
use super::mode::{AudioMode, Candidate, Defaults, NativeMode, NativePoint, Span, VideoMode};
use super::named;
use super::plan::Plan;
use super::rate::RateSpan;
use super::report::{Fate, Report};
use super::set::{ConstraintSet, TrackConstraints};
use super::setting::Settings;

/// What one structure of a consumer's caps adds to what is required.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Required constraints; ideals in it count for nothing.
    pub required: ConstraintSet,
    /// For each candidate the cost of converting to what the structure says, `None` if that cannot be
    /// done. A candidate beyond the end cannot.
    pub cost: Vec<Option<u32>>,
}

impl Alternative {
    /// The same for one candidate alone, as [`select_within`] wants it.
    #[must_use]
    pub fn of_candidate(&self, candidate: usize) -> Self {
        Self {
            required: self.required.clone(),
            cost: vec![self.cost.get(candidate).copied().flatten()],
        }
    }
}

/// What one track asks for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The application's constraints.
    pub constraints: &'a TrackConstraints,
    /// What the consumer accepts; any one has to be met. Empty: anything.
    pub alternatives: &'a [Alternative],
}

/// The settings chosen for one track.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Index of the candidate.
    pub candidate: usize,
    /// Index of the alternative that is met, if there are any.
    pub alternative: Option<usize>,
    /// What to set the device to.
    pub native: NativePoint,
    /// The track's settings.
    pub settings: Settings,
    /// Fitness distance to the basic set.
    pub distance: f64,
    /// Why.
    pub report: Report,
}

/// SelectSettings over every settings dictionary that the candidates can reach.
///
/// # Errors
///
/// Nothing meets what is required; the error names the constraint at fault if it is one.
pub fn select_settings(
    candidates: &[Candidate],
    request: &Request,
    defaults: &Defaults,
) -> Result<Selection, Overconstrained> {
    let Some(first) = candidates.first() else {
        return Err(culprit::nothing_there(request));
    };
    let kind = first.mode.kind();
    let constraints = named::constraints(request, candidates);
    let considered = Request {
        constraints: &constraints,
        alternatives: request.alternatives,
    };
    let mut plan = Plan::new(&considered, kind, defaults);
    // Step 4.
    let best = plan.select(candidates, kind);
    let chosen = best.and_then(|rank| Some((rank, candidates.get(rank.candidate)?)));
    let Some((rank, candidate)) = chosen else {
        return Err(culprit::find(candidates, request, defaults));
    };
    let settings = plan.settings(candidate, &rank);
    let basic = &request.constraints.basic;
    let distance = fitness_distance(&settings, basic, kind, Bare::Ideal);
    let outcome = format!(
        "candidate {}, {} at distance {distance:.4}: {settings}",
        rank.candidate, rank.point.native
    );
    Ok(Selection {
        candidate: rank.candidate,
        alternative: rank.alternative,
        native: rank.point.native,
        report: Report::new(outcome, candidates, |index, candidate| {
            if candidate.mode.kind() == kind {
                plan.fate(index, candidate, &rank)
            } else {
                Fate::Void
            }
        }),
        settings,
        distance,
    })
}

/// The settings of one track when the device already is at `native`. The alternatives' costs are those
/// of this one candidate ([`Alternative::of_candidate`]).
///
/// # Errors
///
/// What is required cannot be had without changing the device.
pub fn select_within(
    candidate: &Candidate,
    native: &NativePoint,
    request: &Request,
    defaults: &Defaults,
) -> Result<Selection, Overconstrained> {
    let fixed = fixed(candidate, native);
    select_settings(std::slice::from_ref(&fixed), request, defaults)
}

/// The candidate when its mode is set to `native`.
pub(super) fn fixed(candidate: &Candidate, native: &NativePoint) -> Candidate {
    let mode = match (*native, candidate.mode) {
        (
            NativePoint::Video {
                width,
                height,
                frame_rate,
            },
            _,
        ) => NativeMode::Video(VideoMode {
            width: Span::<u32>::point(width),
            height: Span::<u32>::point(height),
            frame_rate: frame_rate.map(RateSpan::point),
        }),
        (
            NativePoint::Audio {
                sample_rate,
                channel_count,
            },
            mode,
        ) => {
            let (sample_size, latency) = match mode {
                NativeMode::Audio(mode) => (mode.sample_size, mode.latency),
                NativeMode::Video(_) => (None, Span::<f64>::point(0.0)),
            };
            NativeMode::Audio(AudioMode {
                sample_rate: Span::<u32>::point(sample_rate),
                channel_count: Span::<u32>::point(channel_count),
                sample_size,
                latency,
            })
        }
    };
    Candidate {
        source: candidate.source.clone(),
        mode,
    }
}
