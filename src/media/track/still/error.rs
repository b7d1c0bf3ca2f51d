//! Why there is no still picture.

use std::fmt;

use crate::capture::CaptureError;
use crate::model::constraints::TypeError;

/// Why there is no still picture.
#[derive(Debug, Clone, PartialEq)]
pub enum StillError {
    /// The settings cannot be read.
    Type(TypeError),
    /// The track has ended.
    Ended,
    /// It is not a camera's.
    NotVideo,
    /// The camera or an encoder failed.
    Failed(String),
    /// What photos can be could not be found out.
    Unreadable(String),
}

impl StillError {
    /// The name of the specification's error.
    pub fn dom_name(&self) -> &'static str {
        match self {
            Self::Type(_) => "TypeError",
            Self::Ended => "InvalidStateError",
            Self::NotVideo => "NotSupportedError",
            Self::Failed(_) => "UnknownError",
            Self::Unreadable(_) => "OperationError",
        }
    }
}

impl fmt::Display for StillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(error) => error.fmt(f),
            Self::Ended => f.write_str("the track has ended: no picture comes from it any more"),
            Self::NotVideo => f.write_str("an audio track has no pictures: use a video track"),
            Self::Failed(why) => write!(f, "no picture was taken: {why}"),
            Self::Unreadable(why) => write!(f, "what photos can be is not known: {why}"),
        }
    }
}

impl std::error::Error for StillError {}

impl From<CaptureError> for StillError {
    fn from(error: CaptureError) -> Self {
        Self::Failed(error.to_string())
    }
}
