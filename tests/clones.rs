//! A clone has the same source and a life of its own (#58 to #65, #67).

mod common;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use common::{Play, alone, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::model::constraints::{Property, TrackConstraints};

const CONSTRAINTS: &str =
    r#"{"video":{"facingMode":{"exact":"environment"},"width":1280,"height":720,"frameRate":30}}"#;

fn track() -> MediaStreamTrack {
    user_media(CONSTRAINTS).get_tracks().remove(0)
}

fn apply(track: &MediaStreamTrack, json: &str) {
    let constraints = TrackConstraints::from_json(json).expect("constraints");
    track.apply_constraints(&constraints).expect("it applies");
}

fn play(track: &MediaStreamTrack) -> Play {
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink max-buffers=1000");
    play.element("s").set_property("track", track);
    play.play();
    play.sample("sink");
    play
}

fn size(sample: &gst::Sample) -> (u32, u32) {
    let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
    (info.width(), info.height())
}

/// #58, #59, #62
#[test]
fn it_copies_what_the_original_has_and_shares_nothing() {
    let _alone = alone();
    let track = track();
    track.set_property("content-hint", "detail");
    track.set_enabled(false);
    let clone = track.clone_track();
    assert_ne!(clone.id(), track.id());
    assert_eq!((clone.kind(), clone.label()), (track.kind(), track.label()));
    assert_eq!(clone.device(), track.device());
    assert_eq!(clone.constraints().to_json(), track.constraints().to_json());
    assert_eq!(clone.settings(), track.settings());
    assert_eq!(clone.capabilities(), track.capabilities());
    assert_eq!(clone.property::<String>("content-hint"), "detail");
    assert!(!clone.enabled());
    clone.set_enabled(true);
    assert!(!track.enabled());
    let before = track.constraints();
    apply(&clone, r#"{"width":{"exact":640},"height":{"exact":360}}"#);
    assert_eq!(track.constraints(), before);
    assert_eq!(track.settings().number(Property::Width), Some(1280.0));
    assert_eq!(clone.settings().number(Property::Width), Some(640.0));
    track.stop();
    clone.stop();
}

/// #60
#[test]
fn of_an_ended_track_it_is_ended_and_opens_nothing() {
    let _alone = alone();
    let track = track();
    track.stop();
    eventually("closed", || {
        fake("Fake camera 2").property::<u32>("active") == 0
    });
    let opens: u32 = fake("Fake camera 2").property("opens");
    let clone = track.clone_track();
    assert_eq!(clone.ready_state(), Ended);
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink");
    play.element("s").set_property("track", &clone);
    play.play();
    play.eos();
    assert_eq!(fake("Fake camera 2").property::<u32>("opens"), opens);
}

/// #61, #65
#[test]
fn it_is_muted_as_the_source_is_and_has_no_handlers() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let track = track();
    let heard = Arc::new(AtomicU32::new(0));
    let (sender, muted) = channel();
    let counted = heard.clone();
    track.connect("mute", false, move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        let _ = sender.send(());
        None
    });
    camera.emit_by_name::<()>("set-muted", &[&true]);
    muted.recv().expect("it mutes");
    let clone = track.clone_track();
    assert!(clone.muted());
    let (sender, unmuted) = channel();
    clone.connect("unmute", false, move |_| {
        let _ = sender.send(());
        None
    });
    camera.emit_by_name::<()>("set-muted", &[&false]);
    unmuted.recv().expect("the clone is told");
    assert_eq!(
        heard.load(Ordering::SeqCst),
        1,
        "the clone has handlers of its own"
    );
    track.stop();
    clone.stop();
}

/// #63, #64, #67: the original's frames are counted across the whole life of the clone.
#[test]
fn made_played_and_stopped_it_takes_no_frame_from_the_original() {
    let _alone = alone();
    let track = track();
    let play = play(&track);
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = times.clone();
    let caps = Arc::new(AtomicU32::new(0));
    let counted = caps.clone();
    let pad = play.element("s").static_pad("src").expect("a pad");
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(mask, move |_, info| {
        if let Some(buffer) = info.buffer() {
            let pts = buffer.pts().expect("a time");
            seen.lock().expect("no panic").push(pts);
        } else if info
            .event()
            .is_some_and(|e| e.type_() == gst::EventType::Caps)
        {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        gst::PadProbeReturn::Ok
    });
    for round in 0..10 {
        let clone = track.clone_track();
        apply(
            &clone,
            r#"{"width":{"exact":640},"height":{"exact":360},"frameRate":{"exact":15}}"#,
        );
        if round % 2 == 0 {
            let beside = self::play(&clone);
            assert_eq!(size(&beside.sample("sink")), (640, 360));
        }
        clone.stop();
        assert_eq!(track.ready_state(), Live);
        assert_eq!(size(&play.sample("sink")), (1280, 720));
    }
    drop(play);
    track.stop();
    let times = times.lock().expect("no panic");
    let apart = times.windows(2).map(|pair| pair[1] - pair[0]);
    let longest = apart.max().expect("several frames");
    assert!(
        longest < gst::ClockTime::from_mseconds(50),
        "{longest} at 30 frames a second"
    );
    assert_eq!(caps.load(Ordering::SeqCst), 0, "no caps were sent anew");
}

/// #64
#[test]
fn it_outlives_the_original() {
    let _alone = alone();
    let track = track();
    let clone = track.clone_track();
    track.stop();
    assert_eq!(clone.ready_state(), Live);
    let play = play(&clone);
    assert_eq!(size(&play.sample("sink")), (1280, 720));
    clone.stop();
    assert!(play.ends("sink"));
}

/// A device that does not answer is not waited for.
#[test]
fn nobody_waits_for_it() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let track = track();
    camera.emit_by_name::<()>("stall", &[&true]);
    // The worker waits for the first frame in another mode, seconds long.
    let (sender, answered) = channel();
    let promise = gst::Promise::with_change_func(move |_| {
        let _ = sender.send(());
    });
    let larger = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;
    track.emit_by_name::<()>("apply-constraints", &[&larger, &promise]);
    let clones: Vec<_> = (0..100).map(|_| track.clone_track()).collect();
    assert!(clones.iter().all(|clone| clone.ready_state() == Live));
    assert!(
        answered.try_recv().is_err(),
        "the change is still under way"
    );
    camera.emit_by_name::<()>("stall", &[&false]);
    answered.recv().expect("an answer");
    clones.iter().for_each(|clone| clone.stop());
    track.stop();
}
