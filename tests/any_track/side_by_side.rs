//! Tracks of all kinds of sources in one stream, played by one `usermediasrc`: each can be removed while the
//! others play.

use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::Live;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

use crate::common::{Play, eventually};
use crate::seen::{is_zero, pts, until};
use crate::sources::together;

/// The names of the pads of these tracks, in their order.
fn pads(tracks: &[MediaStreamTrack]) -> Vec<String> {
    let kinds = tracks.iter().map(|track| track.property::<String>("kind"));
    let kinds: Vec<_> = kinds.collect();
    let numbered = kinds.iter().enumerate().map(|(index, kind)| {
        let before = kinds[..index].iter().filter(|other| *other == kind);
        format!("{kind}_{}", before.count())
    });
    numbered.collect()
}

#[test]
fn each_can_be_removed_while_the_others_play() {
    together(|sources| {
        let tracks: Vec<_> = sources.iter().map(|source| source.track.clone()).collect();
        let stream = MediaStream::from_tracks(tracks.clone());
        let pads = pads(&tracks);
        let sinks: Vec<_> = pads
            .iter()
            .map(|pad| format!("m.{pad} ! appsink name={pad} sync=false max-buffers=4 drop=true"))
            .collect();
        let play = Play::parse(&format!("usermediasrc name=m {}", sinks.join(" ")));
        play.element("m").set_property("stream", &stream);
        play.play();
        for (index, track) in tracks.iter().enumerate() {
            for pad in &pads[index..] {
                let mut last = until(&play, pad, "live", |sample| !is_zero(sample));
                for _ in 0..10 {
                    let next = play.sample(pad);
                    assert!(pts(&next) > pts(&last) && !is_zero(&next), "{pad}");
                    last = next;
                }
            }
            stream.remove_track(track);
            assert!(play.ends(&pads[index]), "{}", pads[index]);
            assert_eq!(track.ready_state(), Live);
        }
        let element = play.element("m");
        eventually("no pad is left", || element.src_pads().is_empty());
    });
}
