//! The names in a request that some source goes by. The others decide nothing, and a document holds thousands of them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::capability::{BooleanOrText, Capability};
use super::demand::{CROP_AND_SCALE, NONE};
use super::mode::Candidate;
use super::property::Property;
use super::select::Request;
use super::set::{ConstraintSet, TrackConstraints};
use super::setting::Setting;
use super::value::{Constraint, Value};

/// Lists up to this length are left as they are.
const SHORT: usize = 4;

/// The same request, as far as these candidates can tell: of a long list stays what one of them has, or else its first
/// name. For the selection alone: an error says what was really asked.
pub(super) fn constraints<'a>(
    request: &Request<'a>,
    candidates: &[Candidate],
) -> Cow<'a, TrackConstraints> {
    let sets = || std::iter::once(&request.constraints.basic).chain(&request.constraints.advanced);
    if !sets().any(|set| set.iter().any(|(_, constraint)| is_long(constraint))) {
        return Cow::Borrowed(request.constraints);
    }
    let names = names(candidates);
    Cow::Owned(TrackConstraints {
        basic: shorter(&request.constraints.basic, &names),
        advanced: request
            .constraints
            .advanced
            .iter()
            .map(|set| shorter(set, &names))
            .collect(),
    })
}

fn lists(constraint: &Constraint) -> impl Iterator<Item = &Vec<String>> {
    let values = match constraint {
        Constraint::Bare(value) => [Some(value), None],
        Constraint::Parameters(terms) => [terms.exact.as_ref(), terms.ideal.as_ref()],
    };
    values
        .into_iter()
        .flatten()
        .filter_map(|value| match value {
            Value::Texts(list) => Some(list),
            _ => None,
        })
}

fn is_long(constraint: &Constraint) -> bool {
    lists(constraint).any(|list| list.len() > SHORT)
}

/// Of every property: one set for all is enough, since a name too many does no harm.
fn names(candidates: &[Candidate]) -> HashSet<&str> {
    let mut names = HashSet::from([NONE, CROP_AND_SCALE]);
    let mut last = None;
    for candidate in candidates {
        // The modes of a source follow one another.
        if last.replace(Arc::as_ptr(&candidate.source)) == Some(Arc::as_ptr(&candidate.source)) {
            continue;
        }
        for (_, setting) in candidate.source.settings.iter() {
            if let Setting::Text(text) = setting {
                names.insert(text);
            }
        }
        for property in Property::ALL {
            match candidate.source.capabilities.get(*property) {
                Some(Capability::Text(text)) => drop(names.insert(text)),
                Some(Capability::Texts(texts)) => names.extend(texts.iter().map(String::as_str)),
                Some(Capability::BooleansOrTexts(all)) => {
                    names.extend(all.iter().filter_map(|one| match one {
                        BooleanOrText::Text(text) => Some(text.as_str()),
                        BooleanOrText::Boolean(_) => None,
                    }));
                }
                _ => {}
            }
        }
    }
    names
}

fn shorter(set: &ConstraintSet, names: &HashSet<&str>) -> ConstraintSet {
    let mut short = set.clone();
    for (property, constraint) in set.iter().filter(|(_, constraint)| is_long(constraint)) {
        let mut constraint = constraint.clone();
        match &mut constraint {
            Constraint::Bare(value) => keep(value, names),
            Constraint::Parameters(terms) => {
                let values = [&mut terms.exact, &mut terms.ideal];
                values.into_iter().flatten().for_each(|v| keep(v, names));
            }
        }
        // Of the same type as before.
        let _ = short.set(property, constraint);
    }
    short
}

fn keep(value: &mut Value, names: &HashSet<&str>) {
    let Value::Texts(list) = value else { return };
    let first = list.first().cloned();
    let mut seen = HashSet::new();
    list.retain(|name| names.contains(name.as_str()) && seen.insert(name.clone()));
    if list.is_empty() {
        list.extend(first);
    }
}
