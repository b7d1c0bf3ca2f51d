//! What the application asked of `usermediasrc`.

use crate::elements::OnEnded;
use crate::media::MediaStream;
use crate::media::track::MutedOutput;
use crate::model::constraints::{Kind, StreamConstraints, TypeError};

/// A camera and a microphone, whichever serve best.
pub(super) const CONSTRAINTS: &str = r#"{"video":true,"audio":true}"#;

/// The properties of the element.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub constraints: Option<String>,
    /// A stream that the application gave.
    pub stream: Option<MediaStream>,
    pub muted_output: MutedOutput,
    pub on_ended: OnEnded,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            constraints: Some(CONSTRAINTS.to_owned()),
            stream: None,
            muted_output: MutedOutput::default(),
            on_ended: OnEnded::default(),
        }
    }
}

impl Settings {
    /// The constraints as getUserMedia reads them, steps 1 to 5.3.
    ///
    /// # Errors
    ///
    /// Names the member and the position; also when neither audio nor video is asked for, and for
    /// a required constraint that getUserMedia does not take.
    pub fn stream_constraints(&self) -> Result<StreamConstraints, TypeError> {
        let json = self.constraints.as_deref().unwrap_or("{}");
        let constraints = StreamConstraints::from_json(json)?;
        for (kind, of_kind) in [
            (Kind::Audio, &constraints.audio),
            (Kind::Video, &constraints.video),
        ] {
            if let Some(of_kind) = of_kind {
                of_kind.for_kind(kind).check_get_user_media()?;
            }
        }
        Ok(constraints)
    }
}
