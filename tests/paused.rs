//! What was missed while the pipeline was paused is not made up for: no burst of black, no time that
//! goes back.

mod common;

use common::Play;
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn pause_and_go_on(source: &str) {
    let play = Play::start(&format!("{source} name=s ! appsink name=sink sync=false"));
    let track: MediaStreamTrack = {
        play.sample("sink");
        play.element("s").property("track")
    };
    track.set_enabled(false);
    let sink = play.element("sink");
    let mut last = gst::ClockTime::ZERO;
    for _ in 0..3 {
        for _ in 0..10 {
            let sample = play.sample("sink");
            let pts = sample
                .buffer()
                .and_then(|buffer| buffer.pts())
                .expect("a time");
            assert!(pts > last, "{pts} after {last}");
            last = pts;
        }
        play.pipeline
            .set_state(gst::State::Paused)
            .expect("it pauses");
        let (_, state, _) = play.pipeline.state(common::LIMIT);
        assert_eq!(state, gst::State::Paused);
        // A second of the world in which no time of the pipeline passes.
        let clock = gst::SystemClock::obtain();
        let id = clock.new_single_shot_id(clock.time() + gst::ClockTime::SECOND);
        let _ = id.wait();
        // What was sent before the pause is still there.
        let pull = || sink.emit_by_name::<Option<gst::Sample>>("try-pull-sample", &[&0u64]);
        while let Some(sample) = pull() {
            last = sample
                .buffer()
                .and_then(|buffer| buffer.pts())
                .expect("a time");
        }
        play.play();
        // A second more than the pipeline has lived would be what was missed.
        let next = play.sample("sink");
        let pts = next
            .buffer()
            .and_then(|buffer| buffer.pts())
            .expect("a time");
        assert!(pts > last, "{pts} after {last}");
        assert!(pts < last + gst::ClockTime::SECOND, "{pts} after {last}");
        last = pts;
    }
}

#[test]
fn black_goes_on_where_it_was() {
    pause_and_go_on("mediatrackvideosrc");
}

#[test]
fn silence_goes_on_where_it_was() {
    pause_and_go_on("mediatrackaudiosrc");
}
