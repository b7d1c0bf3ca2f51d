//! The one table of constrainable properties.

use std::fmt;

/// The kind of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Sound.
    Audio,
    /// Picture.
    Video,
}

impl Kind {
    /// The specification's string, `audio` or `video`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The Web IDL type of a property's constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// `ConstrainULong`: whole numbers, `[Clamp]`.
    ULong,
    /// `ConstrainDouble`: finite numbers.
    Double,
    /// `ConstrainBoolean`.
    Boolean,
    /// `ConstrainDOMString`: a string, or a list meaning "any of these".
    DomString,
    /// `ConstrainBooleanOrDOMString`: a boolean or a string (`echoCancellation`).
    BooleanOrDomString,
    /// `ConstrainPoint2D`: a list of points of the unit square.
    Point2D,
    /// A boolean or `ConstrainDouble` (`pan`, `tilt`, `zoom`): the boolean asks for presence.
    BooleanOrDouble,
}

impl ValueType {
    /// What a reader of an error message should write instead.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::ULong | Self::Double => {
                "a number, or an object with min, max, exact or ideal numbers"
            }
            Self::Boolean => "a boolean, or an object with exact or ideal booleans",
            Self::DomString => {
                "a string, a list of strings, or an object with exact or ideal of these"
            }
            Self::BooleanOrDomString => {
                "a boolean, a string, or an object with exact or ideal of these"
            }
            Self::Point2D => {
                "a list of points such as [{\"x\":0.5,\"y\":0.5}], or an object with exact or ideal lists"
            }
            Self::BooleanOrDouble => {
                "a number, a boolean, or an object with min, max, exact or ideal numbers"
            }
        }
    }
}

/// Which kinds of track have the property.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kinds {
    Both,
    Audio,
    Video,
}

/// Whether the property may be required when a device is chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InGetUserMedia {
    /// `#dfn-allowed-required-constraints-for-device-selection`.
    Required,
    /// Only as ideal, or in an advanced set.
    Optional,
}

/// Whether this implementation honours the property.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Support {
    /// Listed by `getSupportedConstraints`.
    Honoured,
    /// Read, kept and given back, but without any effect: fitness distance rule 1.
    Inert,
}

macro_rules! properties {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $kinds:ident, $value:ident, $required:ident, $support:ident;)*) => {
        /// A constrainable property, in the order of the specifications' tables.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Property {
            $($(#[$doc])* $variant,)*
        }

        impl Property {
            /// Every property, in the order of the specifications' tables.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const fn row(self) -> (&'static str, Kinds, ValueType, InGetUserMedia, Support) {
                match self {
                    $(Self::$variant => (
                        $name,
                        Kinds::$kinds,
                        ValueType::$value,
                        InGetUserMedia::$required,
                        Support::$support,
                    ),)*
                }
            }
        }
    };
}

properties! {
    // mediacapture-main
    /// The device's stable identifier.
    DeviceId = "deviceId", Both, DomString, Required, Honoured;
    /// The identifier shared by the devices of one physical unit.
    GroupId = "groupId", Both, DomString, Required, Honoured;
    /// Pixels a row.
    Width = "width", Video, ULong, Required, Honoured;
    /// Rows a frame.
    Height = "height", Video, ULong, Required, Honoured;
    /// Frames a second.
    FrameRate = "frameRate", Video, Double, Required, Honoured;
    /// Width divided by height, ten decimals.
    AspectRatio = "aspectRatio", Video, Double, Required, Honoured;
    /// Where the camera looks.
    FacingMode = "facingMode", Video, DomString, Required, Honoured;
    /// `none` or `crop-and-scale`.
    ResizeMode = "resizeMode", Video, DomString, Required, Honoured;
    /// Whether the background is blurred. Not in the list of the allowed required ones (D16).
    BackgroundBlur = "backgroundBlur", Video, Boolean, Optional, Honoured;
    /// Samples a second and channel.
    SampleRate = "sampleRate", Audio, ULong, Required, Honoured;
    /// Bits of a linear sample.
    SampleSize = "sampleSize", Audio, ULong, Required, Honoured;
    /// Whether, or what, echo is removed.
    EchoCancellation = "echoCancellation", Audio, BooleanOrDomString, Required, Honoured;
    /// Automatic gain control.
    AutoGainControl = "autoGainControl", Audio, Boolean, Required, Honoured;
    /// Noise suppression.
    NoiseSuppression = "noiseSuppression", Audio, Boolean, Required, Honoured;
    /// Seconds from the sound to its availability.
    Latency = "latency", Audio, Double, Required, Honoured;
    /// Samples a sample frame.
    ChannelCount = "channelCount", Audio, ULong, Required, Honoured;
    // mediacapture-extensions
    /// Prefer frugal configurations.
    PowerEfficient = "powerEfficient", Video, Boolean, Optional, Inert;
    /// Prefer pixel formats that are cheap to read.
    PowerEfficientPixelFormat = "powerEfficientPixelFormat", Video, Boolean, Optional, Inert;
    /// Platform effects triggered by motion.
    GestureReactions = "gestureReactions", Video, Boolean, Optional, Inert;
    /// Keep cropping to faces.
    FaceFraming = "faceFraming", Video, Boolean, Optional, Inert;
    /// Make eyes appear to look at the camera.
    EyeGazeCorrection = "eyeGazeCorrection", Video, Boolean, Optional, Inert;
    /// Keep the main human voice only.
    VoiceIsolation = "voiceIsolation", Audio, Boolean, Optional, Inert;
    /// Report faces in the frames' metadata.
    HumanFaceDetectionMode = "humanFaceDetectionMode", Video, DomString, Optional, Inert;
    /// A mask in each frame's metadata.
    BackgroundSegmentationMask = "backgroundSegmentationMask", Video, Boolean, Optional, Inert;
    // mediacapture-image
    /// A metering mode.
    WhiteBalanceMode = "whiteBalanceMode", Video, DomString, Optional, Honoured;
    /// A metering mode.
    ExposureMode = "exposureMode", Video, DomString, Optional, Honoured;
    /// A metering mode.
    FocusMode = "focusMode", Video, DomString, Optional, Honoured;
    /// Metering centres. No generic driver has them.
    PointsOfInterest = "pointsOfInterest", Video, Point2D, Optional, Inert;
    /// EV.
    ExposureCompensation = "exposureCompensation", Video, Double, Optional, Honoured;
    /// Units of 100 microseconds.
    ExposureTime = "exposureTime", Video, Double, Optional, Honoured;
    /// Kelvin.
    ColorTemperature = "colorTemperature", Video, Double, Optional, Honoured;
    /// ISO 12232 sensitivity.
    Iso = "iso", Video, Double, Optional, Honoured;
    /// Larger is brighter.
    Brightness = "brightness", Video, Double, Optional, Honoured;
    /// Larger is more.
    Contrast = "contrast", Video, Double, Optional, Honoured;
    /// Larger is more.
    Saturation = "saturation", Video, Double, Optional, Honoured;
    /// Larger is more; the minimum is none.
    Sharpness = "sharpness", Video, Double, Optional, Honoured;
    /// Metres to the focus plane.
    FocusDistance = "focusDistance", Video, Double, Optional, Honoured;
    /// Arc seconds, clockwise seen from above.
    Pan = "pan", Video, BooleanOrDouble, Optional, Honoured;
    /// Arc seconds, up.
    Tilt = "tilt", Video, BooleanOrDouble, Optional, Honoured;
    /// Ratio, 1 is no zoom.
    Zoom = "zoom", Video, BooleanOrDouble, Optional, Honoured;
    /// Fill light steadily on.
    Torch = "torch", Video, Boolean, Optional, Honoured;
}

impl Property {
    /// The specification's name.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The property of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.name() == name)
    }

    /// Whether tracks of `kind` have the property.
    pub fn applies_to(self, kind: Kind) -> bool {
        match self.row().1 {
            Kinds::Both => true,
            Kinds::Audio => kind == Kind::Audio,
            Kinds::Video => kind == Kind::Video,
        }
    }

    /// The type of its constraint.
    pub fn value_type(self) -> ValueType {
        self.row().2
    }

    /// Whether `getUserMedia` accepts a required constraint of it ("getUserMedia" step 5.3).
    pub fn may_be_required_in_get_user_media(self) -> bool {
        self.row().3 == InGetUserMedia::Required
    }

    /// Whether the algorithms take it into account (fitness distance rule 1), and asking for it can
    /// have an effect on a device.
    pub fn is_supported(self) -> bool {
        self.row().4 == Support::Honoured
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What `getSupportedConstraints` lists: exactly the properties that are honoured.
pub fn supported() -> impl Iterator<Item = Property> {
    Property::ALL.iter().copied().filter(|p| p.is_supported())
}
