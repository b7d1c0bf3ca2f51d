//! The best point of a region: what a track and its device would be set to.

use super::aspect::aspect_ratio;
use super::demand::{CROP_AND_SCALE, Interval, NONE, Wishes};
use super::fitness::relative;
use super::frame::{Frame, Search, Taste};
use super::mode::{Defaults, NativeMode, NativePoint, Span, VideoMode};
use super::property::Property;
use super::rate::Rate;
use super::region::Region;
use super::setting::{Setting, Settings};

/// A point, and how good it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub native: NativePoint,
    derived: bool,
    first: u32,
    second: u32,
    /// Frame rate or latency; `None` where the device names no rate and nobody asks for one.
    third: Option<f64>,
    sample_size: Option<u32>,
    /// What the mode's properties add to the fitness distance.
    pub distance: f64,
    /// How much the native frame is scaled, cropped and decimated.
    pub resampling: f64,
    /// How far it is from the defaults.
    pub from_defaults: f64,
}

/// The way to the best point of a region.
pub(super) struct Aim<'a> {
    pub mode: &'a NativeMode,
    pub region: &'a Region,
    pub wishes: &'a Wishes,
    pub defaults: &'a Defaults,
}

impl Aim<'_> {
    /// No point of the region has a distance below this. A bound that exceeds `enough` need not be
    /// a good one.
    pub fn bound(&self, enough: f64) -> f64 {
        match self.mode {
            NativeMode::Video(mode) => {
                let search = Search::new(self.region, self.wishes, self.taste(mode));
                let rest = self.rate(mode).distance + self.label();
                let quick = search.quick_bound() + rest;
                if quick > enough {
                    quick
                } else {
                    search.bound() + rest
                }
            }
            NativeMode::Audio(_) => {
                let latency = self.latency().1;
                let (first, second) = (
                    self.whole(Property::SampleRate),
                    self.whole(Property::ChannelCount),
                );
                first.1 + second.1 + latency + self.sample_size()
            }
        }
    }

    /// The point with the smallest distance, and of equally near ones the one with the least loss.
    pub fn best(&self) -> Option<Point> {
        match self.mode {
            NativeMode::Video(mode) => self.best_video(mode),
            NativeMode::Audio(_) => Some(self.best_audio()),
        }
    }

    /// Rules 6 to 8 for `resizeMode`.
    fn label(&self) -> f64 {
        if self.region.derived {
            self.wishes.crop_and_scale
        } else {
            self.wishes.none
        }
    }

    /// A single native frame is kept as far as possible; in a range the default frame leads.
    fn taste(&self, mode: &VideoMode) -> Taste {
        let (w, h) = (mode.width, mode.height);
        if self.region.derived && w.is_point() && h.is_point() {
            Taste {
                width: f64::from(w.min),
                height: f64::from(h.min),
                from_native: true,
            }
        } else {
            Taste {
                width: f64::from(self.defaults.width.max(1)),
                height: f64::from(self.defaults.height.max(1)),
                from_native: false,
            }
        }
    }

    fn best_video(&self, mode: &VideoMode) -> Option<Point> {
        let frame = Search::new(self.region, self.wishes, self.taste(mode)).best()?;
        let rate = self.rate(mode);
        let (width, height) = (
            native_span(mode.width, frame.width),
            native_span(mode.height, frame.height),
        );
        let resampling = if self.region.derived {
            let native = Taste {
                width: f64::from(width),
                height: f64::from(height),
                from_native: true,
            };
            native.loss(frame.width, frame.height) + rate.dropped
        } else {
            0.0
        };
        Some(Point {
            native: NativePoint::Video {
                width,
                height,
                frame_rate: rate.native,
            },
            derived: self.region.derived,
            first: frame.width,
            second: frame.height,
            third: rate.value,
            sample_size: None,
            distance: frame.distance + rate.distance + self.label(),
            resampling,
            from_defaults: self.video_from_defaults(&frame, rate.value),
        })
    }

    fn video_from_defaults(&self, frame: &Frame, rate: Option<f64>) -> f64 {
        relative(f64::from(frame.width), f64::from(self.defaults.width))
            + relative(f64::from(frame.height), f64::from(self.defaults.height))
            + rate.map_or(0.0, |rate| {
                relative(rate, self.defaults.frame_rate.as_f64())
            })
    }

    /// The frame rate to use.
    fn rate(&self, mode: &VideoMode) -> ChosenRate {
        let region = self.region;
        let asked = self.wishes.says_third || region.third_written != Interval::ALL;
        let Some(span) = mode.frame_rate else {
            let value = asked.then(|| self.aim_third(self.defaults.frame_rate.as_f64()));
            return ChosenRate {
                value,
                native: None,
                distance: value.map_or(0.0, |rate| self.rate_distance(rate)),
                dropped: 0.0,
            };
        };
        let value = if !region.derived {
            self.aim_third(self.defaults.frame_rate.as_f64())
        } else if self.wishes.third.is_some() {
            self.aim_third(region.third.max)
        } else {
            self.decimated(span.max.as_f64())
        };
        let (native, value) = native_rate(span.min, span.max, value, region.derived);
        ChosenRate {
            value: Some(value),
            native: Some(native),
            distance: self.rate_distance(value),
            dropped: 1.0 - (value / native.as_f64()).clamp(0.0, 1.0),
        }
    }

    /// The ideal, or what stands for it, within what is allowed.
    fn aim_third(&self, otherwise: f64) -> f64 {
        let region = self.region;
        let aim = self.wishes.third.unwrap_or(otherwise);
        let written = region.third_written;
        // Limits that only the tolerance reconciles have nothing in between to aim for.
        let aim = if written.is_empty() {
            aim
        } else {
            written.clamp(aim)
        };
        region.third.clamp(aim)
    }

    /// The largest of native/1, native/2, ... that is allowed, else the largest allowed rate.
    fn decimated(&self, native: f64) -> f64 {
        let allowed = self.region.third;
        let n = (native / allowed.max - 1e-9).ceil().max(1.0);
        if n.is_finite() && allowed.contains(native / n) {
            return native / n;
        }
        self.aim_third(allowed.max)
    }

    fn rate_distance(&self, rate: f64) -> f64 {
        match self.wishes.third {
            Some(ideal) if !Rate::meets(rate, ideal) => relative(rate, ideal),
            _ => 0.0,
        }
    }

    fn best_audio(&self) -> Point {
        let (sample_rate, rate_distance) = self.whole(Property::SampleRate);
        let (channel_count, channels_distance) = self.whole(Property::ChannelCount);
        let (latency, latency_distance) = self.latency();
        let size = self.region.sample_size;
        let defaults = self.defaults;
        Point {
            native: NativePoint::Audio {
                sample_rate,
                channel_count,
            },
            derived: false,
            first: sample_rate,
            second: channel_count,
            third: Some(latency),
            sample_size: size,
            distance: rate_distance + channels_distance + latency_distance + self.sample_size(),
            resampling: 0.0,
            from_defaults: relative(f64::from(sample_rate), f64::from(defaults.sample_rate))
                + relative(f64::from(channel_count), f64::from(defaults.channel_count))
                + size.map_or(1.0, |bits| {
                    relative(f64::from(bits), f64::from(defaults.sample_size))
                }),
        }
    }

    /// A whole number of a microphone, and its distance.
    fn whole(&self, property: Property) -> (u32, f64) {
        let (grid, ideal, default) = if property == Property::SampleRate {
            (
                self.region.first,
                self.wishes.first,
                self.defaults.sample_rate,
            )
        } else {
            (
                self.region.second,
                self.wishes.second,
                self.defaults.channel_count,
            )
        };
        let Some(ideal) = ideal else {
            return (grid.nearest(f64::from(default)), 0.0);
        };
        let distance = |n: u32| relative(f64::from(n), ideal);
        match (grid.down(ideal), grid.up(ideal)) {
            (Some(below), Some(above)) if distance(above) < distance(below) => {
                (above, distance(above))
            }
            (Some(only), _) | (None, Some(only)) => (only, distance(only)),
            (None, None) => (grid.min, distance(grid.min)),
        }
    }

    fn latency(&self) -> (f64, f64) {
        let latency = self.aim_third(self.defaults.latency);
        let distance = self
            .wishes
            .third
            .map_or(0.0, |ideal| relative(latency, ideal));
        (latency, distance)
    }

    /// Rules 5 to 7 for `sampleSize`, which samples that are not linear do not have.
    fn sample_size(&self) -> f64 {
        match (self.region.sample_size, self.wishes.sample_size) {
            (None, _) if self.wishes.says_sample_size => 1.0,
            (Some(bits), Some(ideal)) => relative(f64::from(bits), ideal),
            _ => 0.0,
        }
    }
}

/// A frame rate, and where it comes from.
struct ChosenRate {
    value: Option<f64>,
    native: Option<Rate>,
    distance: f64,
    dropped: f64,
}

/// The smallest native value that is not below `wanted`.
fn native_span(span: Span<u32>, wanted: u32) -> u32 {
    let step = span.step.max(1);
    let above = wanted.saturating_sub(span.min).div_ceil(step);
    let last = span.max.saturating_sub(span.min) / step;
    span.min
        .saturating_add(above.min(last).saturating_mul(step))
}

/// The rate that the device is set to for `wanted`, and `wanted` as the fraction that it is.
fn native_rate(min: Rate, max: Rate, wanted: f64, derived: bool) -> (Rate, f64) {
    for end in [max, min] {
        if Rate::meets(end.as_f64(), wanted) {
            return (end, end.as_f64());
        }
    }
    if !derived || wanted >= min.as_f64() {
        if min == max {
            return by_dropping(max, wanted);
        }
        let rate = Rate::from_f64(wanted).clamp(min.min(max), max.max(min));
        return (rate, rate.as_f64());
    }
    by_dropping(min, wanted)
}

/// `wanted` out of a faster native rate.
fn by_dropping(native: Rate, wanted: f64) -> (Rate, f64) {
    let n = (native.as_f64() / wanted).round();
    if n >= 1.0 && n <= f64::from(u32::MAX) {
        let part = native.divided(n as u32).as_f64();
        if Rate::meets(part, wanted) {
            return (native, part);
        }
    }
    (native, wanted)
}

impl Point {
    /// Adds what the mode decides to the settings of the source.
    pub fn write(&self, settings: &mut Settings) {
        match self.native {
            NativePoint::Video { .. } => {
                settings.set(Property::Width, Setting::Integer(self.first));
                settings.set(Property::Height, Setting::Integer(self.second));
                if let Some(rate) = self.third {
                    settings.set(Property::FrameRate, Setting::Double(rate));
                }
                let ratio = aspect_ratio(self.first, self.second);
                settings.set(Property::AspectRatio, Setting::Double(ratio));
                let label = if self.derived { CROP_AND_SCALE } else { NONE };
                settings.set(Property::ResizeMode, Setting::Text(label.to_owned()));
            }
            NativePoint::Audio { .. } => {
                settings.set(Property::SampleRate, Setting::Integer(self.first));
                settings.set(Property::ChannelCount, Setting::Integer(self.second));
                if let Some(bits) = self.sample_size {
                    settings.set(Property::SampleSize, Setting::Integer(bits));
                }
                if let Some(latency) = self.third {
                    settings.set(Property::Latency, Setting::Double(latency));
                }
            }
        }
    }

    /// Whether it is the native point itself, label included.
    pub fn is_untouched(&self) -> bool {
        !self.derived
    }
}
