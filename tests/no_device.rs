//! No device of a kind: not found, and told apart from everything else (#133). Alone in its file: it
//! pulls all cameras out.

mod common;

use common::{Play, fake, settle};
use gst::prelude::*;

#[test]
fn without_any_camera_it_is_not_found() {
    let cameras = [fake("Fake camera 1"), fake("Fake camera 2")];
    for camera in &cameras {
        camera.emit_by_name::<()>("unplug", &[]);
    }
    settle();
    let play = Play::start("mediatrackvideosrc ! fakesink");
    let (error, details) = play.error();
    assert!(error.matches(gst::ResourceError::NotFound), "{error}");
    assert_eq!(
        details.get::<String>("name").as_deref(),
        Ok("NotFoundError")
    );
    let microphone = Play::start("mediatrackaudiosrc ! appsink name=sink");
    microphone.sample("sink");
}
