//! `stats` of a track: what is delivered, discarded and lost, counted once, and standing still while
//! the track does not flow (#189, #192, #193, #202).

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn stats(track: &MediaStreamTrack) -> gst::Structure {
    track
        .property::<Option<gst::Structure>>("stats")
        .expect("a track of a device")
}

fn count(stats: &gst::Structure, member: &str) -> u64 {
    stats.get(member).unwrap_or_else(|e| panic!("{stats}: {e}"))
}

fn time(stats: &gst::Structure, member: &str) -> f64 {
    stats.get(member).unwrap_or_else(|e| panic!("{stats}: {e}"))
}

fn delivered(track: &MediaStreamTrack) -> u64 {
    count(&stats(track), "deliveredFrames")
}

/// What came first may be another track's.
fn track_of(play: &Play) -> MediaStreamTrack {
    let source = play.element("s");
    let track = || source.property::<Option<MediaStreamTrack>>("track");
    eventually("it has a track", || track().is_some());
    track().expect("just seen")
}

fn playing(line: &str) -> (Play, MediaStreamTrack) {
    let play = Play::start(line);
    play.sample("sink");
    let track = track_of(&play);
    (play, track)
}

/// #202
#[test]
fn no_reader_ever_sees_more_parts_than_the_whole() {
    let _alone = alone();
    let (play, track) = playing(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"frameRate\":{\"exact\":20}}" ! fakesink sync=false async=false name=f mediatrackaudiosrc ! appsink name=sink drop=true max-buffers=1"#,
    );
    eventually("twenty frames delivered", || {
        let stats = stats(&track);
        let [delivered, discarded, total] =
            ["deliveredFrames", "discardedFrames", "totalFrames"].map(|m| count(&stats, m));
        assert!(delivered + discarded <= total, "{stats}");
        delivered >= 20 && discarded > 0
    });
    drop(play);
}

/// #189: with a consumer, disabled.
#[test]
fn a_disabled_track_counts_nothing() {
    let _alone = alone();
    let (play, track) = playing("mediatrackvideosrc name=s ! appsink name=sink");
    track.set_enabled(false);
    let before = stats(&track);
    assert!(count(&before, "deliveredFrames") > 0);
    for _ in 0..20 {
        play.sample("sink");
    }
    assert_eq!(stats(&track), before);
    track.set_enabled(true);
    let then = count(&before, "deliveredFrames");
    eventually("counting again", || delivered(&track) > then);
}

/// #189: muted, and without a consumer.
#[test]
fn a_muted_track_counts_nothing() {
    let _alone = alone();
    let camera = fake("Fake camera 1");
    let stream = user_media(r#"{"video":true}"#);
    let track = stream.get_video_tracks().remove(0);
    assert_eq!(track.property::<String>("label"), "Fake camera 1");
    // Of the same device, to know that frames go on.
    let other = track.clone_track();
    eventually("counting", || delivered(&track) > 0);
    track.set_enabled(false);
    let before = stats(&track);
    let seen = delivered(&other);
    eventually("frames for the other", || delivered(&other) > seen + 10);
    assert_eq!(stats(&track), before, "disabled");
    track.set_enabled(true);
    camera.emit_by_name::<()>("set-muted", &[&true]);
    eventually("muted", || track.property::<bool>("muted"));
    let before = stats(&track);
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink");
    play.element("s").set_property("track", &track);
    play.play();
    for _ in 0..20 {
        play.sample("sink");
    }
    assert_eq!(stats(&track), before, "muted");
    camera.emit_by_name::<()>("set-muted", &[&false]);
    let then = count(&before, "deliveredFrames");
    eventually("counting again", || delivered(&track) > then);
    track.stop();
    other.stop();
    let before = stats(&track);
    assert!(count(&before, "totalFrames") > 0, "the last values stay");
}

/// #192
#[test]
fn a_track_without_a_device_has_none() {
    common::init();
    let track: MediaStreamTrack = gst::glib::Object::new();
    assert_eq!(track.property::<Option<gst::Structure>>("stats"), None);
    track.emit_by_name::<()>("reset-latency", &[]);
}

/// Of two consumers of one track only one counts; another goes on when it leaves.
#[test]
fn a_frame_counts_once_whoever_reads() {
    let _alone = alone();
    let track = user_media(r#"{"video":true}"#).get_video_tracks().remove(0);
    let consumer = || {
        let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink");
        play.element("s").set_property("track", &track);
        play.play();
        play.sample("sink");
        play
    };
    let (first, second) = (consumer(), consumer());
    let clone = track.clone_track();
    let (begin, of_clone) = (delivered(&track), delivered(&clone));
    for _ in 0..30 {
        first.sample("sink");
        second.sample("sink");
    }
    let (counted, captured) = (delivered(&track) - begin, delivered(&clone) - of_clone);
    // Some may be on their way; twice as many are not.
    assert!(counted <= captured + 10, "{counted} of {captured}");
    drop(first);
    let then = delivered(&track);
    eventually("the second counts", || delivered(&track) > then + 10);
    drop(second);
    track.stop();
    clone.stop();
}

/// What a late reader loses is in the total only.
#[test]
fn what_a_late_reader_loses_is_neither_delivered_nor_discarded() {
    let _alone = alone();
    let (play, healthy) = Healthy::start(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! appsink name=sink max-buffers=1"#,
    );
    play.sample("sink");
    let track = track_of(&play);
    eventually("frames lost", || {
        let stats = stats(&track);
        assert_eq!(count(&stats, "discardedFrames"), 0);
        count(&stats, "totalFrames") > count(&stats, "deliveredFrames") + 20
    });
    healthy.check();
    drop(play);
}

/// #193, and that durations are those of the frames.
#[test]
fn sound_has_latencies_and_durations() {
    let _alone = alone();
    let (play, track) = playing("mediatrackaudiosrc name=s ! appsink name=sink");
    for _ in 0..50 {
        play.sample("sink");
    }
    let before = stats(&track);
    let frames = count(&before, "deliveredFrames");
    let rate = f64::from(
        track
            .settings()
            .integer(gstmediastream::model::constraints::Property::SampleRate)
            .expect("a rate"),
    );
    let milliseconds = frames as f64 / rate * 1000.0;
    assert!(
        (time(&before, "deliveredFramesDuration") - milliseconds).abs() < 1.0,
        "{before}"
    );
    assert!(count(&before, "totalFrames") >= frames);
    assert!(time(&before, "totalFramesDuration") >= time(&before, "deliveredFramesDuration"));
    let [least, mean, most] =
        ["minimumLatency", "averageLatency", "maximumLatency"].map(|m| time(&before, m));
    assert!(least <= mean && mean <= most && most > 0.0, "{before}");
    // Nothing arrives between the reset and the reading of it.
    track.set_enabled(false);
    track.emit_by_name::<()>("reset-latency", &[]);
    let reset = stats(&track);
    for member in ["minimumLatency", "averageLatency", "maximumLatency"] {
        assert_eq!(time(&reset, member), time(&reset, "latency"), "{member}");
    }
    assert_eq!(count(&reset, "deliveredFrames"), {
        let after = stats(&track);
        count(&after, "deliveredFrames")
    });
}
