//! A device that none of its tracks needs is given back, and taken again in the settings then in
//! force (#53, #54, #55, #56, #105).

mod common;

use common::{Play, alone, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::{
    MediaStreamTrackMutedReason as Reason, MediaStreamTrackState as State,
};
use gstmediastream::model::constraints::{Property, TrackConstraints};

const FACING_AWAY: &str =
    r#"{"video":{"facingMode":{"exact":"environment"},"width":640,"frameRate":30}}"#;

fn camera() -> gst::Device {
    fake("Fake camera 2")
}

fn is_open() -> bool {
    camera().property::<u32>("active") > 0
}

fn track() -> MediaStreamTrack {
    let track = user_media(FACING_AWAY).get_tracks().remove(0);
    assert!(is_open());
    track
}

fn play(track: &MediaStreamTrack) -> Play {
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    play.element("s").set_property("track", track);
    play.play();
    play.sample("sink");
    play
}

fn is_black(sample: &gst::Sample) -> bool {
    let flags = sample.buffer().expect("a buffer").flags();
    flags.contains(gst::BufferFlags::GAP)
}

fn release(track: &MediaStreamTrack) {
    track.set_enabled(false);
    eventually("the device is given back", || {
        !is_open() && track.muted_reason() == Reason::Released
    });
}

/// #53
#[test]
fn the_device_closes_while_the_track_lives_and_its_pad_goes_on() {
    let _alone = alone();
    let track = track();
    let play = play(&track);
    release(&track);
    assert_eq!(
        play.track_event("mute").get::<String>("reason").as_deref(),
        Ok("released")
    );
    assert_eq!(track.ready_state(), State::Live);
    assert!(track.settings().number(Property::Width) == Some(640.0));
    let first = play
        .sample("sink")
        .buffer()
        .and_then(|b| b.pts())
        .expect("a time");
    // Later than anything that could still have been in a queue.
    let mut sample = play.sample("sink");
    while sample.buffer().and_then(|b| b.pts()).expect("a time")
        < first + gst::ClockTime::from_mseconds(500)
    {
        assert!(is_black(&sample));
        sample = play.sample("sink");
    }
    track.set_enabled(true);
    play.track_event("unmute");
    while is_black(&play.sample("sink")) {}
    assert!(is_open());
    track.stop();
}

/// #54, #105
#[test]
fn it_is_taken_again_with_what_was_applied_meanwhile() {
    let _alone = alone();
    let track = track();
    let play = play(&track);
    release(&track);
    let opens: u32 = camera().property("opens");
    let larger = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;
    let larger = TrackConstraints::from_json(larger).expect("constraints");
    track.apply_constraints(&larger).expect("it applies");
    assert_eq!(track.settings().number(Property::Width), Some(1920.0));
    assert!(!is_open(), "nobody needs it yet");
    track.set_enabled(true);
    eventually("frames in the new size", || {
        let sample = play.sample("sink");
        let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
        !is_black(&sample) && (info.width(), info.height()) == (1920, 1080)
    });
    assert_eq!(camera().property::<u32>("opens"), opens + 1);
    track.stop();
}

/// #55
#[test]
fn what_cannot_be_taken_again_ends_with_the_event() {
    let _alone = alone();
    let track = track();
    let clone = track.clone_track();
    clone.set_enabled(false);
    let play = play(&track);
    release(&track);
    camera().emit_by_name::<()>("fail-open", &[&"NotReadableError"]);
    track.set_enabled(true);
    assert_eq!(
        play.track_event("ended").get::<String>("reason").as_deref(),
        Ok("failed")
    );
    assert!(play.ends("sink"));
    eventually("every track of it ends", || {
        clone.ready_state() == State::Ended
    });
    camera().emit_by_name::<()>("fail-open", &[&""]);
}

/// #56: "released" comes after two seconds at the earliest, so a picture with a later time than that
/// shows that it did not come.
#[test]
fn an_enabled_clone_keeps_it_open() {
    let _alone = alone();
    let track = track();
    let clone = track.clone_track();
    let play = play(&clone);
    let opens: u32 = camera().property("opens");
    track.set_enabled(false);
    let time_of = |sample: &gst::Sample| sample.buffer().and_then(|b| b.pts()).expect("a time");
    let disabled = time_of(&play.sample("sink"));
    while time_of(&play.sample("sink")) < disabled + gst::ClockTime::from_seconds(3) {
        assert!(is_open());
        assert!(!clone.muted());
    }
    clone.stop();
    eventually("then nobody needs it", || !is_open());
    eventually("the other track says so", || track.muted());
    assert_eq!(camera().property::<u32>("opens"), opens);
    track.stop();
}

/// The opt-out.
#[test]
fn a_track_that_is_not_to_be_relinquished_keeps_it_open() {
    let _alone = alone();
    let track = track();
    track.set_relinquish(false);
    let play = play(&track);
    track.set_enabled(false);
    let time_of = |sample: &gst::Sample| sample.buffer().and_then(|b| b.pts()).expect("a time");
    let disabled = time_of(&play.sample("sink"));
    while time_of(&play.sample("sink")) < disabled + gst::ClockTime::from_seconds(3) {
        assert!(is_open());
    }
    track.set_relinquish(true);
    eventually("now it may go", || !is_open());
    track.stop();
}

/// A microphone that the mixer mutes is given back as well, and taken again when it is not.
#[test]
fn a_microphone_that_the_system_mutes_is_given_back() {
    let _alone = alone();
    let microphone = fake("Fake microphone 1");
    let track = user_media(r#"{"audio":{"sampleRate":{"min":44100}}}"#)
        .get_tracks()
        .remove(0);
    microphone.emit_by_name::<()>("set-muted", &[&true]);
    eventually("it is given back", || {
        microphone.property::<u32>("active") == 0
    });
    assert_eq!(track.muted_reason(), Reason::System);
    microphone.emit_by_name::<()>("set-muted", &[&false]);
    eventually("it is taken again", || {
        microphone.property::<u32>("active") > 0 && !track.muted()
    });
    track.stop();
}
