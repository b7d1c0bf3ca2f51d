//! When `mediastreamsink` shows something, whatever its sinks are set to.

mod common;

use common::canvas::{Canvas, RGBA, picture};
use common::eventually;
use gst::prelude::*;

/// The furthest that its properties reach, one of them each and both: beyond all times, and no error.
#[test]
fn offsets_beyond_all_times() {
    for settings in [
        [("ts-offset", i64::MIN), ("render-delay", 0)],
        [("ts-offset", i64::MIN), ("render-delay", i64::MAX)],
        [("ts-offset", -i64::MAX), ("render-delay", i64::MAX)],
    ] {
        let canvas = Canvas::of(&format!(
            "appsrc name=pen format=time caps={RGBA} ! mediastreamsink name=canvas"
        ));
        let sink = canvas.play.element("video_0");
        for (name, value) in settings {
            sink.set_property_from_str(name, &value.to_string());
        }
        canvas.play.play();
        let track = canvas.track();
        let mut drawn = picture(1);
        let writable = drawn.get_mut().expect("just made");
        writable.set_pts(gst::ClockTime::ZERO);
        canvas.push(&drawn);
        eventually("it is shown", || !track.muted());
    }
}
