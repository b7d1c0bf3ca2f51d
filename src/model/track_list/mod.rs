//! The rules of the audio and video track lists of a media element (HTML, "Media resources with multiple
//! media tracks").
//!
//! | file | noun |
//! |---|---|
//! | `kind` | what a track is to the main one, from what its resource says of it |
//! | `language` | language codes of containers as BCP 47 tags |
//! | `switches` | which tracks of a list are on, and what a change of that is told as |

mod kind;
mod language;
mod switches;

pub use kind::{Description, Facts, audio_kinds, video_kinds};
pub use language::bcp47;
pub use switches::{Change, Rule, found, switch};
