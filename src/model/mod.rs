//! Layer 1, pure Rust: the terms and algorithms of the Web specifications as types.

pub mod constraints;
