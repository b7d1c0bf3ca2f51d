//! Caps, as devices and consumers write them: first line the device, second line the consumer.

#![no_main]

use std::sync::Arc;

use gstmediastream::caps::{downstream, parse, read, structure, write};
use gstmediastream::model::constraints::{
    Candidate, Defaults, Kind, NativeMode, NativePoint, Request, SourceFacts, Span,
    TrackConstraints, capabilities, select_settings,
};
use libfuzzer_sys::fuzz_target;

/// The most modes that are read.
const MODES: usize = 4096;

fuzz_target!(
    init: {
        gst::init().expect("GStreamer starts");
        // Complaints about odd caps are no findings, and slow.
        gst::glib::log_set_default_handler(|_, _, _| ());
    },
    |text: &str| {
        // A C string has no NUL, and the bindings panic over one.
        if text.contains('\0') {
            return;
        }
        let (device, consumer) = text.split_once('\n').unwrap_or((text, "ANY"));
        let (Ok(device), Ok(consumer)) = (parse::caps(device), parse::caps(consumer)) else {
            return;
        };
        both(&device, &consumer, Kind::Video);
        both(&device, &consumer, Kind::Audio);
    }
);

fn both(device: &gst::Caps, consumer: &gst::Caps, kind: Kind) {
    let _ = read::settings_of_frame(device);
    let modes = read::modes(device, kind);
    assert!(modes.len() <= MODES);
    let source = Arc::new(SourceFacts::default());
    let candidates: Vec<_> = modes
        .iter()
        .map(|mode| Candidate {
            source: source.clone(),
            mode: mode.mode,
        })
        .collect();
    let _ = structure::capabilities(&capabilities(&candidates));
    for mode in modes.iter().take(32) {
        for point in ends(&mode.mode) {
            let native = write::native(mode, &point, write::format(mode, None).as_deref());
            assert!(native.is_fixed(), "{native}");
        }
    }
    let branches = downstream::branches(consumer, kind);
    let alternatives = downstream::alternatives(consumer, &modes, kind, &|_| true);
    assert_eq!(alternatives.len(), branches.len());
    assert!(alternatives.iter().all(|a| a.cost.len() == modes.len()));
    let request = Request {
        constraints: &TrackConstraints::default(),
        alternatives: &alternatives,
    };
    let Ok(selection) = select_settings(&candidates, &request, &Defaults::default()) else {
        return;
    };
    let mode = &modes[selection.candidate];
    let branch = selection
        .alternative
        .and_then(|at| branches[at].structure(0));
    let format = write::format(mode, branch);
    let native = write::native(mode, &selection.native, format.as_deref());
    assert!(native.is_fixed(), "{native}");
    let output = write::output(&selection.settings, &native, branch);
    assert!(output.is_fixed(), "{output}");
    let _ = structure::settings(&selection.settings);
}

/// The least and the most that the mode says.
fn ends(mode: &NativeMode) -> [NativePoint; 2] {
    match mode {
        NativeMode::Video(mode) => {
            assert!([mode.width, mode.height].iter().all(is_whole));
            [
                NativePoint::Video {
                    width: mode.width.min,
                    height: mode.height.min,
                    frame_rate: mode.frame_rate.map(|rate| rate.min),
                },
                NativePoint::Video {
                    width: mode.width.max,
                    height: mode.height.max,
                    frame_rate: mode.frame_rate.map(|rate| rate.max),
                },
            ]
        }
        NativeMode::Audio(mode) => {
            assert!([mode.sample_rate, mode.channel_count].iter().all(is_whole));
            [
                NativePoint::Audio {
                    sample_rate: mode.sample_rate.min,
                    channel_count: mode.channel_count.min,
                },
                NativePoint::Audio {
                    sample_rate: mode.sample_rate.max,
                    channel_count: mode.channel_count.max,
                },
            ]
        }
    }
}

fn is_whole(span: &Span<u32>) -> bool {
    0 < span.min && span.min <= span.max && span.step > 0
}
