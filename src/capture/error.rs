//! Why capture failed, told apart by what the caller can do about it.

use std::fmt;

use crate::model::constraints::Overconstrained;

/// The kinds of failure. Each says what an application can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such device: ask for another, or wait for `devicechange`.
    NotFound,
    /// Another program has the device: close that program, or take another device.
    Busy,
    /// The system does not let this user open the device: ask for permission.
    NotAllowed,
    /// A GStreamer element is not installed: install it.
    MissingPlugin,
    /// The device went away while it was being opened.
    Gone,
    /// The device did not answer in time; it may answer later.
    TimedOut,
    /// Anything else the device or its driver said.
    Failed,
}

impl ErrorKind {
    /// The name of the specification's error ("getUserMedia", step 9): a hardware lock is
    /// `NotReadableError`, refused permission `NotAllowedError`, every other access failure
    /// `AbortError`.
    pub fn dom_name(self) -> &'static str {
        match self {
            Self::NotFound | Self::Gone => "NotFoundError",
            Self::Busy => "NotReadableError",
            Self::NotAllowed => "NotAllowedError",
            Self::MissingPlugin | Self::TimedOut | Self::Failed => "AbortError",
        }
    }

    /// The GStreamer error code that says the same.
    pub fn resource_error(self) -> gst::ResourceError {
        match self {
            Self::NotFound | Self::Gone => gst::ResourceError::NotFound,
            Self::Busy => gst::ResourceError::Busy,
            Self::NotAllowed => gst::ResourceError::NotAuthorized,
            Self::MissingPlugin | Self::TimedOut | Self::Failed => gst::ResourceError::Failed,
        }
    }
}

/// A device could not be opened, or not be set as asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptureError {
    /// What the caller can do about it.
    pub kind: ErrorKind,
    /// The label of the device.
    pub device: String,
    /// What was tried and what was said, for people.
    pub detail: String,
    /// With [`ErrorKind::MissingPlugin`]: the detail for `gst::MessageType::Element`
    /// `missing-plugin` messages, here the factory name or caps.
    pub missing: Option<Missing>,
}

/// What is not installed.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing {
    /// An element of this factory name.
    Element(String),
    /// A decoder for these caps.
    Decoder(gst::Caps),
}

impl CaptureError {
    /// An error of `kind` for the device labelled `device`.
    pub fn new(kind: ErrorKind, device: &str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            device: device.to_owned(),
            detail: detail.into(),
            missing: None,
        }
    }

    /// `factory` is not installed.
    pub fn missing_element(device: &str, factory: &str) -> Self {
        Self {
            missing: Some(Missing::Element(factory.to_owned())),
            ..Self::new(
                ErrorKind::MissingPlugin,
                device,
                format!("the GStreamer element \"{factory}\" is not installed"),
            )
        }
    }

    /// Nothing installed decodes `caps`.
    pub fn missing_decoder(device: &str, caps: &gst::Caps) -> Self {
        Self {
            missing: Some(Missing::Decoder(caps.clone())),
            ..Self::new(
                ErrorKind::MissingPlugin,
                device,
                format!("no installed GStreamer element decodes {caps}"),
            )
        }
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ErrorKind::NotFound => "was not found",
            ErrorKind::Busy => "is in use by another program",
            ErrorKind::NotAllowed => "may not be opened by this user",
            ErrorKind::MissingPlugin => "cannot be opened with the plugins installed",
            ErrorKind::Gone => "went away while it was being opened",
            ErrorKind::TimedOut => "did not answer in time",
            ErrorKind::Failed => "failed",
        };
        write!(f, "device \"{}\" {what}: {}", self.device, self.detail)
    }
}

impl std::error::Error for CaptureError {}

/// Why a track could not be had from a device.
#[derive(Debug, Clone)]
pub enum OpenError {
    /// The device failed.
    Capture(CaptureError),
    /// The device is there, but cannot do what the constraints or the consumer's caps require.
    Overconstrained(Overconstrained),
}

impl OpenError {
    /// Whether it is the fault of what was asked for, or of what is installed; else it is the device's.
    pub fn is_of_what_was_asked(&self) -> bool {
        match self {
            Self::Overconstrained(_) => true,
            Self::Capture(error) => error.kind == ErrorKind::MissingPlugin,
        }
    }
}

impl From<CaptureError> for OpenError {
    fn from(error: CaptureError) -> Self {
        Self::Capture(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capture(error) => error.fmt(f),
            Self::Overconstrained(error) => f.write_str(&error.message),
        }
    }
}

impl std::error::Error for OpenError {}
