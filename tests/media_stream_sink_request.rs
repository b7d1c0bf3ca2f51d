//! `mediastreamsink frame-rate=0`: a frame for a request, and the memory that was drawn.

mod common;

use common::canvas::{Canvas, of_memory};

/// #165, and with each request what was drawn before it: exactly once, in its memory.
#[test]
fn once_for_each_request() {
    let canvas = Canvas::new("frame-rate=0");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let mut drawn = Vec::new();
    // What came twice would be seen instead of the next: the last of them is only for that.
    for colour in (10..32).step_by(2) {
        canvas.draw(colour);
        let last = canvas.draw(colour + 1);
        canvas.request_frame();
        assert_eq!(viewer.see(), of_memory(&last));
        drawn.push(last);
    }
}

/// #166
#[test]
fn three_requests_between_two_pictures_are_one() {
    let canvas = Canvas::new("frame-rate=0");
    let viewer = canvas.viewer(&canvas.draw(1));
    (0..3).for_each(|_| canvas.request_frame());
    let second = canvas.draw(2);
    canvas.draw(3);
    let fourth = canvas.draw(4);
    canvas.request_frame();
    assert_eq!(viewer.see(), of_memory(&second));
    assert_eq!(viewer.see(), of_memory(&fourth), "not the third");
}

/// #167
#[test]
fn a_request_waits_for_something_new() {
    let canvas = Canvas::new("frame-rate=0");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    canvas.request_frame();
    canvas.push(&first);
    canvas.draw(1);
    canvas.request_frame();
    let second = canvas.draw(2);
    assert_eq!(viewer.see(), of_memory(&second));
}

/// A request before anything is drawn is the one that is there anyway.
#[test]
fn a_request_of_a_blank_canvas() {
    let canvas = Canvas::new("frame-rate=0");
    canvas.request_frame();
    let viewer = canvas.viewer(&canvas.draw(1));
    canvas.draw(2);
    let third = canvas.draw(3);
    canvas.request_frame();
    assert_eq!(viewer.see(), of_memory(&third));
}

/// The first picture is captured, whoever asked or did not: it is there for those who come later.
#[test]
fn nothing_is_captured_unasked() {
    let canvas = Canvas::new("frame-rate=0");
    let first = canvas.draw(1);
    (2..10).for_each(|colour| drop(canvas.draw(colour)));
    let viewer = canvas.viewer(&first);
    canvas.request_frame();
    assert_eq!(viewer.see().0, 9);
}

/// The action is on the track as well, and on its clones: they are of the same canvas.
#[test]
fn a_track_requests_for_itself() {
    use gst::prelude::*;
    let canvas = Canvas::new("frame-rate=0");
    let viewer = canvas.viewer(&canvas.draw(1));
    let track = canvas.track();
    let clone: gst::glib::Object = track.emit_by_name("clone", &[]);
    for (track, colour) in [(track.upcast_ref(), 2), (&clone, 3)] {
        let drawn = canvas.draw(colour);
        track.emit_by_name::<()>("request-frame", &[]);
        assert_eq!(viewer.see(), of_memory(&drawn));
    }
}
