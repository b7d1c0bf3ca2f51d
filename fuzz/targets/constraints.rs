//! Constraint documents, as applications write them: every reader, back into text, and the selection on two devices.

#![no_main]

use std::sync::{Arc, LazyLock};

use gstmediastream::model::constraints::{
    AudioMode, Bare, Candidate, Defaults, Kind, NativeMode, Rate, RateSpan, Request, SourceFacts,
    Span, StreamConstraints, TrackConstraints, VideoMode, fitness_distance, select_joint,
    select_settings,
};
use gstmediastream::model::photo::PhotoSettings;
use libfuzzer_sys::fuzz_target;

/// The longest document that is read.
const LONGEST: usize = 64 * 1024;

static CAMERA: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let mode = |width, height, rate| {
        let frame_rate = Some(RateSpan::point(Rate::new(rate, 1)));
        NativeMode::Video(VideoMode {
            width,
            height,
            frame_rate,
        })
    };
    let point = Span::<u32>::point;
    candidates([
        mode(point(640), point(480), 30),
        mode(point(1920), point(1080), 5),
        mode(Span::<u32>::new(2, 1280), Span::<u32>::new(1, 1024), 60),
    ])
});

static MICROPHONE: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
    let mode = |sample_rate, channels, sample_size| {
        NativeMode::Audio(AudioMode {
            sample_rate,
            channel_count: Span::<u32>::new(1, channels),
            sample_size,
            latency: Span::<f64>::new(0.001, 0.2),
        })
    };
    candidates([
        mode(Span::<u32>::point(48_000), 2, Some(16)),
        mode(Span::<u32>::new(8_000, 192_000), 8, None),
    ])
});

fn candidates<const N: usize>(modes: [NativeMode; N]) -> Vec<Candidate> {
    let source = Arc::new(SourceFacts::default());
    modes
        .map(|mode| Candidate {
            source: source.clone(),
            mode,
        })
        .to_vec()
}

fuzz_target!(|text: &str| {
    let _ = PhotoSettings::from_json(text).map_err(|error| told(&error.to_string()));
    match TrackConstraints::from_json(text) {
        Ok(constraints) => {
            let json = constraints.to_json();
            if json.len() <= LONGEST {
                let read = TrackConstraints::from_json(&json);
                assert_eq!(read.as_ref(), Ok(&constraints), "{json}");
            }
            select(Kind::Video, &constraints);
            select(Kind::Audio, &constraints);
        }
        Err(error) => told(&error.to_string()),
    }
    match StreamConstraints::from_json(text) {
        Ok(constraints) => {
            let json = constraints.to_json();
            if json.len() <= LONGEST {
                let read = StreamConstraints::from_json(&json);
                assert_eq!(read.as_ref(), Ok(&constraints), "{json}");
            }
            let _ = constraints.check_get_user_media();
            for kind in [Kind::Video, Kind::Audio] {
                constraints
                    .get(kind)
                    .into_iter()
                    .for_each(|c| select(kind, c));
            }
        }
        Err(error) => told(&error.to_string()),
    }
});

/// What becomes the text of a GLib error ends at a NUL, and the bindings panic at one.
fn told(message: &str) {
    assert!(!message.contains('\0'), "{message:?}");
}

fn select(kind: Kind, constraints: &TrackConstraints) {
    let candidates = match kind {
        Kind::Video => &*CAMERA,
        Kind::Audio => &*MICROPHONE,
    };
    let constraints = constraints.for_kind(kind);
    let request = Request {
        constraints: &constraints,
        alternatives: &[],
    };
    let defaults = Defaults::default();
    match select_settings(candidates, &request, &defaults) {
        Ok(selection) => {
            assert!(selection.distance.is_finite() && selection.distance >= 0.0);
            let distance =
                fitness_distance(&selection.settings, &constraints.basic, kind, Bare::Ideal);
            assert!(
                distance.is_finite(),
                "{} {selection:?}",
                constraints.to_json()
            );
        }
        Err(error) => told(&error.message),
    }
    let without = TrackConstraints::default();
    let first = Request {
        constraints: &without,
        alternatives: &[],
    };
    let joint = select_joint(candidates, &[first, request], &defaults);
    if let Err((at, error)) = joint {
        assert_eq!(at, 1, "who asks nothing is not refused");
        told(&error.message);
    }
}
