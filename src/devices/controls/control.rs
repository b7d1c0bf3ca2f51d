//! One adjustable number of a camera, as Video4Linux counts it.

/// What a row of [`Id`] is: its number in Video4Linux, and the name that `v4l2-ctl` gives it.
macro_rules! ids {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal;)*) => {
        /// The controls that stand behind a property of the Web, or mute a camera.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Id {
            $($(#[$doc])* $variant,)*
        }

        impl Id {
            /// Every control, in no order that matters.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// `V4L2_CID_...`
            pub fn number(self) -> u32 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// As `v4l2-ctl --list-ctrls` writes it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

ids! {
    /// Larger is brighter.
    Brightness = 0x0098_0900, "brightness";
    /// Larger is more.
    Contrast = 0x0098_0901, "contrast";
    /// Larger is more.
    Saturation = 0x0098_0902, "saturation";
    /// A switch.
    AutoWhiteBalance = 0x0098_090c, "white_balance_automatic";
    /// A button: once.
    DoWhiteBalance = 0x0098_090d, "do_white_balance";
    /// Kelvin.
    WhiteBalanceTemperature = 0x0098_091a, "white_balance_temperature";
    /// Larger is more.
    Sharpness = 0x0098_091b, "sharpness";
    /// A menu: automatic, manual, shutter priority, aperture priority.
    AutoExposure = 0x009a_0901, "auto_exposure";
    /// Units of 100 microseconds.
    ExposureTime = 0x009a_0902, "exposure_time_absolute";
    /// Seconds of arc, clockwise seen from above.
    Pan = 0x009a_0908, "pan_absolute";
    /// Seconds of arc, up.
    Tilt = 0x009a_0909, "tilt_absolute";
    /// No unit; larger is nearer.
    Focus = 0x009a_090a, "focus_absolute";
    /// A switch.
    AutoFocus = 0x009a_090c, "focus_automatic_continuous";
    /// The unit of the driver.
    Zoom = 0x009a_090d, "zoom_absolute";
    /// Whether something is before the lens, or the picture is withheld.
    Privacy = 0x009a_0910, "privacy";
    /// A menu of thousandths of an EV.
    ExposureBias = 0x009a_0913, "auto_exposure_bias";
    /// A menu of thousandths of ISO.
    Iso = 0x009a_0917, "iso_sensitivity";
    /// A menu: manual, automatic.
    AutoIso = 0x009a_0918, "iso_sensitivity_auto";
    /// A button: once.
    FocusOnce = 0x009a_091c, "auto_focus_start";
    /// A menu: off, flash, torch.
    Light = 0x009c_0901, "led_mode";
}

impl Id {
    /// The control that `v4l2-ctl` calls so.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.name() == name)
    }
}

/// One line of a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// What the control is set to.
    pub index: i32,
    /// What that means, in a menu of numbers.
    pub number: Option<i64>,
}

/// What one control can be, and whether it can be set at present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Which.
    pub id: Id,
    /// The smallest value.
    pub min: i32,
    /// The largest value.
    pub max: i32,
    /// The distance of two values; 0: none is given.
    pub step: i32,
    /// The lines of a menu; empty for all others.
    pub items: Vec<Item>,
    /// Whether it can be read. A button cannot.
    pub is_readable: bool,
    /// Whether it can ever be written.
    pub is_writable: bool,
    /// Whether writing it has an effect now: not while an automatic mode decides.
    pub is_active: bool,
}

impl Control {
    /// A number that can be read and written.
    pub fn range(id: Id, min: i32, max: i32, step: i32) -> Self {
        Self {
            id,
            min,
            max,
            step,
            items: Vec::new(),
            is_readable: true,
            is_writable: true,
            is_active: true,
        }
    }

    /// Whether its menu has that line.
    pub fn has_item(&self, index: i32) -> bool {
        self.items.iter().any(|item| item.index == index)
    }

    /// The nearest value that it can have.
    pub fn nearest(&self, value: f64) -> i32 {
        let (min, max) = (f64::from(self.min), f64::from(self.max));
        let clamped = value.clamp(min.min(max), max.max(min));
        let step = f64::from(self.step.max(1));
        let on_step = min + ((clamped - min) / step).round() * step;
        // In range, so the cast is exact.
        let value = if on_step > max {
            on_step - step
        } else {
            on_step
        };
        value.round() as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_controls_share_a_number_or_a_name() {
        for (at, id) in Id::ALL.iter().enumerate() {
            assert_eq!(Id::from_name(id.name()), Some(*id));
            let numbers = Id::ALL[..at].iter().map(|other| other.number());
            assert!(numbers.into_iter().all(|number| number != id.number()));
        }
    }

    #[test]
    fn a_value_between_two_steps_goes_to_the_nearer_one() {
        let control = Control::range(Id::Pan, -10, 11, 4);
        let values = [-99.0, -7.9, -8.1, 0.0, 9.9, 99.0];
        assert_eq!(
            values.map(|value| control.nearest(value)),
            [-10, -6, -10, 2, 10, 10]
        );
        assert_eq!(Control::range(Id::Pan, 3, 3, 0).nearest(f64::MAX), 3);
    }
}
