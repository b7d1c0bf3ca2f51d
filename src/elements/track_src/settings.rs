//! What the application asked of a track element.

use gst::glib;

use super::given::Given;
use crate::media::track::MutedOutput;
use crate::model::constraints::{TrackConstraints, TypeError};

/// What to do when the device is lost.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, glib::Enum)]
#[enum_type(name = "GstMediaTrackOnEnded")]
pub enum OnEnded {
    /// End the pad.
    #[default]
    #[enum_value(name = "End the pad", nick = "eos")]
    Eos,
    /// Go on with black or silence.
    #[enum_value(name = "Go on with black or silence", nick = "zero")]
    Zero,
    /// The same, and take the device again when it is back.
    #[enum_value(
        name = "Go on, and take the device again when it is back",
        nick = "reconnect"
    )]
    Reconnect,
}

/// The properties of a track element.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub constraints: Option<String>,
    pub given: Given,
    /// The track is one of a stream that something else plays, which says what becomes of its tracks.
    pub is_part: bool,
    pub muted_output: MutedOutput,
    pub on_ended: OnEnded,
}

impl Settings {
    /// The constraints as the specification reads them. Nothing written: no constraints.
    ///
    /// # Errors
    ///
    /// Names the member and the position.
    pub fn track_constraints(&self) -> Result<TrackConstraints, TypeError> {
        parse(self.constraints.as_deref())
    }
}

/// The constraints that a write to `constraints` means.
pub(super) fn parse(json: Option<&str>) -> Result<TrackConstraints, TypeError> {
    match json {
        None | Some("") => Ok(TrackConstraints::default()),
        Some(json) => TrackConstraints::from_json(json),
    }
}
