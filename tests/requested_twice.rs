//! One device, requested twice: two tracks, each with the constraints that it was asked for (#141, #142).

mod common;

use common::{fake, user_media};
use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::Live;

#[test]
fn each_track_is_what_was_asked_for() {
    let asked = [
        r#"{"facingMode":{"exact":"environment"},"width":{"exact":1280},"height":720}"#,
        r#"{"facingMode":{"exact":"environment"},"width":320,"advanced":[{"height":9999},{"frameRate":15}]}"#,
    ];
    let tracks = asked.map(|json| {
        let stream = user_media(&format!(r#"{{"video":{json}}}"#));
        let track = stream.get_tracks().remove(0);
        let constraints: String = track.emit_by_name("get-constraints", &[]);
        assert_eq!(constraints, json, "#142");
        track
    });
    let settings = tracks
        .each_ref()
        .map(|track| track.emit_by_name::<gst::Structure>("get-settings", &[]));
    let [one, other] = settings
        .each_ref()
        .map(|s| s.get::<String>("deviceId").expect("it has one"));
    assert_eq!(one, other, "#141");
    assert_ne!(tracks[0].id(), tracks[1].id(), "#141");
    let widths = settings
        .each_ref()
        .map(|settings| settings.get::<u32>("width"));
    assert_eq!(widths, [Ok(1280), Ok(320)], "#141, #142");
    assert_eq!(settings[1].get::<f64>("frameRate"), Ok(15.0), "#142");
    assert!(tracks.iter().all(|track| track.ready_state() == Live));
    assert_eq!(fake("Fake camera 2").property::<u32>("active"), 1, "#141");
    tracks.iter().for_each(|track| track.stop());
}
