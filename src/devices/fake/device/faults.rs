//! The faults of a device as one document: what its action signals write member by member, and the property
//! `faults` as a whole.

use std::fmt;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::caps::parse;
use crate::devices::controls::Id;

/// Longer than any script; a document beyond it is not read at all.
const LONGEST: usize = 64 * 1024;

/// A state change of the element that does not come back.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hang {
    /// All come back.
    #[default]
    #[serde(rename = "")]
    Never,
    /// NULL to READY.
    Open,
    /// READY to PAUSED: the device is being started.
    Start,
    /// PAUSED to PLAYING.
    Play,
    /// PLAYING to PAUSED.
    Pause,
    /// PAUSED to READY: the device is being stopped, and is held until that is over.
    Stop,
    /// READY to NULL.
    Close,
}

impl Hang {
    /// The name of a state change; the ones from a state to itself have none.
    pub fn of(transition: gst::StateChange) -> Self {
        match transition {
            gst::StateChange::NullToReady => Self::Open,
            gst::StateChange::ReadyToPaused => Self::Start,
            gst::StateChange::PausedToPlaying => Self::Play,
            gst::StateChange::PlayingToPaused => Self::Pause,
            gst::StateChange::PausedToReady => Self::Stop,
            gst::StateChange::ReadyToNull => Self::Close,
            _ => Self::Never,
        }
    }
}

/// What the driver writes on its frames instead of the time of capture.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Timestamps {
    /// The time of capture.
    #[default]
    #[serde(rename = "")]
    Right,
    /// Each time on two frames.
    Repeat,
    /// One time on all of them.
    Freeze,
    /// Every second frame is dated three frames back.
    Backward,
    /// An hour ahead.
    Jump,
    /// Nothing.
    None,
}

/// Caps as they were written. The empty string is no caps at all, `EMPTY` says that there are none.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CapsText {
    text: String,
    caps: Option<gst::Caps>,
}

impl CapsText {
    /// `None` for the empty string.
    pub fn caps(&self) -> Option<&gst::Caps> {
        self.caps.as_ref()
    }
}

impl TryFrom<String> for CapsText {
    type Error = FaultError;

    fn try_from(caps: String) -> Result<Self, FaultError> {
        if caps.is_empty() {
            return Ok(Self::default());
        }
        let text = text(caps)?;
        match parse::caps(&text) {
            Ok(caps) => Ok(Self {
                caps: Some(caps),
                text,
            }),
            Err(error) => Err(FaultError(format!(
                "'{text}' are no caps: {}",
                error.message
            ))),
        }
    }
}

impl From<CapsText> for String {
    fn from(caps: CapsText) -> Self {
        caps.text
    }
}

/// The whole script. Every member left out is the fault left out; the table in [`super::super`] says what each does.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Faults {
    #[serde(skip_serializing_if = "is_none")]
    pub unplugged: bool,
    #[serde(skip_serializing_if = "is_none")]
    pub stalled: bool,
    #[serde(skip_serializing_if = "is_none")]
    pub muted: bool,
    #[serde(skip_serializing_if = "is_none")]
    pub is_default: bool,
    #[serde(skip_serializing_if = "is_none")]
    pub duplicate: bool,
    #[serde(skip_serializing_if = "is_none")]
    pub unplug_at: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub break_at: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub stall_at: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub slow_down: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub slow_start: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub corrupt: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub fail_open: String,
    #[serde(skip_serializing_if = "is_none")]
    pub fail_once: String,
    #[serde(skip_serializing_if = "is_none")]
    pub fail_control: String,
    #[serde(skip_serializing_if = "is_none")]
    pub hang: Hang,
    #[serde(skip_serializing_if = "is_none")]
    pub timestamps: Timestamps,
    #[serde(skip_serializing_if = "is_none")]
    pub modes: CapsText,
    #[serde(skip_serializing_if = "is_none")]
    pub refuse_caps: CapsText,
    #[serde(skip_serializing_if = "is_none")]
    pub change_caps: CapsText,
    #[serde(skip_serializing_if = "is_none")]
    pub change_caps_at: u32,
}

/// As it stands in JSON: an object. Serde takes the members out of an array as well, in their order.
#[derive(Debug)]
pub struct Document(pub Faults);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of faults")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Document, A::Error> {
                Faults::deserialize(MapAccessDeserializer::new(members)).map(Document)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

fn is_none<T: Default + PartialEq>(fault: &T) -> bool {
    *fault == T::default()
}

/// Why a script is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

/// A string that fits into a message.
///
/// # Errors
///
/// It has a NUL character in it, where C strings end, or it is too long.
pub fn text(text: String) -> Result<String, FaultError> {
    let length = text.len();
    if text.contains('\0') {
        return Err(FaultError("a string has a NUL character in it".into()));
    }
    if length > LONGEST {
        return Err(FaultError(format!(
            "a string of {length} bytes, of which {LONGEST} are taken: say less"
        )));
    }
    Ok(text)
}

/// A JSON document of any kind.
///
/// # Errors
///
/// It is too long, no JSON, has an unknown member or one of another type.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, FaultError> {
    if json.len() > LONGEST {
        let length = json.len();
        return Err(FaultError(format!(
            "{length} bytes of JSON, of which {LONGEST} are read: say less"
        )));
    }
    serde_json::from_str(json).map_err(|error| FaultError(error.to_string()))
}

/// One of the words that an action takes.
///
/// # Errors
///
/// It is none of them.
pub fn word<T: DeserializeOwned>(word: String) -> Result<T, FaultError> {
    let word = text(word)?;
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|error| FaultError(error.to_string()))
}

impl FromStr for Faults {
    type Err = FaultError;

    fn from_str(json: &str) -> Result<Self, FaultError> {
        if json.trim().is_empty() {
            return Ok(Self::default());
        }
        read::<Document>(json)?.0.checked()
    }
}

impl Faults {
    /// What the types do not say.
    ///
    /// # Errors
    ///
    /// A string with a NUL character, an unknown control.
    pub fn checked(self) -> Result<Self, FaultError> {
        for member in [&self.fail_open, &self.fail_once, &self.fail_control] {
            text(member.clone())?;
        }
        if !self.fail_control.is_empty() && Id::from_name(&self.fail_control).is_none() {
            let name = &self.fail_control;
            return Err(FaultError(format!(
                "failControl: no control is called '{name}'"
            )));
        }
        Ok(self)
    }

    /// The document, with what is in force only.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        gst::init().unwrap();
        for json in [
            "{}",
            r#"{"unplugged":true,"stalled":true,"muted":true,"isDefault":true,"duplicate":true}"#,
            r#"{"unplugAt":1,"breakAt":2,"stallAt":3,"slowDown":4,"slowStart":5,"corrupt":6}"#,
            r#"{"failOpen":"NotReadableError","failOnce":"AbortError","failControl":"zoom_absolute"}"#,
            r#"{"hang":"stop","timestamps":"backward"}"#,
            r#"{"modes":"EMPTY","refuseCaps":"image/jpeg","changeCaps":"video/x-raw, width=0","changeCapsAt":9}"#,
        ] {
            assert_eq!(json.parse::<Faults>().unwrap().to_json(), json);
        }
        assert_eq!("".parse::<Faults>().unwrap(), Faults::default());
        let nothing = r#"{"hang": "", "modes": "", "corrupt": 0, "muted": false}"#;
        assert_eq!(nothing.parse::<Faults>().unwrap().to_json(), "{}");
    }

    #[track_caller]
    fn assert_refused(json: &str, why: &str) {
        let error = json.parse::<Faults>().unwrap_err().to_string();
        assert!(error.contains(why), "{json}: {error}");
    }

    #[test]
    fn what_is_not_understood_is_refused_in_words() {
        gst::init().unwrap();
        assert_refused(r#"{"unplug_at": 1}"#, "unknown field `unplug_at`");
        assert_refused(r#"{"unplug_at": 1}"#, "`unplugAt`");
        assert_refused(r#"{"unplugAt": "1"}"#, "expected u32");
        assert_refused(r#"{"unplugAt": -1}"#, "expected u32");
        assert_refused(r#"{"hang": "sleep"}"#, "unknown variant `sleep`");
        assert_refused(r#"{"modes": "no caps at all"}"#, "'no caps at all'");
        assert_refused(r#"{"modes": "a\u0000"}"#, "NUL");
        assert_refused(r#"{"failOpen": "a\u0000"}"#, "NUL");
        assert_refused(r#"{"failControl": "loudness"}"#, "'loudness'");
        assert_refused(r#"{"muted": true"#, "EOF");
        assert_refused("[]", "an object of faults");
        assert_refused("3", "an object of faults");
        assert_refused(&"[".repeat(LONGEST + 1), "say less");
    }
}
