//! A node is given tracks and streams of all sorts at any moment, live, stopped and wrong ones, between changes
//! of state: no hang, no critical, times rise, and nothing is left open.

mod common;

use std::sync::{Arc, Mutex};

use common::{Play, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};

/// A small generator of our own: the same sequence in every run, so that a failure replays.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).expect("small")
    }
}

/// Every buffer begins no earlier than the one before it, until the element is stopped.
fn watch(play: &Play) -> Arc<Mutex<u64>> {
    let count = Arc::new(Mutex::new(0));
    let counted = count.clone();
    let last = Mutex::new(None);
    let pad = play.element("node").static_pad("src").expect("a pad");
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(mask, move |_, info| {
        let mut last = last.lock().expect("nobody panics");
        if let Some(buffer) = info.buffer() {
            let mut count = counted.lock().expect("nobody panics");
            assert!(buffer.pts() > *last, "{:?} after {last:?}", buffer.pts());
            *last = buffer.pts();
            *count += 1;
        }
        if info.event().map(|event| event.type_()) == Some(gst::EventType::Segment) {
            *last = None;
        }
        gst::PadProbeReturn::Ok
    });
    count
}

fn change(play: &Play, chance: &mut Chance, live: &[MediaStreamTrack], video: &MediaStreamTrack) {
    let node = play.element("node");
    let track = live[chance.below(live.len())].clone_track();
    let ended = track.clone_track();
    ended.stop();
    match chance.below(9) {
        0 => node.set_property("track", &track),
        1 => node.set_property("track", &ended),
        2 => node.set_property("track", video),
        3 => node.set_property("media-stream", MediaStream::from_tracks([track.clone()])),
        4 => node.set_property("media-stream", MediaStream::from_tracks([video.clone()])),
        5 => node.set_property("media-stream", MediaStream::from_tracks([ended])),
        6 => node.set_property_from_str("on-ended", ["zero", "reconnect"][chance.below(2)]),
        7 => node.set_property_from_str("muted-output", ["zero", "gap", "none"][chance.below(3)]),
        _ => {
            if let Some(playing) = node.property::<Option<MediaStreamTrack>>("track") {
                playing.stop();
            }
        }
    }
    if chance.below(3) == 0 {
        track.stop();
    }
}

#[test]
fn three_hundred_random_changes() {
    let stream = user_media(r#"{"audio": {"channelCount": 2}, "video": true}"#);
    let audio = stream.get_audio_tracks();
    let video = stream.get_video_tracks().remove(0);
    let mut chance = Chance(0x5eed);
    let play =
        Play::parse("mediatrackaudiosrc name=node on-ended=zero ! fakesink sync=false async=false");
    let count = watch(&play);
    let states = [gst::State::Null, gst::State::Ready, gst::State::Paused];
    for run in 0..300 {
        change(&play, &mut chance, &audio, &video);
        match chance.below(4) {
            0 => drop(play.pipeline.set_state(states[chance.below(3)])),
            _ => drop(play.pipeline.set_state(gst::State::Playing)),
        }
        if run % 20 == 19 {
            // Whatever was before: a track that is given flows, and silence after it.
            let node = play.element("node");
            let _ = play.pipeline.set_state(gst::State::Null);
            node.set_property_from_str("on-ended", "zero");
            node.set_property_from_str("muted-output", "zero");
            let track = audio[0].clone_track();
            node.set_property("track", &track);
            play.play();
            for _ in 0..2 {
                let before = *count.lock().expect("nobody panics");
                eventually("buffers flow", || {
                    *count.lock().expect("nobody panics") > before + 5
                });
                track.stop();
            }
        }
    }
    drop(play);
    stream.get_tracks().iter().for_each(MediaStreamTrack::stop);
    for label in ["Fake camera 1", "Fake microphone 1", "Fake microphone 2"] {
        let device = fake(label);
        eventually("everything is closed", || {
            device.property::<u32>("active") == 0
        });
    }
}
