//! A consumer that takes something else by the time the sound comes, as a mixer does whose other input has
//! settled the rate meanwhile, is asked again what it takes.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{Play, alone};
use gst::prelude::*;

/// What the consumer says that it takes, once it has refused something else.
const RATE: i32 = 22050;

fn is_settled(caps: &gst::CapsRef) -> bool {
    let structure = caps.structure(0);
    structure.is_some_and(|structure| structure.get("rate") == Ok(RATE))
}

/// Answers for `pad`: anything is taken until it comes, and then only this rate; or nothing at all, ever.
fn settle(pad: &gst::Pad, ever: bool) {
    let settled = Arc::new(AtomicBool::new(false));
    pad.add_probe(
        gst::PadProbeType::QUERY_DOWNSTREAM,
        move |_, info| match info.query_mut().map(|query| query.view_mut()) {
            Some(gst::QueryViewMut::AcceptCaps(accept)) => {
                let taken = ever && is_settled(accept.caps());
                settled.store(true, Ordering::Relaxed);
                accept.set_result(taken);
                gst::PadProbeReturn::Handled
            }
            Some(gst::QueryViewMut::Caps(caps)) if ever && settled.load(Ordering::Relaxed) => {
                let takes = gst::Caps::builder("audio/x-raw").field("rate", RATE);
                caps.set_result(&takes.build());
                gst::PadProbeReturn::Handled
            }
            _ => gst::PadProbeReturn::Ok,
        },
    );
}

fn play(ever: bool) -> Play {
    let play = Play::parse("mediatrackaudiosrc ! appsink name=sink sync=false");
    settle(
        &play.element("sink").static_pad("sink").expect("a sink"),
        ever,
    );
    play.play();
    play
}

#[test]
fn it_gets_what_it_takes_by_then() {
    let _alone = alone();
    let play = play(true);
    for _ in 0..20 {
        assert!(is_settled(play.sample("sink").caps().expect("caps")));
    }
}

/// An error after a while, and not a silence for ever.
#[test]
fn who_refuses_everything_is_an_error() {
    let _alone = alone();
    let (error, _) = play(false).error();
    assert!(error.matches(gst::StreamError::Failed), "{error}");
}
