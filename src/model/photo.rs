//! Still pictures ("MediaStream Image Capture"): what is asked for, what there is, and the nearest
//! that can be had.

use super::constraints::{Span, VideoMode};

/// `FillLightMode`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillLightMode {
    /// The flash may or may not fire.
    Auto,
    /// It does not.
    Off,
    /// It does.
    Flash,
}

impl FillLightMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Off, Self::Flash];

    /// The specification's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Flash => "flash",
        }
    }
}

/// `PhotoSettings`: wishes, all of them. What the camera does not have is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhotoSettings {
    /// `fillLightMode`
    pub fill_light_mode: Option<FillLightMode>,
    /// `imageWidth`
    pub image_width: Option<f64>,
    /// `imageHeight`
    pub image_height: Option<f64>,
    /// `redEyeReduction`
    pub red_eye_reduction: Option<bool>,
}

/// `MediaSettingsRange`
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MediaSettingsRange {
    /// The smallest value.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Every value is a multiple of this above the smallest; 0: there is only one.
    pub step: f64,
}

/// `PhotoCapabilities` of a camera without a flash.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PhotoCapabilities {
    /// `imageWidth`
    pub image_width: MediaSettingsRange,
    /// `imageHeight`
    pub image_height: MediaSettingsRange,
}

/// Width and height in pixels.
pub type Size = (u32, u32);

impl PhotoCapabilities {
    /// Of a camera with these modes.
    pub fn of(modes: &[VideoMode]) -> Self {
        let range =
            |side: fn(&VideoMode) -> Span<u32>| range(&modes.iter().map(side).collect::<Vec<_>>());
        Self {
            image_width: range(|mode| mode.width),
            image_height: range(|mode| mode.height),
        }
    }
}

fn range(spans: &[Span<u32>]) -> MediaSettingsRange {
    let min = spans.iter().map(|span| span.min).min().unwrap_or_default();
    let max = spans.iter().map(|span| span.max).max().unwrap_or_default();
    let step = spans.iter().fold(0, |step, span| {
        let within = if span.is_point() { 0 } else { span.step.max(1) };
        divisor(divisor(step, within), span.min - min)
    });
    MediaSettingsRange {
        min: f64::from(min),
        max: f64::from(max),
        step: f64::from(step),
    }
}

/// The greatest common divisor; every number divides 0.
fn divisor(a: u32, b: u32) -> u32 {
    match b {
        0 => a,
        _ => divisor(b, a % b),
    }
}

/// The size of the photo that comes nearest to the wishes. `present` is what the camera delivers now:
/// wanted where nothing else is, and the better one of two that are equally near.
pub fn nearest(modes: &[VideoMode], wishes: &PhotoSettings, present: Size) -> Size {
    let shape = f64::from(present.0.max(1)) / f64::from(present.1.max(1));
    // Beyond this all sizes would be equally far.
    let wish = |side: Option<f64>| side.map(|side| side.clamp(0.0, f64::from(u32::MAX)));
    let wishes = (wish(wishes.image_width), wish(wishes.image_height));
    let (width, height) = match wishes {
        (None, None) => return present,
        (Some(width), None) => (width, width / shape),
        (None, Some(height)) => (height * shape, height),
        (Some(width), Some(height)) => (width, height),
    };
    let distance = |have: u32, wanted: f64| (f64::from(have) - wanted).abs();
    // What was asked for comes first; the other side only decides between equals.
    let far = |size: Size| {
        let asked = wishes.0.map_or(0.0, |w| distance(size.0, w))
            + wishes.1.map_or(0.0, |h| distance(size.1, h));
        (asked, distance(size.0, width) + distance(size.1, height))
    };
    let sizes = modes
        .iter()
        .map(|mode| (snap(mode.width, width), snap(mode.height, height)));
    sizes.fold(present, |best, size| {
        let (a, b) = (far(size), far(best));
        let nearer = a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).is_lt();
        if nearer { size } else { best }
    })
}

/// The value of the span that is nearest to `wanted`.
fn snap(span: Span<u32>, wanted: f64) -> u32 {
    let step = span.step.max(1);
    // A cast of a float saturates: below the span is its first, above it its last.
    let steps = ((wanted - f64::from(span.min)) / f64::from(step)).round() as u32;
    let last = (span.max - span.min.min(span.max)) / step;
    span.min + steps.min(last) * step
}

/// Whether the mode can be set to this size.
pub fn has_size(mode: &VideoMode, (width, height): Size) -> bool {
    snap(mode.width, f64::from(width)) == width && snap(mode.height, f64::from(height)) == height
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(width: u32, height: u32) -> VideoMode {
        VideoMode {
            width: Span::<u32>::point(width),
            height: Span::<u32>::point(height),
            frame_rate: None,
        }
    }

    fn camera() -> Vec<VideoMode> {
        vec![
            point(320, 240),
            point(640, 480),
            point(1280, 720),
            point(1920, 1080),
        ]
    }

    fn wishes(width: Option<f64>, height: Option<f64>) -> PhotoSettings {
        PhotoSettings {
            image_width: width,
            image_height: height,
            ..PhotoSettings::default()
        }
    }

    /// #197
    #[test]
    fn a_size_that_the_camera_lacks_becomes_the_nearest() {
        let present = (640, 480);
        for (width, height, expected) in [
            (None, None, present),
            (Some(1920.0), Some(1080.0), (1920, 1080)),
            (Some(1900.0), None, (1920, 1080)),
            (Some(1e300), Some(1e300), (1920, 1080)),
            (Some(0.0), Some(0.0), (320, 240)),
            (Some(-5.0), None, (320, 240)),
            (None, Some(700.0), (1280, 720)),
            (Some(640.0), Some(470.0), (640, 480)),
        ] {
            let size = nearest(&camera(), &wishes(width, height), present);
            assert_eq!(size, expected, "{width:?} x {height:?}");
        }
        assert_eq!(nearest(&[], &wishes(Some(100.0), None), present), present);
    }

    #[test]
    fn a_range_of_sizes_has_steps() {
        let mode = VideoMode {
            width: Span {
                min: 160,
                max: 1600,
                step: 16,
            },
            height: Span {
                min: 120,
                max: 1200,
                step: 8,
            },
            frame_rate: None,
        };
        let size = nearest(&[mode], &wishes(Some(1001.0), Some(751.0)), (640, 480));
        assert_eq!(size, (1008, 752));
        assert!(has_size(&mode, size) && !has_size(&mode, (1001, 752)));
        let capabilities = PhotoCapabilities::of(&[mode, point(168, 120)]);
        let width = capabilities.image_width;
        assert_eq!((width.min, width.max, width.step), (160.0, 1600.0, 8.0));
    }

    #[test]
    fn one_size_has_no_step() {
        let capabilities = PhotoCapabilities::of(&[point(640, 480)]);
        let expected = MediaSettingsRange {
            min: 640.0,
            max: 640.0,
            step: 0.0,
        };
        assert_eq!(capabilities.image_width, expected);
        assert_eq!(PhotoCapabilities::of(&[]), PhotoCapabilities::default());
    }
}
