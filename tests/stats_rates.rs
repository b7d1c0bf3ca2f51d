//! Frames left out for a lower rate are discarded, not lost (#190), and frames count as delivered
//! without any consumer (#191).

mod common;

use common::{Play, alone, eventually, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::statistics::{Stats, VideoStats};

/// Fake camera 2 has nothing below 30 frames a second.
const SLOW: &str = r#"{"facingMode":{"exact":"environment"},"width":{"exact":640},"height":{"exact":480},"frameRate":{"exact":7.5}}"#;

fn stats(track: &MediaStreamTrack) -> VideoStats {
    match track.statistics() {
        Some(Stats::Video(video)) => video,
        other => panic!("{other:?}"),
    }
}

/// A quarter is delivered and three quarters discarded, give or take the frames at both ends.
fn is_a_quarter(stats: VideoStats) {
    let due = stats.total_frames / 4;
    assert!(stats.delivered_frames.abs_diff(due) <= 2, "{stats:?}");
    assert_eq!(
        stats.delivered_frames + stats.discarded_frames,
        stats.total_frames,
        "nothing is lost otherwise: {stats:?}"
    );
}

/// #190
#[test]
fn a_quarter_of_the_rate_discards_three_quarters() {
    let _alone = alone();
    let play = Play::parse("mediatrackvideosrc name=s ! fakesink sync=false");
    play.element("s").set_property("constraints", SLOW);
    play.play();
    let s = play.element("s");
    eventually("the track", || {
        s.property::<Option<MediaStreamTrack>>("track").is_some()
    });
    let track: MediaStreamTrack = s.property("track");
    eventually("a hundred frames", || stats(&track).total_frames >= 100);
    let last = stats(&track);
    assert!(
        last.delivered_frames.abs_diff(last.total_frames / 4) <= 3,
        "{last:?}"
    );
    assert!(
        last.discarded_frames > last.total_frames / 2 && dropped(last) < last.total_frames / 4,
        "{last:?}"
    );
}

/// What a loaded machine lost; no part of the rule.
fn dropped(stats: VideoStats) -> u64 {
    stats.total_frames - stats.delivered_frames - stats.discarded_frames
}

/// #191, and #190 where no element leaves anything out.
#[test]
fn without_a_consumer_frames_count_at_the_rate_of_the_track() {
    let _alone = alone();
    let stream = user_media(&format!(r#"{{"video":{SLOW}}}"#));
    let track = stream.get_video_tracks().remove(0);
    eventually("a hundred frames", || stats(&track).total_frames >= 100);
    is_a_quarter(stats(&track));
    track.stop();
}

/// #191
#[test]
fn without_a_consumer_sound_is_delivered() {
    let stream = user_media(r#"{"audio":true}"#);
    let track = stream.get_audio_tracks().remove(0);
    let stats = || track.property::<gst::Structure>("stats");
    let frames = |stats: &gst::Structure| stats.get::<u64>("deliveredFrames").expect("there");
    eventually("half a second", || frames(&stats()) >= 24_000);
    let last = stats();
    assert_eq!(last.get::<u64>("totalFrames").ok(), Some(frames(&last)));
    track.stop();
}
