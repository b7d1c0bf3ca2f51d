//! `capture-stream` of `mediaelementsrc`: the stream follows what is heard and seen.

mod common;
#[path = "common/film.rs"]
mod film;

use std::sync::mpsc::{Receiver, channel};

use common::{LIMIT, Play, eventually};
use film::{Film, Grey, RATE, SOUND, Tone, amplitude, is_grey, listen, luma, player, tones};
use gst::prelude::*;
use gstmediastream::elements::MediaElementSrc;
use gstmediastream::media::track::MediaStreamTrackState::{Ended, Live};
use gstmediastream::media::{MediaStream, MediaStreamTrack};

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

/// With nothing linked: what is captured does not depend on it.
fn paused(film: &Film) -> (Play, MediaElementSrc) {
    let play = player(film, "");
    change(&play, gst::State::Paused);
    let element = element(&play);
    (play, element)
}

/// What a stream says, and what its tracks say.
struct Told(Receiver<(String, MediaStreamTrack)>);

impl Told {
    fn of(stream: &MediaStream) -> Self {
        let (say, told) = channel();
        for event in ["addtrack", "removetrack"] {
            let say = say.clone();
            stream.connect(event, false, move |values| {
                let track: MediaStreamTrack = values[1].get().expect("a track");
                if event == "addtrack" {
                    hear(&track, &say);
                }
                let _ = say.send((event.into(), track));
                None
            });
        }
        stream
            .get_tracks()
            .iter()
            .for_each(|track| hear(track, &say));
        Self(told)
    }

    #[track_caller]
    fn next(&self) -> (String, MediaStreamTrack) {
        self.0.recv_timeout(LIMIT.into()).expect("an event")
    }

    /// The next one that is not of muting.
    #[track_caller]
    fn change(&self) -> (String, MediaStreamTrack) {
        loop {
            match self.next() {
                (event, _) if event.ends_with("mute") => {}
                other => return other,
            }
        }
    }
}

fn hear(track: &MediaStreamTrack, say: &std::sync::mpsc::Sender<(String, MediaStreamTrack)>) {
    for event in ["ended", "mute", "unmute"] {
        let say = say.clone();
        track.connect(event, false, move |values| {
            let track: MediaStreamTrack = values[0].get().expect("a track");
            let _ = say.send((event.into(), track));
            None
        });
    }
}

/// Reads a captured track elsewhere.
fn reader(track: &MediaStreamTrack, kind: &str, caps: &str) -> Play {
    let play = Play::parse(&format!(
        "mediatrack{kind}src name=t ! {kind}convert ! {caps} ! appsink name=read sync=false"
    ));
    play.element("t").set_property("track", track);
    play.play();
    play
}

fn only_sound(stream: &MediaStream) -> MediaStreamTrack {
    let tracks = stream.get_audio_tracks();
    assert_eq!(tracks.len(), 1);
    tracks[0].clone()
}

#[test]
fn it_has_what_is_heard_and_seen() {
    let sounds = [
        Tone::new(440, "en", "English"),
        Tone::new(1000, "de", "Deutsch"),
    ];
    let film = Film::new(&[Grey::new(200), Grey::new(50)], &sounds);
    let (play, element) = paused(&film);
    let stream = element.capture_stream();
    let (sounds, pictures) = (stream.get_audio_tracks(), stream.get_video_tracks());
    assert_eq!((sounds.len(), pictures.len()), (1, 1));
    assert_eq!(sounds[0].label(), "English");
    assert!(sounds[0].muted() && pictures[0].muted());
    let seen = reader(&pictures[0], "video", "video/x-raw,format=GRAY8");
    let heard = reader(&sounds[0], "audio", &format!("audioresample ! {SOUND}"));
    play.play();
    eventually("it is unmuted", || {
        !sounds[0].muted() && !pictures[0].muted()
    });
    eventually("it is seen", || is_grey(luma(&seen.sample("read")), 200));
    let mut second = listen(&heard, "read", RATE / 10);
    while amplitude(&second, 440) < 0.2 {
        second = listen(&heard, "read", RATE / 10);
    }
    assert_eq!(tones(&listen(&heard, "read", RATE), &[440, 1000]), [440]);
}

/// #175
#[test]
fn captured_before_anything_is_known_it_gains_tracks() {
    let film = Film::new(&[Grey::new(200)], &[Tone::new(440, "en", "")]);
    let play = player(&film, "");
    let stream = element(&play).capture_stream();
    let told = Told::of(&stream);
    assert!(stream.get_tracks().is_empty());
    play.play();
    let (first, second) = (told.change(), told.change());
    assert_eq!([&*first.0, &*second.0], ["addtrack"; 2]);
    assert_ne!(first.1.track_kind(), second.1.track_kind());
    assert_eq!(stream.get_tracks().len(), 2);
    assert!(
        stream
            .get_tracks()
            .iter()
            .all(|track| track.ready_state() == Live)
    );
}

/// #171, #172
#[test]
fn switched_off_a_track_ends_and_then_goes_and_switched_on_another_one_comes() {
    let film = Film::new(&[], &[Tone::new(440, "en", ""), Tone::new(1000, "de", "")]);
    let (_play, element) = paused(&film);
    let stream = element.capture_stream();
    let told = Told::of(&stream);
    let first = only_sound(&stream);
    eventually("it is listed", || {
        element.audio_track_list().tracks().len() == 2
    });
    let english = element.audio_track_list().tracks()[0].clone();
    english.set_enabled(false);
    assert_eq!(told.change(), ("ended".into(), first.clone()));
    assert_eq!(told.change(), ("removetrack".into(), first.clone()));
    assert!(stream.get_tracks().is_empty());
    assert_eq!(first.ready_state(), Ended);
    english.set_enabled(true);
    let (event, second) = told.change();
    assert_eq!(event, "addtrack");
    assert_ne!(second.id(), first.id());
    // At once, so that nobody can have seen it off.
    english.set_enabled(false);
    english.set_enabled(true);
    let mut changes = [told.change(), told.change(), told.change()];
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    let events = changes.each_ref().map(|(event, _)| &**event);
    assert_eq!(events, ["addtrack", "ended", "removetrack"]);
    assert_eq!((&changes[1].1, &changes[2].1), (&second, &second));
    assert_ne!(changes[0].1.id(), second.id());
}

/// #171
#[test]
fn another_selected_video_track_is_another_captured_one() {
    let film = Film::new(&[Grey::new(200), Grey::new(50)], &[]);
    let (play, element) = paused(&film);
    let stream = element.capture_stream();
    let told = Told::of(&stream);
    let first = stream.get_video_tracks()[0].clone();
    play.play();
    eventually("it is listed", || {
        element.video_track_list().tracks().len() == 2
    });
    element.video_track_list().tracks()[1].set_selected(true);
    assert_eq!(told.change(), ("ended".into(), first.clone()));
    let changes = [told.change(), told.change()];
    let second = changes.iter().find(|(event, _)| event == "addtrack");
    let second = second.expect("it comes").1.clone();
    assert!(changes.contains(&("removetrack".into(), first)));
    let seen = reader(&second, "video", "video/x-raw,format=GRAY8");
    eventually("it is the other picture", || {
        is_grey(luma(&seen.sample("read")), 50)
    });
}

/// #173
#[test]
fn a_pause_mutes_and_a_seek_does_nothing() {
    let film = Film::new(
        &[Grey::new(200).lasting(100)],
        &[Tone::new(440, "en", "").lasting(100)],
    );
    let (play, element) = paused(&film);
    let stream = element.capture_stream();
    let told = Told::of(&stream);
    let tracks = stream.get_tracks();
    let are_muted = |muted| tracks.iter().all(|track| track.muted() == muted);
    change(&play, gst::State::Playing);
    assert_eq!([told.next().0, told.next().0], ["unmute"; 2]);
    for place in [5, 1] {
        let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
        let place = gst::ClockTime::from_seconds(place);
        element.seek_simple(flags, place).expect("it can be sought");
        change(&play, gst::State::Playing);
    }
    assert!(are_muted(false));
    change(&play, gst::State::Paused);
    assert_eq!([told.next().0, told.next().0], ["mute"; 2]);
    assert!(are_muted(true));
    change(&play, gst::State::Playing);
    assert_eq!([told.next().0, told.next().0], ["unmute"; 2]);
    assert_eq!(stream.get_tracks(), tracks);
    assert!(tracks.iter().all(|track| track.ready_state() == Live));
}

/// #174
#[test]
fn how_loud_it_is_played_is_not_captured() {
    let film = Film::new(&[], &[Tone::new(440, "en", "")]);
    let play = player(&film, "volume name=audio mute=true ! fakesink sync=true");
    change(&play, gst::State::Paused);
    let track = only_sound(&element(&play).capture_stream());
    let heard = reader(&track, "audio", &format!("audioresample ! {SOUND}"));
    play.play();
    let mut piece = listen(&heard, "read", RATE / 10);
    while amplitude(&piece, 440) < 0.01 {
        piece = listen(&heard, "read", RATE / 10);
    }
    assert_eq!(tones(&listen(&heard, "read", RATE / 2), &[440]), [440]);
}

#[test]
fn the_end_of_the_playing_ends_it_and_playing_again_is_captured_anew() {
    let film = Film::new(
        &[Grey::new(200).lasting(10)],
        &[Tone::new(440, "en", "").lasting(5)],
    );
    let (play, element) = paused(&film);
    let stream = element.capture_stream();
    let told = Told::of(&stream);
    let tracks = stream.get_tracks();
    let (sound, picture) = (
        stream.get_audio_tracks()[0].clone(),
        stream.get_video_tracks()[0].clone(),
    );
    play.play();
    assert_eq!([told.next().0, told.next().0], ["unmute"; 2]);
    // Shorter than the pictures: muted beyond its end.
    assert_eq!(told.next(), ("mute".into(), sound.clone()));
    assert_eq!((sound.ready_state(), picture.muted()), (Live, false));
    play.eos();
    let mut ends: Vec<String> = (0..4).map(|_| told.change().0).collect();
    ends.sort();
    assert_eq!(ends, ["ended", "ended", "removetrack", "removetrack"]);
    assert!(stream.get_tracks().is_empty());
    element
        .seek_simple(gst::SeekFlags::FLUSH, gst::ClockTime::ZERO)
        .expect("it can be sought");
    assert_eq!([told.change().0, told.change().0], ["addtrack"; 2]);
    assert!(
        stream
            .get_tracks()
            .iter()
            .all(|track| !tracks.contains(track))
    );
    change(&play, gst::State::Ready);
    let mut ends: Vec<String> = (0..4).map(|_| told.change().0).collect();
    ends.sort();
    assert_eq!(ends, ["ended", "ended", "removetrack", "removetrack"]);
}

#[test]
fn two_streams_have_tracks_of_their_own() {
    let film = Film::new(&[], &[Tone::new(440, "en", "")]);
    let (play, element) = paused(&film);
    let streams = [element.capture_stream(), element.capture_stream()];
    let tracks = streams.each_ref().map(only_sound);
    assert_ne!(tracks[0].id(), tracks[1].id());
    assert_ne!(streams[0].id(), streams[1].id());
    tracks[0].stop();
    assert_eq!(tracks[1].ready_state(), Live);
    play.play();
    eventually("it is unmuted", || !tracks[1].muted());
}

/// #201
#[test]
fn at_double_speed_sound_is_half_as_long_and_as_high() {
    let film = Film::new(&[], &[Tone::new(440, "en", "").lasting(40)]);
    let (play, element) = paused(&film);
    let none = gst::ClockTime::NONE;
    let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
    let (set, end) = (gst::SeekType::Set, gst::SeekType::None);
    let sought = element.seek(2.0, flags, set, gst::ClockTime::ZERO, end, none);
    sought.expect("it can be sought");
    change(&play, gst::State::Paused);
    let track = only_sound(&element.capture_stream());
    let heard = reader(&track, "audio", &format!("audioresample ! {SOUND}"));
    // What it reads before is silence.
    heard.sample("read");
    play.play();
    let all = listen(&heard, "read", usize::MAX);
    let is_loud = |value: &f64| value.abs() > 0.01;
    let begin = all.iter().position(is_loud).expect("it is heard");
    let end = all.iter().rposition(is_loud).expect("it is heard");
    let length = (end - begin) as f64 / RATE as f64;
    assert!((1.7..2.3).contains(&length), "{length} s");
    let middle = &all[begin + RATE / 2..begin + RATE * 3 / 2];
    // Stretching joins pieces: the tone is a little less pure than it was.
    assert!(amplitude(middle, 440) > 0.15, "{}", amplitude(middle, 440));
    for other in [220, 880] {
        assert!(amplitude(middle, other) < 0.03, "{other} Hz");
    }
}
