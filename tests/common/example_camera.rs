//! The camera of the reference's worked examples, and short ways to ask it.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::sync::Arc;

use gstmediastream::model::constraints::{
    AudioMode, BooleanOrText, Candidate, Capabilities, Capability, Defaults, NativeMode,
    Overconstrained, Property, Rate, RateSpan, Request, Selection, Setting, Settings, SourceFacts,
    Span, TrackConstraints, VideoMode, select_settings,
};

pub fn facts() -> Arc<SourceFacts> {
    Arc::new(SourceFacts {
        capabilities: Capabilities::new()
            .with(Property::DeviceId, Capability::Text("cam".into()))
            .with(Property::GroupId, Capability::Text("g".into())),
        settings: Settings::new()
            .with(Property::DeviceId, Setting::Text("cam".into()))
            .with(Property::GroupId, Setting::Text("g".into())),
    })
}

pub fn mode(width: u32, height: u32, numerator: u32, denominator: u32) -> NativeMode {
    NativeMode::Video(VideoMode {
        width: Span::<u32>::point(width),
        height: Span::<u32>::point(height),
        frame_rate: Some(RateSpan::point(Rate::new(numerator, denominator))),
    })
}

pub fn of(source: &Arc<SourceFacts>, mode: NativeMode) -> Candidate {
    Candidate {
        source: source.clone(),
        mode,
    }
}

/// Modes A to E.
pub fn camera() -> Vec<Candidate> {
    let source = facts();
    [
        mode(640, 480, 30, 1),
        mode(1280, 720, 30, 1),
        mode(1920, 1080, 30, 1),
        mode(1280, 720, 60, 1),
        mode(800, 600, 15, 1),
    ]
    .into_iter()
    .map(|mode| of(&source, mode))
    .collect()
}

/// Mode C alone.
pub fn only_c() -> Vec<Candidate> {
    vec![camera().remove(2)]
}

pub fn range_camera() -> Vec<Candidate> {
    vec![of(
        &facts(),
        NativeMode::Video(VideoMode {
            width: Span::<u32>::new(1, 32767),
            height: Span::<u32>::new(1, 32767),
            frame_rate: Some(RateSpan {
                min: Rate::new(1, 1),
                max: Rate::new(60, 1),
            }),
        }),
    )]
}

/// Echo can be cancelled, gain always is controlled, noise never is suppressed.
pub fn microphone() -> Vec<Candidate> {
    let source = Arc::new(SourceFacts {
        capabilities: Capabilities::new()
            .with(Property::DeviceId, Capability::Text("mic".into()))
            .with(
                Property::EchoCancellation,
                Capability::BooleansOrTexts(vec![
                    BooleanOrText::Text("all".into()),
                    BooleanOrText::Boolean(false),
                    BooleanOrText::Boolean(true),
                ]),
            )
            .with(Property::AutoGainControl, Capability::Booleans(vec![true]))
            .with(
                Property::NoiseSuppression,
                Capability::Booleans(vec![false]),
            ),
        settings: Settings::new(),
    });
    [16, 24]
        .into_iter()
        .map(|bits| {
            let mode = AudioMode {
                sample_rate: Span::<u32>::new(8000, 96000),
                channel_count: Span::<u32>::new(1, 2),
                sample_size: Some(bits),
                latency: Span::<f64>::new(0.005, 0.5),
            };
            of(&source, NativeMode::Audio(mode))
        })
        .collect()
}

pub fn parse(json: &str) -> TrackConstraints {
    TrackConstraints::from_json(json).expect("the test wrote valid constraints")
}

pub fn select(candidates: &[Candidate], json: &str) -> Result<Selection, Overconstrained> {
    let constraints = parse(json);
    let request = Request {
        constraints: &constraints,
        alternatives: &[],
    };
    select_settings(candidates, &request, &Defaults::default())
}

/// As if `resizeMode: {exact: "none"}` were added.
pub fn select_native(candidates: &[Candidate], json: &str) -> Result<Selection, Overconstrained> {
    let mut value: serde_json::Value =
        serde_json::from_str(json).expect("the test wrote valid JSON");
    value["resizeMode"] = serde_json::json!({"exact": "none"});
    select(candidates, &value.to_string())
}

/// Width, height and frame rate of a selection.
pub fn frame(selection: &Selection) -> (u32, u32, f64) {
    (
        selection
            .settings
            .integer(Property::Width)
            .expect("a camera has a width"),
        selection
            .settings
            .integer(Property::Height)
            .expect("a camera has a height"),
        selection
            .settings
            .number(Property::FrameRate)
            .expect("this camera has a rate"),
    )
}

pub fn label(selection: &Selection) -> &str {
    selection
        .settings
        .text(Property::ResizeMode)
        .expect("a camera has a resize mode")
}

#[track_caller]
pub fn assert_near(actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance,
        "{actual} is not {expected}"
    );
}
