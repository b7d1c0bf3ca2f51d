//! SelectSettings step by step over every settings dictionary of small cameras, against the
//! search over ranges.

#[path = "common/example_camera.rs"]
mod example_camera;

use example_camera::{assert_near, facts, of};
use gstmediastream::model::constraints::{
    Bare, Candidate, Constraint, ConstraintSet, Defaults, Kind, NativeMode, Parameters, Property,
    Rate, RateSpan, Request, Setting, Settings, Span, TrackConstraints, Value, VideoMode,
    fitness_distance, select_settings,
};
use proptest::prelude::*;

fn span(span: Span<u32>) -> impl Iterator<Item = u32> {
    (span.min..=span.max).step_by(span.step as usize)
}

/// No value of a span is larger than its last step.
fn largest(of: Span<u32>) -> u32 {
    span(of).last().unwrap_or(of.min)
}

fn dictionary(width: u32, height: u32, rate: f64, label: &str) -> Settings {
    let ratio = f64::from(width) / f64::from(height);
    Settings::new()
        .with(Property::DeviceId, Setting::Text("cam".into()))
        .with(Property::GroupId, Setting::Text("g".into()))
        .with(Property::Width, Setting::Integer(width))
        .with(Property::Height, Setting::Integer(height))
        .with(Property::FrameRate, Setting::Double(rate))
        .with(
            Property::AspectRatio,
            Setting::Double((ratio * 1e10).round() / 1e10),
        )
        .with(Property::ResizeMode, Setting::Text(label.into()))
}

/// The rates that can be told apart by the constraints: the limits and wishes themselves, and the
/// native rate with its parts.
fn rates(max: f64, constraints: &TrackConstraints) -> Vec<f64> {
    let mut rates: Vec<f64> = (1..=4).map(|n| max / f64::from(n)).collect();
    for set in std::iter::once(&constraints.basic).chain(&constraints.advanced) {
        let named = match set.get(Property::FrameRate) {
            Some(Constraint::Bare(value)) => vec![Some(value.clone())],
            Some(Constraint::Parameters(p)) => vec![
                p.min.map(Value::Number),
                p.max.map(Value::Number),
                p.exact.clone(),
                p.ideal.clone(),
            ],
            None => Vec::new(),
        };
        rates.extend(named.into_iter().flatten().filter_map(|v| match v {
            Value::Number(rate) => Some(rate),
            _ => None,
        }));
    }
    rates.retain(|rate| *rate > 0.0 && *rate <= max);
    rates
}

fn dictionaries(candidates: &[Candidate], constraints: &TrackConstraints) -> Vec<Settings> {
    let mut all = Vec::new();
    for candidate in candidates {
        let NativeMode::Video(mode) = candidate.mode else {
            continue;
        };
        let native = mode
            .frame_rate
            .expect("these cameras have rates")
            .max
            .as_f64();
        for width in span(mode.width) {
            for height in span(mode.height) {
                all.push(dictionary(width, height, native, "none"));
            }
        }
        for rate in rates(native, constraints) {
            for width in 1..=largest(mode.width) {
                for height in 1..=largest(mode.height) {
                    all.push(dictionary(width, height, rate, "crop-and-scale"));
                }
            }
        }
    }
    all
}

/// Steps 3 to 6; the answer is the smallest distance.
fn literally(mut candidates: Vec<Settings>, constraints: &TrackConstraints) -> Option<f64> {
    let basic = |settings: &Settings| {
        fitness_distance(settings, &constraints.basic, Kind::Video, Bare::Ideal)
    };
    candidates.retain(|settings| basic(settings).is_finite());
    for set in &constraints.advanced {
        let met = |settings: &Settings| {
            fitness_distance(settings, set, Kind::Video, Bare::Exact).is_finite()
        };
        if candidates.iter().any(met) {
            candidates.retain(met);
        }
    }
    candidates.iter().map(basic).min_by(f64::total_cmp)
}

fn agree(candidates: &[Candidate], constraints: &TrackConstraints) {
    let request = Request {
        constraints,
        alternatives: &[],
    };
    let chosen = select_settings(candidates, &request, &Defaults::default());
    let expected = literally(dictionaries(candidates, constraints), constraints);
    let context = || format!("{} of {candidates:?}", constraints.to_json());
    match (chosen, expected) {
        (Err(_), None) => {}
        (Ok(chosen), Some(expected)) => {
            assert!(
                (chosen.distance - expected).abs() <= 1e-9,
                "{} is not {expected}: {} for {}",
                chosen.distance,
                chosen.settings,
                context()
            );
        }
        (chosen, expected) => panic!("{chosen:?}, literally {expected:?}: {}", context()),
    }
}

fn a_camera(largest: u32) -> impl Strategy<Value = Vec<Candidate>> {
    let size = move || {
        prop_oneof![
            3 => (1..=largest).prop_map(Span::<u32>::point),
            1 => (1..=largest, 1..=largest, 1..=4_u32).prop_map(|(a, b, step)| Span {
                min: a.min(b),
                max: a.max(b),
                step,
            }),
        ]
    };
    let rate = proptest::sample::select(vec![(30, 1), (15, 1), (60, 1), (30000, 1001), (25, 2)]);
    let mode = (size(), size(), rate).prop_map(|(width, height, (n, d))| VideoMode {
        width,
        height,
        frame_rate: Some(RateSpan::point(Rate::new(n, d))),
    });
    prop::collection::vec(mode, 1..4).prop_map(|modes| {
        let source = facts();
        modes
            .into_iter()
            .map(|mode| of(&source, NativeMode::Video(mode)))
            .collect()
    })
}

fn numbers(value: BoxedStrategy<f64>) -> BoxedStrategy<Constraint> {
    let maybe = |chance| prop::option::weighted(chance, value.clone());
    prop_oneof![
        2 => value.clone().prop_map(|n| Constraint::Bare(Value::Number(n))),
        3 => (maybe(0.3), maybe(0.3), maybe(0.1), maybe(0.6)).prop_map(|(min, max, exact, ideal)| {
            Constraint::Parameters(Parameters {
                min,
                max,
                exact: exact.map(Value::Number),
                ideal: ideal.map(Value::Number),
            })
        }),
    ]
    .boxed()
}

fn a_set(largest: u32) -> impl Strategy<Value = ConstraintSet> {
    let size = || (0..=largest + 4).prop_map(f64::from).boxed();
    let ratio = prop_oneof![
        (1..=largest, 1..=largest).prop_map(|(w, h)| f64::from(w) / f64::from(h)),
        0.05..8.0,
    ]
    .boxed();
    // None that only the tolerance of rates makes equal to a native one: that has its own tests.
    let rate = proptest::sample::select(vec![10.0, 12.5, 15.0, 29.5, 30.0, 59.9, 60.0]).boxed();
    let label = proptest::sample::select(vec!["none", "crop-and-scale", "bogus"]);
    let label = (label, any::<bool>()).prop_map(|(label, exact)| {
        if exact {
            Constraint::exact(label)
        } else {
            Constraint::ideal(label)
        }
    });
    let some = |s: BoxedStrategy<Constraint>, chance| prop::option::weighted(chance, s);
    (
        some(numbers(size()), 0.6),
        some(numbers(size()), 0.6),
        some(numbers(ratio), 0.6),
        some(numbers(rate), 0.4),
        some(label.boxed(), 0.2),
    )
        .prop_map(|(width, height, aspect, rate, label)| {
            let mut set = ConstraintSet::new();
            for (property, constraint) in [
                (Property::Width, width),
                (Property::Height, height),
                (Property::AspectRatio, aspect),
                (Property::FrameRate, rate),
                (Property::ResizeMode, label),
            ] {
                if let Some(constraint) = constraint {
                    set.set(property, constraint).expect("the types match");
                }
            }
            set
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ranges_find_what_enumeration_finds(
        candidates in a_camera(14),
        basic in a_set(14),
        advanced in prop::collection::vec(a_set(14), 0..4),
    ) {
        agree(&candidates, &TrackConstraints { basic, advanced });
    }

    #[test]
    fn width_height_and_aspect_ratio_are_solved_together(
        candidates in a_camera(70),
        basic in a_set(70),
    ) {
        agree(&candidates[..1], &TrackConstraints { basic, advanced: Vec::new() });
    }
}

/// Thin strips hold few whole sizes, none of them next to the corner that reals would choose.
#[test]
fn whole_sizes_far_from_the_corner_are_found() {
    let source = facts();
    let mode = |w, h| {
        NativeMode::Video(VideoMode {
            width: Span::<u32>::point(w),
            height: Span::<u32>::point(h),
            frame_rate: Some(RateSpan::point(Rate::new(30, 1))),
        })
    };
    let candidates = [of(&source, mode(120, 90))];
    for (numerator, denominator) in [(16, 9), (37, 29), (50, 49), (119, 89), (1, 77)] {
        for width in [1, 33, 50, 90, 119, 130] {
            let ratio = f64::from(numerator) / f64::from(denominator);
            let mut basic = ConstraintSet::new();
            let exact = Constraint::exact(ratio);
            basic.set(Property::AspectRatio, exact).expect("a ratio");
            let ideal = Constraint::ideal(f64::from(width));
            basic.set(Property::Width, ideal).expect("a width");
            basic
                .set(Property::Height, Constraint::ideal(40.0))
                .expect("a height");
            agree(
                &candidates,
                &TrackConstraints {
                    basic,
                    advanced: Vec::new(),
                },
            );
        }
    }
}

#[test]
fn the_model_of_this_file_knows_vector_1() {
    let constraints =
        example_camera::parse(r#"{"width": 1280, "height": 720, "aspectRatio": 1.5}"#);
    let modes = [(640, 480, 30.0), (1280, 720, 30.0), (1920, 1080, 30.0)];
    let all = modes.map(|(w, h, f)| dictionary(w, h, f, "none")).to_vec();
    assert_near(literally(all, &constraints).unwrap_or(9.0), 0.15625, 1e-9);
}
