//! Constraints written in Rust are those written in JSON.

use gstmediastream::model::constraints::{
    Constrain, ConstrainBooleanOrDomString, ConstrainDomString, ConstrainDouble, ConstrainULong,
    Constraint, ConstraintSet, Property, TrackConstraints, TrackConstraintsBuilder,
};

fn builder() -> TrackConstraintsBuilder {
    TrackConstraints::builder()
}

#[test]
fn builders_and_json_agree() {
    let built = builder()
        .width(ConstrainULong::range(640_u32, 1920_u32).and_ideal(1280_u32))
        .height(720)
        .frame_rate(ConstrainDouble::max(30))
        .aspect_ratio(Constrain::exact(1.5))
        .device_id("cam")
        .facing_mode(ConstrainDomString::exact(["user", "left"]))
        .torch(false)
        .zoom(true)
        .pan(ConstrainDouble::min(-3600.0))
        .advanced(builder().width(1920).tilt(12.0))
        .advanced(builder())
        .build()
        .unwrap();
    let json = concat!(
        r#"{"width":{"min":640,"max":1920,"ideal":1280},"height":720,"frameRate":{"max":30},"#,
        r#""aspectRatio":{"exact":1.5},"deviceId":"cam","facingMode":{"exact":["user","left"]},"#,
        r#""torch":false,"zoom":true,"pan":{"min":-3600},"advanced":[{"width":1920,"tilt":12},{}]}"#
    );
    assert_eq!(built.to_json(), json);
    assert_eq!(TrackConstraints::from_json(json), Ok(built));
    let audio = builder()
        .echo_cancellation(ConstrainBooleanOrDomString::ideal("all"))
        .channel_count(1)
        .build();
    assert_eq!(
        audio.unwrap().to_json(),
        r#"{"echoCancellation":{"ideal":"all"},"channelCount":1}"#
    );
}

#[test]
fn builders_name_what_is_not_finite_and_count_sets() {
    let error = builder()
        .advanced(builder().iso(f64::INFINITY))
        .build()
        .unwrap_err();
    assert_eq!(error.member, "advanced[0].iso");
    let many = (0..65).fold(builder(), |all, _| all.advanced(builder()));
    assert_eq!(many.build().unwrap_err().member, "advanced");
}

#[test]
fn required_parts_merge_or_contradict() {
    let set = |json: &str| TrackConstraints::from_json(json).unwrap().basic;
    let merged = |a: &str, b: &str| {
        set(a).merged_required(&set(b)).map(|basic| {
            let advanced = Vec::new();
            TrackConstraints { basic, advanced }.to_json()
        })
    };
    assert_eq!(
        merged(
            r#"{"width":{"min":1,"max":9,"ideal":5},"height":3}"#,
            r#"{"width":{"min":2},"deviceId":{"exact":["a","b"]}}"#
        )
        .as_deref(),
        Some(r#"{"width":{"min":2,"max":9},"deviceId":{"exact":["a","b"]}}"#)
    );
    let lists = (
        r#"{"deviceId":{"exact":["a","b"]}}"#,
        r#"{"deviceId":{"exact":["b","c"]}}"#,
    );
    assert_eq!(
        merged(lists.0, lists.1).as_deref(),
        Some(r#"{"deviceId":{"exact":["b"]}}"#)
    );
    assert_eq!(merged(lists.0, r#"{"deviceId":{"exact":"c"}}"#), None);
    assert_eq!(
        merged(r#"{"width":{"max":1}}"#, r#"{"width":{"min":2}}"#),
        None
    );
    assert_eq!(
        merged(r#"{"width":{"exact":1}}"#, r#"{"width":{"exact":2}}"#),
        None
    );
    let mut set = ConstraintSet::new();
    set.set(Property::Width, Constraint::ideal(5_u32)).unwrap();
    assert!(set.merged_required(&set).unwrap().is_empty());
}
