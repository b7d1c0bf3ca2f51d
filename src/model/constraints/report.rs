//! The answer to "why this mode?".

use std::fmt;

/// The candidates, their distances, and what ruled each out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no candidates")
    }
}
