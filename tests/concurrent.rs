//! A thousand calls from eight threads at once while tracks play: every promise is answered, in the
//! order of the calls for each track, nothing hangs, and nothing is left open.

mod common;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use common::{Play, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Ended;

const THREADS: u32 = 8;
const CALLS: u32 = 125;

/// Small numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // Marsaglia's xorshift.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Some of these need another mode of the device, some cannot be met.
const ASKED: [&str; 6] = [
    r#"{"width":{"exact":640},"height":{"exact":360}}"#,
    r#"{"width":1920,"height":1080}"#,
    r#"{"frameRate":{"max":15}}"#,
    r#"{"width":{"min":100000}}"#,
    r#"{"width":[}"#,
    "{}",
];

/// Which track was asked, and the how-manieth call of it that was.
type Call = (String, u32);

/// The calls made of each track, and where answers go.
struct Book {
    calls: Mutex<std::collections::HashMap<String, u32>>,
    answers: Sender<Call>,
    /// Calls in no order, and not yet answered.
    others: Arc<AtomicU32>,
}

impl Book {
    /// A call that is answered some time.
    fn promise(&self, track: &MediaStreamTrack, action: &str, arguments: &[&dyn ToValue]) {
        self.others.fetch_add(1, Ordering::SeqCst);
        let others = self.others.clone();
        let promise = gst::Promise::with_change_func(move |reply| {
            assert!(reply.is_ok_and(|reply| reply.is_some()), "answered");
            others.fetch_sub(1, Ordering::SeqCst);
        });
        let mut values: Vec<_> = arguments
            .iter()
            .map(|argument| argument.to_value())
            .collect();
        values.push(promise.to_value());
        track.emit_by_name_with_values(action, &values);
    }

    /// Counted and called under one lock: the number says the order.
    fn apply(&self, track: &MediaStreamTrack, json: &str) {
        let mut calls = self.calls.lock().expect("no panic");
        let number = calls.entry(track.id()).or_insert(0);
        let call = (track.id(), *number);
        *number += 1;
        let answers = self.answers.clone();
        let promise = gst::Promise::with_change_func(move |reply| {
            assert!(
                reply.is_ok_and(|reply| reply.is_some()),
                "answered, not expired"
            );
            let _ = answers.send(call);
        });
        track.emit_by_name::<()>("apply-constraints", &[&json, &promise]);
    }
}

fn work(seed: u64, tracks: &Mutex<Vec<MediaStreamTrack>>, book: &Book) {
    let mut dice = Dice(seed);
    for _ in 0..CALLS {
        let track = {
            let tracks = tracks.lock().expect("no panic");
            tracks[dice.roll(tracks.len() as u64) as usize].clone()
        };
        match dice.roll(12) {
            0..5 => book.apply(&track, ASKED[dice.roll(6) as usize]),
            5 | 6 => track.set_enabled(dice.roll(2) == 0),
            7 => book.promise(&track, "grab-frame", &[]),
            8 => book.promise(&track, "take-photo", &[&r#"{"imageWidth":1920}"#]),
            9 => {
                track.set_relinquish(dice.roll(2) == 0);
                track.set_content_hint("motion");
            }
            10 => {
                let clone = track.clone_track();
                tracks.lock().expect("no panic").push(clone);
            }
            _ => track.stop(),
        }
    }
}

#[test]
fn nothing_hangs_and_every_promise_is_answered_in_order() {
    let stream =
        user_media(r#"{"video":{"facingMode":{"exact":"environment"},"width":1280,"height":720}}"#);
    let first = stream.get_tracks().remove(0);
    // Stopped tracks are stopped: these go on, and one of them plays.
    let survivors: Vec<_> = (0..2).map(|_| first.clone_track()).collect();
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink max-buffers=1 drop=true");
    play.element("s").set_property("track", &survivors[0]);
    play.play();
    play.sample("sink");
    let tracks = Mutex::new((0..16).map(|_| first.clone_track()).collect::<Vec<_>>());
    let (sender, answers) = channel();
    let book = Arc::new(Book {
        calls: Mutex::default(),
        answers: sender,
        others: Arc::default(),
    });
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (tracks, book) = (&tracks, &book);
            scope.spawn(move || work(u64::from(thread) * 7919 + 1, tracks, book));
        }
    });
    let asked = std::mem::take(&mut *book.calls.lock().expect("no panic"));
    let others = book.others.clone();
    drop(book);
    let mut answered = std::collections::HashMap::new();
    for (track, number) in answers {
        let expected = answered.entry(track).or_insert(0);
        assert_eq!(number, *expected, "in the order of the calls");
        *expected += 1;
    }
    assert_eq!(answered, asked, "every promise");
    eventually("every photo and picture", || {
        others.load(Ordering::SeqCst) == 0
    });
    let enough = asked.values().sum::<u32>();
    assert!(enough > 300, "{enough} of a thousand calls had a promise");

    // It still plays, in what it asked for at last.
    let size = gstmediastream::model::constraints::TrackConstraints::from_json(ASKED[0]);
    survivors[0]
        .apply_constraints(&size.expect("constraints"))
        .expect("it applies");
    eventually("frames of the size that was asked", || {
        let sample = play.sample("sink");
        let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
        (info.width(), info.height()) == (640, 360)
    });
    let tracks = tracks.into_inner().expect("no panic");
    let all = || tracks.iter().chain(&survivors).chain([&first]);
    all().for_each(|track| track.stop());
    assert!(all().all(|track| track.ready_state() == Ended));
    drop(play);
    eventually("the device is closed", || {
        fake("Fake camera 2").property::<u32>("active") == 0
    });
    eventually("its threads are gone", || {
        let names = common::threads();
        !names
            .iter()
            .any(|name| name.starts_with("mediastream-src") || name.starts_with("mediastream-job"))
    });
    let weak: Vec<_> = all().map(|track| track.downgrade()).collect();
    drop((stream, tracks, survivors, first));
    eventually("no track is left", || {
        weak.iter().all(|track| track.upgrade().is_none())
    });
}
