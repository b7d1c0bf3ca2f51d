//! The settings that one native mode can reach, as ranges that constraints make narrower.
//!
//! Derived sizes are never listed: a mode has a region of its own points (`resizeMode: none`) and
//! one of everything that cropping, scaling and dropping frames makes of them (`crop-and-scale`,
//! the definition of `resizeMode`), which holds the native points too (#123).

use super::aspect::{HALF_DIGIT, aspect_ratio, smallest_size};
use super::demand::{Interval, Limits, Whole};
use super::mode::{Defaults, NativeMode, Span};
use super::property::{Kind, Property};

/// Whole numbers `base`, `base + step`, ... that lie in `min..=max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    pub min: u32,
    pub max: u32,
    base: u32,
    step: u32,
}

impl Grid {
    fn of(span: Span<u32>) -> Self {
        let step = span.step.max(1);
        let beyond = match span.max.checked_sub(span.min) {
            Some(length) if step > 1 => length % step,
            _ => 0,
        };
        Self {
            min: span.min,
            max: span.max - beyond,
            base: span.min,
            step,
        }
    }

    /// Every whole number from 1.
    fn up_to(max: u32) -> Self {
        Self {
            min: 1,
            max,
            base: 1,
            step: 1,
        }
    }

    pub fn is_empty(self) -> bool {
        self.min > self.max
    }

    pub fn is_point(self) -> bool {
        self.min == self.max
    }

    pub fn step(self) -> u32 {
        self.step
    }

    /// The largest value that is not above `number`.
    pub fn down(self, number: f64) -> Option<u32> {
        let number = number.floor();
        if number.is_nan() || number < f64::from(self.min) {
            return None;
        }
        // Between `min` and `max`, so the cast is exact.
        let whole = number.min(f64::from(self.max)) as u32;
        let value = whole - (whole - self.base) % self.step;
        (value >= self.min).then_some(value)
    }

    /// The smallest value that is not below `number`.
    pub fn up(self, number: f64) -> Option<u32> {
        let number = number.ceil();
        if number.is_nan() || number > f64::from(self.max) {
            return None;
        }
        let whole = number.max(f64::from(self.min)) as u32;
        let value =
            u64::from(whole) + u64::from((self.step - (whole - self.base) % self.step) % self.step);
        u32::try_from(value).ok().filter(|v| *v <= self.max)
    }

    /// The value nearest to `number`; the smaller one of two.
    pub fn nearest(self, number: f64) -> u32 {
        match (self.down(number), self.up(number)) {
            (Some(below), Some(above)) => {
                if number - f64::from(below) <= f64::from(above) - number {
                    below
                } else {
                    above
                }
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => self.min,
        }
    }

    fn narrow(&mut self, whole: Whole) -> bool {
        if whole.min > self.min {
            match self.up(f64::from(whole.min)) {
                Some(min) => self.min = min,
                None => return false,
            }
        }
        if whole.max < self.max {
            match self.down(f64::from(whole.max)) {
                Some(max) => self.max = max,
                None => return false,
            }
        }
        !self.is_empty()
    }
}

/// What is left of a mode, or of what is derived from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Region {
    pub kind: Kind,
    /// `resizeMode` is `crop-and-scale`.
    pub derived: bool,
    /// Width or sample rate.
    pub first: Grid,
    /// Height or channel count.
    pub second: Grid,
    /// Frame rate or latency, as it is compared.
    pub third: Interval,
    /// What to aim for on the third axis.
    pub third_written: Interval,
    /// Limits of the aspect ratio.
    pub aspect: Interval,
    pub sample_size: Option<u32>,
}

impl Region {
    /// The mode's own points.
    pub fn native(mode: &NativeMode, defaults: &Defaults) -> Self {
        match mode {
            NativeMode::Video(mode) => Self {
                kind: Kind::Video,
                derived: false,
                first: Grid::of(within_reason(mode.width)),
                second: Grid::of(within_reason(mode.height)),
                third: match mode.frame_rate {
                    Some(span) => Interval {
                        min: span.min.as_f64(),
                        max: span.max.as_f64(),
                    },
                    None => Interval {
                        min: f64::MIN_POSITIVE,
                        max: defaults.display_rate.as_f64(),
                    },
                },
                third_written: Interval::ALL,
                aspect: Interval::ALL,
                sample_size: None,
            },
            NativeMode::Audio(mode) => Self {
                kind: Kind::Audio,
                derived: false,
                first: Grid::of(mode.sample_rate),
                second: Grid::of(mode.channel_count),
                third: Interval {
                    min: mode.latency.min,
                    max: mode.latency.max,
                },
                third_written: Interval::ALL,
                aspect: Interval::ALL,
                sample_size: mode.sample_size,
            },
        }
    }

    /// Everything smaller and slower; microphones have nothing of the kind.
    pub fn derived(&self) -> Option<Self> {
        (self.kind == Kind::Video).then(|| Self {
            derived: true,
            first: Grid::up_to(self.first.max),
            second: Grid::up_to(self.second.max),
            third: Interval {
                min: f64::MIN_POSITIVE.min(self.third.max),
                max: self.third.max,
            },
            ..*self
        })
    }

    /// Whether a mode is none at all: 0x0, no frames, or a range that runs backwards.
    pub fn is_void(&self) -> bool {
        self.first.is_empty()
            || self.second.is_empty()
            || self.first.max == 0
            || self.second.max == 0
            || self.third.is_empty()
            || (self.kind == Kind::Video && self.third.max <= 0.0)
            || self.third.min.is_nan()
            || self.third.max.is_nan()
    }

    /// Whether `limits` leave nothing, told in the time of a glance.
    pub fn is_beyond(&self, limits: &Limits) -> bool {
        limits.first.min > self.first.max
            || limits.first.max < self.first.min
            || limits.second.min > self.second.max
            || limits.second.max < self.second.min
            || limits.third.min > self.third.max
            || limits.third.max < self.third.min
    }

    /// Keeps what meets `limits`; the error is a property that leaves nothing.
    pub fn narrow(&mut self, limits: &Limits) -> Result<(), Property> {
        let video = self.kind == Kind::Video;
        let name = |video_name, audio_name| if video { video_name } else { audio_name };
        if video
            && !(if self.derived {
                limits.crop_and_scale
            } else {
                limits.none
            })
        {
            return Err(Property::ResizeMode);
        }
        if !self.first.narrow(limits.first) {
            return Err(name(Property::Width, Property::SampleRate));
        }
        if !self.second.narrow(limits.second) {
            return Err(name(Property::Height, Property::ChannelCount));
        }
        self.third = self.third.meet(limits.third);
        if self.third.is_empty() {
            return Err(name(Property::FrameRate, Property::Latency));
        }
        self.third_written = self.third_written.meet(limits.third_written);
        if limits.sample_size != Interval::ALL
            && !self
                .sample_size
                .is_some_and(|bits| limits.sample_size.contains(f64::from(bits)))
        {
            return Err(Property::SampleSize);
        }
        self.aspect = self.aspect.meet(limits.aspect);
        if self.aspect != Interval::ALL && !self.has_aspect() {
            return Err(Property::AspectRatio);
        }
        Ok(())
    }

    /// Whether a size in the region has an aspect ratio within its limits.
    fn has_aspect(&self) -> bool {
        if self.aspect.is_empty() {
            return false;
        }
        let (w, h) = (self.first, self.second);
        if w.is_point() && h.is_point() {
            return self.aspect.contains(aspect_ratio(w.min, h.min));
        }
        if self.widths(h.max).is_some() {
            return true;
        }
        // Where sides have steps a size may be larger than the smallest of that shape, never smaller.
        let smallest = smallest_size(self.aspect, [w.min, h.min], [w.max, h.max]);
        if self.derived || smallest.is_none() {
            return smallest.is_some();
        }
        let step = h.step() as usize;
        (h.min..=h.max)
            .rev()
            .step_by(step)
            .any(|height| self.widths(height).is_some())
    }

    /// The widths that have an aspect ratio within the limits at `height`.
    pub fn widths(&self, height: u32) -> Option<(u32, u32)> {
        if self.aspect == Interval::ALL {
            return Some((self.first.min, self.first.max));
        }
        let h = f64::from(height);
        let step = self.first.step;
        let mut least = self.first.up((self.aspect.min - HALF_DIGIT) * h)?;
        let mut most = self.first.down((self.aspect.max + HALF_DIGIT) * h)?;
        // The ratio that counts is the rounded one; only the ends can differ by that.
        if least <= most && aspect_ratio(least, height) < self.aspect.min {
            least = least.checked_add(step)?;
        }
        if least <= most && aspect_ratio(most, height) > self.aspect.max {
            most = most.checked_sub(step)?;
        }
        (least <= most).then_some((least, most))
    }
}

/// The largest side of a frame, as GStreamer's own elements have it.
const LARGEST_SIDE: u32 = 32_767;

/// Ranges up to what 31 bits hold mean "any size"; no frame has it, and no search should try it.
fn within_reason(side: Span<u32>) -> Span<u32> {
    Span {
        max: side.max.min(LARGEST_SIDE),
        ..side
    }
}
