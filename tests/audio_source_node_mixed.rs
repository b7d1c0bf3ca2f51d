//! Tracks of different rates meet in one mixer, which can have but one: whoever comes second is asked again, and
//! is resampled.

mod common;
#[path = "common/sound.rs"]
mod sound;

use common::{Play, alone};
use gst::prelude::*;
use sound::loudness;

/// A microphone alone is this loud, two of them together are louder.
const ALONE: f64 = sound::TONE;

fn mix(first: u32, second: u32) -> Play {
    let source = |rate| {
        let only = format!(r#"{{\"sampleRate\":{{\"exact\":{rate}}}}}"#);
        format!(r#"mediatrackaudiosrc constraints="{only}" ! mix."#)
    };
    let (first, second) = (source(first), source(second));
    Play::start(&format!(
        "audiomixer name=mix ! audio/x-raw,format=F32LE,channels=1 ! appsink name=sink sync=false {first} {second}"
    ))
}

#[test]
fn two_microphones_are_mixed_whatever_their_rates() {
    let _alone = alone();
    for (first, second) in [(44100, 16000), (16000, 44100), (48000, 16000)] {
        let play = mix(first, second);
        // Their phases may be any, and so the sum, but it is not always that of one.
        let differs = |sample: &gst::Sample| (loudness(sample) - ALONE).abs() > 0.5;
        let both = (0..300).filter(|_| differs(&play.sample("sink"))).take(50);
        assert_eq!(both.count(), 50, "{first} and {second}");
        let info = play.sample("sink");
        let structure = info.caps().and_then(|caps| caps.structure(0));
        let rate: i32 = structure.expect("caps").get("rate").expect("a rate");
        assert!([first, second].map(i32::try_from).contains(&Ok(rate)));
    }
}

/// A consumer that never agrees is an error, after a while, and not a silence for ever.
#[test]
fn who_refuses_everything_is_an_error() {
    let _alone = alone();
    let play = Play::parse("mediatrackaudiosrc name=s ! fakesink name=sink");
    let pad = play.element("sink").static_pad("sink").expect("a sink");
    // What it says that it takes it refuses.
    let refused = pad.add_probe(gst::PadProbeType::QUERY_DOWNSTREAM, |_, info| {
        match info.query_mut().map(|query| query.view_mut()) {
            Some(gst::QueryViewMut::AcceptCaps(accept)) => {
                accept.set_result(false);
                gst::PadProbeReturn::Handled
            }
            _ => gst::PadProbeReturn::Ok,
        }
    });
    assert!(refused.is_some());
    play.play();
    let (error, _) = play.error();
    assert!(error.matches(gst::StreamError::Failed), "{error}");
}
