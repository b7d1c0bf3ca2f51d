//! What holds of every selection, whatever is asked of whatever there is.

#[path = "common/example_camera.rs"]
mod example_camera;

use std::sync::Arc;

use example_camera::{facts, mode, of};
use gstmediastream::model::constraints::{
    AudioMode, Bare, Candidate, Capability, Constraint, Defaults, Kind, NativeMode, NativePoint,
    Property, Rate, RateSpan, Request, Selection, Setting, SourceFacts, Span, TrackConstraints,
    VideoMode, capabilities, fitness_distance, select_joint, select_settings, select_within,
};
use proptest::prelude::*;

fn choose(candidates: &[Candidate], constraints: &TrackConstraints) -> Option<Selection> {
    let request = Request {
        constraints,
        alternatives: &[],
    };
    select_settings(candidates, &request, &Defaults::default()).ok()
}

fn cameras() -> impl Strategy<Value = Vec<Candidate>> {
    let size = (1..2000_u32, 1..1200_u32, 1..120_u32, 0..3_usize);
    prop::collection::vec(size, 1..8).prop_map(|modes| {
        let mut zooming = SourceFacts::clone(&facts());
        let zoom = Capability::Number {
            min: 1.0,
            max: 8.0,
            step: None,
        };
        zooming.capabilities.set(Property::Zoom, zoom);
        let mut lit = zooming.clone();
        let torch = Capability::Booleans(vec![false, true]);
        lit.capabilities.set(Property::Torch, torch);
        lit.settings
            .set(Property::FacingMode, Setting::Text("user".into()));
        let sources = [facts(), Arc::new(zooming), Arc::new(lit)];
        modes
            .into_iter()
            .map(|(width, height, rate, source)| of(&sources[source], mode(width, height, rate, 1)))
            .collect()
    })
}

/// JSON of one member, of any form.
fn member() -> impl Strategy<Value = (String, serde_json::Value)> {
    let number = |name: &'static str, largest: f64| {
        let key = proptest::sample::select(vec!["min", "max", "exact", "ideal"]);
        let part = (key, 0.0..largest).prop_map(|(key, n)| (key.to_owned(), n.round().into()));
        prop_oneof![
            (0.0..largest).prop_map(|n| serde_json::Value::from(n.round())),
            prop::collection::vec(part, 0..3)
                .prop_map(|parts| serde_json::Value::Object(parts.into_iter().collect())),
        ]
        .prop_map(move |value| (name.to_owned(), value))
    };
    let ratio = prop_oneof![
        (0.1..4.0).prop_map(|n: f64| serde_json::json!(n)),
        (0.1..4.0).prop_map(|n: f64| serde_json::json!({"min": n, "ideal": 1.5})),
        (1..20_u32, 1..20_u32)
            .prop_map(|(w, h)| serde_json::json!({"exact": f64::from(w) / f64::from(h)})),
    ];
    let others = proptest::sample::select(vec![
        serde_json::json!({"facingMode": "user"}),
        serde_json::json!({"facingMode": {"exact": ["user", "left"]}}),
        serde_json::json!({"torch": {"exact": true}}),
        serde_json::json!({"torch": true}),
        serde_json::json!({"zoom": true}),
        serde_json::json!({"resizeMode": {"exact": "none"}}),
        serde_json::json!({"resizeMode": "crop-and-scale"}),
        serde_json::json!({"deviceId": {"exact": "cam"}}),
    ]);
    prop_oneof![
        3 => number("width", 2200.0),
        3 => number("height", 1300.0),
        2 => number("frameRate", 130.0),
        1 => number("zoom", 10.0),
        2 => ratio.prop_map(|value| ("aspectRatio".to_owned(), value)),
        2 => others.prop_map(|value| {
            let member = value.as_object().and_then(|o| o.iter().next());
            let (name, value) = member.expect("each has one member");
            (name.clone(), value.clone())
        }),
    ]
}

fn constraints() -> impl Strategy<Value = TrackConstraints> {
    let set = || {
        prop::collection::vec(member(), 0..5)
            .prop_map(|members| serde_json::Value::Object(members.into_iter().collect()))
    };
    (set(), prop::collection::vec(set(), 0..4)).prop_map(|(mut basic, advanced)| {
        basic["advanced"] = advanced.into();
        TrackConstraints::from_json(&basic.to_string()).expect("every form is valid")
    })
}

/// Modes as broken caps might give them.
fn odd_modes() -> impl Strategy<Value = Vec<Candidate>> {
    let edge = || {
        prop_oneof![
            proptest::sample::select(vec![0, 1, 2, 640, 32767, 65536, 2147483647, u32::MAX]),
            any::<u32>(),
        ]
    };
    let span =
        move || (edge(), edge(), edge()).prop_map(|(min, max, step)| Span { min, max, step });
    let seconds = proptest::sample::select(vec![0.0, -1.0, 0.02, f64::NAN, f64::INFINITY]);
    let rate = move || (edge(), edge()).prop_map(|(n, d)| Rate::new(n, d));
    let mode = (span(), span(), rate(), rate(), any::<[bool; 2]>(), seconds);
    let mode = mode.prop_map(|(first, second, min, max, [video, known], seconds)| {
        if video {
            let frame_rate = known.then_some(RateSpan { min, max });
            NativeMode::Video(VideoMode {
                width: first,
                height: second,
                frame_rate,
            })
        } else {
            NativeMode::Audio(AudioMode {
                sample_rate: first,
                channel_count: second,
                sample_size: known.then_some(min.numerator),
                latency: Span::<f64>::new(seconds, 1.0),
            })
        }
    });
    prop::collection::vec(mode, 0..3)
        .prop_map(|modes| modes.into_iter().map(|mode| of(&facts(), mode)).collect())
}

/// A selection is what it says: it meets what is required, has its distance, and comes from its mode.
fn check(chosen: &Selection, candidates: &[Candidate], constraints: &TrackConstraints) {
    let distance = fitness_distance(
        &chosen.settings,
        &constraints.basic,
        Kind::Video,
        Bare::Ideal,
    );
    assert!(distance.is_finite() && distance >= 0.0, "{distance}");
    assert_eq!(distance, chosen.distance);
    let NativePoint::Video {
        width,
        height,
        frame_rate,
    } = chosen.native
    else {
        panic!("a camera");
    };
    let native = mode(width, height, frame_rate.map_or(0, |r| r.numerator), 1);
    assert_eq!(candidates[chosen.candidate].mode, native);
    let of = |property| chosen.settings.number(property).unwrap_or(f64::INFINITY);
    let rate = frame_rate.map_or(0.0, Rate::as_f64);
    assert!(of(Property::Width) <= f64::from(width) && of(Property::Height) <= f64::from(height));
    assert!(of(Property::FrameRate) <= rate);
    let native = of(Property::Width) == f64::from(width)
        && of(Property::Height) == f64::from(height)
        && of(Property::FrameRate) == rate;
    assert!(native || chosen.settings.text(Property::ResizeMode) == Some("crop-and-scale"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_selection_is_what_it_says(candidates in cameras(), constraints in constraints()) {
        if let Some(chosen) = choose(&candidates, &constraints) {
            check(&chosen, &candidates, &constraints);
        }
    }

    // An advanced set in which all is required is the only thing that may trade places with it.
    #[test]
    fn another_requirement_never_widens(
        candidates in cameras(),
        constraints in constraints(),
        (name, value) in member(),
    ) {
        let mut wide = TrackConstraints { advanced: Vec::new(), ..constraints };
        let property = Property::from_name(&name).expect("a property");
        wide.basic.remove(property);
        let mut narrow = wide.clone();
        let json = serde_json::json!({name: value}).to_string();
        let added = TrackConstraints::from_json(&json).expect("every form is valid");
        let Some(required) = added.basic.get(property).and_then(Constraint::required_part) else {
            return Ok(());
        };
        narrow.basic.set(property, required).expect("it was in a set");
        let of_wide = |chosen: &Selection| {
            fitness_distance(&chosen.settings, &wide.basic, Kind::Video, Bare::Ideal)
        };
        if let Some(narrow) = choose(&candidates, &narrow) {
            let wide = choose(&candidates, &wide).map(|wide| wide.distance);
            let wide = wide.unwrap_or(f64::INFINITY);
            prop_assert!(wide <= of_wide(&narrow) + 1e-9);
        }
        if choose(&candidates, &wide).is_none() {
            prop_assert!(choose(&candidates, &narrow).is_none());
        }
    }

    #[test]
    fn a_mode_that_meets_every_ideal_is_never_beaten(candidates in cameras(), at in 0..8_usize) {
        let at = at % candidates.len();
        let alone = choose(&candidates[at..=at], &TrackConstraints::new()).expect("a mode");
        let mut constraints = TrackConstraints::new();
        for property in [Property::Width, Property::Height, Property::FrameRate, Property::AspectRatio] {
            let value = alone.settings.number(property).expect("a camera has it");
            constraints.basic.set(property, Constraint::ideal(value)).expect("a number");
        }
        let chosen = choose(&candidates, &constraints).expect("nothing is required");
        prop_assert_eq!(chosen.distance, 0.0);
        // Untouched, as the mode gives it.
        prop_assert_eq!(chosen.settings.text(Property::ResizeMode), Some("none"));
    }

    #[test]
    fn ties_follow_the_order_of_the_candidates(candidates in cameras(), constraints in constraints()) {
        let mut twice = candidates.clone();
        twice.extend(candidates.iter().cloned());
        let once = choose(&candidates, &constraints);
        let chosen = choose(&twice, &constraints);
        prop_assert_eq!(once.map(|c| (c.candidate, c.settings)), chosen.map(|c| (c.candidate, c.settings)));
    }

    #[test]
    fn more_candidates_are_never_worse(candidates in cameras(), constraints in constraints()) {
        let constraints = TrackConstraints { advanced: Vec::new(), ..constraints };
        if let Some(fewer) = choose(&candidates[1..], &constraints) {
            let all = choose(&candidates, &constraints).expect("what was there still is");
            prop_assert!(all.distance <= fewer.distance + 1e-12);
        }
    }

    #[test]
    fn no_mode_panics(candidates in odd_modes(), first in constraints(), second in constraints()) {
        let defaults = Defaults::default();
        let requests = [&first, &second].map(|constraints| Request { constraints, alternatives: &[] });
        for request in &requests {
            if let Ok(chosen) = select_settings(&candidates, request, &defaults) {
                prop_assert!(chosen.distance >= 0.0 && chosen.distance.is_finite());
            }
        }
        let _ = select_joint(&candidates, &requests, &defaults);
        let _ = capabilities(&candidates);
    }

    // The device then already is where the selection wants it.
    #[test]
    fn the_chosen_point_gives_the_same_again(candidates in cameras(), constraints in constraints()) {
        if let Some(chosen) = choose(&candidates, &constraints) {
            let request = Request { constraints: &constraints, alternatives: &[] };
            let candidate = &candidates[chosen.candidate];
            let within = select_within(candidate, &chosen.native, &request, &Defaults::default());
            prop_assert_eq!(within.map(|within| within.settings), Ok(chosen.settings));
        }
    }

    #[test]
    fn joint_tracks_each_meet_what_they_require(
        candidates in cameras(),
        first in constraints(),
        second in constraints(),
    ) {
        let candidates = &candidates[..];
        let requests = [&first, &second].map(|constraints| Request { constraints, alternatives: &[] });
        match select_joint(candidates, &requests, &Defaults::default()) {
            Ok(joint) => for (track, asked) in joint.tracks.iter().zip([&first, &second]) {
                let distance = fitness_distance(&track.settings, &asked.basic, Kind::Video, Bare::Ideal);
                prop_assert!(distance.is_finite());
                prop_assert_eq!(track.settings.get(Property::Zoom), joint.tracks[0].settings.get(Property::Zoom));
            },
            Err((0, _)) => prop_assert!(choose(candidates, &first).is_none()),
            Err((refused, error)) => {
                prop_assert_eq!(refused, 1);
                prop_assert!(!error.message.is_empty());
            }
        }
    }
}
