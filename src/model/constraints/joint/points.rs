//! The native points of a mode that are worth a try.

use super::super::demand::CROP_AND_SCALE;
use super::super::mode::{Candidate, Defaults, NativeMode, NativePoint};
use super::super::property::{Kind, Property};
use super::super::rate::Rate;
use super::super::select::{Alternative, Request, select_settings};
use super::super::set::{ConstraintSet, TrackConstraints};
use super::super::value::{Constraint, Parameters, Value};

/// The native points of a candidate that can be best. A range is not walked: the points are those
/// that single tracks would choose, those that all would choose if they had to take the frame as it
/// is, and the largest of them.
pub(super) fn native(
    index: usize,
    candidate: &Candidate,
    requests: &[Request],
    defaults: &Defaults,
) -> Vec<NativePoint> {
    if let Some(point) = only_point(&candidate.mode) {
        return vec![point];
    }
    let choose = |constraints: &TrackConstraints, alternatives: &[Alternative]| {
        let request = Request {
            constraints,
            alternatives,
        };
        let selection = select_settings(std::slice::from_ref(candidate), &request, defaults);
        selection.ok().map(|selection| selection.native)
    };
    let kind = candidate.mode.kind();
    let is_native_only = |request: &&Request| kind == Kind::Audio || !may_be_derived(request);
    let all = merged(requests.iter());
    let fixed = merged(requests.iter().filter(is_native_only));
    let mut points = Vec::new();
    for request in requests {
        let alternatives: Vec<_> = request
            .alternatives
            .iter()
            .map(|alternative| alternative.of_candidate(index))
            .collect();
        points.extend(choose(request.constraints, &alternatives));
        for required in [&all, &fixed].into_iter().flatten() {
            let wishes = with_ideals(required, request.constraints);
            points.extend(choose(&wishes, &alternatives));
            if !alternatives.is_empty() {
                points.extend(choose(&wishes, &[]));
            }
        }
    }
    if let Some(largest) = points.iter().copied().reduce(larger) {
        points.push(largest);
        if let Some(fixed) = &fixed {
            points.extend(choose(&with_ideals(fixed, &near(largest)), &[]));
        }
    }
    let mut distinct: Vec<NativePoint> = Vec::new();
    for point in points {
        if !distinct.contains(&point) {
            distinct.push(point);
        }
    }
    distinct
}

/// The point of a mode that has one only.
fn only_point(mode: &NativeMode) -> Option<NativePoint> {
    match mode {
        NativeMode::Video(mode) => {
            let rate = mode.frame_rate;
            let fixed = mode.width.is_point()
                && mode.height.is_point()
                && rate.is_none_or(|rate| rate.min == rate.max);
            fixed.then_some(NativePoint::Video {
                width: mode.width.min,
                height: mode.height.min,
                frame_rate: rate.map(|rate| rate.min),
            })
        }
        NativeMode::Audio(mode) => {
            let fixed = mode.sample_rate.is_point() && mode.channel_count.is_point();
            fixed.then_some(NativePoint::Audio {
                sample_rate: mode.sample_rate.min,
                channel_count: mode.channel_count.min,
            })
        }
    }
}

/// Whether the track may get a cropped, scaled or decimated frame.
fn may_be_derived(request: &Request) -> bool {
    let label = Value::Text(CROP_AND_SCALE.to_owned());
    match request.constraints.basic.get(Property::ResizeMode) {
        Some(Constraint::Parameters(Parameters {
            exact: Some(exact), ..
        })) => match exact {
            Value::Texts(list) => list.is_empty() || list.iter().any(|t| t == CROP_AND_SCALE),
            other => *other == label,
        },
        _ => true,
    }
}

fn merged<'a>(requests: impl Iterator<Item = &'a Request<'a>>) -> Option<ConstraintSet> {
    requests
        .into_iter()
        .try_fold(ConstraintSet::new(), |set, request| {
            set.merged_required(&request.constraints.basic)
        })
}

/// What `required` requires, with the ideals and advanced sets of `wishes`.
fn with_ideals(required: &ConstraintSet, wishes: &TrackConstraints) -> TrackConstraints {
    let mut basic = required.clone();
    for (property, constraint) in wishes.basic.iter() {
        let ideal = match constraint {
            Constraint::Bare(value) => Some(value.clone()),
            Constraint::Parameters(parameters) => parameters.ideal.clone(),
        };
        let both = match basic.get(property) {
            Some(Constraint::Parameters(parameters)) => Constraint::Parameters(Parameters {
                ideal,
                ..parameters.clone()
            }),
            _ => constraint.clone(),
        };
        // A constraint that cannot be combined is left as it was required.
        let _ = basic.set(property, both);
    }
    TrackConstraints {
        basic,
        advanced: wishes.advanced.clone(),
    }
}

/// Both or more of each.
fn larger(a: NativePoint, b: NativePoint) -> NativePoint {
    let faster = |a: Option<Rate>, b: Option<Rate>| a.max(b);
    match (a, b) {
        (
            NativePoint::Video {
                width,
                height,
                frame_rate,
            },
            NativePoint::Video {
                width: w,
                height: h,
                frame_rate: r,
            },
        ) => NativePoint::Video {
            width: width.max(w),
            height: height.max(h),
            frame_rate: faster(frame_rate, r),
        },
        (
            NativePoint::Audio {
                sample_rate,
                channel_count,
            },
            NativePoint::Audio {
                sample_rate: r,
                channel_count: c,
            },
        ) => NativePoint::Audio {
            sample_rate: sample_rate.max(r),
            channel_count: channel_count.max(c),
        },
        (a, _) => a,
    }
}

/// As near to a point as can be.
fn near(point: NativePoint) -> TrackConstraints {
    let wishes = match point {
        NativePoint::Video {
            width,
            height,
            frame_rate,
        } => vec![
            (Property::Width, Some(f64::from(width))),
            (Property::Height, Some(f64::from(height))),
            (Property::FrameRate, frame_rate.map(Rate::as_f64)),
        ],
        NativePoint::Audio {
            sample_rate,
            channel_count,
        } => vec![
            (Property::SampleRate, Some(f64::from(sample_rate))),
            (Property::ChannelCount, Some(f64::from(channel_count))),
        ],
    };
    let mut constraints = TrackConstraints::new();
    for (property, value) in wishes {
        if let Some(value) = value {
            // Sizes and rates of a mode are numbers that the property can have.
            let _ = constraints.basic.set(property, Constraint::ideal(value));
        }
    }
    constraints
}
