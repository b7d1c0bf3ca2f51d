//! Sizes and rates that are cropped, scaled and decimated (#108, #122 to #129), and frame rates that
//! are fractions.

#[path = "common/example_camera.rs"]
mod example_camera;

use example_camera::{
    assert_near, camera, facts, frame, label, mode, of, only_c, range_camera, select,
};
use gstmediastream::model::constraints::{
    Candidate, Capability, NativeMode, NativePoint, Property, Rate, Setting, Span, VideoMode,
    capabilities,
};

fn one(width: u32, height: u32, numerator: u32, denominator: u32) -> Vec<Candidate> {
    vec![of(&facts(), mode(width, height, numerator, denominator))]
}

#[test]
fn rule_108_capabilities_reach_down_to_one_pixel_and_no_frames() {
    let capabilities = capabilities(&camera());
    let range = |min, max| {
        Some(Capability::Number {
            min,
            max,
            step: None,
        })
    };
    assert_eq!(
        capabilities.get(Property::Width).cloned(),
        range(1.0, 1920.0)
    );
    assert_eq!(
        capabilities.get(Property::Height).cloned(),
        range(1.0, 1080.0)
    );
    assert_eq!(
        capabilities.get(Property::FrameRate).cloned(),
        range(0.0, 60.0)
    );
}

#[test]
fn rule_122_none_gives_native_triples_only() {
    let modes = [
        (640, 480, 30.0),
        (1280, 720, 30.0),
        (1920, 1080, 30.0),
        (1280, 720, 60.0),
        (800, 600, 15.0),
    ];
    for width in (1..2000).step_by(97) {
        let json =
            format!(r#"{{"width": {width}, "frameRate": 20, "resizeMode": {{"exact": "none"}}}}"#);
        let chosen = select(&camera(), &json).unwrap();
        assert!(modes.contains(&frame(&chosen)), "{:?}", frame(&chosen));
        assert_eq!(label(&chosen), "none");
    }
}

#[test]
fn rule_123_a_native_mode_may_be_called_crop_and_scale() {
    let chosen = select(&camera(), r#"{"resizeMode": {"exact": "crop-and-scale"}}"#).unwrap();
    assert_eq!(
        (frame(&chosen), label(&chosen)),
        ((640, 480, 30.0), "crop-and-scale")
    );
    let chosen = select(
        &camera(),
        r#"{"resizeMode": "crop-and-scale", "width": 1920}"#,
    )
    .unwrap();
    assert_eq!(
        (frame(&chosen), label(&chosen)),
        ((1920, 1080, 30.0), "crop-and-scale")
    );
}

#[test]
fn rule_124_size_and_none_conflict_without_a_name() {
    let json = r#"{"width": {"exact": 1000}, "resizeMode": {"exact": "none"}}"#;
    assert_eq!(select(&camera(), json).unwrap_err().constraint, None);
}

#[test]
fn rule_125_any_size_can_be_had() {
    for (width, height) in [(1, 1), (1, 1080), (1920, 1), (1919, 1079), (333, 777)] {
        let json = format!(r#"{{"width": {{"exact": {width}}}, "height": {{"exact": {height}}}}}"#);
        let chosen = select(&camera(), &json).unwrap();
        assert_eq!((frame(&chosen).0, frame(&chosen).1), (width, height));
        assert_eq!((label(&chosen), chosen.distance), ("crop-and-scale", 0.0));
    }
}

#[test]
fn rule_126_nothing_is_larger_than_its_native_frame() {
    for (width, height) in [(700, 500), (1000, 300), (1281, 721), (30, 1080)] {
        let json = format!(r#"{{"width": {width}, "height": {height}}}"#);
        let chosen = select(&camera(), &json).unwrap();
        let NativePoint::Video {
            width,
            height,
            frame_rate,
        } = chosen.native
        else {
            panic!("{:?}", chosen.native);
        };
        let (w, h, rate) = frame(&chosen);
        assert!(w <= width && h <= height && rate <= frame_rate.unwrap().as_f64());
    }
}

// #127: one of two wished sides leaves the other in the native frame's shape; nothing is cropped.
#[test]
fn rule_127_a_free_side_keeps_the_shape() {
    let chosen = select(&only_c(), r#"{"width": 1280}"#).unwrap();
    assert_eq!(frame(&chosen), (1280, 720, 30.0));
    let chosen = select(&only_c(), r#"{"height": {"max": 540}}"#).unwrap();
    assert_eq!(frame(&chosen), (960, 540, 30.0));
    let chosen = select(&only_c(), r#"{"aspectRatio": 1}"#).unwrap();
    assert_eq!(frame(&chosen), (1080, 1080, 30.0));
}

#[test]
fn rule_128_whole_parts_of_the_rate_can_be_had_and_no_more_than_it() {
    for (wanted, rate) in [
        (30.0, 30.0),
        (15.0, 15.0),
        (10.0, 10.0),
        (7.5, 7.5),
        (1.0, 1.0),
    ] {
        let json = format!(r#"{{"frameRate": {{"exact": {wanted}}}}}"#);
        assert_eq!(frame(&select(&only_c(), &json).unwrap()).2, rate);
    }
    let error = select(&only_c(), r#"{"frameRate": {"exact": 31}}"#).unwrap_err();
    assert_eq!(
        (error.constraint_name(), error.nearest),
        ("frameRate", Some(Setting::Double(30.0)))
    );
}

#[test]
fn rule_128_a_limit_is_met_by_a_whole_part() {
    let rate = |json| frame(&select(&only_c(), json).unwrap()).2;
    assert_eq!(rate(r#"{"frameRate": {"max": 20}}"#), 15.0);
    assert_eq!(rate(r#"{"frameRate": {"min": 8, "max": 14}}"#), 10.0);
    assert_eq!(rate(r#"{"frameRate": {"min": 16, "max": 20}}"#), 20.0);
    assert_eq!(rate(r#"{"frameRate": {"max": 20, "ideal": 25}}"#), 20.0);
    assert_eq!(rate(r#"{"width": {"exact": 100}}"#), 30.0);
}

#[test]
fn rule_129_a_decimated_rate_is_not_native() {
    let json = r#"{"frameRate": 15}"#;
    let chosen = select(&only_c(), json).unwrap();
    assert_eq!(
        (frame(&chosen), label(&chosen)),
        ((1920, 1080, 15.0), "crop-and-scale")
    );
    let json = r#"{"frameRate": {"exact": 15}, "resizeMode": {"exact": "none"}}"#;
    assert_eq!(select(&only_c(), json).unwrap_err().constraint, None);
}

#[test]
fn a_television_rate_is_met_by_two_decimals() {
    let camera = one(1280, 720, 30000, 1001);
    for wanted in ["29.97", "29.970", "29.97002997", "29.9700299700"] {
        let json = format!(
            r#"{{"frameRate": {{"exact": {wanted}, "ideal": {wanted}}}, "resizeMode": {{"exact": "none"}}}}"#
        );
        let chosen = select(&camera, &json).unwrap();
        assert_eq!(chosen.distance, 0.0, "{wanted}");
        let rate = Rate::new(30000, 1001);
        assert_eq!(frame(&chosen).2, rate.as_f64());
        assert!(
            matches!(chosen.native, NativePoint::Video { frame_rate: Some(r), .. } if r == rate)
        );
    }
    for json in [
        r#"{"frameRate": {"min": 30}}"#,
        r#"{"frameRate": {"exact": 29.9}, "resizeMode": {"exact": "none"}}"#,
    ] {
        assert!(select(&camera, json).is_err(), "{json}");
    }
    let chosen = select(&camera, r#"{"frameRate": {"max": 29.97}}"#).unwrap();
    assert_eq!(label(&chosen), "none");
    // Half of it, as written by a person.
    let chosen = select(&camera, r#"{"frameRate": 14.985}"#).unwrap();
    assert_near(frame(&chosen).2, 15000.0 / 1001.0, 1e-12);
}

#[test]
fn rates_become_fractions_and_back() {
    let cases = [
        (30.0, 30, 1),
        (29.97, 30000, 1001),
        (30000.0 / 1001.0, 30000, 1001),
        (23.976, 24000, 1001),
        (23.98, 24000, 1001),
        (59.94, 60000, 1001),
        (15000.0 / 1001.0, 15000, 1001),
        (12.5, 25, 2),
        (7.5, 15, 2),
        (1.0 / 3.0, 1, 3),
        (60.0, 60, 1),
    ];
    for (rate, numerator, denominator) in cases {
        assert_eq!(
            Rate::from_f64(rate),
            Rate::new(numerator, denominator),
            "{rate}"
        );
    }
    for odd in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300, 1e300] {
        assert_ne!(Rate::from_f64(odd).denominator, 0, "{odd}");
    }
}

#[test]
fn a_range_of_modes_takes_what_is_asked() {
    let chosen = select(&range_camera(), "{}").unwrap();
    assert_eq!((frame(&chosen), label(&chosen)), ((640, 480, 30.0), "none"));
    let chosen = select(
        &range_camera(),
        r#"{"width": 1000, "height": 777, "frameRate": 24}"#,
    )
    .unwrap();
    assert_eq!(
        (frame(&chosen), label(&chosen)),
        ((1000, 777, 24.0), "none")
    );
    assert!(matches!(
        chosen.native,
        NativePoint::Video {
            width: 1000,
            height: 777,
            ..
        }
    ));
    let json = r#"{"aspectRatio": {"exact": 1.7777777777777777}, "width": 1000}"#;
    assert_eq!(frame(&select(&range_camera(), json).unwrap()).0, 1008);
}

#[test]
fn a_stepped_range_is_cropped_from_the_next_larger_frame() {
    let stepped = VideoMode {
        width: Span {
            min: 16,
            max: 1920,
            step: 16,
        },
        height: Span {
            min: 16,
            max: 1080,
            step: 8,
        },
        frame_rate: None,
    };
    let camera = vec![of(&facts(), NativeMode::Video(stepped))];
    let json = r#"{"width": {"exact": 1000}, "height": {"exact": 700}}"#;
    let chosen = select(&camera, json).unwrap();
    assert!(matches!(
        chosen.native,
        NativePoint::Video {
            width: 1008,
            height: 704,
            ..
        }
    ));
    let json = r#"{"width": {"exact": 1008}, "height": {"exact": 704}}"#;
    assert_eq!(label(&select(&camera, json).unwrap()), "none");
}

// The definition of `frameRate`: a camera that names no rate stands for the display's.
#[test]
fn an_unknown_rate_is_left_out_until_asked_for() {
    let unknown = VideoMode {
        width: Span::<u32>::point(640),
        height: Span::<u32>::point(480),
        frame_rate: None,
    };
    let camera = vec![of(&facts(), NativeMode::Video(unknown))];
    let chosen = select(&camera, "{}").unwrap();
    assert_eq!(chosen.settings.get(Property::FrameRate), None);
    let chosen = select(&camera, r#"{"frameRate": {"max": 15}}"#).unwrap();
    assert_eq!(frame(&chosen).2, 15.0);
    assert_eq!(
        select(&camera, r#"{"frameRate": {"min": 61}}"#)
            .unwrap_err()
            .constraint_name(),
        "frameRate"
    );
    let range = Capability::Number {
        min: 0.0,
        max: 60.0,
        step: None,
    };
    assert_eq!(capabilities(&camera).get(Property::FrameRate), Some(&range));
}

#[test]
fn modes_that_are_none_are_never_chosen() {
    let mut cameras = one(0, 0, 30, 1);
    cameras.extend(one(640, 0, 30, 1));
    assert!(select(&cameras, "{}").is_err());
    cameras.extend(one(640, 480, 0, 1));
    cameras.extend(one(640, 480, 5, 0));
    cameras.extend(one(320, 240, 30, 1));
    assert_eq!(select(&cameras, "{}").unwrap().candidate, 4);
    let error = select(&[], "{}").unwrap_err();
    assert_eq!(error.constraint_name(), "");
}

#[test]
fn the_report_tells_why() {
    let json =
        r#"{"width": 1280, "frameRate": {"min": 20}, "advanced": [{"height": {"min": 700}}]}"#;
    let report = select(&camera(), json).unwrap().report.to_string();
    for line in [
        "candidate 1, 1280x720@30/1 at distance 0.0000",
        "0: 640x480@30/1: misses advanced set 1",
        "1: 1280x720@30/1: chosen",
        "2: 1920x1080@30/1: equally near, but resampled more",
        "3: 1280x720@60/1: equally near, but farther from the defaults",
        "4: 800x600@15/1: ruled out by frameRate",
    ] {
        assert!(report.contains(line), "{line} is not in\n{report}");
    }
}
