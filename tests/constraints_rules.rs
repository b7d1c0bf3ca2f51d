//! The numbered edge cases of constraints (#68 to #93, #104 to #107) that a camera or microphone model
//! can decide.

#[path = "common/example_camera.rs"]
mod example_camera;

use std::sync::Arc;

use example_camera::{
    assert_near, camera, facts, frame, label, microphone, mode, of, only_c, parse, select,
    select_native,
};
use gstmediastream::model::constraints::{
    Candidate, Capability, Overconstrained, Property, Setting, SourceFacts, StreamConstraints,
    supported,
};

fn name_of(
    result: Result<gstmediastream::model::constraints::Selection, Overconstrained>,
) -> &'static str {
    let error = result.expect_err("nothing meets this");
    error.constraint_name()
}

fn with(change: impl FnOnce(&mut SourceFacts)) -> Vec<Candidate> {
    let mut facts = SourceFacts::clone(&facts());
    change(&mut facts);
    let source = Arc::new(facts);
    vec![of(&source, mode(1280, 720, 30, 1))]
}

fn zoom_camera() -> Vec<Candidate> {
    with(|facts| {
        let range = Capability::Number {
            min: 1.0,
            max: 5.0,
            step: Some(0.5),
        };
        facts.capabilities.set(Property::Zoom, range);
        facts.settings.set(Property::Zoom, Setting::Double(1.5));
        let torch = Capability::Booleans(vec![false, true]);
        facts.capabilities.set(Property::Torch, torch);
        facts.settings.set(Property::Torch, Setting::Boolean(false));
    })
}

#[test]
fn rule_68_bare_value_never_fails() {
    for width in [0_u32, 1, 640, 4000, u32::MAX] {
        assert!(select_native(&camera(), &format!(r#"{{"width": {width}}}"#)).is_ok());
    }
}

#[test]
fn rule_69_bare_value_in_an_advanced_set_is_exact_or_skipped() {
    let chosen = select_native(&camera(), r#"{"advanced": [{"width": 800}]}"#).unwrap();
    assert_eq!(frame(&chosen), (800, 600, 15.0));
    let chosen = select_native(&camera(), r#"{"advanced": [{"width": 801}]}"#).unwrap();
    assert_eq!(frame(&chosen), (640, 480, 30.0));
}

#[test]
fn rule_70_impossible_exact_is_named_with_what_there_is() {
    let error = select(&only_c(), r#"{"width": {"exact": 2000}}"#).unwrap_err();
    assert_eq!(error.constraint, Some(Property::Width));
    assert_eq!(error.wanted, r#"{"exact":2000}"#);
    assert_eq!(error.nearest, Some(Setting::Integer(1920)));
    for part in ["width", "2000", "1920"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn rule_71_limits_are_inclusive() {
    let json = r#"{"width": {"min": 800, "max": 800}, "frameRate": {"min": 15, "max": 15}}"#;
    assert_eq!(
        frame(&select_native(&camera(), json).unwrap()),
        (800, 600, 15.0)
    );
}

#[test]
fn rule_72_required_still_ranks_by_its_ideal() {
    let json = r#"{"width": {"min": 640, "ideal": 1280}}"#;
    assert_eq!(select_native(&camera(), json).unwrap().candidate, 1);
    let json = r#"{"width": {"min": 1300, "ideal": 1280}}"#;
    let chosen = select_native(&camera(), json).unwrap();
    assert_eq!(chosen.candidate, 2);
    assert_near(chosen.distance, 1.0 / 3.0, 1e-12);
}

#[test]
fn rule_73_no_name_when_only_together_impossible() {
    let json = r#"{"width": {"exact": 800}, "frameRate": {"min": 30}}"#;
    let error = select_native(&camera(), json).unwrap_err();
    assert_eq!(error.constraint_name(), "");
    assert!(error.message.contains("width") && error.message.contains("frameRate"));
}

#[test]
fn rule_74_sets_after_a_skipped_one_are_tried() {
    let json = r#"{"advanced": [{"width": 5000}, {"height": 1080}]}"#;
    assert_eq!(select_native(&camera(), json).unwrap().candidate, 2);
}

#[test]
fn rule_75_a_set_is_met_whole_or_not_at_all() {
    let json = r#"{"advanced": [{"width": 1920, "frameRate": 60}]}"#;
    assert_eq!(select_native(&camera(), json).unwrap().candidate, 0);
}

#[test]
fn rule_76_advanced_sets_outrank_ideals() {
    let json = r#"{"width": 1920, "advanced": [{"frameRate": {"min": 50}}]}"#;
    assert_eq!(select(&camera(), json).unwrap().candidate, 3);
}

#[test]
fn rule_77_ideal_in_an_advanced_set_counts_for_nothing() {
    for ideal in [
        r#"{"width": {"ideal": 1920}}"#,
        r#"{"facingMode": {"ideal": "user"}}"#,
    ] {
        // The second misses on rule 5 only, which is finite.
        let json = format!(r#"{{"advanced": [{ideal}]}}"#);
        let chosen = select_native(&camera(), &json).unwrap();
        assert_eq!((chosen.candidate, chosen.distance), (0, 0.0));
    }
}

#[test]
fn rule_78_the_first_of_conflicting_sets_wins() {
    let json = r#"{"advanced": [{"width": 1280}, {"width": 1920}, {"frameRate": 60}]}"#;
    assert_eq!(select_native(&camera(), json).unwrap().candidate, 3);
    let json = r#"{"advanced": [{"width": 1920}, {"width": 1280}, {"frameRate": 60}]}"#;
    assert_eq!(select_native(&camera(), json).unwrap().candidate, 2);
}

#[test]
fn rule_79_nearest_wins_even_if_slow() {
    let chosen = select_native(&camera(), r#"{"width": 1000}"#).unwrap();
    assert_eq!(frame(&chosen), (800, 600, 15.0));
}

#[test]
fn rule_80_ideals_are_not_ranked_by_their_order() {
    let one = select_native(&camera(), r#"{"width": 1920, "frameRate": 15}"#).unwrap();
    let other = select_native(&camera(), r#"{"frameRate": 15, "width": 1920}"#).unwrap();
    assert_eq!(one.settings, other.settings);
}

#[test]
fn rule_81_empty_lists_are_no_constraint() {
    for json in [
        r#"{"deviceId": []}"#,
        r#"{"facingMode": {"exact": [], "ideal": []}}"#,
    ] {
        assert_eq!(select(&camera(), json).unwrap().distance, 0.0, "{json}");
    }
}

#[test]
fn rule_82_any_member_of_a_list_will_do() {
    let chosen = select(&camera(), r#"{"deviceId": {"exact": ["x", "cam"]}}"#).unwrap();
    assert_eq!(chosen.distance, 0.0);
    let chosen = select(&camera(), r#"{"deviceId": ["cam", "x"]}"#).unwrap();
    assert_eq!(chosen.distance, 0.0);
    assert_eq!(
        name_of(select(&camera(), r#"{"deviceId": {"exact": ["x"]}}"#)),
        "deviceId"
    );
}

#[test]
fn rule_83_204_unknown_properties_are_ignored() {
    assert!(
        select(
            &camera(),
            r#"{"volume": {"exact": 0.5}, "bogus": {"min": 9}}"#
        )
        .is_ok()
    );
}

// Rule 1 of fitness distance: known to the table, but without effect here.
#[test]
fn rule_83_properties_that_are_not_honoured_count_for_nothing() {
    let chosen = select(&camera(), r#"{"faceFraming": {"exact": true}}"#).unwrap();
    assert_eq!(chosen.distance, 0.0);
}

#[test]
fn rule_84_85_properties_of_the_other_kind_are_ignored() {
    let json = r#"{"sampleRate": {"exact": 1}, "latency": 3, "advanced": [{"sampleSize": 1}]}"#;
    assert_eq!(select(&camera(), json).unwrap().distance, 0.0);
    let json = r#"{"width": {"exact": 1}, "torch": true}"#;
    assert_eq!(select(&microphone(), json).unwrap().distance, 0.0);
}

#[test]
fn rule_86_facing_mode_of_a_camera_that_has_none() {
    let chosen = select(&camera(), r#"{"facingMode": "environment"}"#).unwrap();
    assert_eq!(chosen.settings.get(Property::FacingMode), None);
    let json = r#"{"facingMode": {"exact": "environment"}}"#;
    assert_eq!(name_of(select(&camera(), json)), "facingMode");
    // Rule 5 precedes rule 6.
    assert_eq!(
        select(&camera(), r#"{"facingMode": {}}"#).unwrap().distance,
        1.0
    );
}

#[test]
fn rule_87_unknown_resize_mode() {
    let chosen = select(&camera(), r#"{"resizeMode": "bogus"}"#).unwrap();
    assert_eq!((label(&chosen), chosen.distance), ("none", 1.0));
    assert_eq!(
        name_of(select(&camera(), r#"{"resizeMode": {"exact": "bogus"}}"#)),
        "resizeMode"
    );
}

#[test]
fn rule_88_numbers_clamp() {
    let chosen = select(&camera(), r#"{"width": {"min": -7, "ideal": 639.5}}"#).unwrap();
    assert_eq!(frame(&chosen), (640, 480, 30.0));
}

#[test]
fn rule_89_four_thirds_matches() {
    let json = r#"{"aspectRatio": {"exact": 1.3333333333333333}, "resizeMode": {"exact": "none"}}"#;
    assert_eq!(frame(&select(&camera(), json).unwrap()), (640, 480, 30.0));
    let json = r#"{"aspectRatio": {"exact": 1.3333333333333333}}"#;
    let chosen = select(&only_c(), json).unwrap();
    assert_eq!(
        (frame(&chosen), label(&chosen)),
        ((1440, 1080, 30.0), "crop-and-scale")
    );
}

#[test]
fn rule_90_aspect_ratio_has_ten_decimals() {
    let chosen = select(&only_c(), "{}").unwrap();
    assert_eq!(
        chosen.settings.number(Property::AspectRatio),
        Some(1.7777777778)
    );
}

#[test]
fn rule_91_boolean_of_a_missing_property() {
    assert_eq!(
        select(&camera(), r#"{"torch": true}"#).unwrap().distance,
        1.0
    );
    let error = select(&camera(), r#"{"torch": {"exact": true}}"#);
    assert_eq!(name_of(error), "torch");
}

#[test]
fn rule_92_presence_is_preferred_and_moves_nothing() {
    let mut cameras = camera();
    cameras.extend(zoom_camera());
    let chosen = select(&cameras, r#"{"zoom": true}"#).unwrap();
    assert_eq!((chosen.candidate, chosen.distance), (5, 0.0));
    assert_eq!(chosen.settings.number(Property::Zoom), Some(1.5));
    let chosen = select(&cameras, r#"{"zoom": false}"#).unwrap();
    assert_eq!((chosen.candidate, chosen.distance), (0, 0.0));
    assert_eq!(
        select(&zoom_camera(), r#"{"zoom": false}"#)
            .unwrap()
            .distance,
        1.0
    );
}

// D7
#[test]
fn rule_92_presence_in_an_advanced_set_is_required_of_it() {
    let mut cameras = zoom_camera();
    cameras.extend(camera());
    let chosen = select(&cameras, r#"{"advanced": [{"zoom": false}]}"#).unwrap();
    assert_eq!(chosen.candidate, 1);
    let chosen = select(
        &camera(),
        r#"{"advanced": [{"pan": true}, {"width": 1280}]}"#,
    )
    .unwrap();
    assert_eq!(frame(&chosen).0, 1280);
}

#[test]
fn rule_93_defaults_decide_ties() {
    assert_eq!(frame(&select(&camera(), "{}").unwrap()), (640, 480, 30.0));
    let settings = select(&microphone(), "{}").unwrap().settings;
    assert_eq!(settings.integer(Property::SampleRate), Some(48_000));
    assert_eq!(settings.integer(Property::SampleSize), Some(16));
    assert_eq!(settings.integer(Property::ChannelCount), Some(2));
    assert_eq!(settings.boolean(Property::EchoCancellation), Some(true));
}

#[test]
fn rule_104_identity_cannot_be_changed() {
    for name in ["deviceId", "groupId"] {
        let json = format!(r#"{{"{name}": {{"exact": "other"}}}}"#);
        assert_eq!(name_of(select(&camera(), &json)), name);
        let json = format!(r#"{{"{name}": {{"ideal": "other"}}}}"#);
        let chosen = select(&camera(), &json).unwrap();
        assert_eq!(chosen.settings, select(&camera(), "{}").unwrap().settings);
    }
}

#[test]
fn rule_106_controls_may_be_required_of_a_track() {
    let json = r#"{"zoom": {"exact": 3}, "torch": {"exact": true}}"#;
    let settings = select(&zoom_camera(), json).unwrap().settings;
    assert_eq!(settings.number(Property::Zoom), Some(3.0));
    assert_eq!(settings.boolean(Property::Torch), Some(true));
    let error = select(&zoom_camera(), r#"{"zoom": {"min": 9}}"#).unwrap_err();
    assert_eq!(
        (error.constraint_name(), error.nearest),
        ("zoom", Some(Setting::Double(5.0)))
    );
    let blur = with(|facts| {
        let never = Capability::Booleans(vec![false]);
        facts.capabilities.set(Property::BackgroundBlur, never);
    });
    let json = r#"{"backgroundBlur": {"exact": true}}"#;
    assert_eq!(name_of(select(&blur, json)), "backgroundBlur");
    let json = r#"{"backgroundBlur": {"exact": false}}"#;
    let settings = select(&blur, json).unwrap().settings;
    assert_eq!(settings.boolean(Property::BackgroundBlur), Some(false));
}

#[test]
fn rule_106_controls_stay_on_their_steps_and_stay_where_they_are() {
    let zoom = |json| {
        select(&zoom_camera(), json)
            .unwrap()
            .settings
            .number(Property::Zoom)
    };
    assert_eq!(zoom("{}"), Some(1.5));
    assert_eq!(zoom(r#"{"zoom": 2.7}"#), Some(2.5));
    assert_eq!(zoom(r#"{"zoom": {"min": 1.6}}"#), Some(2.0));
    assert_eq!(zoom(r#"{"zoom": {"max": 1.4}}"#), Some(1.0));
    assert_eq!(zoom(r#"{"zoom": {"min": 3.1, "ideal": 1}}"#), Some(3.5));
    assert_eq!(
        zoom(r#"{"advanced": [{"zoom": 4}, {"zoom": 2}]}"#),
        Some(4.0)
    );
    let json = r#"{"zoom": {"exact": 3}, "advanced": [{"zoom": {"max": 2}}]}"#;
    assert_eq!(zoom(json), Some(3.0));
}

#[test]
fn rule_107_error_has_name_and_code() {
    assert_eq!(Overconstrained::NAME, "OverconstrainedError");
    assert_eq!(Overconstrained::CODE, 0);
}

#[test]
fn rule_135_only_some_may_be_required_when_a_device_is_chosen() {
    for name in ["backgroundBlur", "zoom", "torch", "iso", "voiceIsolation"] {
        let exact = match name {
            "zoom" | "iso" => "2",
            _ => "true",
        };
        let kind = if name == "voiceIsolation" {
            "audio"
        } else {
            "video"
        };
        let check = |constraint: String| {
            let json = format!(r#"{{"{kind}": {constraint}}}"#);
            StreamConstraints::from_json(&json)
                .unwrap()
                .check_get_user_media()
        };
        let error = check(format!(r#"{{"{name}": {{"exact": {exact}}}}}"#)).unwrap_err();
        assert_eq!(error.member, format!("{kind}.{name}"));
        assert_eq!(
            check(format!(r#"{{"{name}": {{"ideal": {exact}}}}}"#)),
            Ok(())
        );
        assert_eq!(
            check(format!(r#"{{"advanced": [{{"{name}": {exact}}}]}}"#)),
            Ok(())
        );
    }
    // A property of the other kind is dropped before (2.25 step 5.2).
    let other = StreamConstraints::from_json(r#"{"audio": {"zoom": {"min": 1}}}"#).unwrap();
    assert_eq!(other.check_get_user_media(), Ok(()));
    assert!(
        parse(r#"{"width": {"exact": 1}}"#)
            .check_get_user_media()
            .is_ok()
    );
}

#[test]
fn rule_203_supported_is_what_is_honoured() {
    let names: Vec<_> = supported().map(Property::name).collect();
    assert_eq!(names.len(), 32);
    for name in ["width", "deviceId", "latency", "backgroundBlur", "zoom"] {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["volume", "pointsOfInterest", "voiceIsolation"] {
        assert!(!names.contains(&name), "{name}");
    }
}
