//! `mediaelementsrc` has the manners of an element: it plays, seeks, ends, starts again.

mod common;
#[path = "common/film.rs"]
mod film;

use common::{Play, eventually};
use film::{Film, Grey, RATE, SOUND, Tone, listen, player, player_to_sinks, samples, tones};
use gst::prelude::*;
use gstmediastream::elements::MediaElementSrc;
use gstmediastream::media::track_list::AudioTrackList;

fn element(play: &Play) -> MediaElementSrc {
    play.element("e").downcast().expect("the element")
}

fn change(play: &Play, state: gst::State) {
    let changed = play.pipeline.set_state(state);
    changed.expect("the state change is accepted");
    let (changed, now, _) = play.pipeline.state(common::LIMIT);
    changed.expect("the state change succeeds");
    assert_eq!(now, state);
}

/// Where of the resource the sample is that waits to be played, and of how much of it a second of it is.
fn place(play: &Play, sink: &str) -> (gst::ClockTime, f64) {
    let sink: gst_app::AppSink = play.element(sink).downcast().expect("an appsink");
    let sample = sink.try_pull_preroll(common::LIMIT).expect("a sample");
    let segment = sample.segment().expect("a segment");
    let segment = segment.downcast_ref::<gst::ClockTime>().expect("of time");
    let pts = sample.buffer().and_then(|buffer| buffer.pts());
    let place = segment.to_stream_time(pts).expect("in the segment");
    (place, segment.rate() * segment.applied_rate())
}

fn seconds(n: f64) -> gst::ClockTime {
    gst::ClockTime::from_seconds_f64(n)
}

#[test]
fn it_prerolls_and_knows_where_it_is_and_how_long_it_lasts() {
    let film = Film::new(&[Grey::new(200)], &[Tone::new(440, "en", "")]);
    let play = player_to_sinks(&film);
    change(&play, gst::State::Paused);
    let source = play.element("e");
    for element in [play.pipeline.upcast_ref::<gst::Element>(), &source] {
        let duration = element.query_duration::<gst::ClockTime>();
        assert_eq!(duration, Some(seconds(3.0)));
        assert!(element.query_position::<gst::ClockTime>().is_some());
        let mut seeking = gst::query::Seeking::new(gst::Format::Time);
        assert!(element.query(&mut seeking));
        assert!(seeking.result().0);
    }
    for pad in ["video", "audio"] {
        let pad = source.static_pad(pad).expect("the pad");
        assert_eq!(pad.query_duration::<gst::ClockTime>(), Some(seconds(3.0)));
        assert!(pad.query_position::<gst::ClockTime>().is_some());
    }
    assert_eq!(place(&play, "picture"), (gst::ClockTime::ZERO, 1.0));
    assert_eq!(place(&play, "sound"), (gst::ClockTime::ZERO, 1.0));
}

#[test]
fn it_plays_to_the_end_and_again() {
    let film = Film::new(
        &[Grey::new(200).lasting(5)],
        &[Tone::new(440, "en", "").lasting(5)],
    );
    let play = player_to_sinks(&film);
    let (heard, sound) = std::sync::mpsc::channel();
    let sink: gst_app::AppSink = play.element("sound").downcast().expect("an appsink");
    // Asked for samples by hand, one that has ended once says so before its first one.
    let callbacks = gst_app::AppSinkCallbacks::builder().new_sample(move |sink| {
        let sample = sink.pull_sample().map_err(|_| gst::FlowError::Eos)?;
        let _ = heard.send(samples(&sample));
        Ok(gst::FlowSuccess::Ok)
    });
    sink.set_callbacks(callbacks.build());
    for _ in 0..2 {
        play.play();
        play.eos();
        let all: Vec<f64> = sound.try_iter().flatten().collect();
        assert_eq!(all.len(), RATE / 2);
        assert_eq!(tones(&all, &[440, 1000]), [440]);
        change(&play, gst::State::Ready);
        assert!(play.element("e").pads().is_empty());
    }
}

/// The list objects are the same for the element's life; nothing is said of tracks that went with their resource.
/// #180
#[test]
fn another_uri_is_taken_from_ready_and_empties_the_lists_without_a_word() {
    let one = Film::new(&[], &[Tone::new(440, "en", ""), Tone::new(1000, "de", "")]);
    let other = Film::new(&[], &[Tone::new(2500, "fr", "")]);
    let play = player(
        &one,
        &format!("queue name=audio ! audioconvert ! audioresample ! {SOUND} ! appsink name=sound"),
    );
    let element = element(&play);
    let list = element.audio_track_list();
    let (said, told) = std::sync::mpsc::channel();
    for event in ["removetrack", "addtrack"] {
        let said = said.clone();
        list.connect(event, false, move |_| {
            let _ = said.send(event);
            None
        });
    }
    change(&play, gst::State::Paused);
    let added = || told.recv_timeout(common::LIMIT.into()).expect("an event");
    assert_eq!([added(), added()], ["addtrack"; 2]);
    element.set_property("uri", other.uri());
    assert_eq!(list.tracks().len(), 2);
    change(&play, gst::State::Ready);
    assert!(list.tracks().is_empty());
    change(&play, gst::State::Playing);
    assert_eq!(added(), "addtrack");
    assert_eq!(list.tracks()[0].language(), "fr");
    assert_eq!(element.property::<AudioTrackList>("audio-tracks"), list);
    assert_eq!(
        tones(&listen(&play, "sound", RATE / 4), &[440, 1000, 2500]),
        [2500]
    );
}

#[test]
fn sound_and_pictures_are_where_they_were_sought_at_any_rate() {
    let film = Film::new(
        &[Grey::new(200).lasting(50)],
        &[Tone::new(440, "en", "").lasting(50)],
    );
    let play = player_to_sinks(&film);
    change(&play, gst::State::Paused);
    for (rate, to) in [(1.0, 2.0), (2.0, 1.0), (0.5, 3.0), (1.0, 0.0)] {
        let none = (gst::SeekType::None, gst::ClockTime::NONE);
        let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
        let sought =
            play.pipeline
                .seek(rate, flags, gst::SeekType::Set, seconds(to), none.0, none.1);
        sought.expect("it can be sought");
        change(&play, gst::State::Paused);
        let near = |at: gst::ClockTime| at.absdiff(seconds(to)) <= seconds(0.1);
        for sink in ["picture", "sound"] {
            let (at, speed) = place(&play, sink);
            assert!(near(at), "{sink}: {at} is not {to} at rate {rate}");
            assert_eq!(speed, rate, "{sink}");
        }
        let at = play.pipeline.query_position::<gst::ClockTime>();
        assert!(at.is_some_and(near), "{at:?} is not {to} at rate {rate}");
    }
}

#[test]
fn a_seek_in_the_middle_of_playing_and_one_after_the_end_go_on() {
    let film = Film::new(
        &[Grey::new(200).lasting(20)],
        &[Tone::new(440, "en", "").lasting(20)],
    );
    let play = player_to_sinks(&film);
    play.play();
    listen(&play, "sound", RATE / 4);
    let element = play.element("e");
    let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
    element
        .seek_simple(flags, seconds(1.5))
        .expect("it can be sought");
    play.eos();
    play.pipeline
        .seek_simple(flags, seconds(1.0))
        .expect("it can be sought after the end");
    // What was coded before the place that was sought can lack its beginning.
    listen(&play, "sound", RATE / 4);
    assert_eq!(tones(&listen(&play, "sound", RATE / 4), &[440]), [440]);
    play.eos();
}

#[test]
fn backwards_and_at_once_is_refused() {
    let film = Film::new(&[Grey::new(200)], &[]);
    let play = Play::parse("mediaelementsrc name=e e.video ! fakesink");
    play.element("e").set_property("uri", film.uri());
    change(&play, gst::State::Paused);
    let seek = |rate, flags| {
        let none = gst::ClockTime::NONE;
        play.pipeline.seek(
            rate,
            flags,
            gst::SeekType::None,
            none,
            gst::SeekType::None,
            none,
        )
    };
    assert!(seek(-1.0, gst::SeekFlags::FLUSH).is_err());
    assert!(seek(2.0, gst::SeekFlags::INSTANT_RATE_CHANGE).is_err());
    assert!(seek(2.0, gst::SeekFlags::FLUSH).is_ok());
}

#[test]
fn with_nothing_linked_it_plays_seeks_and_ends() {
    let film = Film::new(
        &[Grey::new(200).lasting(20)],
        &[Tone::new(440, "en", "").lasting(10)],
    );
    let play = Play::parse("mediaelementsrc name=e");
    play.element("e").set_property("uri", film.uri());
    change(&play, gst::State::Paused);
    play.pipeline
        .seek_simple(gst::SeekFlags::FLUSH, seconds(1.0))
        .expect("it can be sought");
    play.play();
    play.eos();
}

#[test]
fn one_pad_is_enough() {
    let film = Film::new(
        &[Grey::new(200).lasting(10)],
        &[Tone::new(440, "en", "").lasting(5)],
    );
    for line in [
        "e.video ! queue ! fakesink sync=true",
        "e.audio ! queue ! fakesink sync=true",
    ] {
        let play = Play::parse(&format!("mediaelementsrc name=e {line}"));
        play.element("e").set_property("uri", film.uri());
        play.play();
        play.eos();
    }
}

/// An encoder takes more pictures than are kept for capturing before it gives its first one.
#[test]
fn an_encoder_that_looks_ahead_can_begin() {
    let film = Film::new(&[Grey::new(200)], &[Tone::new(440, "en", "")]);
    let play = player(
        &film,
        "videoconvert name=video ! vp8enc lag-in-frames=20 deadline=1 cpu-used=8 ! fakesink \
         queue name=audio ! fakesink",
    );
    change(&play, gst::State::Paused);
    play.play();
    play.eos();
}

#[test]
fn tracks_of_other_lengths_are_played_to_their_ends() {
    let sounds = [
        Tone::new(440, "en", "").lasting(20),
        Tone::new(1000, "de", "").lasting(10),
    ];
    let film = Film::new(&[Grey::new(200).lasting(5)], &sounds);
    let play = player_to_sinks(&film);
    change(&play, gst::State::Paused);
    let element = element(&play);
    eventually("the tracks are listed", || {
        element.audio_track_list().tracks().len() == 2
    });
    let tracks = element.audio_track_list().tracks();
    tracks.iter().for_each(|track| track.set_enabled(true));
    // What was mixed for the preroll is mixed anew.
    let sought = play
        .pipeline
        .seek_simple(gst::SeekFlags::FLUSH, gst::ClockTime::ZERO);
    sought.expect("it seeks");
    play.play();
    listen(&play, "sound", RATE * 3 / 10);
    assert_eq!(
        tones(&listen(&play, "sound", RATE / 2), &[440, 1000]),
        [440, 1000]
    );
    listen(&play, "sound", RATE / 2);
    assert_eq!(
        tones(&listen(&play, "sound", RATE / 2), &[440, 1000]),
        [440]
    );
    assert!(play.ends("sound"));
    play.eos();
}

#[test]
fn it_can_be_stopped_at_any_moment() {
    let film = Film::new(
        &[Grey::new(200)],
        &[Tone::new(440, "en", ""), Tone::new(1000, "de", "")],
    );
    for wait in 0..30 {
        let play = player_to_sinks(&film);
        play.play();
        for _ in 0..wait * 10 {
            let _ = play.bus().pop();
            std::thread::yield_now();
        }
        drop(play);
    }
}
