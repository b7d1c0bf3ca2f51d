//! A value of a JSON text that knows its place.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::error::TypeError;
use super::{MAX_BYTES, MAX_DEPTH};

/// What a JSON value is, told by its first byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

/// One value of the text, and the way to it.
pub(super) struct Node<'a> {
    /// The whole document.
    text: &'a str,
    /// The value alone.
    pub(super) raw: &'a str,
    /// The member's name, if the value is one.
    name: String,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(text: &'a str) -> Result<Self, TypeError> {
        let outside = |message: String| Err(TypeError::new("", message));
        if text.len() > MAX_BYTES {
            return outside(format!(
                "{} bytes are more than the {MAX_BYTES} that are read",
                text.len()
            ));
        }
        if depth(text) > MAX_DEPTH {
            return outside(format!(
                "nested deeper than the {MAX_DEPTH} levels that are read"
            ));
        }
        match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => Ok(Self {
                text,
                raw: raw.get(),
                name: String::new(),
                path: String::new(),
            }),
            Err(error) => Err(TypeError {
                member: String::new(),
                message: format!("not JSON: {}", without_place(&error)),
                line: Some(error.line()),
                column: Some(error.column()),
            }),
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self.raw.as_bytes().first() {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::List,
            Some(b'"') => Shape::Text,
            Some(b't' | b'f') => Shape::Boolean,
            Some(b'n') | None => Shape::Null,
            Some(_) => Shape::Number,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The members of an object; one that is given twice keeps its place and its last value.
    pub(super) fn members(&self) -> Result<Vec<Node<'a>>, TypeError> {
        let Members(members) =
            serde_json::from_str(self.raw).map_err(|e| self.error(&without_place(&e)))?;
        Ok(members
            .into_iter()
            .map(|(name, raw)| Node {
                text: self.text,
                raw: raw.get(),
                path: if self.path.is_empty() {
                    name.clone()
                } else {
                    format!("{}.{name}", self.path)
                },
                name,
            })
            .collect())
    }

    pub(super) fn items(&self) -> Result<Vec<Node<'a>>, TypeError> {
        let items: Vec<&RawValue> =
            serde_json::from_str(self.raw).map_err(|e| self.error(&without_place(&e)))?;
        Ok(items
            .into_iter()
            .enumerate()
            .map(|(i, raw)| Node {
                text: self.text,
                raw: raw.get(),
                name: String::new(),
                path: format!("{}[{i}]", self.path),
            })
            .collect())
    }

    pub(super) fn text(&self) -> Result<String, TypeError> {
        serde_json::from_str(self.raw).map_err(|e| self.error(&without_place(&e)))
    }

    pub(super) fn wrong(&self, expected: &str) -> TypeError {
        let found = match self.shape() {
            Shape::Null => "null (leave the member out instead)",
            Shape::Boolean => self.raw,
            Shape::Number => "a number",
            Shape::Text => "a string",
            Shape::List => "a list",
            Shape::Object => "an object",
        };
        self.error(&format!("expected {expected}, found {found}"))
    }

    pub(super) fn error(&self, message: &str) -> TypeError {
        let offset = (self.raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..offset).unwrap_or_default();
        TypeError {
            member: self.path.clone(),
            message: message.to_owned(),
            line: Some(before.matches('\n').count() + 1),
            column: Some(
                before
                    .rsplit('\n')
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .count()
                    + 1,
            ),
        }
    }
}

/// The members of an object, each with its text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, &RawValue)> = Vec::new();
                let mut places = HashMap::new();
                while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
                    match places.get(&name) {
                        Some(&at) => {
                            let old: &mut (String, &RawValue) = &mut members[at];
                            old.1 = raw;
                        }
                        None => {
                            places.insert(name.clone(), members.len());
                            members.push((name, raw));
                        }
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// serde_json ends its messages with a place, which for a part of the text would be wrong.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}

/// How deep lists and objects are nested, strings left out.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
