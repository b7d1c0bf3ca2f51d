//! Tracks of `mediaelementsrc` are switched while it plays: without a gap, and nothing is negotiated anew.

mod common;
#[path = "common/film.rs"]
mod film;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use common::{LIMIT, Play, eventually};
use film::{Film, Grey, RATE, SOUND, Tone, amplitude, is_grey, listen, luma, player};
use gst::prelude::*;
use gstmediastream::elements::MediaElementSrc;

fn element(play: &Play) -> MediaElementSrc {
    play.element("e").downcast().expect("the element")
}

fn change(play: &Play, state: gst::State) {
    let changed = play.pipeline.set_state(state);
    changed.expect("the state change is accepted");
    let (changed, now, _) = play.pipeline.state(LIMIT);
    changed.expect("the state change succeeds");
    assert_eq!(now, state);
}

/// What leaves a pad: how many caps and segments, and the buffers.
#[derive(Default)]
struct Seen {
    news: AtomicU32,
    buffers: Mutex<Vec<(gst::ClockTime, gst::ClockTime)>>,
}

fn watch(pad: &gst::Pad) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    let book = seen.clone();
    pad.add_probe(gst::PadProbeType::DATA_DOWNSTREAM, move |_, info| {
        match &info.data {
            Some(gst::PadProbeData::Event(event)) => {
                let kinds = [gst::EventType::Caps, gst::EventType::Segment];
                let is_news = kinds.contains(&event.type_());
                book.news.fetch_add(u32::from(is_news), Ordering::SeqCst);
            }
            Some(gst::PadProbeData::Buffer(buffer)) => {
                let times = buffer.pts().zip(buffer.duration());
                book.buffers
                    .lock()
                    .expect("no panic")
                    .push(times.expect("times"));
            }
            _ => {}
        }
        gst::PadProbeReturn::Ok
    });
    seen
}

#[test]
fn sound_is_switched_without_a_gap() {
    let film = Film::new(&[], &[Tone::new(440, "en", ""), Tone::new(1000, "de", "")]);
    let play = player(
        &film,
        &format!(
            "queue name=audio ! audioconvert ! audioresample ! {SOUND} \
             ! appsink name=sound wait-on-eos=false"
        ),
    );
    change(&play, gst::State::Paused);
    let element = element(&play);
    eventually("they are listed", || {
        element.audio_track_list().tracks().len() == 2
    });
    let second = element.audio_track_list().tracks()[1].clone();
    let seen = watch(&element.static_pad("audio").expect("the pad"));
    play.play();
    let mut all = Vec::new();
    for on in [true, false, true, false] {
        second.set_enabled(on);
        all.extend(listen(&play, "sound", RATE / 2));
    }
    play.eos();
    all.extend(listen(&play, "sound", usize::MAX));
    assert_eq!(all.len(), RATE * 3);
    assert_eq!(seen.news.load(Ordering::SeqCst), 0);
    let buffers = seen.buffers.lock().expect("no panic");
    for pair in buffers.windows(2) {
        let end = pair[0].0 + pair[0].1;
        assert!(
            end.absdiff(pair[1].0) <= gst::ClockTime::from_useconds(25),
            "{pair:?}"
        );
    }
    // The one that stayed on was never interrupted; the other one was there, and was not.
    let tenths = || all.chunks_exact(RATE / 10);
    assert!(tenths().all(|tenth| (amplitude(tenth, 440) - 0.25).abs() < 0.01));
    assert!(tenths().any(|tenth| amplitude(tenth, 1000) > 0.24));
    assert!(tenths().any(|tenth| amplitude(tenth, 1000) < 0.01));
}

/// The pictures that left a pad follow each other, and none is shown twice.
fn assert_without_a_gap(seen: &Seen) {
    let buffers = seen.buffers.lock().expect("no panic");
    for pair in buffers.windows(2) {
        let end = pair[0].0 + pair[0].1;
        assert!(pair[1].0 > pair[0].0, "{pair:?}");
        // Matroska rounds to milliseconds.
        let gap = end.absdiff(pair[1].0);
        assert!(
            gap <= gst::ClockTime::from_mseconds(2),
            "{pair:?} in {buffers:?}"
        );
    }
}

/// A pipeline whose pictures are looked at, in PAUSED, and what leaves the element.
fn viewer(film: &Film) -> (Play, Arc<Seen>) {
    let play = player(
        film,
        "queue name=video ! videoconvert ! video/x-raw,format=GRAY8 \
         ! appsink name=picture wait-on-eos=false",
    );
    change(&play, gst::State::Paused);
    let list = element(&play).video_track_list();
    eventually("they are listed", || list.tracks().len() == 2);
    let seen = watch(&element(&play).static_pad("video").expect("the pad"));
    (play, seen)
}

fn await_grey(play: &Play, grey: u8) {
    while !is_grey(luma(&play.sample("picture")), grey) {}
}

#[test]
fn pictures_are_switched_from_one_to_the_next() {
    let film = Film::new(
        &[Grey::new(200).lasting(60), Grey::new(50).lasting(60)],
        &[],
    );
    let (play, seen) = viewer(&film);
    let list = element(&play).video_track_list();
    play.play();
    for (track, grey) in [(1, 50), (0, 200), (1, 50)] {
        list.tracks()[track].set_selected(true);
        await_grey(&play, grey);
    }
    play.eos();
    assert_without_a_gap(&seen);
}

/// A player that waits for somebody is as far with the one as with the other.
#[test]
fn pictures_are_switched_after_the_preroll_and_after_a_seek() {
    let film = Film::new(
        &[Grey::new(200).lasting(60), Grey::new(50).lasting(60)],
        &[],
    );
    let (play, seen) = viewer(&film);
    let list = element(&play).video_track_list();
    list.tracks()[1].set_selected(true);
    play.play();
    await_grey(&play, 50);
    assert_without_a_gap(&seen);
    change(&play, gst::State::Paused);
    let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
    let sought = play.pipeline.seek_simple(flags, gst::ClockTime::SECOND);
    sought.expect("it can be sought");
    change(&play, gst::State::Paused);
    seen.buffers.lock().expect("no panic").clear();
    list.tracks()[0].set_selected(true);
    play.play();
    await_grey(&play, 200);
    list.tracks()[1].set_selected(true);
    await_grey(&play, 50);
    play.eos();
    assert_without_a_gap(&seen);
}

/// What is far ahead of the present is not shown before its time: whoever is selected again goes on at once.
fn assert_it_goes_on(other: Grey) {
    let film = Film::new(&[Grey::new(200).lasting(60), other], &[]);
    let (play, seen) = viewer(&film);
    let list = element(&play).video_track_list();
    play.play();
    await_grey(&play, 200);
    let position = || play.pipeline.query_position::<gst::ClockTime>();
    let last = || seen.buffers.lock().expect("no panic").last().copied();
    let until = |later: u64| {
        let then = position().map(|now| now + gst::ClockTime::from_mseconds(later));
        eventually("time passes", || position() > then);
    };
    for _ in 0..3 {
        list.tracks()[1].set_selected(true);
        until(200);
        let (before, here) = (last(), position().expect("it plays"));
        list.tracks()[0].set_selected(true);
        eventually("it goes on", || last() > before);
        // Not where the other one would have been.
        let next = last().expect("a picture").0;
        assert!(next < here + gst::ClockTime::SECOND, "{next}, at {here}");
    }
    play.eos();
    let buffers = seen.buffers.lock().expect("no panic");
    assert!(buffers.windows(2).all(|pair| pair[1].0 > pair[0].0));
}

#[test]
fn a_track_that_begins_late_keeps_nobody_waiting() {
    assert_it_goes_on(Grey::new(50).beginning(55).lasting(5));
}

#[test]
fn slides_keep_nobody_waiting() {
    assert_it_goes_on(Grey::new(50).of_pictures_lasting(20).lasting(60));
}

/// Two tracks, and a sink that waits in the thread of the one: the other's preroll does not need it.
#[test]
fn it_prerolls_without_a_queue() {
    let film = Film::new(&[Grey::new(200), Grey::new(50)], &[]);
    let preroll = || {
        let play = player(&film, "fakesink name=video sync=true");
        change(&play, gst::State::Paused);
        play
    };
    for _ in 0..10 {
        preroll();
    }
    let play = preroll();
    let list = element(&play).video_track_list();
    list.tracks()[1].set_selected(true);
    play.play();
    play.eos();
}

/// Switched again and again by another thread, started, sought and stopped meanwhile.
#[test]
fn nothing_hangs_however_it_is_switched() {
    let film = Film::new(
        &[Grey::new(200).lasting(60), Grey::new(50).lasting(60)],
        &[],
    );
    for round in 0..10 {
        let (play, seen) = viewer(&film);
        let list = element(&play).video_track_list();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let switching = std::thread::spawn(move || {
            for track in [1, 0].into_iter().cycle() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                if let Some(track) = list.tracks().get(track) {
                    track.set_selected(true);
                }
                std::thread::yield_now();
            }
        });
        play.play();
        for _ in 0..=round {
            let _ = play.sample("picture");
        }
        if round % 2 == 0 {
            let at = gst::ClockTime::from_mseconds(100 * round);
            let sought = play.pipeline.seek_simple(gst::SeekFlags::FLUSH, at);
            sought.expect("it can be sought");
            let _ = play.sample("picture");
        } else {
            assert_without_a_gap(&seen);
        }
        let stopped = play.pipeline.set_state(gst::State::Null);
        stopped.expect("it stops");
        is_over.store(true, Ordering::SeqCst);
        switching.join().expect("no panic");
    }
}

/// Nobody waits for pictures where none are shown, or where those of the selected track are over.
#[test]
fn with_nothing_selected_or_beyond_its_end_time_goes_on() {
    let film = Film::new(&[Grey::new(200), Grey::new(50).lasting(10)], &[]);
    let play = player(&film, "queue name=video ! fakesink");
    change(&play, gst::State::Paused);
    let list = element(&play).video_track_list();
    eventually("they are listed", || list.tracks().len() == 2);
    let seek = |ms| {
        let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
        let to = gst::ClockTime::from_mseconds(ms);
        play.pipeline
            .seek_simple(flags, to)
            .expect("it can be sought");
        change(&play, gst::State::Paused);
    };
    list.tracks()[0].set_selected(false);
    seek(500);
    list.tracks()[1].set_selected(true);
    seek(200);
    seek(2000);
    list.tracks()[0].set_selected(true);
    seek(2500);
    play.play();
    play.eos();
}

/// A player that selects streams as GStreamer does selects tracks.
#[test]
fn streams_are_selected_by_event_as_well() {
    let film = Film::new(&[], &[Tone::new(440, "en", ""), Tone::new(1000, "de", "")]);
    let play = player(&film, "queue name=audio ! fakesink");
    let started = play.pipeline.set_state(gst::State::Paused);
    started.expect("the state change is accepted");
    let message = play.wait("collection", |m| {
        m.type_() == gst::MessageType::StreamCollection
    });
    let gst::MessageView::StreamCollection(message) = message.view() else {
        unreachable!("waited for it")
    };
    let collection = message.stream_collection();
    let ids = collection.iter().map(|s| s.stream_id().expect("an id"));
    let ids: Vec<String> = ids.map(Into::into).collect();
    let list = element(&play).audio_track_list();
    eventually("they are listed", || list.tracks().len() == 2);
    assert_eq!(
        list.tracks().iter().map(|t| t.id()).collect::<Vec<_>>(),
        ids
    );
    change(&play, gst::State::Paused);
    let event = gst::event::SelectStreams::new([ids[1].as_str()]);
    assert!(play.element("e").send_event(event));
    let enabled: Vec<bool> = list.tracks().iter().map(|track| track.enabled()).collect();
    assert_eq!(enabled, [false, true]);
}
