//! The border between caps and the specification's values, over the caps of real devices.

// clippy.toml allows it in test functions; what they call is as much of a test.
#![allow(clippy::unwrap_used)]

mod arbitrary;
mod devices;
mod dictionaries;
mod downstream;
mod native;
mod output;
mod reading;
mod selection;
