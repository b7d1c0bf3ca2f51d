//! What `applyConstraints` leaves behind, and when it shows (#97 to #100, #103 to #105, #194).

mod common;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use common::{Play, alone, eventually, fake, promised, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn track() -> MediaStreamTrack {
    let json = r#"{"video":{"facingMode":{"exact":"environment"},"width":1280,"height":720,"frameRate":30}}"#;
    user_media(json).get_tracks().remove(0)
}

fn constraints(track: &MediaStreamTrack) -> String {
    track.emit_by_name("get-constraints", &[])
}

fn width(track: &MediaStreamTrack) -> u32 {
    let settings: gst::Structure = track.emit_by_name("get-settings", &[]);
    settings.get("width").expect("a camera has one")
}

/// The name of the constraint at fault.
fn apply(track: &MediaStreamTrack, json: Option<&str>) -> Result<(), String> {
    let reply = promised(track, "apply-constraints", &[&json]);
    match reply.get::<gst::Structure>("error") {
        Ok(error) => Err(error.get("constraint").expect("it is named")),
        Err(_) => Ok(()),
    }
}

/// Asks and goes on; what comes is the constraints at the time of the answer.
fn ask(track: &MediaStreamTrack, json: &str) -> Receiver<String> {
    let (sender, answered) = channel();
    let asked = track.clone();
    let promise = gst::Promise::with_change_func(move |_| {
        let _ = sender.send(constraints(&asked));
    });
    track.emit_by_name::<()>("apply-constraints", &[&json, &promise]);
    answered
}

#[test]
fn nothing_asked_for_clears_everything() {
    let _alone = alone();
    let track = track();
    for nothing in [Some("{}"), None] {
        assert_eq!(apply(&track, Some(r#"{"width":{"exact":640}}"#)), Ok(()));
        assert_eq!(constraints(&track), r#"{"width":{"exact":640}}"#);
        assert_eq!(apply(&track, nothing), Ok(()));
        assert_eq!(constraints(&track), "{}", "#97: {nothing:?}");
    }
    track.stop();
}

#[test]
fn calls_take_effect_one_after_the_other() {
    let _alone = alone();
    let track = track();
    let sizes = [640, 320, 800, 500].map(|width| format!(r#"{{"width":{{"exact":{width}}}}}"#));
    let order = Arc::new(Mutex::new(Vec::new()));
    let (sender, answered) = channel();
    for (at, size) in sizes.iter().enumerate() {
        let (order, sender) = (order.clone(), sender.clone());
        let promise = gst::Promise::with_change_func(move |_| {
            order.lock().expect("no panic").push(at);
            let _ = sender.send(());
        });
        track.emit_by_name::<()>("apply-constraints", &[size, &promise]);
    }
    sizes
        .iter()
        .for_each(|_| answered.recv().expect("an answer"));
    assert_eq!(*order.lock().expect("no panic"), [0, 1, 2, 3], "#98");
    assert_eq!(constraints(&track), sizes[3], "#98");
    assert_eq!(width(&track), 500, "#98");
    track.stop();
}

#[test]
fn the_old_ones_show_until_the_promise_is_settled() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let track = track();
    let before = constraints(&track);
    // The device has to take another mode, and gives nothing in it as long as it stalls.
    camera.emit_by_name::<()>("stall", &[&true]);
    let larger = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;
    let opens: u32 = camera.property("opens");
    let answered = ask(&track, larger);
    eventually("it takes the other mode", || {
        camera.property::<u32>("opens") > opens
    });
    let meanwhile = (constraints(&track), width(&track));
    assert!(answered.try_recv().is_err(), "it is under way");
    assert_eq!(meanwhile, (before, 1280), "#99");
    camera.emit_by_name::<()>("stall", &[&false]);
    assert_eq!(answered.recv().as_deref(), Ok(larger), "#99");
    assert_eq!(width(&track), 1920);
    track.stop();
}

#[test]
fn while_disabled_or_muted_it_shows_in_the_settings() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let track = track();
    track.set_enabled(false);
    assert_eq!(apply(&track, Some(r#"{"width":{"exact":640}}"#)), Ok(()));
    assert_eq!(width(&track), 640, "#105: disabled");
    track.set_enabled(true);
    camera.emit_by_name::<()>("set-muted", &[&true]);
    eventually("it is muted", || track.muted());
    let larger = r#"{"width":{"exact":1920},"height":{"exact":1080}}"#;
    assert_eq!(apply(&track, Some(larger)), Ok(()));
    assert_eq!(width(&track), 1920, "#105: muted");
    camera.emit_by_name::<()>("set-muted", &[&false]);
    eventually("it is not", || !track.muted());
    assert_eq!(width(&track), 1920, "#105");
    track.stop();
}

#[test]
fn advanced_sets_are_kept_in_their_order_met_or_not() {
    let _alone = alone();
    let track = track();
    let json =
        r#"{"width":640,"advanced":[{"width":5000},{"height":{"exact":360}},{"frameRate":999}]}"#;
    assert_eq!(apply(&track, Some(json)), Ok(()));
    assert_eq!(constraints(&track), json, "#100");
    track.stop();
}

#[test]
fn another_device_is_refused_by_name_or_not_wished_for() {
    let _alone = alone();
    let track = track();
    let before = width(&track);
    for name in ["deviceId", "groupId"] {
        let exact = format!(r#"{{"{name}":{{"exact":"another"}}}}"#);
        assert_eq!(apply(&track, Some(&exact)), Err(name.to_owned()), "#104");
        assert_eq!(width(&track), before);
        let ideal = format!(r#"{{"{name}":"another","width":{before}}}"#);
        let device = track.device();
        assert_eq!(apply(&track, Some(&ideal)), Ok(()), "#104");
        assert_eq!(track.device(), device, "#104");
    }
    track.stop();
}

#[test]
fn new_caps_come_before_the_first_buffer_in_them() {
    let _alone = alone();
    let track = track();
    let play = Play::parse(
        "mediatrackvideosrc name=s ! video/x-raw,format=NV12 ! appsink name=sink drop=true max-buffers=1",
    );
    let source = play.element("s");
    source.set_property("track", &track);
    let (sender, passed) = channel();
    let last = AtomicU64::new(0);
    let pad = source.static_pad("src").expect("a pad");
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(mask, move |_, info| {
        if let Some(buffer) = info.buffer() {
            let time = buffer.pts().expect("a time");
            let last = last.fetch_max(time.nseconds(), Ordering::SeqCst);
            assert!(time.nseconds() > last, "#194: {time} after {last} ns");
            let _ = sender.send(Err(buffer.size()));
        }
        if let Some(gst::EventView::Caps(caps)) = info.event().map(|event| event.view()) {
            let info = gst_video::VideoInfo::from_caps(caps.caps()).expect("video");
            let _ = sender.send(Ok((info.width(), info.size())));
        }
        gst::PadProbeReturn::Ok
    });
    play.play();
    play.sample("sink");
    let mut announced = (0, 0);
    for wanted in [640, 1920, 320] {
        let json = format!(r#"{{"width":{{"exact":{wanted}}}}}"#);
        assert_eq!(apply(&track, Some(&json)), Ok(()));
        // Chosen before the promise was settled.
        let mut under_way = 1 + passed.try_iter().fold(0, |_, news| {
            match news {
                Ok(caps) => announced = caps,
                Err(size) => assert_eq!(size, announced.1, "#103"),
            }
            0
        });
        while announced.0 != wanted {
            match passed.recv().expect("it flows") {
                Ok(caps) => announced = caps,
                Err(size) => {
                    assert_eq!(size, announced.1, "#103");
                    under_way -= 1;
                    assert!(under_way >= 0, "#103: the next buffers are the new ones");
                }
            }
        }
        match passed.recv().expect("it flows") {
            Ok(caps) => panic!("#103: {caps:?} after {announced:?}"),
            Err(size) => assert_eq!(size, announced.1, "#103"),
        }
    }
    track.stop();
}
