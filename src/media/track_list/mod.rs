//! `GstAudioTrackList`, `GstVideoTrackList` and their tracks: which tracks a media element has, and which
//! of them it plays (HTML, "Media resources with multiple media tracks").
//!
//! An element has one list of each kind for its life. Track objects are never used again: a resource that
//! is loaded once more has others.
//!
//! | file | noun |
//! |---|---|
//! | `audio_track`, `video_track` | the tracks as GObjects |
//! | `audio_track_list`, `video_track_list` | the lists as GObjects |
//! | `details` | what is fixed for the life of a track |
//! | `listed` | what both kinds of tracks have in common, and their switch |
//! | `members` | the tracks behind a list, and who is told of changes |
//! | `mirror` | lists that follow a `MediaStream` |
//! | `signals` | events and operations of lists |
//!
//! For whoever plays the tracks:
//!
//! ```text
//! list.played_by(element, |element, track| …);     once: switch to what is enabled now
//! let track = list.add(details, None);             track.enabled() says whether to play it
//! list.remove(&track);                             removetrack
//! list.clear();                                    another resource: no events
//! ```
//!
//! The switch that a track comes with is part of its being added: `addtrack` tells of it, and `change` does
//! not, as in browsers.

mod audio_track;
mod audio_track_list;
mod details;
mod listed;
mod members;
mod mirror;
mod signals;
mod video_track;
mod video_track_list;

pub use audio_track::AudioTrack;
pub use audio_track_list::AudioTrackList;
pub use details::Details;
pub use video_track::VideoTrack;
pub use video_track_list::VideoTrackList;

/// The event of a track that was switched.
const CHANGE: &str = "change";
