//! `enabled`: the application's switch shows from the next buffer on (#24, #29, #30, #31).

use std::sync::{Arc, Mutex};

use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::kind_name;

use crate::common::Play;
use crate::seen::{Diary, is_zero, playing, until, zero};
use crate::sources::each;

const TIMES: usize = 60;

/// Whether the track was enabled, whether the buffer was zero information, and from when to when it lasts.
type Entry = (bool, bool, gst::ClockTime, gst::ClockTime);

#[derive(Default)]
struct Seen {
    buffers: Vec<Entry>,
    caps: Vec<gst::Caps>,
    streams: u32,
}

/// Flips it in the streaming thread with every buffer, so that it is known exactly which is the next.
fn flip(track: &MediaStreamTrack) -> Seen {
    let kind = kind_name(track.track_kind());
    let play = Play::parse(&format!(
        "mediatrack{kind}src name=s num-buffers={TIMES} ! fakesink sync=false"
    ));
    play.element("s").set_property("track", track);
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (watched, track) = (seen.clone(), track.clone());
    let pad = play.element("s").static_pad("src").expect("one src pad");
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(mask, move |_, info| {
        let mut seen = watched.lock().expect("not poisoned");
        match info.event().map(|event| event.view()) {
            Some(gst::EventView::Caps(caps)) => seen.caps.push(caps.caps_owned()),
            Some(gst::EventView::StreamStart(_)) => seen.streams += 1,
            _ => {}
        }
        if let Some(buffer) = info.buffer() {
            let enabled = track.enabled();
            let is_zero = zero(buffer, seen.caps.last().expect("caps come first"));
            let begins = buffer.pts().expect("a time");
            let ends = begins + buffer.duration().expect("a duration");
            seen.buffers.push((enabled, is_zero, begins, ends));
            track.set_enabled(!enabled);
        }
        gst::PadProbeReturn::Ok
    });
    play.play();
    play.eos();
    std::mem::take(&mut *seen.lock().expect("not poisoned"))
}

/// #24, #30, #31
#[test]
fn it_shows_with_the_next_buffer_in_the_same_caps() {
    each(|source| {
        let seen = flip(&source.track);
        assert_eq!(seen.buffers.len(), TIMES);
        assert_eq!((seen.caps.len(), seen.streams), (1, 1), "{:?}", seen.caps);
        for (index, (enabled, is_zero, begins, _)) in seen.buffers.iter().enumerate() {
            assert_eq!(*enabled, index % 2 == 0);
            assert_eq!(*is_zero, !enabled, "buffer {index} at {begins}");
        }
        for pair in seen.buffers.windows(2) {
            assert!(pair[1].2 > pair[0].2, "times rise");
            // Sound has no gaps; pictures may be lost by a late reader.
            let is_sound = source.track.property::<String>("kind") == "audio";
            assert!(!is_sound || pair[1].2 == pair[0].3, "it is contiguous");
        }
        source.track.set_enabled(true);
    });
}

/// #26, #27: nothing else changes with it, and nobody is told.
#[test]
fn nothing_else_changes() {
    each(|source| {
        let track = &source.track;
        let told = Diary::of(track);
        let play = playing(track, "");
        let clone = track.clone_track();
        let before = (track.settings(), track.constraints(), track.muted());
        for enabled in [false, true, false] {
            track.set_enabled(enabled);
            until(&play, "sink", "what it is now", |sample| {
                is_zero(sample) != enabled
            });
            assert_eq!(
                (track.settings(), track.constraints(), track.muted()),
                before
            );
            assert!(clone.enabled());
        }
        assert_eq!(told.entries(), Vec::<String>::new());
        clone.stop();
    });
}
