//! Appendix A: the worked fitness-distance vectors, one test each.
//!
//! Tolerance (vector 13): distances that differ by no more than 1e-12 are a tie.

#[path = "common/example_camera.rs"]
mod example_camera;

use example_camera::{
    assert_near, camera, frame, label, only_c, parse, select, select_native as native,
};
use gstmediastream::model::constraints::{
    Bare, Kind, Property, Setting, Settings, fitness_distance,
};

/// The distance of one of the native modes.
fn distance(mode: usize, json: &str) -> f64 {
    let (width, height, rate) = [
        (640, 480, 30.0),
        (1280, 720, 30.0),
        (1920, 1080, 30.0),
        (1280, 720, 60.0),
        (800, 600, 15.0),
    ][mode];
    let ratio = f64::from(width) / f64::from(height);
    let settings = Settings::new()
        .with(Property::DeviceId, Setting::Text("cam".into()))
        .with(Property::GroupId, Setting::Text("g".into()))
        .with(Property::Width, Setting::Integer(width))
        .with(Property::Height, Setting::Integer(height))
        .with(Property::FrameRate, Setting::Double(rate))
        .with(
            Property::AspectRatio,
            Setting::Double((ratio * 1e10).round() / 1e10),
        )
        .with(Property::ResizeMode, Setting::Text("none".into()));
    fitness_distance(&settings, &parse(json).basic, Kind::Video, Bare::Ideal)
}

#[test]
fn vector_1_sum_of_three_ideals() {
    let json = r#"{"width": 1280, "height": 720, "aspectRatio": 1.5}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!((chosen.candidate, frame(&chosen)), (1, (1280, 720, 30.0)));
    assert_near(chosen.distance, 0.15625, 1e-9);
    let expected = [0.9444, 0.15625, 0.8229, 0.15625, 0.6528];
    for (mode, expected) in expected.into_iter().enumerate() {
        assert_near(distance(mode, json), expected, 5e-5);
    }
}

#[test]
fn vector_2_required_minimum_and_ideal_rate() {
    let json = r#"{"width": {"min": 1280}, "frameRate": {"ideal": 60}}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!((chosen.candidate, chosen.distance), (3, 0.0));
}

#[test]
fn vector_3_each_alone_but_not_together() {
    let json = r#"{"width": {"exact": 1920}, "frameRate": {"min": 60}}"#;
    let error = native(&camera(), json).unwrap_err();
    assert_eq!((error.constraint, error.constraint_name()), (None, ""));
}

#[test]
fn vector_4_names_the_frame_rate() {
    let error = native(&camera(), r#"{"frameRate": {"min": 120}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "frameRate");
    assert_eq!(error.wanted, r#"{"min":120}"#);
    assert_eq!(error.nearest, Some(Setting::Double(60.0)));
}

#[test]
fn vector_5_smallest_distance_wins_even_if_slow() {
    let json = r#"{"width": 1000}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!(frame(&chosen), (800, 600, 15.0));
    assert_near(chosen.distance, 0.2, 1e-12);
    for (mode, expected) in [0.36, 0.21875, 0.4792, 0.21875, 0.2]
        .into_iter()
        .enumerate()
    {
        assert_near(distance(mode, json), expected, 5e-5);
    }
}

#[test]
fn vector_6_skips_the_first_advanced_set() {
    let json = r#"{"width": {"min": 640, "ideal": 1280}, "height": {"min": 480, "ideal": 720},
        "advanced": [{"width": 1920, "height": 1280}, {"aspectRatio": 1.3333333333333333}]}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!(frame(&chosen), (800, 600, 15.0));
    assert_near(chosen.distance, 0.5417, 5e-5);
    assert_near(distance(0, json), 0.8333, 5e-5);
}

#[test]
fn vector_7_advanced_outranks_ideal() {
    let json =
        r#"{"width": 1920, "advanced": [{"frameRate": {"min": 50}}, {"frameRate": {"min": 40}}]}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!(chosen.candidate, 3);
    assert_near(chosen.distance, 0.3333, 5e-5);
    assert_eq!(distance(2, json), 0.0);
}

#[test]
fn vector_8_advanced_ideal_is_inert() {
    let json = r#"{"width": 640, "advanced": [{"width": {"ideal": 1920}}]}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!((chosen.candidate, chosen.distance), (0, 0.0));
}

#[test]
fn vector_9_missing_facing_mode_costs_one() {
    let json = r#"{"facingMode": "environment"}"#;
    assert_eq!(native(&camera(), json).unwrap().distance, 1.0);
    assert!((0..5).all(|mode| distance(mode, json) == 1.0));
}

#[test]
fn vector_10_exact_facing_mode_is_named() {
    let error = native(&camera(), r#"{"facingMode": {"exact": "environment"}}"#).unwrap_err();
    assert_eq!(error.constraint, Some(Property::FacingMode));
    assert_eq!(error.nearest, None);
}

#[test]
fn vector_11_empty_list_is_absent() {
    let chosen = native(&camera(), r#"{"deviceId": {"exact": []}, "width": 640}"#).unwrap();
    assert_eq!((chosen.candidate, chosen.distance), (0, 0.0));
}

#[test]
fn vector_12_aspect_ratio_is_compared_rounded() {
    let json = r#"{"aspectRatio": {"exact": 1.3333333333333333}}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!((chosen.candidate, chosen.distance), (0, 0.0));
    assert_eq!(distance(4, json), 0.0);
    assert!(distance(1, json).is_infinite());
}

#[test]
fn vector_13_rounding_alone_decides() {
    let json = r#"{"width": 1280, "height": 720, "aspectRatio": 1.5}"#;
    let chosen = select(&only_c(), json).unwrap();
    assert_eq!(frame(&chosen), (1080, 720, 30.0));
    assert_eq!(label(&chosen), "crop-and-scale");
    assert_near(chosen.distance, 0.15625, 1e-12);
    assert_near(distance(1, json), 0.15625000001, 2e-12);
}

#[test]
fn vector_14_sum_over_three_properties() {
    let json = r#"{"width": 1920, "frameRate": 60, "facingMode": "user"}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!(chosen.candidate, 3);
    assert_near(chosen.distance, 1.3333, 5e-5);
    assert_near(distance(2, json), 1.5, 1e-12);
}

#[test]
fn vector_15_impossible_set_is_skipped_as_a_whole() {
    let json = r#"{"width": 1280, "height": 720,
        "advanced": [{"width": 640, "height": 720}, {"width": 1920}]}"#;
    let chosen = native(&camera(), json).unwrap();
    assert_eq!(chosen.candidate, 2);
    assert_near(chosen.distance, 0.6667, 5e-5);
}

#[test]
fn vector_16_size_and_label_conflict_without_a_name() {
    let json = r#"{"width": {"exact": 1000}, "resizeMode": {"exact": "none"}}"#;
    let error = select(&camera(), json).unwrap_err();
    assert_eq!(error.constraint_name(), "");
    assert_eq!(
        error.wanted,
        r#"{"width":{"exact":1000},"resizeMode":{"exact":"none"}}"#
    );
}

#[test]
fn vector_17_too_wide_is_named() {
    let error = select(&camera(), r#"{"width": {"exact": 4000}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "width");
    assert_eq!(error.nearest, Some(Setting::Integer(1920)));
}

#[test]
fn vector_18_unknown_label_is_named() {
    let error = select(&camera(), r#"{"resizeMode": {"exact": "INVALID"}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "resizeMode");
}

#[test]
fn vector_19_group_id_of_an_existing_track() {
    let chosen = select(&camera(), r#"{"groupId": "other"}"#).unwrap();
    assert_eq!(chosen.distance, 1.0);
    assert_eq!(chosen.settings.text(Property::GroupId), Some("g"));
    let error = select(&camera(), r#"{"groupId": {"exact": "other"}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "groupId");
    assert_eq!(error.nearest, Some(Setting::Text("g".into())));
}

#[test]
fn vector_20_defaults_decide() {
    let chosen = select(&camera(), "{}").unwrap();
    assert_eq!(frame(&chosen), (640, 480, 30.0));
    assert_eq!((label(&chosen), chosen.distance), ("none", 0.0));
}

#[test]
fn vector_21_native_frame_is_nearest() {
    let chosen = select(&only_c(), r#"{"width": 1920, "height": 1200}"#).unwrap();
    assert_eq!(frame(&chosen), (1920, 1080, 30.0));
    assert_eq!(label(&chosen), "none");
    assert_near(chosen.distance, 0.1, 1e-12);
}
