//! Tracks that nobody plays have no thread, and what they would have got is counted all the same (#189).

mod common;

use common::{Play, eventually, threads, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

const PLAYING: usize = 16;
const IDLE: usize = 1000 - PLAYING;

fn delivered(track: &MediaStreamTrack) -> u64 {
    let stats: Option<gst::Structure> = track.property("stats");
    let stats = stats.expect("a track of a device");
    stats.get("deliveredFrames").expect("it is counted")
}

/// Those that come and go with a call are not counted.
fn lasting() -> usize {
    let names = threads().into_iter();
    let short = ["mediastream-job", "pool-"];
    names
        .filter(|name| !short.iter().any(|short| name.starts_with(short)))
        .count()
}

#[test]
fn a_thousand_of_which_sixteen_play() {
    let track = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    let mut tracks = vec![track];
    tracks.extend(
        (1..PLAYING)
            .map(|_| tracks[0].clone_track())
            .collect::<Vec<_>>(),
    );
    let line = "mediatrackvideosrc ! fakesink async=false ".repeat(PLAYING);
    let play = Play::parse(&line);
    let sources = play.pipeline.iterate_sources().into_iter().flatten();
    for (source, track) in sources.zip(&tracks) {
        source.set_property("track", track);
    }
    play.play();
    let all_get = |tracks: &[MediaStreamTrack], more: u64| {
        let before: Vec<_> = tracks.iter().map(delivered).collect();
        eventually("all of them get pictures", || {
            let mut pairs = tracks.iter().zip(&before);
            pairs.all(|(track, before)| delivered(track) >= before + more)
        });
    };
    all_get(&tracks, 2);
    let alone = lasting();
    let idle: Vec<_> = (0..IDLE).map(|_| tracks[0].clone_track()).collect();
    all_get(&idle, 2);
    assert_eq!(lasting(), alone, "{:?}", threads());
    tracks.iter().chain(&idle).for_each(MediaStreamTrack::stop);
}
