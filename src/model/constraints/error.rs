//! The two ways in which constraints fail.

use std::fmt;

use super::property::Property;
use super::setting::Setting;

/// What was asked for cannot be read: the Web's `TypeError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeError {
    /// Path of the member at fault, such as `video.width.exact`; empty: the document itself.
    pub member: String,
    /// What is wrong with it and what to write instead.
    pub message: String,
    /// Line in the JSON text, from 1; `None` if there is no text.
    pub line: Option<usize>,
    /// Column in that line, from 1.
    pub column: Option<usize>,
}

impl TypeError {
    /// An error without a place in a text.
    pub fn new(member: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            member: member.into(),
            message: message.into(),
            line: None,
            column: None,
        }
    }

    /// The same error one level further out.
    pub(super) fn within(mut self, outer: &str) -> Self {
        self.member = if self.member.is_empty() {
            outer.to_owned()
        } else {
            format!("{outer}.{}", self.member)
        };
        self
    }
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.member.is_empty() {
            f.write_str("constraints")?;
        } else {
            f.write_str(&self.member)?;
        }
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, " (line {line}, column {column})")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for TypeError {}

/// No settings meet what is required: the Web's `OverconstrainedError`.
#[derive(Clone, Debug, PartialEq)]
pub struct Overconstrained {
    /// The property at fault; `None` (the Web's `""`) when no single one is.
    pub constraint: Option<Property>,
    /// JSON of that constraint, or of all the required ones.
    pub wanted: String,
    /// What the best candidate could give instead.
    pub nearest: Option<Setting>,
    /// All of this as a sentence.
    pub message: String,
}

impl Overconstrained {
    /// The error's name in the specification.
    pub const NAME: &'static str = "OverconstrainedError";

    /// The legacy code of a `DOMException`: this one has none.
    pub const CODE: u16 = 0;

    /// The `constraint` member: a property's name or `""`.
    pub fn constraint_name(&self) -> &'static str {
        self.constraint.map_or("", Property::name)
    }
}

impl fmt::Display for Overconstrained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Overconstrained {}
