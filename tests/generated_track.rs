//! A track of what a pipeline of the application gives: what its readers see when nothing is drawn, when the
//! producer pauses, and when the track is switched off.

mod common;

use common::{Play, eventually, init};
use gst::prelude::*;
use gstmediastream::capture::Generator;
use gstmediastream::media::{CanvasCaptureMediaStreamTrack, MediaStreamTrack};
use gstmediastream::model::constraints::Kind;
use gstmediastream::model::lifecycle::EndReason;

fn caps() -> gst::Caps {
    gst::Caps::builder("video/x-raw")
        .field("format", "GRAY8")
        .field("width", 4)
        .field("height", 4)
        .field("framerate", gst::Fraction::new(100, 1))
        .build()
}

/// A drawing of one grey.
fn drawing(grey: u8) -> gst::Buffer {
    gst::Buffer::from_mut_slice(vec![grey; 16])
}

fn canvas() -> (Generator, MediaStreamTrack) {
    init();
    let generator = Generator::new(Kind::Video, "a canvas");
    let track = MediaStreamTrack::generated(&generator);
    (generator, track)
}

fn reader(track: &MediaStreamTrack) -> Play {
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink sync=false");
    play.element("s").set_property("track", track);
    play.play();
    play
}

/// The grey of the next picture, and whether its memory is that of the drawing.
fn seen(play: &Play, drawn: Option<&gst::Buffer>) -> (u8, bool) {
    let sample = play.sample("sink");
    let buffer = sample.buffer().expect("a buffer");
    let same =
        drawn.is_some_and(|drawn| buffer.peek_memory(0).as_ptr() == drawn.peek_memory(0).as_ptr());
    let map = buffer.map_readable().expect("it can be read");
    (map[0], same)
}

/// The first picture that is of another grey, and how many were not.
fn until_not(play: &Play, grey: u8) -> (u8, u32) {
    let mut same = 0;
    loop {
        match seen(play, None).0 {
            other if other != grey => return (other, same),
            _ => same += 1,
        }
    }
}

#[test]
fn a_reader_that_comes_late_sees_the_picture_once() {
    let (generator, track) = canvas();
    generator.set_caps(&caps()).expect("they are pictures");
    generator.set_muted(false);
    eventually("it is unmuted", || !track.muted());
    let first = drawing(100);
    generator.push(first.clone(), None);
    let late = reader(&track);
    assert_eq!(seen(&late, Some(&first)), (100, true));
    let second = drawing(200);
    generator.push(second.clone(), None);
    assert_eq!(seen(&late, Some(&second)), (200, true));
}

#[test]
fn who_waits_before_anything_is_drawn_sees_all_of_it() {
    let (generator, track) = canvas();
    generator.set_muted(false);
    let play = reader(&track);
    generator.set_caps(&caps()).expect("they are pictures");
    eventually("it is played", || {
        play.element("s")
            .property::<Option<MediaStreamTrack>>("track")
            .is_some()
    });
    for grey in [50, 60, 70] {
        let drawn = drawing(grey);
        generator.push(drawn.clone(), None);
        assert_eq!(seen(&play, Some(&drawn)), (grey, true));
    }
}

/// "Muted captured video keeps showing the last frame"; disabled it is black; and then the picture is back.
#[test]
fn muted_it_stands_still_and_disabled_it_is_black() {
    let (generator, track) = canvas();
    generator.set_caps(&caps()).expect("they are pictures");
    generator.set_muted(false);
    eventually("it is unmuted", || !track.muted());
    let play = reader(&track);
    let drawn = drawing(100);
    generator.push(drawn.clone(), None);
    assert_eq!(seen(&play, Some(&drawn)), (100, true));
    generator.set_muted(true);
    eventually("it is muted", || track.muted());
    for _ in 0..3 {
        assert_eq!(seen(&play, Some(&drawn)), (100, true));
    }
    // What comes nevertheless is for afterwards.
    generator.push(drawing(150), None);
    for _ in 0..3 {
        assert_eq!(seen(&play, Some(&drawn)), (100, true));
    }
    generator.set_muted(false);
    assert_eq!(until_not(&play, 100).0, 150);
    let drawn = drawing(100);
    generator.push(drawn.clone(), None);
    assert_eq!(until_not(&play, 150).0, 100);
    generator.set_muted(true);
    eventually("it is muted", || track.muted());
    track.set_enabled(false);
    let (black, _) = until_not(&play, 100);
    assert!(black <= 16, "{black}");
    track.set_enabled(true);
    assert_eq!(until_not(&play, black).0, 100);
    track.set_enabled(false);
    assert_eq!(until_not(&play, 100).0, black);
    generator.set_muted(false);
    eventually("it is unmuted", || !track.muted());
    track.set_enabled(true);
    assert_eq!(until_not(&play, black).0, 100);
}

#[test]
fn the_end_of_the_source_ends_every_track_once() {
    let (generator, track) = canvas();
    let clone = track.clone_track();
    let (told, ends) = std::sync::mpsc::channel();
    for track in [&track, &clone] {
        let told = told.clone();
        track.connect("ended", false, move |_| {
            told.send(()).expect("somebody listens");
            None
        });
    }
    generator.end(EndReason::Exhausted);
    generator.end(EndReason::Failed);
    eventually("they end", || {
        track.lost().is_some() && clone.lost().is_some()
    });
    assert_eq!(track.lost(), Some(EndReason::Exhausted));
    for _ in 0..2 {
        ends.recv_timeout(common::LIMIT.into())
            .expect("both are told");
    }
    // The event of a third would have been told before this.
    let (last, told_last) = std::sync::mpsc::channel();
    let other_generator = Generator::new(Kind::Video, "another");
    let other = MediaStreamTrack::generated(&other_generator);
    other.connect("ended", false, move |_| {
        last.send(()).expect("somebody listens");
        None
    });
    other_generator.end(EndReason::Exhausted);
    told_last
        .recv_timeout(common::LIMIT.into())
        .expect("it ends as well");
    assert_eq!(ends.try_iter().count(), 0);
}

#[test]
fn a_clone_of_a_canvas_track_is_one_of_the_same_canvas() {
    init();
    let generator = Generator::new(Kind::Video, "");
    let pad = gst::Pad::builder(gst::PadDirection::Sink)
        .name("canvas")
        .build();
    let (asked, requests) = std::sync::mpsc::sync_channel(9);
    let request = std::sync::Arc::new(move || asked.send(()).expect("somebody listens"));
    let track = CanvasCaptureMediaStreamTrack::generated(&generator, &pad, request);
    let clone = track.upcast_ref::<MediaStreamTrack>().clone_track();
    let again = clone.clone_track();
    assert_eq!(again.type_().name(), "GstCanvasCaptureMediaStreamTrack");
    assert_eq!(again.property::<Option<gst::Pad>>("canvas"), Some(pad));
    assert_ne!(again.id(), clone.id());
    again.emit_by_name::<()>("request-frame", &[]);
    assert_eq!(requests.try_iter().count(), 1);
}

/// What is drawn while a reader is paused is seen when it plays again, and the last of it only.
#[test]
fn after_a_pause_of_the_reader_it_sees_what_is_there() {
    let (generator, track) = canvas();
    generator.set_caps(&caps()).expect("they are pictures");
    generator.set_muted(false);
    eventually("it is unmuted", || !track.muted());
    generator.push(drawing(10), None);
    let play = reader(&track);
    assert_eq!(seen(&play, None).0, 10);
    for grey in [80, 90] {
        let change = |state| {
            let changed = play.pipeline.set_state(state);
            changed.expect("the state changes");
            play.pipeline.state(common::LIMIT).0.expect("it is changed");
        };
        change(gst::State::Paused);
        generator.push(drawing(grey), None);
        generator.push(drawing(grey + 1), None);
        change(gst::State::Playing);
        assert_eq!(seen(&play, None).0, grey + 1);
    }
}

/// A picture that is said to last for minutes is black as soon as the track is disabled.
#[test]
fn a_long_picture_is_black_at_once() {
    let (generator, track) = canvas();
    generator.set_caps(&caps()).expect("they are pictures");
    generator.set_muted(false);
    eventually("it is unmuted", || !track.muted());
    let play = reader(&track);
    let mut drawn = drawing(100);
    let writable = drawn.get_mut().expect("just made");
    writable.set_duration(gst::ClockTime::from_seconds(600));
    generator.push(drawn, None);
    assert_eq!(seen(&play, None).0, 100);
    track.set_enabled(false);
    assert!(seen(&play, None).0 <= 16);
}

/// A reader of a lower rate sees the last of many pictures when its time comes.
#[test]
fn a_slower_reader_sees_the_last_picture() {
    let (generator, track) = canvas();
    generator.set_caps(&caps()).expect("they are pictures");
    generator.set_muted(false);
    eventually("it is unmuted", || !track.muted());
    let play = Play::parse(
        "mediatrackvideosrc name=s ! video/x-raw,framerate=5/1 ! appsink name=sink sync=false",
    );
    play.element("s").set_property("track", &track);
    play.play();
    generator.push(drawing(1), None);
    assert_eq!(seen(&play, None).0, 1);
    for grey in 2..=40 {
        generator.push(drawing(grey), None);
    }
    let mut came = 0;
    while seen(&play, None).0 != 40 {
        came += 1;
        assert!(came < 10, "at most five a second");
    }
}
