//! The first picture that a camera gives is the first that is seen: nobody waits for its second one.

mod common;

use common::{Play, alone, fake, promised, settle};
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
