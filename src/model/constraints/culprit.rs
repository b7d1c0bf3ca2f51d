//! Which required constraint is at fault ("ApplyConstraints" step 2), and what could be had instead.

use super::aspect::aspect_ratio;
use super::controls;
use super::demand::{Demand, Interval, NONE, is_of_the_mode};
use super::error::Overconstrained;
use super::fitness::{Bare, Terms};
use super::mode::{Candidate, Defaults};
use super::property::{Kind, Property, ValueType};
use super::region::Region;
use super::select::Request;
use super::set::ConstraintSet;
use super::setting::Setting;
use super::value::Constraint;

/// The error of a request when there is no candidate at all.
pub(super) fn nothing_there(request: &Request) -> Overconstrained {
    Overconstrained {
        constraint: None,
        wanted: json(&request.constraints.basic),
        nearest: None,
        message: "there is no device to choose from".to_owned(),
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Names a required constraint that every settings dictionary violates; `None` if each can be met,
/// but not all of them together.
pub(super) fn find(
    candidates: &[Candidate],
    request: &Request,
    defaults: &Defaults,
) -> Overconstrained {
    let Some(kind) = candidates.first().map(|candidate| candidate.mode.kind()) else {
        return nothing_there(request);
    };
    let basic = &request.constraints.basic;
    for (property, constraint) in required(basic, kind) {
        if !any_meets(candidates, property, constraint, kind, defaults, &|_| true) {
            return named(candidates, property, constraint, kind, defaults, "");
        }
    }
    if let Some((property, constraint)) = at_the_consumer(candidates, request, kind, defaults) {
        let by = " that the consumer accepts";
        return named(candidates, property, constraint, kind, defaults, by);
    }
    let reachable = |index| reaches(request, index);
    if !request.alternatives.is_empty() && !(0..candidates.len()).any(reachable) {
        return Overconstrained {
            constraint: None,
            wanted: json(basic),
            nearest: None,
            message: "nothing that the device delivers can be converted to what the consumer \
                      accepts: install the decoder that is missing or widen the consumer's caps"
                .to_owned(),
        };
    }
    together(request, kind)
}

/// The required constraints that count for `kind`.
fn required(set: &ConstraintSet, kind: Kind) -> impl Iterator<Item = (Property, &Constraint)> {
    set.iter().filter(move |(property, constraint)| {
        property.is_supported() && property.applies_to(kind) && constraint.is_required()
    })
}

fn reaches(request: &Request, candidate: usize) -> bool {
    request
        .alternatives
        .iter()
        .any(|alternative| alternative.cost.get(candidate).copied().flatten().is_some())
}

/// A property of which no alternative accepts what any of its candidates can give.
fn at_the_consumer<'a>(
    candidates: &[Candidate],
    request: &Request<'a>,
    kind: Kind,
    defaults: &Defaults,
) -> Option<(Property, &'a Constraint)> {
    let first = request.alternatives.first()?;
    required(&first.required, kind).find(|(property, _)| {
        request.alternatives.iter().all(|alternative| {
            let Some(constraint) = alternative.required.get(*property) else {
                return false;
            };
            let reached = |index: usize| alternative.cost.get(index).copied().flatten().is_some();
            constraint.is_required()
                && !any_meets(candidates, *property, constraint, kind, defaults, &reached)
        })
    })
}

/// Whether a settings dictionary of any candidate meets one constraint alone.
fn any_meets(
    candidates: &[Candidate],
    property: Property,
    constraint: &Constraint,
    kind: Kind,
    defaults: &Defaults,
    counts: &dyn Fn(usize) -> bool,
) -> bool {
    let mut alone = ConstraintSet::new();
    if alone.set(property, constraint.clone()).is_err() {
        return false;
    }
    let demand = Demand::of(&alone, kind, Bare::Ideal).without_wishes();
    let mut last = None;
    candidates.iter().enumerate().any(|(index, candidate)| {
        if candidate.mode.kind() != kind || !counts(index) {
            return false;
        }
        let native = Region::native(&candidate.mode, defaults);
        if native.is_void() {
            return false;
        }
        if is_of_the_mode(property) {
            return [Some(native), native.derived()]
                .into_iter()
                .flatten()
                .any(|mut region| region.narrow(&demand.limits).is_ok());
        }
        // Modes of one source stand next to each other.
        let source = std::sync::Arc::as_ptr(&candidate.source);
        if last.replace(source) == Some(source) {
            return false;
        }
        controls::feasible(&candidate.source, &[&demand.controls])
    })
}

/// The error for one constraint that nothing meets.
fn named(
    candidates: &[Candidate],
    property: Property,
    constraint: &Constraint,
    kind: Kind,
    defaults: &Defaults,
    by: &str,
) -> Overconstrained {
    let nearest = candidates
        .iter()
        .filter(|candidate| candidate.mode.kind() == kind)
        .filter_map(|candidate| nearest(candidate, property, constraint, defaults))
        // `min_by` keeps the first of equals: the order of the candidates.
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, setting)| setting);
    let wanted = json(constraint);
    let instead = match &nearest {
        Some(setting) => format!("the nearest that can be had is {setting}"),
        None => "no device has that property".to_owned(),
    };
    Overconstrained {
        constraint: Some(property),
        message: format!(
            "no settings have {property} {wanted}{by}: {instead}; ask for something else, or give it \
             as ideal"
        ),
        wanted,
        nearest,
    }
}

/// The error for constraints that only contradict each other.
fn together(request: &Request, kind: Kind) -> Overconstrained {
    let mut all = ConstraintSet::new();
    let mut names = Vec::new();
    for (property, constraint) in required(&request.constraints.basic, kind) {
        names.push(property.name());
        // What was in a set fits into one.
        let _ = all.set(property, constraint.clone());
    }
    let consumer = if request.alternatives.is_empty() {
        ""
    } else {
        " beside what the consumer accepts"
    };
    let message = if names.is_empty() {
        format!("no settings can be had{consumer}: widen what the consumer accepts")
    } else {
        format!(
            "no settings have {} together{consumer}, although each alone can be met: loosen one of them",
            names.join(", ")
        )
    };
    Overconstrained {
        constraint: None,
        wanted: json(&all),
        nearest: None,
        message,
    }
}

/// What a candidate could give instead, and how far that is from what is wanted.
fn nearest(
    candidate: &Candidate,
    property: Property,
    constraint: &Constraint,
    defaults: &Defaults,
) -> Option<(f64, Setting)> {
    let terms = Terms::of(property, constraint, Bare::Ideal)?;
    let wanted = Interval::written(&terms);
    if !is_of_the_mode(property) {
        let settings = controls::settings(&candidate.source, candidate.mode.kind(), &[]);
        let present = settings.get(property)?.clone();
        if let Some(super::capability::Capability::Number { min, max, .. }) =
            candidate.source.capabilities.get(property)
        {
            let value = Interval {
                min: *min,
                max: *max,
            }
            .clamp(aim(wanted, present.as_number()?));
            return Some((apart(wanted, value), Setting::Double(value)));
        }
        return Some((0.0, present));
    }
    let native = Region::native(&candidate.mode, defaults);
    if native.is_void() {
        return None;
    }
    let widest = native.derived().unwrap_or(native);
    if property == Property::AspectRatio {
        let ratio = nearest_ratio(&widest, aim(wanted, 1.0));
        return Some((apart(wanted, ratio), Setting::Double(ratio)));
    }
    let from_to = |min: f64, max: f64| Interval { min, max };
    let within = match property {
        Property::Width | Property::SampleRate => {
            from_to(f64::from(widest.first.min), f64::from(widest.first.max))
        }
        Property::Height | Property::ChannelCount => {
            from_to(f64::from(widest.second.min), f64::from(widest.second.max))
        }
        Property::FrameRate | Property::Latency => widest.third,
        Property::SampleSize => {
            let bits = f64::from(widest.sample_size?);
            from_to(bits, bits)
        }
        _ => return Some((0.0, Setting::Text(NONE.to_owned()))),
    };
    let value = within.clamp(aim(wanted, within.max));
    let setting = if property.value_type() == ValueType::ULong {
        let grid = match property {
            Property::Width | Property::SampleRate => widest.first.nearest(value),
            Property::Height | Property::ChannelCount => widest.second.nearest(value),
            _ => value as u32,
        };
        Setting::Integer(grid)
    } else {
        Setting::Double(value)
    };
    Some((apart(wanted, setting.as_number()?), setting))
}

/// The number that is wanted most.
fn aim(wanted: Interval, otherwise: f64) -> f64 {
    if wanted.is_empty() {
        return otherwise;
    }
    wanted.clamp(otherwise)
}

fn apart(wanted: Interval, value: f64) -> f64 {
    (wanted.min - value).max(value - wanted.max).max(0.0)
}

/// A required constraint as a wish for its nearest value.
pub(super) fn as_wish(constraint: &Constraint) -> Constraint {
    let Constraint::Parameters(p) = constraint else {
        return constraint.clone();
    };
    let limit = p.min.or(p.max).map(super::value::Value::Number);
    match p.exact.clone().or(limit) {
        Some(value) => Constraint::ideal(value),
        None => constraint.clone(),
    }
}

/// The error for a constraint that other tracks of the device leave no room for.
pub(super) fn beside_others(
    property: Property,
    constraint: &Constraint,
    nearest: Option<Setting>,
) -> Overconstrained {
    let wanted = json(constraint);
    let instead = nearest.as_ref().map_or_else(String::new, |setting| {
        format!(": beside them the nearest is {setting}")
    });
    Overconstrained {
        constraint: Some(property),
        message: format!(
            "other tracks of the device require what excludes {property} {wanted}{instead}; stop \
             them, loosen them, or give it as ideal"
        ),
        wanted,
        nearest,
    }
}

/// The error for constraints that only together leave no room beside other tracks.
pub(super) fn together_with_others(request: &Request) -> Overconstrained {
    let wanted = json(&request.constraints.basic);
    Overconstrained {
        constraint: None,
        message: format!(
            "the device cannot serve {wanted} beside what its other tracks require: stop or loosen \
             them, or loosen this"
        ),
        wanted,
        nearest: None,
    }
}

/// An aspect ratio next to `wanted`, at full height if it fits.
fn nearest_ratio(region: &Region, wanted: f64) -> f64 {
    let width = region.first.nearest(wanted * f64::from(region.second.max));
    let height = region.second.nearest(f64::from(width) / wanted);
    aspect_ratio(width, height)
}
