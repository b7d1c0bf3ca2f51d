//! A track keeps its source: no constraint, no other default and no loss moves it to another device (#140).

mod common;

use common::{eventually, fake, promised, settle, user_media};
use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::Ended;

#[test]
fn neither_wishes_nor_a_loss_move_a_track_to_another_device() {
    let track = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    let (device, label) = (track.device(), track.label());
    assert_eq!(label, "Fake camera 1");
    let id = || -> Option<String> {
        let settings: gst::Structure = track.emit_by_name("get-settings", &[]);
        settings.get("deviceId").ok()
    };
    let before = id();
    let outside = r#"{"facingMode":"environment","width":1920,"frameRate":60}"#;
    let reply = promised(&track, "apply-constraints", &[&outside]);
    assert_eq!(reply.n_fields(), 0, "wishes never fail: {reply}");
    assert_eq!(
        (track.device(), id()),
        (device.clone(), before.clone()),
        "#140"
    );
    fake("Fake camera 2").emit_by_name::<()>("set-default", &[]);
    settle();
    assert_eq!(
        (track.device(), id()),
        (device.clone(), before.clone()),
        "#140"
    );
    fake("Fake camera 1").emit_by_name::<()>("unplug", &[]);
    eventually("it ends", || track.ready_state() == Ended);
    assert_eq!((track.device(), id()), (device, before), "#140");
    assert_eq!(track.label(), label, "#140");
}
