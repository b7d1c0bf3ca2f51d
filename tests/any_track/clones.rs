//! A clone is a track of its own of the same source (#49 to #55).

use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};

use crate::seen::{is_zero, playing, until};
use crate::sources::each;

#[test]
fn it_is_the_same_kind_of_track_with_another_id() {
    each(|source| {
        let track = &source.track;
        track.set_property(
            "content-hint",
            match track.property::<String>("kind").as_str() {
                "audio" => "speech",
                _ => "motion",
            },
        );
        track.set_enabled(false);
        let clone: MediaStreamTrack = track.emit_by_name("clone", &[]);
        assert_eq!(clone.type_(), track.type_());
        assert_ne!(clone.id(), track.id());
        for name in ["kind", "label", "content-hint"] {
            let of = |track: &MediaStreamTrack| track.property::<Option<String>>(name);
            assert_eq!(of(&clone), of(track), "{name}");
        }
        let device = |track: &MediaStreamTrack| track.property::<Option<gst::Device>>("device");
        assert_eq!(device(&clone), device(track));
        assert!(!clone.enabled());
        assert_eq!(
            (clone.settings(), clone.constraints()),
            (track.settings(), track.constraints())
        );
        assert!(!source.stream.get_tracks().contains(&clone));
        clone.stop();
        assert_eq!(track.ready_state(), Live);
    });
}

#[test]
fn each_has_its_own_switch() {
    each(|source| {
        let (track, clone) = (&source.track, source.track.clone_track());
        let plays = [playing(track, ""), playing(&clone, "")];
        plays
            .iter()
            .for_each(|play| drop(until(play, "sink", "live", |sample| !is_zero(sample))));
        clone.set_enabled(false);
        until(&plays[1], "sink", "zero", is_zero);
        for _ in 0..20 {
            assert!(!is_zero(&plays[0].sample("sink")));
            assert!(is_zero(&plays[1].sample("sink")));
        }
        assert!(track.enabled());
        clone.stop();
    });
}

#[test]
fn it_lives_on_when_the_original_is_stopped() {
    each(|source| {
        let (track, clone) = (&source.track, source.track.clone_track());
        let play = playing(&clone, "");
        until(&play, "sink", "live", |sample| !is_zero(sample));
        track.stop();
        assert_eq!((track.ready_state(), clone.ready_state()), (Ended, Live));
        for _ in 0..20 {
            assert!(!is_zero(&play.sample("sink")));
        }
        // And may be cloned itself.
        let again = clone.clone_track();
        clone.stop();
        let play = playing(&again, "");
        until(&play, "sink", "live", |sample| !is_zero(sample));
        again.stop();
    });
}
