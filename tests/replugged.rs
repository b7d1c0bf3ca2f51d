//! A device that was pulled out and put back at once is opened anew while those who had it are still
//! being told that it is gone.

mod common;

use common::{fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaDeviceInfoExt;
use gstmediastream::media::track::MediaStreamTrackState::Live;

const CAMERA: &str = r#"{"video":{"facingMode":{"exact":"environment"}}}"#;

#[test]
fn whoever_asks_gets_the_new_one() {
    let camera = fake("Fake camera 2");
    for _ in 0..30 {
        let before = user_media(CAMERA).get_tracks().remove(0);
        camera.emit_by_name::<()>("unplug", &[]);
        camera.emit_by_name::<()>("plug", &[]);
        common::settle();
        let after = user_media(CAMERA).get_tracks().remove(0);
        assert_eq!(after.ready_state(), Live);
        assert_eq!(
            after.device().map(|d| d.device_id()),
            before.device().map(|d| d.device_id())
        );
        after.stop();
        before.stop();
    }
}
