//! Permission that is withdrawn ends all live tracks of the kind, with the event (#52).

mod common;

use std::sync::mpsc::channel;

use common::{eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::media::{MediaDevices, MediaStreamTrack};

#[test]
fn cameras_end_and_microphones_go_on() {
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    let clone = stream.clone_stream();
    let (sender, ended) = channel();
    let cameras: Vec<MediaStreamTrack> = [&stream, &clone]
        .iter()
        .flat_map(|stream| stream.get_video_tracks())
        .collect();
    for track in &cameras {
        let sender = sender.clone();
        track.connect("ended", false, move |values| {
            let track: MediaStreamTrack = values[0].get().expect("a track");
            assert_eq!(track.ready_state(), Ended);
            let _ = sender.send(track.id());
            None
        });
    }
    MediaDevices::default().emit_by_name::<()>("revoke-permission", &[&"video"]);
    let mut told = [
        ended.recv().expect("one"),
        ended.recv().expect("and the other"),
    ];
    let mut expected = [cameras[0].id(), cameras[1].id()];
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    for track in [&stream, &clone].iter().flat_map(|s| s.get_audio_tracks()) {
        assert_eq!(track.ready_state(), Live);
        track.stop();
    }
    eventually("the camera is closed", || {
        !["Fake camera 1", "Fake camera 2"]
            .iter()
            .any(|label| fake(label).property::<u32>("active") > 0)
    });
    assert!(ended.try_recv().is_err(), "once each");
}
