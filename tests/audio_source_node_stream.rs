//! `mediatrackaudiosrc media-stream=…` is Web Audio's MediaStreamAudioSourceNode: it picks the audio track with
//! the smallest id, and keeps it whatever happens to the stream later (#182).

mod common;
#[path = "common/sound.rs"]
mod sound;

use common::{Play, alone, eventually, user_media};
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};
use sound::{TONE, loudness};

const LINE: &str =
    "mediatrackaudiosrc name=s ! audio/x-raw,format=F32LE ! appsink name=sink sync=false";

/// Several audio tracks in the order of their ids, and one of video.
fn tracks() -> (Vec<MediaStreamTrack>, MediaStreamTrack) {
    let stream = user_media(r#"{"audio": true, "video": true}"#);
    let first = stream.get_audio_tracks().remove(0);
    let mut audio = vec![first.clone()];
    audio.extend((0..3).map(|_| first.clone_track()));
    audio.sort_by_key(|track| track.id());
    (audio, stream.get_video_tracks().remove(0))
}

fn stop(audio: &[MediaStreamTrack], video: &MediaStreamTrack) {
    audio.iter().for_each(MediaStreamTrack::stop);
    video.stop();
}

fn playing(play: &Play) -> Option<MediaStreamTrack> {
    play.element("s").property("track")
}

fn given(play: &Play) -> Option<MediaStream> {
    play.element("s").property("media-stream")
}

#[track_caller]
fn hear(play: &Play) {
    let heard = (0..1000).any(|_| loudness(&play.sample("sink")) > TONE - 1.0);
    assert!(heard, "nothing is heard");
}

/// #182
#[test]
fn the_smallest_id_is_picked_and_kept() {
    let _alone = alone();
    let (audio, video) = tracks();
    // Neither the first nor the last that was added.
    let order = [&audio[2], &audio[0], &audio[3], &audio[1]];
    let stream = MediaStream::from_tracks([&video].into_iter().chain(order).cloned());
    let play = Play::parse(LINE);
    play.element("s").set_property("media-stream", &stream);
    assert_eq!(given(&play).as_ref(), Some(&stream));
    assert_eq!(playing(&play).as_ref(), Some(&audio[0]));
    // Before the start, too.
    stream.remove_track(&audio[0]);
    play.play();
    hear(&play);
    assert_eq!(playing(&play).as_ref(), Some(&audio[0]));
    stream
        .get_tracks()
        .iter()
        .for_each(|track| stream.remove_track(track));
    audio[1..].iter().for_each(MediaStreamTrack::stop);
    for _ in 0..20 {
        assert!(loudness(&play.sample("sink")) > TONE - 1.0);
    }
    assert_eq!(playing(&play).as_ref(), Some(&audio[0]));
    // And with another start.
    play.pipeline
        .set_state(gst::State::Ready)
        .expect("it stops");
    play.play();
    hear(&play);
    assert_eq!(playing(&play).as_ref(), Some(&audio[0]));
    assert_eq!(given(&play), Some(stream));
    stop(&audio, &video);
}

/// The stream may get its tracks after it was given, and before the start.
#[test]
fn without_a_track_yet_it_is_picked_with_the_start() {
    let _alone = alone();
    let (audio, video) = tracks();
    let stream = MediaStream::from_tracks([video.clone()]);
    let play = Play::parse(LINE);
    play.element("s").set_property("media-stream", &stream);
    stream.add_track(&audio[1]);
    stream.add_track(&audio[0]);
    play.play();
    hear(&play);
    assert_eq!(playing(&play).as_ref(), Some(&audio[0]));
    stop(&audio, &video);
}

#[test]
fn a_stream_without_audio_is_an_error_of_the_start() {
    let _alone = alone();
    let (audio, video) = tracks();
    for tracks in [vec![], vec![video.clone()]] {
        let stream = MediaStream::from_tracks(tracks);
        let play = Play::parse(LINE);
        play.element("s").set_property("media-stream", &stream);
        assert!(play.pipeline.set_state(gst::State::Playing).is_err());
        let (error, details) = play.error();
        assert_eq!(
            details.get::<String>("name").as_deref(),
            Ok("InvalidStateError")
        );
        assert!(error.message().contains(&stream.id()), "{error}");
    }
    stop(&audio, &video);
}

#[test]
fn a_stream_without_audio_changes_nothing_while_it_runs() {
    let _alone = alone();
    let (audio, video) = tracks();
    let play = Play::parse(LINE);
    let stream = MediaStream::from_tracks([audio[0].clone()]);
    play.element("s").set_property("media-stream", &stream);
    play.play();
    hear(&play);
    let silent = MediaStream::from_tracks([video.clone()]);
    play.element("s").set_property("media-stream", &silent);
    let message = play.wait("warning", |m| m.type_() == gst::MessageType::Warning);
    let gst::MessageView::Warning(warning) = message.view() else {
        unreachable!("waited for a warning")
    };
    let details = warning.details().expect("details");
    assert_eq!(
        details.get::<String>("name").as_deref(),
        Ok("InvalidStateError")
    );
    assert_eq!(given(&play), Some(stream));
    for _ in 0..20 {
        assert!(loudness(&play.sample("sink")) > TONE - 1.0);
    }
    stop(&audio, &video);
}

#[test]
fn what_was_written_last_counts() {
    let _alone = alone();
    let (audio, video) = tracks();
    let stream = MediaStream::from_tracks([audio[1].clone()]);
    let play = Play::parse(LINE);
    let source = play.element("s");
    source.set_property("track", &audio[2]);
    source.set_property("media-stream", &stream);
    assert_eq!(playing(&play).as_ref(), Some(&audio[1]));
    source.set_property("track", &audio[2]);
    assert_eq!(playing(&play).as_ref(), Some(&audio[2]));
    assert_eq!(given(&play), None, "it is not what is played");
    play.play();
    hear(&play);
    // While it runs, too.
    source.set_property("media-stream", &stream);
    eventually("the stream's track plays", || {
        playing(&play).as_ref() == Some(&audio[1])
    });
    hear(&play);
    assert_eq!(given(&play), Some(stream));
    stop(&audio, &video);
}

/// A node of video does not exist.
#[test]
fn the_element_of_video_has_no_such_property() {
    let _alone = alone();
    let play = Play::parse("mediatrackvideosrc name=s ! fakesink");
    assert!(!play.element("s").has_property("media-stream"));
}
