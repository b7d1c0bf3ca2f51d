//! SelectSettings (§2.22) for one track.

use super::capability::Capabilities;
use super::error::Overconstrained;
use super::mode::{Candidate, Defaults, NativePoint};
use super::report::Report;
use super::set::{ConstraintSet, TrackConstraints};
use super::setting::Settings;

/// What one structure of a consumer's caps adds to what is required.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Required constraints; ideals in it count for nothing.
    pub required: ConstraintSet,
    /// For each candidate the cost of converting to it, `None` if that cannot be done. A candidate beyond the end cannot.
    pub cost: Vec<Option<u32>>,
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
    let _ = (candidates, request, defaults);
    Err(Overconstrained {
        constraint: None,
        wanted: String::new(),
        nearest: None,
        message: "there is no candidate".to_owned(),
    })
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
    let Some(request) = requests.last() else {
        return Err((
            0,
            Overconstrained {
                constraint: None,
                wanted: String::new(),
                nearest: None,
                message: "there is no request".to_owned(),
            },
        ));
    };
    let selection =
        select_settings(candidates, request, defaults).map_err(|e| (requests.len() - 1, e))?;
    Ok(JointSelection {
        candidate: selection.candidate,
        native: selection.native,
        tracks: Vec::new(),
        report: selection.report,
    })
}

/// The settings of one track when the device already is at `native`.
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
    let _ = native;
    select_settings(std::slice::from_ref(candidate), request, defaults)
}

/// The capabilities of a device that has these candidates.
pub fn capabilities(candidates_of_one_device: &[Candidate]) -> Capabilities {
    candidates_of_one_device
        .first()
        .map(|candidate| candidate.source.capabilities.clone())
        .unwrap_or_default()
}
