//! Dictionaries out of JSON, with Web IDL's conversions except those between JSON types:
//! a string that looks like a number is an error here.

use serde::de::{Deserialize, Deserializer, Error as _};

use super::super::error::TypeError;
use super::super::property::{Property, ValueType};
use super::super::set::{ConstraintSet, StreamConstraints, TrackConstraints};
use super::super::value::{Constraint, Parameters, Value, clamp_to_unsigned_long};
use super::MAX_ADVANCED;
use super::node::{Node, Shape};

impl TrackConstraints {
    /// Reads `MediaTrackConstraints`; `true` stands for no constraints.
    ///
    /// # Errors
    ///
    /// Text that is no JSON, or a member of the wrong type. More than 64 KiB, 64 levels or 64 sets under `advanced`:
    /// documents come from strangers as well.
    pub fn from_json(text: &str) -> Result<Self, TypeError> {
        let root = Node::root(text)?;
        match root.shape() {
            Shape::Boolean if root.raw == "true" => Ok(Self::default()),
            Shape::Object => read_track(&root),
            _ => Err(root.wrong("an object of constraints, or true")),
        }
    }
}

impl StreamConstraints {
    /// Reads `MediaStreamConstraints`.
    ///
    /// # Errors
    ///
    /// As [`TrackConstraints::from_json`]; and neither kind is requested (#130).
    pub fn from_json(text: &str) -> Result<Self, TypeError> {
        let root = Node::root(text)?;
        if root.shape() != Shape::Object {
            return Err(root.wrong("an object with audio and video"));
        }
        let mut stream = Self::default();
        for member in root.members()? {
            match member.name() {
                "audio" => stream.audio = read_kind(&member)?,
                "video" => stream.video = read_kind(&member)?,
                _ => {}
            }
        }
        if stream.audio.is_none() && stream.video.is_none() {
            return Err(
                root.error("neither audio nor video is requested: set one to true or to an object")
            );
        }
        Ok(stream)
    }
}

fn read_kind(node: &Node) -> Result<Option<TrackConstraints>, TypeError> {
    match node.shape() {
        Shape::Boolean => Ok((node.raw == "true").then(TrackConstraints::default)),
        Shape::Object => read_track(node).map(Some),
        _ => Err(node.wrong("a boolean or an object of constraints")),
    }
}

fn read_track(node: &Node) -> Result<TrackConstraints, TypeError> {
    let mut track = TrackConstraints::default();
    for member in node.members()? {
        if let Some(property) = Property::from_name(member.name()) {
            read_member(&mut track.basic, property, &member)?;
        } else if member.name() == "advanced" {
            if member.shape() != Shape::List {
                return Err(member.wrong("a list of objects of constraints"));
            }
            let items = member.items()?;
            if items.len() > MAX_ADVANCED {
                return Err(member.error(&format!(
                    "{} sets are more than the {MAX_ADVANCED} that are read: leave some out",
                    items.len()
                )));
            }
            track.advanced = items.iter().map(read_set).collect::<Result<_, _>>()?;
        }
    }
    Ok(track)
}

fn read_set(node: &Node) -> Result<ConstraintSet, TypeError> {
    if node.shape() != Shape::Object {
        return Err(node.wrong("an object of constraints"));
    }
    let mut set = ConstraintSet::new();
    for member in node.members()? {
        if let Some(property) = Property::from_name(member.name()) {
            read_member(&mut set, property, &member)?;
        }
    }
    Ok(set)
}

fn read_member(set: &mut ConstraintSet, property: Property, node: &Node) -> Result<(), TypeError> {
    let constraint = read_constraint(node, property.value_type())?;
    set.set(property, constraint)
        .map_err(|error| node.error(&error.message))
}

/// Web IDL's conversion to the union of a property's value and its parameters.
fn read_constraint(node: &Node, value_type: ValueType) -> Result<Constraint, TypeError> {
    if node.shape() != Shape::Object {
        let bare = match (value_type, node.shape()) {
            (ValueType::BooleanOrDouble, Shape::Boolean) => Value::Boolean(node.raw == "true"),
            _ => read_value(node, value_type, value_type.expected())?,
        };
        return Ok(Constraint::Bare(bare));
    }
    let ranged = matches!(
        value_type,
        ValueType::ULong | ValueType::Double | ValueType::BooleanOrDouble
    );
    let mut parameters = Parameters::default();
    for member in node.members()? {
        match member.name() {
            "min" if ranged => parameters.min = Some(read_number(&member, value_type)?),
            "max" if ranged => parameters.max = Some(read_number(&member, value_type)?),
            "exact" => parameters.exact = Some(read_value(&member, value_type, plain(value_type))?),
            "ideal" => parameters.ideal = Some(read_value(&member, value_type, plain(value_type))?),
            _ => {}
        }
    }
    Ok(Constraint::Parameters(parameters))
}

/// What may stand under `exact` and `ideal`.
fn plain(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::ULong | ValueType::Double | ValueType::BooleanOrDouble => "a number",
        ValueType::Boolean => "a boolean",
        ValueType::DomString => "a string or a list of strings",
        ValueType::BooleanOrDomString => "a boolean or a string",
        ValueType::Point2D => "a list of points such as [{\"x\":0.5,\"y\":0.5}]",
    }
}

fn read_value(node: &Node, value_type: ValueType, expected: &str) -> Result<Value, TypeError> {
    use ValueType::{
        Boolean, BooleanOrDomString, BooleanOrDouble, DomString, Double, Point2D, ULong,
    };
    match (value_type, node.shape()) {
        (ULong | Double | BooleanOrDouble, Shape::Number) => {
            read_number(node, value_type).map(Value::Number)
        }
        (Boolean | BooleanOrDomString, Shape::Boolean) => Ok(Value::Boolean(node.raw == "true")),
        (DomString | BooleanOrDomString, Shape::Text) => node.text().map(Value::Text),
        (DomString, Shape::List) => {
            let items = node.items()?;
            let texts = items.iter().map(|item| match item.shape() {
                Shape::Text => item.text(),
                _ => Err(item.wrong("a string")),
            });
            texts.collect::<Result<_, _>>().map(Value::Texts)
        }
        (Point2D, Shape::List) => {
            let items = node.items()?;
            let points = items.iter().map(read_point);
            points.collect::<Result<_, _>>().map(Value::Points)
        }
        _ => Err(node.wrong(expected)),
    }
}

fn read_number(node: &Node, value_type: ValueType) -> Result<f64, TypeError> {
    if node.shape() != Shape::Number {
        return Err(node.wrong("a number"));
    }
    let number: f64 = node.raw.parse().map_err(|_| node.wrong("a number"))?;
    if value_type == ValueType::ULong {
        return Ok(f64::from(clamp_to_unsigned_long(number)));
    }
    if !number.is_finite() {
        return Err(node.error("the number is too large: write one that a double can hold"));
    }
    Ok(number)
}

/// `Point2D` = `{x = 0.0, y = 0.0}`.
fn read_point(node: &Node) -> Result<(f64, f64), TypeError> {
    if node.shape() != Shape::Object {
        return Err(node.wrong("a point such as {\"x\":0.5,\"y\":0.5}"));
    }
    let mut point = (0.0, 0.0);
    for member in node.members()? {
        match member.name() {
            "x" => point.0 = read_number(&member, ValueType::Double)?,
            "y" => point.1 = read_number(&member, ValueType::Double)?,
            _ => {}
        }
    }
    Ok(point)
}

/// Through a text, because only a text has places to name.
fn reread<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: fn(&str) -> Result<T, TypeError>,
) -> Result<T, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    read(&value.to_string()).map_err(|error| {
        D::Error::custom(TypeError {
            line: None,
            column: None,
            ..error
        })
    })
}

impl<'de> Deserialize<'de> for TrackConstraints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        reread(deserializer, Self::from_json)
    }
}

impl<'de> Deserialize<'de> for StreamConstraints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        reread(deserializer, Self::from_json)
    }
}
