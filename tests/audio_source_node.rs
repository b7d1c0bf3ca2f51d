//! `mediatrackaudiosrc track=…` is Web Audio's MediaStreamTrackAudioSourceNode: no input, one output with the
//! channels of the track, at the rate of whoever takes it; a track of video is refused (#181, #183).

mod common;
#[path = "common/sound.rs"]
mod sound;

use common::{Play, alone, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use sound::{TONE, contiguous, loudness};

/// What the fake microphones give, in Hz.
const PITCH: f64 = 440.0;

fn microphone(json: &str) -> MediaStreamTrack {
    let stream = user_media(&format!(r#"{{"audio": {json}}}"#));
    stream.get_audio_tracks().remove(0)
}

fn camera() -> MediaStreamTrack {
    user_media(r#"{"video": true}"#)
        .get_video_tracks()
        .remove(0)
}

fn playing(line: &str, track: &MediaStreamTrack) -> Play {
    let play = Play::parse(line);
    play.element("s").set_property("track", track);
    play.play();
    play
}

fn info(sample: &gst::Sample) -> gst_audio::AudioInfo {
    gst_audio::AudioInfo::from_caps(sample.caps().expect("caps")).expect("sound")
}

fn setting(track: &MediaStreamTrack, name: &str) -> u32 {
    let settings: gst::Structure = track.emit_by_name("get-settings", &[]);
    settings.get(name).expect(name)
}

/// The pitch of half a second, by how often its first channel crosses zero upwards.
fn pitch(play: &Play) -> f64 {
    let (mut crossings, mut frames, mut rate, mut last) = (0, 0, 1, 0.0);
    for _ in 0..1000 {
        if frames * 2 >= rate {
            break;
        }
        let sample = play.sample("sink");
        if sample
            .buffer()
            .expect("one")
            .flags()
            .contains(gst::BufferFlags::GAP)
        {
            // The device is not open yet.
            continue;
        }
        let info = info(&sample);
        rate = info.rate();
        assert_eq!(info.format(), gst_audio::AUDIO_FORMAT_F32);
        let map = sample
            .buffer()
            .expect("one")
            .map_readable()
            .expect("readable");
        for frame in map.chunks_exact(info.bpf() as usize) {
            let now = f32::from_le_bytes([frame[0], frame[1], frame[2], frame[3]]);
            crossings += u32::from(last < 0.0 && now >= 0.0);
            last = now;
            frames += 1;
        }
    }
    f64::from(crossings) * f64::from(rate) / f64::from(frames)
}

fn invalid_state(details: &gst::StructureRef, text: &str) {
    assert_eq!(
        details.get::<String>("name").as_deref(),
        Ok("InvalidStateError")
    );
    for word in ["Fake camera", "video", "audio", "mediatrackvideosrc"] {
        assert!(text.contains(word), "{word} in: {text}");
    }
}

fn warning(play: &Play) {
    let message = play.wait("warning", |m| m.type_() == gst::MessageType::Warning);
    let gst::MessageView::Warning(warning) = message.view() else {
        unreachable!("waited for a warning")
    };
    invalid_state(
        warning.details().expect("details"),
        warning.error().message(),
    );
}

#[test]
fn it_has_no_input_and_one_output() {
    let _alone = alone();
    let play = Play::parse("mediatrackaudiosrc name=s ! fakesink");
    let pads = play.element("s").pads();
    let directions: Vec<_> = pads.iter().map(|pad| pad.direction()).collect();
    assert_eq!(directions, [gst::PadDirection::Src]);
}

/// #183
#[test]
fn it_has_the_channels_and_the_rate_of_the_track_where_any_are_taken() {
    let _alone = alone();
    for json in [
        r#"{"channelCount": {"exact": 2}, "sampleRate": {"exact": 44100}}"#,
        r#"{"channelCount": {"exact": 1}, "sampleRate": {"exact": 48000}}"#,
        r#"{"sampleRate": {"exact": 16000}}"#,
    ] {
        let track = microphone(json);
        let play = playing(
            "mediatrackaudiosrc name=s ! appsink name=sink sync=false",
            &track,
        );
        let info = info(&play.sample("sink"));
        assert_eq!(info.channels(), setting(&track, "channelCount"), "{json}");
        assert_eq!(info.rate(), setting(&track, "sampleRate"), "{json}");
        drop(play);
        track.stop();
    }
}

/// #183
#[test]
fn it_is_resampled_to_whoever_takes_it() {
    let _alone = alone();
    let track = microphone(r#"{"channelCount": {"exact": 2}, "sampleRate": {"exact": 44100}}"#);
    let before = (
        setting(&track, "channelCount"),
        setting(&track, "sampleRate"),
    );
    for rate in [16000, 48000, 96000] {
        let play = playing(
            &format!(
                "mediatrackaudiosrc name=s ! audio/x-raw,format=F32LE,rate={rate} ! appsink name=sink sync=false"
            ),
            &track,
        );
        let heard = pitch(&play);
        assert!((heard - PITCH).abs() < 10.0, "{heard} Hz at {rate}");
        let sample = play.sample("sink");
        assert_eq!((info(&sample).rate(), info(&sample).channels()), (rate, 2));
        let loud = contiguous(&play, "sink", gst::ClockTime::from_mseconds(200));
        assert!((loud - TONE).abs() < 1.0, "{loud} dB");
    }
    assert_eq!(
        before,
        (
            setting(&track, "channelCount"),
            setting(&track, "sampleRate")
        ),
        "the track is what it was"
    );
    track.stop();
}

/// Two nodes of different contexts on one track.
#[test]
fn each_consumer_has_its_own_rate_and_channels() {
    let _alone = alone();
    let track = microphone(r#"{"channelCount": {"exact": 2}}"#);
    let [low, high] = [(16000, 1), (48000, 2)].map(|(rate, channels)| {
        let line = format!(
            "mediatrackaudiosrc name=s ! audio/x-raw,rate={rate},channels={channels} ! appsink name=sink sync=false"
        );
        (playing(&line, &track), rate, channels)
    });
    for (play, rate, channels) in [low, high] {
        let sample = play.sample("sink");
        assert_eq!(
            (info(&sample).rate(), info(&sample).channels()),
            (rate, channels)
        );
    }
    track.stop();
}

/// #181: no microphone is opened in its place.
#[test]
fn a_track_of_video_is_an_error_of_the_start() {
    let _alone = alone();
    let track = camera();
    let play = Play::parse("mediatrackaudiosrc name=s ! fakesink");
    play.element("s").set_property("track", &track);
    warning(&play);
    assert!(play.pipeline.set_state(gst::State::Playing).is_err());
    let (error, details) = play.error();
    invalid_state(&details, error.message());
    assert!(error.matches(gst::ResourceError::Settings));
    let none = play
        .element("s")
        .property::<Option<MediaStreamTrack>>("track");
    assert_eq!(none, None);
    // What is written then counts.
    play.element("s")
        .set_property("track", None::<MediaStreamTrack>);
    play.play();
    track.stop();
}

/// #181
#[test]
fn a_track_of_video_changes_nothing_while_it_runs() {
    let _alone = alone();
    let (sound, video) = (microphone("true"), camera());
    let play = playing(
        "mediatrackaudiosrc name=s ! audio/x-raw,format=F32LE ! appsink name=sink sync=false",
        &sound,
    );
    let heard = (0..1000).any(|_| loudness(&play.sample("sink")) > TONE - 1.0);
    assert!(heard, "nothing is heard");
    play.element("s").set_property("track", &video);
    warning(&play);
    assert_eq!(
        play.element("s").property::<MediaStreamTrack>("track"),
        sound
    );
    let loud = contiguous(&play, "sink", gst::ClockTime::from_mseconds(200));
    assert!((loud - TONE).abs() < 1.0, "{loud} dB");
    // And with the next start neither.
    play.pipeline
        .set_state(gst::State::Ready)
        .expect("it stops");
    play.play();
    play.sample("sink");
    assert_eq!(
        play.element("s").property::<MediaStreamTrack>("track"),
        sound
    );
    sound.stop();
    video.stop();
}
