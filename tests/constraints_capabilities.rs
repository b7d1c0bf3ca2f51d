//! Capabilities and settings (#108 to #116).

#[path = "common/example_camera.rs"]
mod example_camera;

use std::sync::Arc;

use example_camera::{camera, microphone, mode, of, select};
use gstmediastream::model::constraints::{
    BooleanOrText, Candidate, Capabilities, Capability, Kind, Property, Setting, Settings,
    SourceFacts, capabilities,
};

fn rich_camera() -> Vec<Candidate> {
    let text = |text: &str| text.to_owned();
    let source = SourceFacts {
        capabilities: Capabilities::new()
            .with(Property::DeviceId, Capability::Text(text("cam")))
            .with(
                Property::FacingMode,
                Capability::Texts(vec![text("left"), text("user")]),
            )
            .with(
                Property::FocusMode,
                Capability::Texts(vec![text("manual"), text("continuous")]),
            )
            .with(
                Property::Pan,
                Capability::Number {
                    min: -3600.0,
                    max: 3600.0,
                    step: Some(360.0),
                },
            )
            .with(Property::Torch, Capability::Booleans(vec![false, true]))
            .with(Property::BackgroundBlur, Capability::Booleans(vec![false]))
            // Of the other kind: has no business here.
            .with(Property::SampleRate, Capability::Text(text("?"))),
        settings: Settings::new()
            .with(Property::FocusMode, Setting::Text(text("continuous")))
            .with(Property::SampleRate, Setting::Integer(1)),
    };
    vec![of(&Arc::new(source), mode(640, 480, 30, 1))]
}

fn lies_within(setting: &Setting, capability: &Capability) -> bool {
    match (setting, capability) {
        (Setting::Text(value), Capability::Text(only)) => value == only,
        (Setting::Text(value), Capability::Texts(list)) => list.contains(value),
        (Setting::Boolean(value), Capability::Booleans(list)) => list.contains(value),
        (Setting::Boolean(value), Capability::BooleansOrTexts(list)) => {
            list.contains(&BooleanOrText::Boolean(*value))
        }
        (Setting::Text(value), Capability::BooleansOrTexts(list)) => {
            list.contains(&BooleanOrText::Text(value.clone()))
        }
        (setting, Capability::Number { min, max, .. }) => {
            setting.as_number().is_some_and(|n| *min <= n && n <= *max)
        }
        _ => false,
    }
}

#[test]
fn rule_110_constraints_do_not_shrink_capabilities() {
    let before = capabilities(&camera());
    select(&camera(), r#"{"width": {"max": 10}}"#).unwrap();
    assert_eq!(capabilities(&camera()), before);
}

#[test]
fn rule_111_resize_mode_contains_none() {
    let labels = vec!["none".to_owned(), "crop-and-scale".to_owned()];
    let all = capabilities(&camera());
    assert_eq!(
        all.get(Property::ResizeMode),
        Some(&Capability::Texts(labels))
    );
}

#[test]
fn rule_112_identifiers_are_plain_strings() {
    let all = capabilities(&camera());
    for (property, value) in [(Property::DeviceId, "cam"), (Property::GroupId, "g")] {
        assert_eq!(all.get(property), Some(&Capability::Text(value.into())));
    }
}

#[test]
fn rule_113_what_cannot_be_switched_has_one_value() {
    let all = capabilities(&microphone());
    let booleans = |property| all.get(property).cloned();
    assert_eq!(
        booleans(Property::AutoGainControl),
        Some(Capability::Booleans(vec![true]))
    );
    assert_eq!(
        booleans(Property::NoiseSuppression),
        Some(Capability::Booleans(vec![false]))
    );
    let error = select(&microphone(), r#"{"noiseSuppression": {"exact": true}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "noiseSuppression");
    assert_eq!(error.nearest, Some(Setting::Boolean(false)));
    let chosen = select(&microphone(), r#"{"echoCancellation": {"exact": "all"}}"#).unwrap();
    assert_eq!(
        chosen.settings.text(Property::EchoCancellation),
        Some("all")
    );
}

#[test]
fn rule_114_booleans_precede_mode_strings() {
    let expected = vec![
        BooleanOrText::Boolean(false),
        BooleanOrText::Boolean(true),
        BooleanOrText::Text("all".into()),
    ];
    let all = capabilities(&microphone());
    let echo = all.get(Property::EchoCancellation);
    assert_eq!(echo, Some(&Capability::BooleansOrTexts(expected)));
}

#[test]
fn rule_115_every_capability_has_a_setting_within_it() {
    for candidates in [camera(), rich_camera(), microphone()] {
        let all = capabilities(&candidates);
        for json in [
            "{}",
            r#"{"width": 100, "pan": 500, "sampleSize": 8, "latency": 1}"#,
        ] {
            let settings = select(&candidates, json).unwrap().settings;
            for (property, capability) in all.iter() {
                let setting = settings.get(property);
                let setting = setting.unwrap_or_else(|| panic!("{property} has no setting"));
                assert!(
                    lies_within(setting, capability),
                    "{property}: {setting} {capability:?}"
                );
            }
            assert!(settings.iter().all(|(p, _)| all.get(p).is_some()));
        }
    }
}

#[test]
fn rule_116_settings_and_capabilities_are_of_the_kind() {
    for (candidates, kind) in [(rich_camera(), Kind::Video), (microphone(), Kind::Audio)] {
        let settings = select(&candidates, "{}").unwrap().settings;
        assert!(
            settings
                .iter()
                .all(|(property, _)| property.applies_to(kind))
        );
        let all = capabilities(&candidates);
        assert!(all.iter().all(|(property, _)| property.applies_to(kind)));
    }
}

// D18
#[test]
fn an_empty_list_is_no_capability() {
    let none = Capability::Texts(Vec::new());
    let source = SourceFacts {
        capabilities: Capabilities::new().with(Property::FacingMode, none),
        settings: Settings::new(),
    };
    let camera = [of(&Arc::new(source), mode(640, 480, 30, 1))];
    assert_eq!(capabilities(&camera).get(Property::FacingMode), None);
    assert_eq!(
        select(&camera, "{}")
            .unwrap()
            .settings
            .get(Property::FacingMode),
        None
    );
}

// The definition of `facingMode`: several are possible, the setting is one of them.
#[test]
fn facing_mode_is_one_of_several() {
    let facing = |json| {
        let chosen = select(&rich_camera(), json).unwrap();
        chosen
            .settings
            .text(Property::FacingMode)
            .map(str::to_owned)
    };
    assert_eq!(facing("{}").as_deref(), Some("left"));
    assert_eq!(facing(r#"{"facingMode": "user"}"#).as_deref(), Some("user"));
    assert_eq!(
        facing(r#"{"facingMode": ["environment", "user"]}"#).as_deref(),
        Some("user")
    );
    let error = select(&rich_camera(), r#"{"facingMode": {"exact": "right"}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "facingMode");
}

#[test]
fn negative_controls_are_ranked_too() {
    let pan = |json| {
        select(&rich_camera(), json)
            .unwrap()
            .settings
            .number(Property::Pan)
    };
    assert_eq!(pan(r#"{"pan": -1000}"#), Some(-1080.0));
    assert_eq!(pan(r#"{"pan": {"max": -10, "ideal": -20}}"#), Some(-360.0));
    assert_eq!(pan(r#"{"pan": 0}"#), Some(0.0));
}

#[test]
fn samples_that_are_not_linear_have_no_size() {
    let mut microphones = microphone();
    for microphone in &mut microphones {
        if let gstmediastream::model::constraints::NativeMode::Audio(mode) = &mut microphone.mode {
            mode.sample_size = None;
        }
    }
    let chosen = select(&microphones, r#"{"sampleSize": 16}"#).unwrap();
    assert_eq!(
        (chosen.settings.get(Property::SampleSize), chosen.distance),
        (None, 1.0)
    );
    let error = select(&microphones, r#"{"sampleSize": {"exact": 16}}"#).unwrap_err();
    assert_eq!(error.constraint_name(), "sampleSize");
    assert_eq!(capabilities(&microphones).get(Property::SampleSize), None);
}
