//! The properties that belong to the source, whatever its mode: identity, processing, lens and light.
//!
//! Each has a domain of its own, so each is chosen on its own. A source has one value of each for
//! all its tracks (#102).

use super::capability::{BooleanOrText, Capability};
use super::demand::is_of_the_mode;
use super::fitness::{Terms, relative};
use super::mode::SourceFacts;
use super::property::{Kind, Property};
use super::setting::{Setting, Settings};
use super::value::Value;

/// What one constraint says of one property.
pub(super) type Control<'a> = (Property, Terms<'a>);

/// Sets that count together, in falling order of what they may decide.
pub(super) type Controls<'a, 'b> = &'b [&'b [Control<'a>]];

/// Whether one value of each property meets everything that is required of it.
pub(super) fn feasible(facts: &SourceFacts, sets: Controls) -> bool {
    culprit(facts, sets).is_none()
}

/// The first property of which no value meets everything that is required of it.
pub(super) fn culprit(facts: &SourceFacts, sets: Controls) -> Option<Property> {
    // Each property once: several tracks with 64 sets each say hundreds of things of one.
    let mut judged = Vec::new();
    sets.iter()
        .flat_map(|set| set.iter())
        .filter(|(_, terms)| terms.required)
        .map(|(property, _)| *property)
        .find(|property| {
            if judged.contains(property) {
                return false;
            }
            judged.push(*property);
            choose(facts, *property, sets).is_err()
        })
}

/// What the properties of the source add to the fitness distance of `basic`, with the values that
/// `sets` decide.
pub(super) fn distance(facts: &SourceFacts, basic: &[Control], sets: Controls) -> f64 {
    basic
        .iter()
        .map(|(property, terms)| match choose(facts, *property, sets) {
            Ok(value) => terms.distance(*property, value.as_ref()),
            Err(Infeasible) => f64::INFINITY,
        })
        .fold(0.0, std::ops::Add::add)
}

/// The values that `sets` decide, of every property that the source has.
pub(super) fn settings(facts: &SourceFacts, kind: Kind, sets: Controls) -> Settings {
    let mut settings = Settings::new();
    for property in Property::ALL.iter().copied() {
        if !property.applies_to(kind) || is_of_the_mode(property) {
            continue;
        }
        if let Ok(Some(value)) = choose(facts, property, sets) {
            settings.set(property, value);
        }
    }
    settings
}

/// No value meets everything that is required.
struct Infeasible;

/// The value of one property. The first set that has an ideal decides; without one the present
/// value stays.
fn choose(
    facts: &SourceFacts,
    property: Property,
    sets: Controls,
) -> Result<Option<Setting>, Infeasible> {
    let about = || {
        sets.iter()
            .flat_map(|set| set.iter())
            .filter(move |(p, _)| *p == property)
            .map(|(_, terms)| terms)
    };
    let allowed = |value: Option<&Setting>| about().all(|terms| terms.allow(property, value));
    let present = facts.settings.get(property);
    let domain = facts.capabilities.get(property);
    if let Some(Capability::Number { min, max, step }) = domain {
        let grid = Steps::new(*min, *max, *step).ok_or(Infeasible)?;
        let ideal = about().find_map(|terms| match terms.ideal {
            Some(Value::Number(ideal)) => Some(*ideal),
            _ => None,
        });
        let limits = about().fold(grid.limits(), |limits, terms| {
            limits.meet(super::demand::Interval::written(terms))
        });
        let value = grid
            .nearest(limits, ideal, present.and_then(Setting::as_number))
            .map(Setting::Double);
        let value = value.filter(|value| allowed(Some(value)));
        return value.map(Some).ok_or(Infeasible);
    }
    let values = discrete(domain, present);
    if values.is_empty() {
        return if allowed(None) {
            Ok(None)
        } else {
            Err(Infeasible)
        };
    }
    let wished = values.iter().filter(|value| allowed(Some(value)));
    let ideal = about().find(|terms| terms.ideal.is_some());
    let score = |value: &&Setting| {
        let distance = ideal.map_or(0.0, |terms| terms.distance(property, Some(value)));
        let moved = present.is_some_and(|present| present != *value);
        // UA default of SelectSettings: cancel echo where the source says nothing.
        let off = present.is_none()
            && property == Property::EchoCancellation
            && **value != Setting::Boolean(true);
        (distance > 0.0, moved || off)
    };
    // `min_by_key` keeps the first of equals: the order of the source.
    wished
        .min_by_key(score)
        .cloned()
        .map(Some)
        .ok_or(Infeasible)
}

fn discrete(domain: Option<&Capability>, present: Option<&Setting>) -> Vec<Setting> {
    match domain {
        None => present.cloned().into_iter().collect(),
        Some(Capability::Text(text)) => vec![Setting::Text(text.clone())],
        Some(Capability::Texts(texts)) => texts.iter().cloned().map(Setting::Text).collect(),
        Some(Capability::Booleans(list)) => list.iter().copied().map(Setting::Boolean).collect(),
        Some(Capability::BooleansOrTexts(list)) => list
            .iter()
            .map(|value| match value {
                BooleanOrText::Boolean(value) => Setting::Boolean(*value),
                BooleanOrText::Text(text) => Setting::Text(text.clone()),
            })
            .collect(),
        Some(Capability::Number { .. }) => Vec::new(),
    }
}

/// The numbers that a control can have.
struct Steps {
    min: f64,
    max: f64,
    step: f64,
}

impl Steps {
    fn new(min: f64, max: f64, step: Option<f64>) -> Option<Self> {
        let step = step.filter(|s| s.is_finite() && *s > 0.0).unwrap_or(0.0);
        (min.is_finite() && max.is_finite() && min <= max).then_some(Self { min, max, step })
    }

    fn limits(&self) -> super::demand::Interval {
        super::demand::Interval {
            min: self.min,
            max: self.max,
        }
    }

    /// The number on a step at or next to `aim` that lies within `limits`, on either side.
    fn beside(&self, limits: super::demand::Interval, aim: f64) -> [Option<f64>; 2] {
        let aim = limits.clamp(aim);
        if self.step == 0.0 {
            return [Some(aim), None];
        }
        let at = |k: f64| self.min + k * self.step;
        let slack = self.step * 1e-6;
        let within = |n: f64| n >= limits.min - slack && n <= limits.max + slack;
        let steps = (aim - self.min) / self.step;
        [at((steps + 1e-6).floor()), at((steps - 1e-6).ceil())].map(|n| {
            // A step that is the limit but for noise is the limit.
            let exact = limits.clamp(n);
            within(n).then_some(exact)
        })
    }

    /// Without an ideal the present value stays, or moves as little as it has to.
    fn nearest(
        &self,
        limits: super::demand::Interval,
        ideal: Option<f64>,
        present: Option<f64>,
    ) -> Option<f64> {
        if limits.is_empty() {
            return None;
        }
        let aim = ideal.or(present).unwrap_or(self.min);
        // Rule 7 of numbers with different signs is smallest at an end.
        let aims = match ideal {
            Some(_) => [aim, limits.min, limits.max, 0.0],
            None => [aim; 4],
        };
        let apart = |n: f64| match ideal {
            Some(ideal) => relative(n, ideal),
            None => (n - aim).abs(),
        };
        aims.into_iter()
            .flat_map(|aim| self.beside(limits, aim))
            .flatten()
            .min_by(|a, b| {
                let near = |n: f64| (n - aim).abs();
                apart(*a)
                    .total_cmp(&apart(*b))
                    .then(near(*a).total_cmp(&near(*b)))
            })
    }
}
