//! Layer 2, the border: the only files that know both W3C values and `gst::Caps`.
//!
//! [`read`] makes candidate modes of a device's caps, [`downstream`] makes constraints of a consumer's;
//! what was selected comes back as fixed caps through [`mod@write`], and as the structures that
//! applications see through [`structure`].

pub mod downstream;
mod field;
mod format;
mod media_type;
pub mod parse;
pub mod photo;
pub mod read;
pub mod structure;
pub mod text;
mod value;
pub mod write;

pub use media_type::MediaType;
