//! Constraints as JSON.
//!
//! The reader keeps every value as a slice of the text until its type is known. So an error has a
//! place, a member given twice counts the last time only, and a number too large for a double still
//! clamps.

mod node;
mod photo;
mod read;
mod write;

/// The longest text that is read.
const MAX_BYTES: usize = 64 * 1024;

/// The most advanced sets that are read; the selection counts on no more (one bit each).
pub(super) const MAX_ADVANCED: usize = 64;

/// The deepest nesting that is read. Constraints need five levels; the rest is unknown members.
const MAX_DEPTH: usize = 64;
