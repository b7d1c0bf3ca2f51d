//! SelectSettings on more modes than any device has, and how it grows with the modes and with the advanced sets.
//!
//! What the sets ask for decides what there is to do, so there are several documents. The camera has 10 000 modes, all
//! different: 100 widths, 20 heights, 5 rates; every one of them can be cropped and scaled as well.
//!
//! Runs in: the host
//! Row: SelectSettings, 10 000 modes × 20 sets: each leaves fewer
//! Row: SelectSettings, 10 000 modes × 20 sets: half of them contradict the others
//! Row: SelectSettings, 10 000 modes × 20 sets: nothing meets any
//! Row: SelectSettings, 10 000 modes × 20 sets: every number at once
//! Row: SelectSettings, twice the modes
//! Row: SelectSettings, twice the sets

#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use gstmediastream::model::constraints::{
    Candidate, Defaults, NativeMode, Property, Rate, RateSpan, Request, Setting, Settings,
    SourceFacts, Span, TrackConstraints, VideoMode, select_settings,
};
use table::{Goal, Row};

const MODES: u32 = 10_000;
const SETS: u32 = 20;

/// A document: its name, and its n-th advanced set.
type Document = (&'static str, fn(u32) -> String);

const DOCUMENTS: [Document; 4] = [
    ("each leaves fewer", |n| {
        format!(
            r#"{{"width":{{"min":{}}},"frameRate":{{"min":{}}}}}"#,
            160 + 20 * n,
            5 + n % 3
        )
    }),
    ("half of them contradict the others", |n| {
        let end = if n % 2 == 0 { "min" } else { "max" };
        format!(
            r#"{{"height":{{"min":{}}},"width":{{"{end}":{}}}}}"#,
            120 + 5 * n,
            900 + 10 * (n % 7)
        )
    }),
    ("nothing meets any", |n| {
        format!(r#"{{"width":{{"min":{}}}}}"#, 4000 + n)
    }),
    ("every number at once", |n| {
        format!(
            r#"{{"width":{{"min":{}}},"height":{{"min":{}}},"aspectRatio":{{"min":1.{:02},"max":2.{:02}}},"frameRate":{{"min":{},"max":60}},"deviceId":"cam"}}"#,
            160 + 8 * n,
            120 + 4 * n,
            2 * n,
            99 - 2 * n,
            5 + n % 5
        )
    }),
];

fn camera(modes: u32) -> Vec<Candidate> {
    let settings = Settings::new()
        .with(Property::DeviceId, Setting::Text("cam".into()))
        .with(Property::GroupId, Setting::Text("group".into()));
    let source = Arc::new(SourceFacts {
        settings,
        ..SourceFacts::default()
    });
    let mode = |n: u32| VideoMode {
        width: Span::<u32>::point(160 + 16 * (n % 100)),
        height: Span::<u32>::point(120 + 48 * (n / 100 % 20)),
        frame_rate: Some(RateSpan::point(Rate::new(5 + 5 * (n / 2000), 1))),
    };
    let candidate = |n| Candidate {
        source: source.clone(),
        mode: NativeMode::Video(mode(n)),
    };
    (0..modes).map(candidate).collect()
}

fn constraints(sets: u32, set: fn(u32) -> String) -> TrackConstraints {
    let sets: Vec<_> = (0..sets).map(set).collect();
    let json = format!(
        r#"{{"width":1280,"height":720,"frameRate":30,"advanced":[{}]}}"#,
        sets.join(",")
    );
    TrackConstraints::from_json(&json).expect("it is well-formed")
}

fn choose(camera: &[Candidate], constraints: &TrackConstraints) {
    let request = Request {
        constraints,
        alternatives: &[],
    };
    let selection = select_settings(black_box(camera), &request, &Defaults::default());
    black_box(selection).expect("a wish rules nothing out");
}

/// Milliseconds for one call, the median of some.
fn milliseconds(modes: u32, sets: u32, set: fn(u32) -> String) -> f64 {
    let (camera, constraints) = (camera(modes), constraints(sets, set));
    let times: Vec<_> = (0..measure::rounds(101))
        .map(|_| {
            let begin = Instant::now();
            choose(&camera, &constraints);
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    measure::median(&times)
}

fn rows() {
    for (name, set) in DOCUMENTS {
        Row {
            row: &format!("SelectSettings, 10 000 modes × 20 sets: {name}"),
            place: "host",
            beside: "",
            ours: milliseconds(MODES, SETS, set),
            other: None,
            unit: "ms",
            goal: Goal::AtMost(1.0),
        }
        .print();
    }
    let (_, set) = DOCUMENTS[0];
    let doubled = [
        ("twice the modes", (MODES / 2, SETS)),
        ("twice the sets", (MODES, SETS / 2)),
    ];
    for (name, (modes, sets)) in doubled {
        let measured = measure::in_turn(
            measure::rounds(3),
            &mut [&mut || milliseconds(MODES, SETS, set), &mut || {
                2.0 * milliseconds(modes, sets, set)
            }],
        );
        Row {
            row: &format!("SelectSettings, {name}"),
            place: "host",
            beside: "twice the time of half of them",
            ours: measured[0],
            other: Some(measured[1]),
            unit: "ms",
            goal: Goal::Ratio(1.1),
        }
        .print();
    }
}

/// The curves, with `cargo bench --bench select_settings -- --curves`: criterion's report is in `target/criterion`.
fn curves() {
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500));
    for (name, set) in DOCUMENTS {
        let sizes = [1250, 2500, 5000, MODES].map(|modes| (modes, SETS));
        curve(&mut criterion, &format!("modes: {name}"), sizes, set);
        let sizes = [5, 10, SETS, 40].map(|sets| (MODES, sets));
        curve(&mut criterion, &format!("sets: {name}"), sizes, set);
    }
}

fn curve(criterion: &mut Criterion, name: &str, sizes: [(u32, u32); 4], set: fn(u32) -> String) {
    let mut group = criterion.benchmark_group(name);
    for (modes, sets) in sizes {
        let (camera, constraints) = (camera(modes), constraints(sets, set));
        group.throughput(Throughput::Elements(u64::from(modes * sets)));
        let of = BenchmarkId::from_parameter(format!("{modes} x {sets}"));
        group.bench_function(of, |bencher| bencher.iter(|| choose(&camera, &constraints)));
    }
    group.finish();
}

fn main() {
    if std::env::args().any(|argument| argument == "--curves") {
        curves();
    } else {
        rows();
    }
}
