//! How a track ends: `stop()` at once and without a word, its source with one event (#37 to #48, #117).

use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::model::constraints::Property;

use crate::common::eventually;
use crate::seen::{Diary, playing};
use crate::sources::each;

fn check_ended(track: &MediaStreamTrack) {
    assert_eq!(track.ready_state(), Ended);
    let inherent = [Property::DeviceId, Property::FacingMode, Property::GroupId];
    for (property, _) in track.settings().iter() {
        assert!(
            inherent.contains(&property),
            "{property:?} of an ended track"
        );
    }
    // What was asked for is still told, and asking is without effect.
    let before = track.constraints();
    let asked = r#"{"width":{"exact":1},"channelCount":{"exact":77}}"#;
    let asked = gstmediastream::model::constraints::TrackConstraints::from_json(asked);
    track
        .apply_constraints(&asked.expect("JSON"))
        .expect("it succeeds");
    assert_eq!(track.constraints(), before);
    for enabled in [false, true] {
        track.set_enabled(enabled);
        assert_eq!((track.enabled(), track.ready_state()), (enabled, Ended));
    }
}

/// #37, #39, #43
#[test]
fn stop_is_done_when_it_returns_and_nobody_is_told() {
    each(|source| {
        let (track, stream) = (&source.track, &source.stream);
        let clone = track.clone_track();
        let (told, of_clone) = (Diary::of(track), Diary::of(&clone));
        let play = playing(track, "");
        play.sample("sink");
        track.stop();
        assert_eq!(track.ready_state(), Ended);
        assert!(!stream.property::<bool>("active"));
        assert_eq!(clone.ready_state(), Live);
        assert!(play.ends("sink"));
        check_ended(track);
        // All events come in order: what is told of the clone comes after what would be told of the track.
        source.end();
        eventually("the source has ended", || of_clone.has("ended"));
        assert_eq!(told.entries(), Vec::<String>::new());
    });
}

/// #40, #44, #47
#[test]
fn the_end_of_the_source_is_told_once_of_each_track() {
    each(|source| {
        let (track, stream) = (&source.track, &source.stream);
        let clone = track.clone_track();
        let told = [Diary::of(track), Diary::of(&clone)];
        let play = playing(track, "");
        play.sample("sink");
        source.end();
        assert!(play.ends("sink"));
        eventually("both are told", || {
            told.iter().all(|diary| diary.has("ended"))
        });
        for track in [track, &clone] {
            assert!(track.lost().is_some());
            check_ended(track);
        }
        assert!(!stream.property::<bool>("active"));
        // Stopped, nothing more is told.
        track.stop();
        let after = track.clone_track();
        assert_eq!(after.ready_state(), Ended);
        for diary in told {
            let ends = diary
                .entries()
                .iter()
                .filter(|entry| *entry == "ended")
                .count();
            assert_eq!(ends, 1, "{:?}", diary.entries());
        }
    });
}
