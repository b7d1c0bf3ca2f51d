//! One device, several tracks, one native point (#101, #102, #205), and a point that is fixed already.

#[path = "common/example_camera.rs"]
mod example_camera;

use std::sync::Arc;

use example_camera::{camera, facts, microphone, mode, of, only_c, parse, range_camera};
use gstmediastream::model::constraints::{
    Alternative, Candidate, Capability, Constraint, ConstraintSet, Defaults, JointSelection,
    NativePoint, Overconstrained, Property, Rate, Request, Setting, SourceFacts, TrackConstraints,
    select_joint, select_joint_from, select_within,
};

fn joint(
    candidates: &[Candidate],
    tracks: &[&str],
) -> Result<JointSelection, (usize, Overconstrained)> {
    let constraints: Vec<_> = tracks.iter().map(|json| parse(json)).collect();
    let requests: Vec<_> = constraints
        .iter()
        .map(|constraints| Request {
            constraints,
            alternatives: &[],
        })
        .collect();
    select_joint(candidates, &requests, &Defaults::default())
}

fn sizes(selection: &JointSelection) -> Vec<(u32, u32, f64)> {
    let size = |settings: &gstmediastream::model::constraints::Settings| {
        (
            settings
                .integer(Property::Width)
                .expect("a camera has a width"),
            settings
                .integer(Property::Height)
                .expect("a camera has a height"),
            settings
                .number(Property::FrameRate)
                .expect("a camera has a rate"),
        )
    };
    selection
        .tracks
        .iter()
        .map(|track| size(&track.settings))
        .collect()
}

fn torch_camera() -> Vec<Candidate> {
    let mut source = SourceFacts::clone(&facts());
    let torch = Capability::Booleans(vec![false, true]);
    source.capabilities.set(Property::Torch, torch);
    source
        .settings
        .set(Property::Torch, Setting::Boolean(false));
    let zoom = Capability::Number {
        min: 1.0,
        max: 4.0,
        step: None,
    };
    source.capabilities.set(Property::Zoom, zoom);
    source.settings.set(Property::Zoom, Setting::Double(1.0));
    vec![of(&Arc::new(source), mode(640, 480, 30, 1))]
}

#[test]
fn one_track_gets_what_it_would_get_alone() {
    for json in [
        "{}",
        r#"{"width": 1000}"#,
        r#"{"advanced": [{"frameRate": 60}], "height": 50}"#,
    ] {
        let alone = example_camera::select(&camera(), json).unwrap();
        let both = joint(&camera(), &[json]).unwrap();
        assert_eq!(
            (both.candidate, both.native),
            (alone.candidate, alone.native)
        );
        assert_eq!(both.tracks[0].settings, alone.settings);
        assert_eq!(both.tracks[0].distance, alone.distance);
    }
}

#[test]
fn each_track_crops_for_itself() {
    let tracks = [
        r#"{"width": 1920, "height": 1080}"#,
        r#"{"width": 320, "height": 240, "frameRate": 15}"#,
    ];
    let chosen = joint(&camera(), &tracks).unwrap();
    assert_eq!(chosen.candidate, 2);
    assert_eq!(sizes(&chosen), [(1920, 1080, 30.0), (320, 240, 15.0)]);
}

#[test]
fn rule_101_the_newcomer_is_refused_not_the_incumbent() {
    let tracks = [
        r#"{"frameRate": {"exact": 60}}"#,
        r#"{"width": {"min": 1920}}"#,
    ];
    let (refused, error) = joint(&camera(), &tracks).unwrap_err();
    assert_eq!((refused, error.constraint_name()), (1, "width"));
    assert_eq!(error.nearest, Some(Setting::Integer(1280)));
    assert!(error.message.contains("other tracks"), "{error}");
    let tracks = ["{}", r#"{"width": {"min": 4000}}"#, "{}"];
    let (refused, error) = joint(&camera(), &tracks).unwrap_err();
    assert_eq!((refused, error.nearest), (1, Some(Setting::Integer(1920))));
}

#[test]
fn native_frames_for_two_tracks_are_the_same_frame() {
    let none = r#""resizeMode": {"exact": "none"}"#;
    let wide = format!(r#"{{"width": {{"min": 1000}}, {none}}}"#);
    let slow = format!(r#"{{"width": {{"max": 1300}}, {none}}}"#);
    let chosen = joint(&camera(), &[&wide, &slow]).unwrap();
    assert_eq!(chosen.candidate, 1);
    let narrow = format!(r#"{{"width": {{"max": 900}}, {none}}}"#);
    assert_eq!(joint(&camera(), &[&wide, &narrow]).unwrap_err().0, 1);
}

#[test]
fn a_range_of_modes_serves_the_largest_and_the_exact() {
    let tracks = [
        r#"{"width": 1280, "height": 720}"#,
        r#"{"width": 1920, "height": 400}"#,
    ];
    let chosen = joint(&range_camera(), &tracks).unwrap();
    assert_eq!(
        sizes(&chosen)[..2]
            .iter()
            .map(|s| (s.0, s.1))
            .collect::<Vec<_>>(),
        [(1280, 720), (1920, 400)]
    );
    assert!(matches!(
        chosen.native,
        NativePoint::Video {
            width: 1920,
            height: 720,
            ..
        }
    ));
    let none = r#""resizeMode": {"exact": "none"}"#;
    let one = format!(r#"{{"width": {{"min": 640, "max": 1280, "ideal": 640}}, {none}}}"#);
    let two = format!(r#"{{"width": {{"min": 1000, "max": 2000, "ideal": 2000}}, {none}}}"#);
    let chosen = joint(&range_camera(), &[&one, &two]).unwrap();
    let width = sizes(&chosen)[0].0;
    assert!((1000..=1280).contains(&width), "{width}");
    assert_eq!(sizes(&chosen)[0], sizes(&chosen)[1]);
}

#[test]
fn tracks_of_a_microphone_share_its_rate() {
    let tracks = [
        r#"{"sampleRate": {"min": 16000}}"#,
        r#"{"sampleRate": {"max": 32000}}"#,
    ];
    let chosen = joint(&microphone(), &tracks).unwrap();
    let rate = |i: usize| {
        chosen.tracks[i]
            .settings
            .integer(Property::SampleRate)
            .unwrap()
    };
    assert_eq!(rate(0), rate(1));
    assert!((16000..=32000).contains(&rate(0)));
    let tracks = [
        r#"{"sampleRate": {"exact": 16000}}"#,
        r#"{"sampleRate": {"exact": 48000}}"#,
    ];
    let (refused, error) = joint(&microphone(), &tracks).unwrap_err();
    assert_eq!((refused, error.constraint_name()), (1, "sampleRate"));
}

// #205: one microphone, one canceller.
#[test]
fn rule_205_conflicting_processing_refuses_the_second() {
    let tracks = [
        r#"{"echoCancellation": {"exact": true}}"#,
        r#"{"echoCancellation": {"exact": false}}"#,
    ];
    let (refused, error) = joint(&microphone(), &tracks).unwrap_err();
    assert_eq!((refused, error.constraint_name()), (1, "echoCancellation"));
    let tracks = [tracks[0], r#"{"echoCancellation": false}"#];
    let chosen = joint(&microphone(), &tracks).unwrap();
    assert_eq!(
        chosen.tracks[1]
            .settings
            .boolean(Property::EchoCancellation),
        Some(true)
    );
    assert_eq!(chosen.tracks[1].distance, 1.0);
}

#[test]
fn rule_102_the_newcomer_decides_what_belongs_to_the_source() {
    let torch = |tracks: &[&str]| {
        let chosen = joint(&torch_camera(), tracks).unwrap();
        let all: Vec<_> = chosen
            .tracks
            .iter()
            .map(|track| track.settings.boolean(Property::Torch).unwrap())
            .collect();
        assert!(all.iter().all(|torch| *torch == all[0]), "{all:?}");
        all[0]
    };
    let (on, off) = (
        r#"{"advanced": [{"torch": true}]}"#,
        r#"{"advanced": [{"torch": false}]}"#,
    );
    assert!(torch(&[off, on]));
    assert!(!torch(&[on, off]));
    assert!(torch(&[on, "{}"]));
    assert!(torch(&[r#"{"torch": true}"#, "{}"]));
    assert!(!torch(&[r#"{"torch": true}"#, r#"{"torch": false}"#]));
    assert!(torch(&[r#"{"torch": {"exact": true}}"#, off]));
}

#[test]
fn a_fixed_point_leaves_cropping_only() {
    let constraints = parse(r#"{"width": 1280, "frameRate": {"max": 20}}"#);
    let request = Request {
        constraints: &constraints,
        alternatives: &[],
    };
    let native = NativePoint::Video {
        width: 1920,
        height: 1080,
        frame_rate: Some(Rate::new(30, 1)),
    };
    let candidate = &range_camera()[0];
    let chosen = select_within(candidate, &native, &request, &Defaults::default()).unwrap();
    assert_eq!(
        (chosen.native, example_camera::frame(&chosen)),
        (native, (1280, 720, 15.0))
    );
    let constraints = parse(r#"{"width": {"min": 2000}}"#);
    let request = Request {
        constraints: &constraints,
        alternatives: &[],
    };
    let error = select_within(candidate, &native, &request, &Defaults::default()).unwrap_err();
    assert_eq!(error.constraint_name(), "width");
}

fn alternative(required: &[(Property, Constraint)], cost: &[Option<u32>]) -> Alternative {
    let mut set = ConstraintSet::new();
    for (property, constraint) in required {
        set.set(*property, constraint.clone())
            .expect("of the right type");
    }
    Alternative {
        required: set,
        cost: cost.to_vec(),
    }
}

fn with_consumer(
    candidates: &[Candidate],
    json: &str,
    alternatives: &[Alternative],
) -> Result<gstmediastream::model::constraints::Selection, Overconstrained> {
    let constraints = parse(json);
    let request = Request {
        constraints: &constraints,
        alternatives,
    };
    gstmediastream::model::constraints::select_settings(candidates, &request, &Defaults::default())
}

#[test]
fn what_the_consumer_accepts_is_required() {
    let free = [Some(0); 5];
    let exact = |n: u32| Constraint::exact(n);
    let first = alternative(&[(Property::Width, exact(4000))], &free);
    let second = alternative(
        &[
            (Property::Width, exact(1000)),
            (Property::FrameRate, Constraint::exact(15.0)),
        ],
        &free,
    );
    let chosen = with_consumer(&camera(), "{}", &[first.clone(), second]).unwrap();
    assert_eq!(
        (chosen.alternative, example_camera::frame(&chosen).0),
        (Some(1), 1000)
    );
    let error = with_consumer(&camera(), "{}", std::slice::from_ref(&first)).unwrap_err();
    assert_eq!(error.constraint_name(), "width");
    assert!(error.message.contains("consumer"), "{error}");
    let third = alternative(&[(Property::Width, exact(1000))], &free);
    let error = with_consumer(&camera(), r#"{"width": {"exact": 999}}"#, &[third]).unwrap_err();
    assert_eq!(error.constraint_name(), "");
}

#[test]
fn conversion_breaks_ties_only_and_may_be_impossible() {
    let source = facts();
    let same = [0, 1, 2].map(|_| of(&source, mode(640, 480, 30, 1)));
    let costs = alternative(&[], &[None, Some(7), Some(3)]);
    assert_eq!(with_consumer(&same, "{}", &[costs]).unwrap().candidate, 2);
    let costs = alternative(&[], &[Some(1), Some(9), Some(0), Some(0), Some(0)]);
    let chosen = with_consumer(&camera(), r#"{"width": 1280, "height": 720}"#, &[costs]).unwrap();
    assert_eq!(chosen.candidate, 1);
    let none = alternative(&[], &[]);
    let error = with_consumer(&only_c(), "{}", &[none]).unwrap_err();
    assert!(error.message.contains("decoder"), "{error}");
    // The consumer's first structure before a cheaper one.
    let order = [alternative(&[], &[Some(9)]), alternative(&[], &[Some(0)])];
    assert_eq!(
        with_consumer(&only_c(), "{}", &order).unwrap().alternative,
        Some(0)
    );
}

/// A device that plays is not set anew for a mode that is only as good.
#[test]
fn the_present_mode_wins_a_tie_and_loses_to_a_nearer_one() {
    let modes = [mode(640, 480, 30, 1), mode(320, 240, 30, 1)];
    let candidates: Vec<_> = modes
        .into_iter()
        .map(|mode| Candidate {
            source: facts(),
            mode,
        })
        .collect();
    let anything = TrackConstraints::default();
    let small = parse(r#"{"width": {"exact": 160}, "height": {"exact": 120}}"#);
    let asks = |constraints| Request {
        constraints,
        alternatives: &[],
    };
    let at = |requests: &[Request], current| {
        let current = Some((
            current,
            NativePoint::Video {
                width: [640, 320][current],
                height: [480, 240][current],
                frame_rate: Some(Rate::new(30, 1)),
            },
        ));
        let joint = select_joint_from(&candidates, requests, &Defaults::default(), current);
        joint.expect("both modes serve").candidate
    };
    let both = [asks(&anything), asks(&small)];
    assert_eq!((at(&both, 0), at(&both, 1)), (0, 1));
    let large = parse(r#"{"width": 640}"#);
    assert_eq!(at(&[asks(&anything), asks(&large)], 1), 0);
}
