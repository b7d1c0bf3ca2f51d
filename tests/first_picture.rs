//! The first picture that a camera gives is the first that is seen: nobody waits for its second one.

mod common;

use common::{Play, alone, eventually, fake, promised, settle, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// So slow that everything else is done before there is a second picture.
const MODES: &str = "video/x-raw,format=NV12,width=64,height=48,framerate=1/2;\
                     video/x-raw,format=NV12,width=128,height=96,framerate=1/2";
const LABEL: &str = "Fake camera 1";

/// The camera in these modes, until the test ends.
struct Slow;

impl Slow {
    fn camera() -> Self {
        fake(LABEL).emit_by_name::<()>("set-modes", &[&MODES]);
        settle();
        Self
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        fake(LABEL).emit_by_name::<()>("set-modes", &[&""]);
        settle();
    }
}

fn constraints(width: u32) -> String {
    format!(r#"{{"width":{{"exact":{width}}},"resizeMode":{{"exact":"none"}}}}"#)
}

/// The number that the driver gave to the first picture of this width, counted from its start.
fn number(play: &Play, width: i32) -> u64 {
    loop {
        let sample = play.sample("sink");
        let buffer = sample.buffer().expect("a buffer");
        let caps = sample.caps().and_then(|caps| caps.structure(0));
        let is_it = caps.expect("it has caps").get("width") == Ok(width);
        if is_it && !buffer.flags().contains(gst::BufferFlags::GAP) {
            return buffer.offset();
        }
    }
}

/// A picture is not of the present for ever: who comes when the camera has stalled sees black from now on.
#[test]
fn of_a_camera_that_stalled_it_is_past() {
    let _alone = alone();
    fake(LABEL).emit_by_name::<()>("stall-at", &[&2u32]);
    let stream = user_media(&format!(r#"{{"video":{}}}"#, constraints(640)));
    let track = stream.get_tracks().remove(0);
    let play = Play::start("videotestsrc is-live=true ! fakesink async=false");
    eventually("it stalls", || track.muted());
    let late = gst::parse::bin_from_description(
        "mediatrackvideosrc name=s ! appsink name=late sync=false async=false",
        false,
    );
    let late = late.expect("it can be parsed");
    let source = late.by_name("s").expect("it is named");
    source.set_property("track", &track);
    let now = play.pipeline.current_running_time().expect("it plays");
    play.pipeline.add(&late).expect("it is added");
    late.sync_state_with_parent().expect("it plays");
    let sample = play.sample("late");
    let first = sample.buffer().and_then(|b| b.pts()).expect("a time");
    // No earlier than by the latency of a camera.
    assert!(
        first + gst::ClockTime::from_mseconds(100) >= now,
        "{first}, at {now}"
    );
    fake(LABEL).emit_by_name::<()>("stall", &[&false]);
    track.stop();
}

#[test]
fn after_the_start_and_after_another_mode() {
    let _alone = alone();
    let _slow = Slow::camera();
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink");
    play.element("s")
        .set_property("constraints", constraints(64));
    play.play();
    assert_eq!(number(&play, 64), 0, "after the start");
    let track: MediaStreamTrack = play.element("s").property("track");
    let reply = promised(&track, "apply-constraints", &[&constraints(128)]);
    assert!(!reply.has_field("error"), "{reply}");
    assert_eq!(number(&play, 128), 0, "after another mode");
}
