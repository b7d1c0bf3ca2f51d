//! The border between caps and the specification's values, over the caps of real devices.

mod arbitrary;
mod devices;
mod dictionaries;
mod downstream;
mod native;
mod output;
mod reading;
