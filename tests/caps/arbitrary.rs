//! Whatever is in the caps, nothing panics, and what is written fits what was read.

use gst::glib::SendValue;
use gst::prelude::*;
use gstmediastream::caps::{downstream, read, write};
use gstmediastream::model::constraints::{Kind, Property, Setting, Settings};
use proptest::prelude::*;

use crate::native::points;

const NAMES: &[&str] = &[
    "video/x-raw",
    "image/jpeg",
    "video/x-h264",
    "video/x-bayer",
    "audio/x-raw",
    "audio/x-alaw",
    "text/x-raw",
];
const FIELDS: &[&str] = &[
    "width",
    "height",
    "framerate",
    "max-framerate",
    "pixel-aspect-ratio",
    "format",
    "interlace-mode",
    "colorimetry",
    "rate",
    "channels",
    "channel-mask",
    "layout",
    "drm-format",
];
const TEXTS: &[&str] = &[
    "NV12",
    "YUY2",
    "DMA_DRM",
    "ENCODED",
    "UNKNOWN",
    "S16LE",
    "F32BE",
    "progressive",
    "interleaved",
    "non-interleaved",
    "bt709",
    "",
];
const FEATURES: &[&str] = &[
    "memory:SystemMemory",
    "memory:DMABuf",
    "meta:GstVideoMeta",
    "format:Interlaced",
];

fn number() -> impl Strategy<Value = i32> {
    prop_oneof![
        any::<i32>(),
        0..2_000,
        Just(0),
        Just(1),
        Just(i32::MAX),
        Just(i32::MIN + 1)
    ]
}

fn fraction() -> impl Strategy<Value = gst::Fraction> {
    (number(), 1..i32::MAX).prop_map(|(n, d)| gst::Fraction::new(n, d))
}

fn range() -> impl Strategy<Value = SendValue> {
    (number(), number(), 1..64i32).prop_map(|(a, b, step)| {
        let (low, high) = (a.min(b) / step * step, a.max(b) / step * step);
        if low < high {
            gst::IntRange::with_step(low, high, step).to_send_value()
        } else {
            low.to_send_value()
        }
    })
}

fn fractions() -> impl Strategy<Value = SendValue> {
    (fraction(), fraction()).prop_map(|(a, b)| {
        if a < b {
            gst::FractionRange::new(a, b).to_send_value()
        } else {
            a.to_send_value()
        }
    })
}

/// The value, a list of such, a list of lists; GStreamer keeps no lists of different types.
fn nested(leaf: impl Strategy<Value = SendValue> + 'static) -> impl Strategy<Value = SendValue> {
    leaf.prop_recursive(4, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4)
            .prop_map(|members| gst::List::from_values(members).to_send_value())
    })
}

fn value() -> impl Strategy<Value = SendValue> {
    prop_oneof![
        4 => nested(prop_oneof![number().prop_map(|n| n.to_send_value()), range()]),
        4 => nested(prop_oneof![fraction().prop_map(|f| f.to_send_value()), fractions()]),
        4 => nested(prop::sample::select(TEXTS).prop_map(|t| t.to_send_value())),
        1 => nested(any::<bool>().prop_map(|b| b.to_send_value())),
        1 => any::<u64>().prop_map(|n| gst::Bitmask::new(n).to_send_value()),
        1 => any::<i64>().prop_map(|n| n.to_send_value()),
        1 => any::<f64>().prop_map(|n| n.to_send_value()),
        1 => Just(gst::Structure::new_empty("nested").to_send_value()),
    ]
}

/// A plausible field beside the arbitrary ones, so that some caps describe something.
fn structure() -> impl Strategy<Value = gst::Structure> {
    let fields = prop::collection::vec((prop::sample::select(FIELDS), value()), 0..8);
    (prop::sample::select(NAMES), any::<bool>(), fields).prop_map(|(name, sane, fields)| {
        let mut structure = gst::Structure::new_empty(name);
        if sane && name.starts_with("audio/") {
            structure.set("format", "S16LE");
            structure.set("rate", gst::IntRange::new(8_000, 48_000));
            structure.set("channels", 2);
        } else if sane {
            structure.set("format", gst::List::new(["NV12", "YUY2"]));
            structure.set("width", gst::List::new([640, 1280]));
            structure.set("height", gst::IntRange::with_step(16, 720, 8));
            structure.set("framerate", gst::Fraction::new(30, 1));
        }
        for (name, value) in fields {
            structure.set_value(name, value);
        }
        structure
    })
}

fn some_caps() -> impl Strategy<Value = gst::Caps> {
    gst::init().unwrap();
    let features = prop_oneof![
        4 => Just(None),
        1 => Just(Some(gst::CapsFeatures::new_any())),
        2 => prop::sample::select(FEATURES).prop_map(|name| Some(gst::CapsFeatures::new([name]))),
    ];
    let some = prop::collection::vec((structure(), features), 0..5).prop_map(|structures| {
        let mut caps = gst::Caps::new_empty();
        for (structure, features) in structures {
            caps.make_mut().append_structure_full(structure, features);
        }
        caps
    });
    prop_oneof![1 => Just(gst::Caps::new_any()), 20 => some]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Video), Just(Kind::Audio)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_asked_of_a_device_is_in_its_caps(caps in some_caps(), kind in kind()) {
        for mode in read::modes(&caps, kind) {
            for point in points(&mode) {
                let written = write::native(&mode, &point, None);
                prop_assert!(written.is_fixed(), "{written}");
                prop_assert!(written.can_intersect(&caps), "{written} of {caps}");
            }
        }
    }

    #[test]
    fn each_alternative_knows_each_mode(device in some_caps(), consumer in some_caps(), kind in kind()) {
        let modes = read::modes(&device, kind);
        let branches = downstream::branches(&consumer, kind);
        let alternatives = downstream::alternatives(&consumer, &modes, kind, &|_| true);
        prop_assert_eq!(branches.len(), alternatives.len());
        prop_assert!(!alternatives.is_empty());
        for alternative in &alternatives {
            prop_assert_eq!(alternative.cost.len(), modes.len());
        }
    }

    #[test]
    fn a_track_s_caps_are_fixed(frame in some_caps(), consumer in some_caps(), size in 1..4_000u32, rate in 0.01..240.0f64) {
        let settings = Settings::new()
            .with(Property::Width, Setting::Integer(size))
            .with(Property::Height, Setting::Integer(size))
            .with(Property::FrameRate, Setting::Double(rate));
        let _ = read::settings_of_frame(&frame);
        let mut frame = frame;
        if !frame.is_any() && !frame.is_empty() {
            frame.fixate();
        }
        // An empty list cannot be fixed; nobody delivers such a frame.
        if frame.is_fixed() {
            let written = write::output(&settings, &frame, consumer.structure(0));
            prop_assert!(written.is_empty() || written.is_fixed(), "{written}");
        }
    }
}
