//! What a stranger's document may cost: its size, its depth and its sets have limits, which errors and README name, and
//! the largest one that is left is dealt with.

use std::fmt::Write;
use std::sync::Arc;

use gstmediastream::model::constraints::{
    Candidate, Defaults, NativeMode, Property, Rate, RateSpan, Request, Setting, Settings,
    SourceFacts, Span, StreamConstraints, TrackConstraints, VideoMode, select_joint,
    select_settings,
};
use gstmediastream::model::photo::PhotoSettings;

const BYTES: usize = 64 * 1024;

/// What every reader says about a text.
fn errors(text: &str) -> [String; 3] {
    let error = |result: Result<(), _>| {
        result.map_err(|e: gstmediastream::model::constraints::TypeError| e.to_string())
    };
    [
        error(TrackConstraints::from_json(text).map(drop)),
        error(StreamConstraints::from_json(text).map(drop)),
        error(PhotoSettings::from_json(text).map(drop)),
    ]
    .map(|read| read.expect_err("it is beyond a limit"))
}

#[test]
fn errors_and_readme_name_the_limits() {
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(BYTES));
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(100), "]".repeat(100));
    for (text, limit) in [(&long, "65536"), (&deep, "64 levels")] {
        for error in errors(text) {
            assert!(error.contains(limit), "{error}");
            assert!(error.len() < 500, "an error repeats no document");
        }
    }
    let readme = include_str!("../README.md");
    assert!(readme.contains("64 KiB") && readme.contains("64 levels"));
    assert!(readme.contains("64 sets"));
}

/// Deeper than any stack, were it gone into.
#[test]
fn depth_costs_no_stack() {
    let within = "[".repeat(BYTES - 1);
    let objects = "{\"a\":".repeat(BYTES / 5);
    let small = std::thread::Builder::new().stack_size(64 * 1024);
    let reading = small.spawn(move || {
        for text in [within, objects] {
            errors(&text);
        }
        // As deep as may be, all of it ignored.
        let deepest = format!(
            "{{\"video\":{{\"x\":{}{}}}}}",
            "[".repeat(62),
            "]".repeat(62)
        );
        let read = StreamConstraints::from_json(&deepest);
        assert!(read.is_ok(), "{read:?}");
    });
    reading.expect("a thread").join().expect("no overflow");
}

/// A camera of that many modes, all of them different.
fn camera(modes: u32, size: impl Fn(u32) -> Span<u32>) -> Vec<Candidate> {
    let settings = Settings::new()
        .with(Property::DeviceId, Setting::Text("cam".into()))
        .with(Property::GroupId, Setting::Text("group".into()));
    let source = Arc::new(SourceFacts {
        settings,
        ..SourceFacts::default()
    });
    let mode = |n: u32| VideoMode {
        width: size(640 + n),
        height: size(480 + n % 97),
        frame_rate: Some(RateSpan::point(Rate::new(30 + n % 31, 1))),
    };
    let candidate = |n| Candidate {
        source: source.clone(),
        mode: NativeMode::Video(mode(n)),
    };
    (0..modes).map(candidate).collect()
}

/// 64 sets of every number, and as many strings as still fit.
fn largest() -> String {
    let mut text = String::from("{\"width\":{\"ideal\":1},\"advanced\":[");
    for set in 0..64 {
        let number = 17 + set * 3;
        let _ = write!(
            text,
            "{}{{\"width\":{{\"min\":{number},\"max\":{}}},\"height\":{{\"min\":{number}}},\
             \"aspectRatio\":{{\"min\":0.3,\"max\":3.1}},\"frameRate\":{{\"min\":{},\"ideal\":7}},\
             \"resizeMode\":[\"none\",\"crop-and-scale\"],\"deviceId\":[",
            if set == 0 { "" } else { "," },
            9000 - set,
            set % 29,
        );
        for _ in 0..190 {
            text.push_str("\"a\",");
        }
        text.push_str("\"cam\"]}");
    }
    text.push_str("]}");
    text
}

#[test]
fn the_largest_document_on_the_longest_list_of_modes_is_dealt_with() {
    let text = largest();
    assert!(
        text.len() < BYTES && text.len() > BYTES * 9 / 10,
        "{}",
        text.len()
    );
    let constraints = TrackConstraints::from_json(&text).expect("it is within the limits");
    assert_eq!(constraints.advanced.len(), 64);
    let request = || Request {
        constraints: &constraints,
        alternatives: &[],
    };
    let defaults = Defaults::default();
    // The most that is read of a device.
    let ranges = camera(4096, |most| Span::<u32>::new(16, most));
    let alone = select_settings(&ranges, &request(), &defaults).expect("it can be met");
    assert!(alone.distance.is_finite());
    // More than real cameras have, and several tracks.
    let points = camera(600, Span::<u32>::point);
    let several: Vec<_> = (0..4).map(|_| request()).collect();
    let joint = select_joint(&points, &several, &defaults).expect("all ask the same");
    assert_eq!(joint.tracks.len(), 4);
    // What cannot be had is found out as well.
    let none = text.replacen("{\"ideal\":1}", "{\"exact\":1}", 1);
    let none = none.replacen("{", "{\"resizeMode\":{\"exact\":\"none\"},", 1);
    let constraints = TrackConstraints::from_json(&none).expect("it is within the limits");
    let request = Request {
        constraints: &constraints,
        alternatives: &[],
    };
    let refused = select_settings(&points, &request, &defaults);
    assert!(refused.is_err(), "no mode is so narrow");
}

/// What of a long list no source goes by is left out of the selection, and of nothing that is told.
#[test]
fn a_name_among_thousands_is_found() {
    let camera = camera(2, Span::<u32>::point);
    let names: Vec<_> = (0..5000).map(|n| format!("n{n}")).collect();
    let select = |with: &[&str]| {
        let mut list: Vec<&str> = names.iter().map(String::as_str).collect();
        list.splice(2500..2500, with.iter().copied());
        let json = serde_json::json!({"deviceId": {"exact": list}}).to_string();
        let constraints = TrackConstraints::from_json(&json).expect("it is within the limits");
        let request = Request {
            constraints: &constraints,
            alternatives: &[],
        };
        select_settings(&camera, &request, &Defaults::default())
    };
    let found = select(&["cam"]).expect("the camera is in the list");
    assert_eq!(found.distance, 0.0);
    let missed = select(&[]).expect_err("it is not");
    assert_eq!(missed.constraint, Some(Property::DeviceId));
    assert!(missed.wanted.contains("n4999"), "what was asked is told");
}
