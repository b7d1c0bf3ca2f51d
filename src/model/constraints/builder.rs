//! Typed builders: constraints that cannot have the wrong type.

use super::capability::BooleanOrText;
use super::error::TypeError;
use super::json::MAX_ADVANCED;
use super::property::Property;
use super::set::{ConstraintSet, TrackConstraints};
use super::value::{Constraint, Parameters, Value};

/// A constraint on values of type `T`, such as [`ConstrainULong`].
#[derive(Clone, Debug, PartialEq)]
pub struct Constrain<T> {
    constraint: Constraint,
    value_type: std::marker::PhantomData<T>,
}

/// Strings, one or several: any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strings(Vec<String>);

/// Whole numbers.
pub type ConstrainULong = Constrain<u32>;
/// Numbers.
pub type ConstrainDouble = Constrain<f64>;
/// Booleans.
pub type ConstrainBoolean = Constrain<bool>;
/// Strings.
pub type ConstrainDomString = Constrain<Strings>;
/// Booleans or strings.
pub type ConstrainBooleanOrDomString = Constrain<BooleanOrText>;
/// Points.
pub type ConstrainPoint2D = Constrain<Vec<(f64, f64)>>;

/// What `pan`, `tilt` and `zoom` take: a number, its limits, or whether the camera has it at all.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstrainPresenceOrDouble(Constraint);

impl<T: Into<Value>> Constrain<T> {
    fn of(constraint: Constraint) -> Self {
        Self {
            constraint,
            value_type: std::marker::PhantomData,
        }
    }

    fn parameters(constraint: Constraint) -> Parameters {
        match constraint {
            Constraint::Parameters(parameters) => parameters,
            Constraint::Bare(value) => Parameters {
                ideal: Some(value),
                ..Parameters::default()
            },
        }
    }

    /// The value alone: ideal in the basic set, exact in an advanced one.
    pub fn bare(value: impl Into<T>) -> Self {
        Self::of(Constraint::Bare(value.into().into()))
    }

    /// Nothing but this value.
    pub fn exact(value: impl Into<T>) -> Self {
        Self::of(Constraint::exact(value.into()))
    }

    /// This value if it can be had.
    pub fn ideal(value: impl Into<T>) -> Self {
        Self::of(Constraint::ideal(value.into()))
    }

    /// Adds a value to aim for within the limits.
    #[must_use]
    pub fn and_ideal(self, value: impl Into<T>) -> Self {
        Self::of(Constraint::Parameters(Parameters {
            ideal: Some(value.into().into()),
            ..Self::parameters(self.constraint)
        }))
    }
}

impl<T: Into<Value> + Into<f64>> Constrain<T> {
    /// No less than this.
    pub fn min(min: impl Into<T>) -> Self {
        Self::of(Constraint::range(Some(min.into().into()), None))
    }

    /// No more than this.
    pub fn max(max: impl Into<T>) -> Self {
        Self::of(Constraint::range(None, Some(max.into().into())))
    }

    /// From `min` to `max`, both included.
    pub fn range(min: impl Into<T>, max: impl Into<T>) -> Self {
        let (min, max) = (min.into().into(), max.into().into());
        Self::of(Constraint::range(Some(min), Some(max)))
    }
}

impl<T: Into<Value>> From<T> for Constrain<T> {
    fn from(value: T) -> Self {
        Self::bare(value)
    }
}

impl From<&str> for Strings {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl From<String> for Strings {
    fn from(text: String) -> Self {
        Self(vec![text])
    }
}

impl From<Vec<String>> for Strings {
    fn from(texts: Vec<String>) -> Self {
        Self(texts)
    }
}

impl<const N: usize> From<[&str; N]> for Strings {
    fn from(texts: [&str; N]) -> Self {
        Self(texts.iter().map(|text| (*text).to_owned()).collect())
    }
}

impl From<Strings> for Value {
    fn from(Strings(mut texts): Strings) -> Self {
        match texts.pop() {
            Some(only) if texts.is_empty() => Self::Text(only),
            last => {
                texts.extend(last);
                Self::Texts(texts)
            }
        }
    }
}

impl From<bool> for BooleanOrText {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<&str> for BooleanOrText {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<BooleanOrText> for Value {
    fn from(value: BooleanOrText) -> Self {
        match value {
            BooleanOrText::Boolean(value) => Self::Boolean(value),
            BooleanOrText::Text(text) => Self::Text(text),
        }
    }
}

impl From<&str> for ConstrainDomString {
    fn from(text: &str) -> Self {
        Self::bare(text)
    }
}

impl From<bool> for ConstrainBooleanOrDomString {
    fn from(value: bool) -> Self {
        Self::bare(value)
    }
}

impl From<&str> for ConstrainBooleanOrDomString {
    fn from(text: &str) -> Self {
        Self::bare(text)
    }
}

impl From<u32> for ConstrainDouble {
    fn from(value: u32) -> Self {
        Self::bare(value)
    }
}

impl From<bool> for ConstrainPresenceOrDouble {
    fn from(present: bool) -> Self {
        Self(Constraint::Bare(Value::Boolean(present)))
    }
}

impl From<f64> for ConstrainPresenceOrDouble {
    fn from(value: f64) -> Self {
        Self(Constraint::Bare(Value::Number(value)))
    }
}

impl From<ConstrainDouble> for ConstrainPresenceOrDouble {
    fn from(constrain: ConstrainDouble) -> Self {
        Self(constrain.constraint)
    }
}

impl<T> From<Constrain<T>> for Constraint {
    fn from(constrain: Constrain<T>) -> Self {
        constrain.constraint
    }
}

impl From<ConstrainPresenceOrDouble> for Constraint {
    fn from(constrain: ConstrainPresenceOrDouble) -> Self {
        constrain.0
    }
}

/// Builds a [`ConstraintSet`] or, with advanced sets, [`TrackConstraints`].
#[derive(Clone, Debug, Default)]
pub struct TrackConstraintsBuilder {
    basic: ConstraintSet,
    advanced: Vec<ConstraintSet>,
    error: Option<TypeError>,
}

impl TrackConstraints {
    /// Starts without constraints.
    pub fn builder() -> TrackConstraintsBuilder {
        TrackConstraintsBuilder::default()
    }
}

impl TrackConstraintsBuilder {
    fn set(mut self, property: Property, constraint: Constraint) -> Self {
        if let Err(error) = self.basic.set(property, constraint) {
            self.error.get_or_insert(error);
        }
        self
    }

    /// Adds an advanced set; the first added is tried first. What it has as advanced sets itself
    /// counts for nothing.
    #[must_use]
    pub fn advanced(mut self, set: Self) -> Self {
        if let Some(error) = set.error {
            let error = error.within(&format!("advanced[{}]", self.advanced.len()));
            self.error.get_or_insert(error);
        }
        self.advanced.push(set.basic);
        self
    }

    /// The constraints.
    ///
    /// # Errors
    ///
    /// Names the first member that holds a number which is not finite; or there are more advanced
    /// sets than are read.
    pub fn build(self) -> Result<TrackConstraints, TypeError> {
        match self.error {
            Some(error) => Err(error),
            None if self.advanced.len() > MAX_ADVANCED => Err(TypeError::new(
                "advanced",
                format!("more than {MAX_ADVANCED} sets: leave some out"),
            )),
            None => Ok(TrackConstraints {
                basic: self.basic,
                advanced: self.advanced,
            }),
        }
    }
}

macro_rules! setters {
    ($($name:ident, $property:ident, $constrain:ty;)*) => {
        impl TrackConstraintsBuilder {
            $(
                #[doc = concat!("Constrains [`Property::", stringify!($property), "`].")]
                #[must_use]
                pub fn $name(self, constrain: impl Into<$constrain>) -> Self {
                    self.set(Property::$property, constrain.into().into())
                }
            )*
        }
    };
}

setters! {
    device_id, DeviceId, ConstrainDomString;
    group_id, GroupId, ConstrainDomString;
    width, Width, ConstrainULong;
    height, Height, ConstrainULong;
    frame_rate, FrameRate, ConstrainDouble;
    aspect_ratio, AspectRatio, ConstrainDouble;
    facing_mode, FacingMode, ConstrainDomString;
    resize_mode, ResizeMode, ConstrainDomString;
    background_blur, BackgroundBlur, ConstrainBoolean;
    sample_rate, SampleRate, ConstrainULong;
    sample_size, SampleSize, ConstrainULong;
    echo_cancellation, EchoCancellation, ConstrainBooleanOrDomString;
    auto_gain_control, AutoGainControl, ConstrainBoolean;
    noise_suppression, NoiseSuppression, ConstrainBoolean;
    latency, Latency, ConstrainDouble;
    channel_count, ChannelCount, ConstrainULong;
    power_efficient, PowerEfficient, ConstrainBoolean;
    power_efficient_pixel_format, PowerEfficientPixelFormat, ConstrainBoolean;
    gesture_reactions, GestureReactions, ConstrainBoolean;
    face_framing, FaceFraming, ConstrainBoolean;
    eye_gaze_correction, EyeGazeCorrection, ConstrainBoolean;
    voice_isolation, VoiceIsolation, ConstrainBoolean;
    human_face_detection_mode, HumanFaceDetectionMode, ConstrainDomString;
    background_segmentation_mask, BackgroundSegmentationMask, ConstrainBoolean;
    white_balance_mode, WhiteBalanceMode, ConstrainDomString;
    exposure_mode, ExposureMode, ConstrainDomString;
    focus_mode, FocusMode, ConstrainDomString;
    points_of_interest, PointsOfInterest, ConstrainPoint2D;
    exposure_compensation, ExposureCompensation, ConstrainDouble;
    exposure_time, ExposureTime, ConstrainDouble;
    color_temperature, ColorTemperature, ConstrainDouble;
    iso, Iso, ConstrainDouble;
    brightness, Brightness, ConstrainDouble;
    contrast, Contrast, ConstrainDouble;
    saturation, Saturation, ConstrainDouble;
    sharpness, Sharpness, ConstrainDouble;
    focus_distance, FocusDistance, ConstrainDouble;
    pan, Pan, ConstrainPresenceOrDouble;
    tilt, Tilt, ConstrainPresenceOrDouble;
    zoom, Zoom, ConstrainPresenceOrDouble;
    torch, Torch, ConstrainBoolean;
}
