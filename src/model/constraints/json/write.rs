//! Dictionaries into JSON.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::super::property::Property;
use super::super::set::{ConstraintSet, StreamConstraints, TrackConstraints};
use super::super::value::{Constraint, Value};

/// The largest whole number up to which doubles skip none.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

impl TrackConstraints {
    /// Writes them as given: properties in their order, then `advanced`.
    pub fn to_json(&self) -> String {
        // Only strings, booleans and finite numbers are inside: nothing that JSON cannot say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl StreamConstraints {
    /// Writes them; a kind that is not requested is left out.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// `640`, not `640.0`, as the Web writes it.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() <= MAX_SAFE {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

struct Point((f64, f64));

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("x", &Number(self.0.0))?;
        map.serialize_entry("y", &Number(self.0.1))?;
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(number) => Number(*number).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Points(points) => {
                let mut list = serializer.serialize_seq(Some(points.len()))?;
                for point in points {
                    list.serialize_element(&Point(*point))?;
                }
                list.end()
            }
        }
    }
}

impl Serialize for Constraint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters = match self {
            Self::Bare(value) => return value.serialize(serializer),
            Self::Parameters(parameters) => parameters,
        };
        let mut map = serializer.serialize_map(None)?;
        for (name, limit) in [("min", parameters.min), ("max", parameters.max)] {
            if let Some(limit) = limit {
                map.serialize_entry(name, &Number(limit))?;
            }
        }
        for (name, value) in [("exact", &parameters.exact), ("ideal", &parameters.ideal)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for ConstraintSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for TrackConstraints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (property, constraint) in self.basic.iter() {
            map.serialize_entry(&property, constraint)?;
        }
        if !self.advanced.is_empty() {
            map.serialize_entry("advanced", &self.advanced)?;
        }
        map.end()
    }
}

impl Serialize for StreamConstraints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(audio) = &self.audio {
            map.serialize_entry("audio", audio)?;
        }
        if let Some(video) = &self.video {
            map.serialize_entry("video", video)?;
        }
        map.end()
    }
}
