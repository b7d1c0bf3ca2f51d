//! How a property of the Web stands on controls of Video4Linux. Pure.
//!
//! | property | control | translation |
//! |---|---|---|
//! | `brightness`, `contrast`, `saturation`, `sharpness` | the same | as it is |
//! | `exposureTime`, `colorTemperature` | `exposure_time_absolute`, `white_balance_temperature` | as it is: 100 us, kelvin |
//! | `exposureCompensation`, `iso` | `auto_exposure_bias`, `iso_sensitivity` | thousandths |
//! | `focusDistance` | `focus_absolute` | turned round within its range: the Web's grows with the distance, the driver's with the nearness; neither has a unit |
//! | `zoom` | `zoom_absolute` | its smallest value is ratio 1, if that is above 0; as it is otherwise, since nothing says what it means |
//! | `pan`, `tilt` | `pan_absolute`, `tilt_absolute` | as it is, cut at a half turn |
//! | `exposureMode` | `auto_exposure` | automatic, and automatic time, are `continuous`; the others `manual` |
//! | `whiteBalanceMode`, `focusMode` | `white_balance_automatic`, `focus_automatic_continuous` | on is `continuous`, off `manual`; the button beside it, pressed while off, `single-shot` |
//! | `torch` | `led_mode` | the line "torch" |

use super::control::{Control, Id};
use crate::model::constraints::{Capability, Property, Setting};

/// Arc seconds of a half turn: no `pan` and no `tilt` is larger (#188).
const HALF_TURN: f64 = 648_000.0;

/// `V4L2_EXPOSURE_...`
mod exposure {
    pub const AUTO: i32 = 0;
    pub const MANUAL: i32 = 1;
    pub const APERTURE_PRIORITY: i32 = 3;
}

/// `V4L2_FLASH_LED_MODE_...`
mod light {
    pub const OFF: i32 = 0;
    pub const TORCH: i32 = 2;
}

pub(super) const MANUAL: &str = "manual";
pub(super) const CONTINUOUS: &str = "continuous";
pub(super) const SINGLE_SHOT: &str = "single-shot";

/// The scale between a control and its property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    Same,
    Thousandth,
    Reversed,
    Ratio,
    Angle,
}

/// What kind of thing a property is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Gauge {
    /// A number. `automatic`: what must be off for it to be set, where no property says so.
    Number {
        of: Id,
        unit: Unit,
        automatic: Option<Id>,
    },
    /// A `MeteringMode`, and the button of its single shot.
    Mode { of: Id, once: Option<Id> },
    /// A lamp.
    Light { of: Id },
}

/// The properties that have a control, automatic modes first: that is the order of writing.
pub(super) const ORDER: [Property; 16] = [
    Property::ExposureMode,
    Property::WhiteBalanceMode,
    Property::FocusMode,
    Property::ExposureTime,
    Property::ExposureCompensation,
    Property::Iso,
    Property::ColorTemperature,
    Property::FocusDistance,
    Property::Brightness,
    Property::Contrast,
    Property::Saturation,
    Property::Sharpness,
    Property::Zoom,
    Property::Pan,
    Property::Tilt,
    Property::Torch,
];

impl Gauge {
    /// How `property` is read and set; `None`: by no control.
    pub fn of(property: Property) -> Option<Self> {
        let number = |of, unit| Self::Number {
            of,
            unit,
            automatic: None,
        };
        Some(match property {
            Property::Brightness => number(Id::Brightness, Unit::Same),
            Property::Contrast => number(Id::Contrast, Unit::Same),
            Property::Saturation => number(Id::Saturation, Unit::Same),
            Property::Sharpness => number(Id::Sharpness, Unit::Same),
            Property::ExposureTime => number(Id::ExposureTime, Unit::Same),
            Property::ColorTemperature => number(Id::WhiteBalanceTemperature, Unit::Same),
            Property::ExposureCompensation => number(Id::ExposureBias, Unit::Thousandth),
            Property::Iso => Self::Number {
                of: Id::Iso,
                unit: Unit::Thousandth,
                automatic: Some(Id::AutoIso),
            },
            Property::FocusDistance => number(Id::Focus, Unit::Reversed),
            Property::Zoom => number(Id::Zoom, Unit::Ratio),
            Property::Pan => number(Id::Pan, Unit::Angle),
            Property::Tilt => number(Id::Tilt, Unit::Angle),
            Property::ExposureMode => Self::Mode {
                of: Id::AutoExposure,
                once: None,
            },
            Property::WhiteBalanceMode => Self::Mode {
                of: Id::AutoWhiteBalance,
                once: Some(Id::DoWhiteBalance),
            },
            Property::FocusMode => Self::Mode {
                of: Id::AutoFocus,
                once: Some(Id::FocusOnce),
            },
            Property::Torch => Self::Light { of: Id::Light },
            _ => return None,
        })
    }

    /// The control that has the value.
    pub fn id(self) -> Id {
        match self {
            Self::Number { of, .. } | Self::Mode { of, .. } | Self::Light { of } => of,
        }
    }

    /// What the property can be.
    pub fn capability(self, control: &Control, has_button: bool) -> Option<Capability> {
        if !control.is_readable || !control.is_writable {
            return None;
        }
        match self {
            Self::Number { unit, .. } => unit.range(control),
            Self::Mode { .. } => {
                let modes = [
                    (MANUAL, manual(control).is_some()),
                    (SINGLE_SHOT, has_button && manual(control).is_some()),
                    (CONTINUOUS, continuous(control).is_some()),
                ];
                let modes = modes.into_iter().filter(|(_, has)| *has);
                let modes: Vec<_> = modes.map(|(mode, _)| mode.to_owned()).collect();
                (!modes.is_empty()).then_some(Capability::Texts(modes))
            }
            Self::Light { .. } => {
                let can = control.has_item(light::TORCH) && control.has_item(light::OFF);
                can.then(|| Capability::Booleans(vec![false, true]))
            }
        }
    }

    /// What a value of the control is for the Web.
    pub fn setting(self, control: &Control, value: i32) -> Setting {
        match self {
            Self::Number { unit, .. } => Setting::Double(unit.to_web(control, value)),
            Self::Mode { .. } => {
                let is_automatic = continuous_values(control).contains(&value);
                let mode = if is_automatic { CONTINUOUS } else { MANUAL };
                Setting::Text(mode.to_owned())
            }
            Self::Light { .. } => Setting::Boolean(value == light::TORCH),
        }
    }

    /// What the control has to be for `setting`; `None`: nothing makes it so.
    pub fn value(self, control: &Control, setting: &Setting) -> Option<i32> {
        match (self, setting) {
            (Self::Number { unit, .. }, setting) => {
                Some(unit.of_web(control, setting.as_number()?))
            }
            (Self::Mode { .. }, Setting::Text(mode)) => match mode.as_str() {
                CONTINUOUS => continuous(control),
                MANUAL | SINGLE_SHOT => manual(control),
                _ => None,
            },
            (Self::Light { .. }, Setting::Boolean(true)) => Some(light::TORCH),
            (Self::Light { .. }, Setting::Boolean(false)) => Some(light::OFF),
            _ => None,
        }
    }
}

/// The value of a switch or a menu that lets the application decide.
fn manual(control: &Control) -> Option<i32> {
    match control.id {
        Id::AutoExposure => control
            .has_item(exposure::MANUAL)
            .then_some(exposure::MANUAL),
        _ => (control.min <= 0).then_some(0),
    }
}

/// The value that lets the camera decide.
fn continuous(control: &Control) -> Option<i32> {
    continuous_values(control).first().copied()
}

/// All of those. USB cameras seldom have more than the time to decide on, and call that aperture
/// priority.
fn continuous_values(control: &Control) -> Vec<i32> {
    match control.id {
        Id::AutoExposure => [exposure::AUTO, exposure::APERTURE_PRIORITY]
            .into_iter()
            .filter(|mode| control.has_item(*mode))
            .collect(),
        _ => (control.max >= 1).then_some(1).into_iter().collect(),
    }
}

impl Unit {
    fn range(self, control: &Control) -> Option<Capability> {
        if !control.items.is_empty() {
            return menu(control);
        }
        let ends = [control.min, control.max].map(|end| self.to_web(control, end));
        let step = (control.step > 0).then(|| f64::from(control.step) / self.divisor(control));
        Some(Capability::Number {
            min: ends[0].min(ends[1]),
            max: ends[0].max(ends[1]),
            step,
        })
    }

    fn divisor(self, control: &Control) -> f64 {
        match self {
            Self::Thousandth => 1000.0,
            Self::Ratio if control.min > 0 => f64::from(control.min),
            Self::Ratio | Self::Same | Self::Reversed | Self::Angle => 1.0,
        }
    }

    fn to_web(self, control: &Control, value: i32) -> f64 {
        let item = control.items.iter().find(|item| item.index == value);
        if let Some(number) = item.and_then(|item| item.number) {
            return number as f64 / 1000.0;
        }
        let number = f64::from(value);
        match self {
            Self::Reversed => f64::from(control.min) + f64::from(control.max) - number,
            Self::Angle => number.clamp(-HALF_TURN, HALF_TURN),
            _ => number / self.divisor(control),
        }
    }

    fn of_web(self, control: &Control, number: f64) -> i32 {
        let numbers = control
            .items
            .iter()
            .filter_map(|item| Some((item.index, item.number? as f64 / 1000.0)));
        let nearest = numbers.min_by(|a, b| (a.1 - number).abs().total_cmp(&(b.1 - number).abs()));
        if let Some((index, _)) = nearest {
            return index;
        }
        control.nearest(match self {
            Self::Reversed => f64::from(control.min) + f64::from(control.max) - number,
            _ => number * self.divisor(control),
        })
    }
}

/// The range of a menu of numbers; a step only if all of them are as far apart.
fn menu(control: &Control) -> Option<Capability> {
    let numbers = control.items.iter().filter_map(|item| item.number);
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    let (min, max) = (*numbers.first()?, *numbers.last()?);
    let mut steps: Vec<i64> = numbers.windows(2).map(|two| two[1] - two[0]).collect();
    steps.dedup();
    Some(Capability::Number {
        min: min as f64 / 1000.0,
        max: max as f64 / 1000.0,
        step: (steps.len() == 1).then(|| steps[0] as f64 / 1000.0),
    })
}

#[cfg(test)]
mod tests;
