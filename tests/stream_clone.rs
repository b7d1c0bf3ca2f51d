//! Cloning a stream clones its tracks (#19-#21).

mod common;

use common::user_media;
use gst::prelude::*;
use gstmediastream::media::MediaStream;
use gstmediastream::media::track::MediaStreamTrackState;

#[test]
fn everything_in_it_is_new_and_independent() {
    let stream = user_media(r#"{"audio":true,"video":true}"#);
    let [audio, video] = <[_; 2]>::try_from(stream.get_tracks()).expect("one of each kind");
    audio.stop();
    let clone: MediaStream = stream.emit_by_name("clone", &[]);
    assert_ne!(clone.id(), stream.id(), "#19");
    let [of_audio, of_video] = <[_; 2]>::try_from(clone.get_tracks()).expect("as many");
    assert_ne!(of_audio.id(), audio.id(), "#19");
    assert_ne!(of_video.id(), video.id(), "#19");
    assert_eq!(of_audio.ready_state(), MediaStreamTrackState::Ended, "#20");
    assert_eq!(of_video.ready_state(), MediaStreamTrackState::Live);

    let later = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    stream.add_track(&later);
    assert_eq!(clone.get_tracks().len(), 2, "#21");
    video.stop();
    assert!(clone.active());
    clone.remove_track(&of_audio);
    assert_eq!(stream.get_tracks().len(), 3);
    later.stop();
    of_video.stop();
}
