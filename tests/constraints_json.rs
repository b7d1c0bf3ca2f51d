//! Dictionaries as JSON, and the rows "malformed JSON, wrong types" of what can go wrong.

use gstmediastream::model::constraints::{
    Constraint, ConstraintSet, Parameters, Property, StreamConstraints, TrackConstraints,
    TypeError, Value, clamp_to_unsigned_long,
};
use proptest::prelude::*;

fn track(json: &str) -> TrackConstraints {
    TrackConstraints::from_json(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn refused(json: &str) -> TypeError {
    match TrackConstraints::from_json(json) {
        Err(error) => error,
        Ok(read) => panic!("{json} was read as {read:?}"),
    }
}

fn number_of(json: &str, property: Property) -> f64 {
    match track(json).basic.get(property) {
        Some(Constraint::Bare(Value::Number(number))) => *number,
        other => panic!("{json}: {other:?}"),
    }
}

#[test]
fn every_form_of_every_type_is_read_and_written_back() {
    let forms = [
        r#"{"width":640}"#,
        r#"{"width":{"min":1,"max":4,"exact":2,"ideal":3}}"#,
        r#"{"frameRate":{"min":1.5,"max":29.97}}"#,
        r#"{"deviceId":"a"}"#,
        r#"{"deviceId":["a","b"]}"#,
        r#"{"facingMode":{"exact":["user","left"],"ideal":"user"}}"#,
        r#"{"torch":true}"#,
        r#"{"torch":{"exact":false,"ideal":true}}"#,
        r#"{"echoCancellation":"all"}"#,
        r#"{"echoCancellation":{"exact":true,"ideal":"remote-only"}}"#,
        r#"{"pan":true}"#,
        r#"{"tilt":{"min":-3600,"ideal":12.5}}"#,
        r#"{"zoom":2}"#,
        r#"{"pointsOfInterest":[{"x":0.5,"y":0.25}]}"#,
        r#"{"pointsOfInterest":{"exact":[{"x":0,"y":1}],"ideal":[]}}"#,
        r#"{"height":{}}"#,
    ];
    for json in forms {
        assert_eq!(track(json).to_json(), json);
    }
}

// #142, #100: what was asked comes back, skipped sets too, in the order given.
#[test]
fn order_of_members_and_sets_is_kept() {
    let json =
        r#"{"height":2,"deviceId":"x","width":1,"advanced":[{"width":9},{"torch":true,"zoom":1}]}"#;
    assert_eq!(track(json).to_json(), json);
}

#[test]
fn every_property_is_known_by_its_name() {
    for property in Property::ALL {
        assert_eq!(Property::from_name(property.name()), Some(*property));
    }
    assert_eq!(Property::ALL.len(), 16 + 8 + 17);
}

// #83, #204: `volume` and any other unknown name is ignored, even with exact and whatever it holds.
#[test]
fn unknown_members_are_ignored() {
    let json =
        r#"{"volume":{"exact":1},"a.width":3,"x":[[{"y":null}]],"width":{"exact":2,"z":"?"}}"#;
    assert_eq!(track(json).to_json(), r#"{"width":{"exact":2}}"#);
}

#[test]
fn last_of_duplicate_members_wins_whatever_the_first_was() {
    let json = r#"{"width":"wrong","height":1,"width":{"min":1,"min":5}}"#;
    assert_eq!(track(json).to_json(), r#"{"width":{"min":5},"height":1}"#);
}

// #88
#[test]
fn whole_numbers_clamp_and_round_to_even() {
    let cases = [
        ("-5", 0.0),
        ("-0.2", 0.0),
        ("0.5", 0.0),
        ("1.5", 2.0),
        ("2.5", 2.0),
        ("2.51", 3.0),
        ("4294967295.6", 4294967295.0),
        ("5000000000", 4294967295.0),
        ("1e999", 4294967295.0),
        ("-1e999", 0.0),
    ];
    for (text, expected) in cases {
        let json = format!(r#"{{"width": {text}}}"#);
        assert_eq!(number_of(&json, Property::Width), expected, "{text}");
    }
    assert_eq!(clamp_to_unsigned_long(f64::NAN), 0);
    assert_eq!(clamp_to_unsigned_long(f64::INFINITY), u32::MAX);
}

// #88
#[test]
fn doubles_that_are_not_finite_are_a_type_error() {
    let error = refused(r#"{"frameRate": {"ideal": 1e999}}"#);
    assert_eq!(error.member, "frameRate.ideal");
    let built = TrackConstraints::builder().frame_rate(f64::NAN).build();
    assert_eq!(built.unwrap_err().member, "frameRate");
}

#[test]
fn a_wrong_type_names_the_member() {
    let cases = [
        (r#"{"width":"640"}"#, "width"),
        (r#"{"width":true}"#, "width"),
        (r#"{"width":null}"#, "width"),
        (r#"{"width":[1]}"#, "width"),
        (r#"{"width":{"exact":"1"}}"#, "width.exact"),
        (r#"{"width":{"min":{}}}"#, "width.min"),
        (r#"{"frameRate":{"max":"60"}}"#, "frameRate.max"),
        (r#"{"deviceId":1}"#, "deviceId"),
        (r#"{"deviceId":["a",2]}"#, "deviceId[1]"),
        (
            r#"{"facingMode":{"ideal":["a",[]]}}"#,
            "facingMode.ideal[1]",
        ),
        (r#"{"torch":1}"#, "torch"),
        (r#"{"torch":{"exact":"on"}}"#, "torch.exact"),
        (r#"{"echoCancellation":["all"]}"#, "echoCancellation"),
        (
            r#"{"echoCancellation":{"ideal":2}}"#,
            "echoCancellation.ideal",
        ),
        (r#"{"pan":"left"}"#, "pan"),
        (r#"{"pan":{"exact":true}}"#, "pan.exact"),
        (r#"{"pointsOfInterest":[1]}"#, "pointsOfInterest[0]"),
        (
            r#"{"pointsOfInterest":[{"x":"l"}]}"#,
            "pointsOfInterest[0].x",
        ),
        (r#"{"advanced":{}}"#, "advanced"),
        (r#"{"advanced":[{},3]}"#, "advanced[1]"),
        (
            r#"{"advanced":[{"width":{"min":""}}]}"#,
            "advanced[0].width.min",
        ),
        ("3", ""),
        ("false", ""),
        ("null", ""),
    ];
    for (json, member) in cases {
        assert_eq!(refused(json).member, member, "{json}");
    }
}

#[test]
fn a_wrong_type_has_a_place_in_the_text() {
    let json = "{\n  \"video\": {\n    \"width\": { \"exact\": \"a\" }\n  }\n}";
    let error = StreamConstraints::from_json(json).unwrap_err();
    assert_eq!(error.member, "video.width.exact");
    assert_eq!((error.line, error.column), (Some(3), Some(25)));
    assert_eq!(
        error.to_string(),
        "video.width.exact (line 3, column 25): expected a number, found a string"
    );
}

#[test]
fn malformed_text_has_a_place() {
    for (json, line, column) in [("", 1, 0), ("{\"width\": }", 1, 11), ("{\n\"a\" 1}", 2, 5)] {
        let error = refused(json);
        assert_eq!(
            (error.line, error.column),
            (Some(line), Some(column)),
            "{json}"
        );
        assert!(error.message.starts_with("not JSON: "), "{error}");
    }
    assert!(refused("{} {}").line.is_some());
}

#[test]
fn long_deep_and_numerous_documents_are_refused() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(refused(&deep).message.contains("64 levels"));
    assert!(refused(&"[".repeat(60_000)).message.contains("64 levels"));
    let long = format!("{{\"x\":\"{}\"}}", "y".repeat(70_000));
    assert!(refused(&long).message.contains("65536"));
    let sets = |n: usize| format!("{{\"advanced\":[{}]}}", vec!["{}"; n].join(","));
    assert_eq!(track(&sets(64)).advanced.len(), 64);
    let error = refused(&sets(65));
    assert_eq!(error.member, "advanced");
    assert!(error.message.contains("64"), "{error}");
}

// #130, #131
#[test]
fn a_stream_requests_what_is_true_or_an_object() {
    for json in [
        "{}",
        r#"{"audio":false,"video":false}"#,
        r#"{"video":false}"#,
    ] {
        let error = StreamConstraints::from_json(json).unwrap_err();
        assert!(error.message.contains("neither"), "{error}");
    }
    let stream = StreamConstraints::from_json(r#"{"video":{},"audio":false,"peerIdentity":1}"#);
    let stream = stream.unwrap();
    assert_eq!(
        (stream.video, stream.audio),
        (Some(TrackConstraints::new()), None)
    );
    let stream = StreamConstraints::from_json(r#"{"audio":true}"#).unwrap();
    assert_eq!(
        (stream.video, stream.audio),
        (None, Some(TrackConstraints::new()))
    );
    for json in [r#"{"video":1}"#, r#"{"video":null}"#, r#"{"video":"true"}"#] {
        assert_eq!(
            StreamConstraints::from_json(json).unwrap_err().member,
            "video"
        );
    }
    assert!(StreamConstraints::from_json("true").is_err());
}

#[test]
fn true_stands_for_no_constraints() {
    assert_eq!(track("true"), TrackConstraints::new());
    assert_eq!(track("{}").to_json(), "{}");
}

#[test]
fn serde_reads_and_writes_the_same() {
    let value = serde_json::json!({"audio": {"channelCount": 1}, "video": {"zoom": true}});
    let stream: StreamConstraints = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&stream).unwrap(), value);
    let error = serde_json::from_value::<TrackConstraints>(serde_json::json!({"iso": "x"}));
    assert!(error.unwrap_err().to_string().starts_with("iso: "));
}

#[test]
fn sets_refuse_values_of_the_wrong_type() {
    let mut set = ConstraintSet::new();
    assert!(set.set(Property::Width, Constraint::exact("a")).is_err());
    assert!(set.set(Property::Width, Constraint::exact(1.5)).is_err());
    assert!(set.set(Property::Width, Constraint::exact(-1.0)).is_err());
    assert!(
        set.set(Property::Torch, Constraint::range(Some(1.0), None))
            .is_err()
    );
    assert!(set.set(Property::Pan, Constraint::exact(true)).is_err());
    assert!(set.is_empty());
    set.set(Property::Pan, Constraint::Bare(true.into()))
        .unwrap();
    assert_eq!(set.len(), 1);
}

// #81
#[test]
fn empty_lists_are_absent_and_not_required() {
    let absent = |json: &str| {
        let read = track(json);
        let (_, constraint) = read.basic.iter().next().unwrap();
        (constraint.is_absent(), constraint.is_required())
    };
    assert_eq!(absent(r#"{"deviceId":[]}"#), (true, false));
    assert_eq!(absent(r#"{"deviceId":{"exact":[]}}"#), (true, false));
    assert_eq!(
        absent(r#"{"deviceId":{"exact":[],"ideal":"a"}}"#),
        (false, false)
    );
    assert_eq!(absent(r#"{"deviceId":{"exact":["a"]}}"#), (false, true));
    assert_eq!(absent(r#"{"deviceId":{}}"#), (false, false));
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let name = prop_oneof![
        3 => proptest::sample::select(Property::ALL).prop_map(|p| p.name().to_owned()),
        3 => proptest::sample::select(vec!["min", "max", "exact", "ideal", "advanced", "x", "video"])
            .prop_map(str::to_owned),
        1 => ".*",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            4 => prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_panics(value in any_json()) {
        let text = value.to_string();
        let _ = StreamConstraints::from_json(&text);
        if let Ok(read) = TrackConstraints::from_json(&text) {
            prop_assert_eq!(TrackConstraints::from_json(&read.to_json()), Ok(read));
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,64}", cut in 0_usize..200) {
        let _ = TrackConstraints::from_json(&text);
        let json = r#"{"video":{"width":{"exact":["a",{"x":1e5}]},"advanced":[{"pan":true},{"é":"\u00e9"}]}}"#;
        if let Some(part) = json.get(..cut.min(json.len())) {
            let _ = StreamConstraints::from_json(part);
        }
        let _ = StreamConstraints::from_json(&format!(r#"{{"video":{text}}}"#));
    }
}

#[test]
fn a_dictionary_keeps_empty_parameters() {
    assert_eq!(
        track(r#"{"width":{"unknown":1}}"#)
            .basic
            .get(Property::Width),
        Some(&Constraint::Parameters(Parameters::default()))
    );
}
