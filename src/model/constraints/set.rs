//! Constraint sets and the dictionaries that hold them.

use super::error::TypeError;
use super::property::{Kind, Property, ValueType};
use super::value::{Constraint, Parameters, Value};

/// `MediaTrackConstraintSet`: at most one constraint a property, in the order given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstraintSet(Vec<(Property, Constraint)>);

impl ConstraintSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The constraint of `property`.
    pub fn get(&self, property: Property) -> Option<&Constraint> {
        self.0
            .iter()
            .find(|(p, _)| *p == property)
            .map(|(_, constraint)| constraint)
    }

    /// Sets the constraint of `property`; one that was there before keeps its place.
    ///
    /// # Errors
    ///
    /// The constraint has not the type of the property, or a number that is not finite.
    pub fn set(&mut self, property: Property, constraint: Constraint) -> Result<(), TypeError> {
        constraint.check(property)?;
        match self.0.iter_mut().find(|(p, _)| *p == property) {
            Some((_, old)) => *old = constraint,
            None => self.0.push((property, constraint)),
        }
        Ok(())
    }

    /// Takes the constraint of `property` away.
    pub fn remove(&mut self, property: Property) {
        self.0.retain(|(p, _)| *p != property);
    }

    /// Every constraint, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = (Property, &Constraint)> {
        self.0.iter().map(|(p, c)| (*p, c))
    }

    /// Whether there is no constraint.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of constraints.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The same without the properties that tracks of `kind` do not have.
    #[must_use]
    pub fn for_kind(&self, kind: Kind) -> Self {
        let mut set = self.clone();
        set.0.retain(|(p, _)| p.applies_to(kind));
        set
    }

    /// What both sets require, ideals left out; `None` if one property cannot meet both.
    pub fn merged_required(&self, other: &Self) -> Option<Self> {
        let mut merged = Self(
            self.iter()
                .filter_map(|(p, c)| Some((p, c.required_part()?)))
                .collect(),
        );
        for (property, constraint) in other.iter() {
            let Some(required) = constraint.required_part() else {
                continue;
            };
            match merged.0.iter_mut().find(|(p, _)| *p == property) {
                None => merged.0.push((property, required)),
                Some((_, mine)) => *mine = both(mine, &required)?,
            }
        }
        Some(merged)
    }
}

/// The constraint that is met exactly when two required ones are; `None` if nothing meets it.
fn both(a: &Constraint, b: &Constraint) -> Option<Constraint> {
    let (Constraint::Parameters(a), Constraint::Parameters(b)) = (a, b) else {
        return None;
    };
    let tighter = |a: Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64| match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    };
    let stated = |v: &Option<Value>| v.clone().filter(|v| !v.is_empty_list());
    let exact = match (stated(&a.exact), stated(&b.exact)) {
        (Some(a), Some(b)) => Some(shared(&a, &b)?),
        (a, b) => a.or(b),
    };
    let min = tighter(a.min, b.min, f64::max);
    let max = tighter(a.max, b.max, f64::min);
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return None;
    }
    Some(Constraint::Parameters(Parameters {
        min,
        max,
        exact,
        ideal: None,
    }))
}

/// The values that two `exact` members have in common.
fn shared(a: &Value, b: &Value) -> Option<Value> {
    if a == b {
        return Some(a.clone());
    }
    let list = |v: &Value| match v {
        Value::Text(text) => Some(vec![text.clone()]),
        Value::Texts(list) => Some(list.clone()),
        _ => None,
    };
    let (mut a, b) = (list(a)?, list(b)?);
    a.retain(|text| b.contains(text));
    (!a.is_empty()).then_some(Value::Texts(a))
}

/// `MediaTrackConstraints`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackConstraints {
    /// The members themselves.
    pub basic: ConstraintSet,
    /// The sets under `advanced`, first is tried first. Those beyond the 64th count for nothing.
    pub advanced: Vec<ConstraintSet>,
}

impl TrackConstraints {
    /// No constraints.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.basic.is_empty() && self.advanced.is_empty()
    }

    /// The same without the properties that tracks of `kind` do not have (#84, #85, D6).
    #[must_use]
    pub fn for_kind(&self, kind: Kind) -> Self {
        Self {
            basic: self.basic.for_kind(kind),
            advanced: self.advanced.iter().map(|s| s.for_kind(kind)).collect(),
        }
    }

    /// The same without what these properties are asked.
    #[must_use]
    pub fn without(&self, properties: &[Property]) -> Self {
        let strip = |set: &ConstraintSet| {
            let mut set = set.clone();
            properties.iter().for_each(|property| set.remove(*property));
            set
        };
        Self {
            basic: strip(&self.basic),
            advanced: self.advanced.iter().map(strip).collect(),
        }
    }

    /// Whether a value is asked of `property` anywhere, not only that it be there (`pan: true`).
    pub fn asks_value_of(&self, property: Property) -> bool {
        let is_presence = |constraint: &Constraint| {
            property.value_type() == ValueType::BooleanOrDouble
                && matches!(constraint, Constraint::Bare(Value::Boolean(_)))
        };
        let sets = std::iter::once(&self.basic).chain(&self.advanced);
        sets.filter_map(|set| set.get(property))
            .any(|constraint| !constraint.is_absent() && !is_presence(constraint))
    }

    /// `getUserMedia` step 5.3: only some properties may be required when a device is chosen.
    ///
    /// # Errors
    ///
    /// Names the first property that is required and may not be.
    pub fn check_get_user_media(&self) -> Result<(), TypeError> {
        match self
            .basic
            .iter()
            .find(|(p, c)| c.is_required() && !p.may_be_required_in_get_user_media())
        {
            None => Ok(()),
            Some((property, _)) => Err(TypeError::new(
                property.name(),
                "may not be required when a device is chosen: give it as ideal or in an \
                 advanced set, or apply it to the track afterwards",
            )),
        }
    }
}

/// `MediaStreamConstraints`: `None` is a kind that was not asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamConstraints {
    /// What is asked of the microphone.
    pub audio: Option<TrackConstraints>,
    /// What is asked of the camera.
    pub video: Option<TrackConstraints>,
}

impl StreamConstraints {
    /// What is asked of a kind.
    pub fn get(&self, kind: Kind) -> Option<&TrackConstraints> {
        match kind {
            Kind::Audio => self.audio.as_ref(),
            Kind::Video => self.video.as_ref(),
        }
    }

    /// `getUserMedia` step 1, and [`TrackConstraints::check_get_user_media`] of both kinds, without
    /// what each ignores.
    ///
    /// # Errors
    ///
    /// Neither kind is requested (#130); or names the first member, such as `video.zoom`, that is
    /// required and may not be.
    pub fn check_get_user_media(&self) -> Result<(), TypeError> {
        if self.audio.is_none() && self.video.is_none() {
            return Err(TypeError::new(
                "",
                "neither audio nor video is requested: ask for one of them",
            ));
        }
        for kind in [Kind::Audio, Kind::Video] {
            if let Some(track) = self.get(kind) {
                track
                    .for_kind(kind)
                    .check_get_user_media()
                    .map_err(|error| error.within(kind.name()))?;
            }
        }
        Ok(())
    }
}
