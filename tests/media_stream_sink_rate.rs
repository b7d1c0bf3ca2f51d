//! `frame-rate` of `mediastreamsink`: what is refused, and what is captured by itself.

mod common;

use common::Play;
use common::canvas::{Canvas, of_memory};
use gst::prelude::*;

/// #168: before the start there is nobody who could be told, so the start fails.
#[test]
fn a_rate_that_is_none_is_an_error_of_the_start() {
    for rate in ["-5", "-0.5", "nan"] {
        let play = Play::parse("videotestsrc ! mediastreamsink name=canvas");
        let rate: f64 = rate.parse().expect("a number");
        play.element("canvas").set_property("frame-rate", rate);
        let started = play.pipeline.set_state(gst::State::Playing);
        assert!(started.is_err(), "{rate}");
        let (error, details) = play.error();
        assert_eq!(error.kind(), Some(gst::ResourceError::Settings));
        assert!(error.message().contains(&format!("={rate}:")), "{error}");
        assert_eq!(details.get("name"), Ok("NotSupportedError"));
        // And with one that is it starts.
        play.element("canvas").set_property("frame-rate", 5.0);
        play.play();
    }
}

/// #168
#[test]
fn while_it_plays_it_is_a_warning_and_nothing_changes() {
    let canvas = Canvas::new("frame-rate=0");
    let viewer = canvas.viewer(&canvas.draw(1));
    canvas.sink.set_property("frame-rate", -5.0);
    let warning = canvas
        .play
        .wait("warning", |m| m.type_() == gst::MessageType::Warning);
    let gst::MessageView::Warning(warning) = warning.view() else {
        unreachable!("waited for a warning")
    };
    let details = warning.details().expect("it has details");
    assert_eq!(details.get("name"), Ok("NotSupportedError"));
    assert_eq!(canvas.sink.property::<f64>("frame-rate"), 0.0);
    canvas.draw(2);
    let third = canvas.draw(3);
    canvas.request_frame();
    assert_eq!(viewer.see(), of_memory(&third));
    // It was said, so the next start does not fail for it.
    let stopped = canvas.play.pipeline.set_state(gst::State::Null);
    stopped.expect("it stops");
    canvas.play.play();
}

/// #168: absent
#[test]
fn without_a_rate_every_change_is_captured() {
    let canvas = Canvas::new("");
    assert_eq!(canvas.sink.property::<f64>("frame-rate"), -1.0);
    let viewer = canvas.viewer(&canvas.draw(1));
    for colour in 2..50 {
        let drawn = canvas.draw(colour);
        assert_eq!(viewer.see(), of_memory(&drawn));
    }
}

/// #169: neither in its own memory nor in another.
#[test]
fn what_has_not_changed_is_not_captured() {
    for rate in ["-1", "1000000"] {
        let canvas = Canvas::new(&format!("frame-rate={rate}"));
        let first = canvas.draw(1);
        let viewer = canvas.viewer(&first);
        (0..10).for_each(|_| drop(canvas.draw(1)));
        (0..10).for_each(|_| canvas.push(&first));
        canvas.settle();
        let second = canvas.draw(2);
        assert_eq!(viewer.see(), of_memory(&second));
        (0..10).for_each(|_| drop(canvas.draw(2)));
        let third = canvas.draw(1);
        assert_eq!(viewer.see(), of_memory(&third));
    }
}

/// #169: of what is drawn within an age, one picture.
#[test]
fn a_rate_is_an_upper_bound() {
    let canvas = Canvas::new("frame-rate=0.0001");
    let viewer = canvas.viewer(&canvas.draw(1));
    (2..100).for_each(|colour| drop(canvas.draw(colour)));
    canvas.request_frame();
    assert_eq!(viewer.see().0, 99);
}

/// The last of those that came too fast is not lost: it is captured when it may be, without another.
#[test]
fn what_is_drawn_last_is_captured_when_its_time_comes() {
    let canvas = Canvas::new("frame-rate=20");
    let viewer = canvas.viewer(&canvas.draw(1));
    let last = (2..20).map(|colour| canvas.draw(colour)).last();
    let last = of_memory(&last.expect("some were drawn"));
    while viewer.see() != last {}
}

#[test]
fn another_rate_holds_at_once() {
    let canvas = Canvas::new("frame-rate=0");
    let viewer = canvas.viewer(&canvas.draw(1));
    canvas.draw(2);
    let third = canvas.draw(3);
    canvas.sink.set_property("frame-rate", -1.0);
    assert_eq!(viewer.see(), of_memory(&third));
    let fourth = canvas.draw(4);
    assert_eq!(viewer.see(), of_memory(&fourth));
    canvas.sink.set_property("frame-rate", 0.0);
    canvas.draw(5);
    let sixth = canvas.draw(6);
    canvas.request_frame();
    assert_eq!(viewer.see(), of_memory(&sixth));
}

#[test]
fn the_property_is_told_when_it_changes() {
    let canvas = Canvas::new("");
    let (told, heard) = std::sync::mpsc::channel();
    canvas
        .sink
        .connect_notify(Some("frame-rate"), move |sink, _| {
            told.send(sink.property::<f64>("frame-rate"))
                .expect("somebody listens");
        });
    for rate in [-1.0, -7.0, 10.0, 10.0, f64::NAN, 0.0] {
        canvas.sink.set_property("frame-rate", rate);
    }
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [10.0, 0.0]);
}
