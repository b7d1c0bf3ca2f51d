//! No device of a kind: not found, and told apart from everything else (#133). Alone in its file: it
//! pulls all cameras out.

mod common;

use common::{Play, fake, promised, settle};
use gst::prelude::*;
use gstmediastream::media::MediaDevices;

/// The name of the error of a request for a camera and a microphone.
fn both_fail_as() -> String {
    let both = r#"{"audio":true,"video":true}"#;
    let reply = promised(&MediaDevices::default(), "get-user-media", &[&both]);
    let error: gst::Structure = reply.get("error").expect("there is no camera");
    error.get("name").expect("an error has a name")
}

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
    let microphone = fake("Fake microphone 1");
    assert_eq!(both_fail_as(), "NotFoundError");
    let devices = MediaDevices::default();
    let refusal = devices.connect("permission-request", false, |_| Some(false.to_value()));
    assert_eq!(both_fail_as(), "NotAllowedError", "it says no more");
    devices.disconnect(refusal);
    assert_eq!(microphone.property::<u32>("opens"), 0, "#132");
    let microphone = Play::start("mediatrackaudiosrc ! appsink name=sink");
    microphone.sample("sink");
}
