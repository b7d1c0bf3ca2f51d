//! A reader that takes nothing keeps few pictures of the camera, however long that lasts; what it loses is counted (#191).

mod common;

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use common::{Play, eventually, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// What waits for it, and what it has in its hand.
const KEPT: usize = 3 + 1;
/// What another reader gets meanwhile.
const MEANWHILE: usize = 60;

fn dropped(track: &MediaStreamTrack) -> u64 {
    let stats: Option<gst::Structure> = track.property("stats");
    let stats = stats.expect("a track of a device");
    let count = |member: &str| stats.get::<u64>(member).expect("it is counted");
    count("totalFrames") - count("deliveredFrames") - count("discardedFrames")
}

#[test]
fn it_keeps_four_pictures_and_the_rest_is_counted() {
    let track = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    let clone = track.clone_track();
    let play = Play::parse(
        "mediatrackvideosrc name=stops ! fakesink async=false mediatrackvideosrc name=goes_on ! appsink name=sink",
    );
    play.element("stops").set_property("track", &track);
    play.element("goes_on").set_property("track", &clone);
    let taken = Arc::new(Mutex::new(Vec::new()));
    let (go_on, told) = channel::<()>();
    let (times, told) = (taken.clone(), Mutex::new(told));
    let pad = play.element("stops").static_pad("src").expect("a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let time = info.buffer().and_then(|b| b.pts()).expect("a time");
        times.lock().expect("no panic").push(time);
        // The first waits, and none after it.
        let _ = told.lock().expect("no panic").recv();
        gst::PadProbeReturn::Ok
    });
    play.play();
    let taken = || taken.lock().expect("no panic").clone();
    eventually("the first is in its hand", || taken().len() == 1);
    let mut last = gst::ClockTime::ZERO;
    for _ in 0..MEANWHILE {
        let sample = play.sample("sink");
        last = sample.buffer().and_then(|b| b.pts()).expect("a time");
    }
    drop(go_on);
    eventually("it sees the present", || {
        taken().last().is_some_and(|time| *time > last)
    });
    let kept = taken().into_iter().filter(|time| *time <= last).count();
    assert!(kept <= KEPT, "{kept} of {MEANWHILE}");
    let lost = MEANWHILE - 2 * KEPT;
    eventually("what it lost is counted", || {
        dropped(&track) >= u64::try_from(lost).expect("few")
    });
    track.stop();
    clone.stop();
}
