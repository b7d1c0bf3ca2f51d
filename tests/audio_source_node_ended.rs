//! What a Web Audio source node gives after its track has ended: one channel of silence, for ever, where
//! `on-ended` says that the pad goes on (#183).

mod common;
#[path = "common/sound.rs"]
mod sound;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use common::{Play, alone, eventually, fake, settle, user_media};
use gst::prelude::*;
use gstmediastream::media::{MediaStream, MediaStreamTrack};
use sound::{TONE, loudness};

/// What is looked for is among so many buffers.
const ENOUGH: u32 = 1000;

const STEREO: &str = r#"{"audio": {"channelCount": {"exact": 2}}}"#;

/// Plugs the device in again however the test ends: the tests of this file share it.
struct Unplugged(gst::Device);

impl Unplugged {
    fn pull(label: &str) -> Self {
        let device = fake(label);
        device.emit_by_name::<()>("unplug", &[]);
        Self(device)
    }
}

impl Drop for Unplugged {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("plug", &[]);
        settle();
    }
}

fn microphone() -> MediaStreamTrack {
    user_media(STEREO).get_audio_tracks().remove(0)
}

fn source(on_ended: &str, behind: &str) -> String {
    format!("mediatrackaudiosrc name=s on-ended={on_ended} ! {behind}appsink name=sink sync=false")
}

/// A running pipeline, and how many channels each CAPS event at its sink said.
fn playing(line: &str, track: &MediaStreamTrack) -> (Play, Arc<Mutex<Vec<i32>>>) {
    let play = Play::parse(line);
    play.element("s").set_property("track", track);
    let told: Arc<Mutex<Vec<i32>>> = Arc::default();
    let tell = told.clone();
    let pad = play.element("sink").static_pad("sink").expect("a sink");
    pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        if let Some(gst::EventView::Caps(caps)) = info.event().map(|event| event.view()) {
            let structure = caps.caps().structure(0).expect("one");
            tell.lock()
                .expect("no panic")
                .extend(structure.get::<i32>("channels"));
        }
        gst::PadProbeReturn::Ok
    });
    play.play();
    (play, told)
}

fn told(told: &Mutex<Vec<i32>>) -> Vec<i32> {
    told.lock().expect("no panic").clone()
}

fn channels(sample: &gst::Sample) -> i32 {
    let structure = sample.caps().and_then(|caps| caps.structure(0));
    structure.expect("caps").get("channels").expect("channels")
}

/// Reads on, and wants every buffer to begin where the one before it ended, until 30 of silence in so many
/// channels have come.
#[track_caller]
fn silence_follows(play: &Play, mut last: gst::Sample, in_channels: i32) {
    let mut silent = 0;
    for _ in 0..ENOUGH {
        let next = play.sample("sink");
        let (before, after) = (last.buffer().expect("one"), next.buffer().expect("one"));
        let end = before.pts().expect("a time") + before.duration().expect("a duration");
        assert_eq!(after.pts(), Some(end));
        let is_silent = loudness(&next) < -100.0;
        assert!(silent == 0 || is_silent && channels(&next) == in_channels);
        silent += u32::from(is_silent && channels(&next) == in_channels);
        if silent == 30 {
            return;
        }
        last = next;
    }
    panic!("{silent} of silence in {in_channels} channels among {ENOUGH}");
}

#[track_caller]
fn hear(play: &Play) -> gst::Sample {
    let sample = (0..ENOUGH)
        .map(|_| play.sample("sink"))
        .find(|sample| loudness(sample) > TONE - 1.0);
    sample.expect("nothing is heard")
}

/// #183
#[test]
fn it_is_silent_in_one_channel_after_stop() {
    let _alone = alone();
    for on_ended in ["zero", "reconnect"] {
        let track = microphone();
        let (play, caps) = playing(&source(on_ended, ""), &track);
        let last = hear(&play);
        assert_eq!(told(&caps), [2]);
        track.stop();
        silence_follows(&play, last, 1);
        assert_eq!(told(&caps), [2, 1]);
    }
}

/// #183
#[test]
fn it_is_silent_in_one_channel_after_the_device_is_lost() {
    let _alone = alone();
    let track = microphone();
    let (play, caps) = playing(&source("zero", ""), &track);
    let last = hear(&play);
    let _unplugged = Unplugged::pull("Fake microphone 1");
    silence_follows(&play, last, 1);
    play.track_event("ended");
    assert_eq!(told(&caps), [2, 1]);
}

/// A device that is to be taken again is, in the caps in force all the time.
#[test]
fn a_lost_device_is_taken_again_in_the_caps_in_force() {
    let _alone = alone();
    let track = microphone();
    let (play, caps) = playing(&source("reconnect", ""), &track);
    let last = hear(&play);
    let unplugged = Unplugged::pull("Fake microphone 1");
    silence_follows(&play, last, 2);
    drop(unplugged);
    eventually("another track plays", || {
        play.element("s").property::<MediaStreamTrack>("track") != track
    });
    hear(&play);
    assert_eq!(told(&caps), [2]);
}

/// Where one channel is not taken, the caps in force are kept: by a filter, and by who cannot change them.
#[test]
fn it_is_silent_in_the_caps_in_force_where_one_channel_is_not_taken() {
    let _alone = alone();
    let track = microphone();
    let (play, caps) = playing(&source("zero", "audio/x-raw,channels=2 ! "), &track);
    let last = hear(&play);
    track.stop();
    silence_follows(&play, last, 2);
    assert_eq!(told(&caps), [2]);
}

#[test]
fn a_file_that_has_begun_goes_on_in_the_caps_in_force() {
    let _alone = alone();
    let track = microphone();
    let line =
        "mediatrackaudiosrc name=s on-ended=zero num-buffers=100 ! wavenc ! fakesink name=sink";
    let (play, buffers) = (Play::parse(line), Arc::<AtomicU32>::default());
    let pad = play.element("s").static_pad("src").expect("a source");
    let counted = buffers.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        gst::PadProbeReturn::Ok
    });
    play.element("s").set_property("track", &track);
    play.play();
    eventually("it plays", || {
        let pad = play.element("s").static_pad("src");
        pad.and_then(|pad| pad.sticky_event::<gst::event::Segment>(0))
            .is_some()
    });
    track.stop();
    play.eos();
    // A pad that had ended with its track would have said so, too.
    assert_eq!(buffers.load(Ordering::Relaxed), 100);
}

/// #183: by the time it is given.
#[test]
fn a_track_that_has_ended_is_silent_from_the_start() {
    let _alone = alone();
    let track = microphone();
    track.stop();
    let cases = [
        ("", 1, 48_000),
        ("audio/x-raw,rate=16000 ! ", 1, 16_000),
        ("audio/x-raw,channels=2,format=S16LE ! ", 2, 48_000),
    ];
    for (behind, in_channels, rate) in cases {
        for on_ended in ["zero", "reconnect"] {
            let (play, caps) = playing(&source(on_ended, behind), &track);
            let first = play.sample("sink");
            let structure = first.caps().and_then(|caps| caps.structure(0));
            assert_eq!(structure.expect("caps").get("rate"), Ok(rate));
            silence_follows(&play, first, in_channels);
            assert_eq!(told(&caps), [in_channels]);
        }
    }
    let stream = MediaStream::from_tracks([track]);
    let play = Play::parse(&source("zero", ""));
    play.element("s").set_property("media-stream", &stream);
    play.play();
    let first = play.sample("sink");
    silence_follows(&play, first, 1);
}

/// Another track in its place is heard, and times go on.
#[test]
fn another_track_follows_on_the_silence() {
    let _alone = alone();
    let track = microphone();
    let other = track.clone_track();
    let (play, caps) = playing(&source("zero", ""), &track);
    let last = hear(&play);
    track.stop();
    silence_follows(&play, last, 1);
    let mut before = play.sample("sink").buffer().and_then(|b| b.pts());
    play.element("s").set_property("track", &other);
    let mut heard = 0;
    for _ in 0..ENOUGH {
        let sample = play.sample("sink");
        let pts = sample.buffer().and_then(|buffer| buffer.pts());
        assert!(pts > before);
        before = pts;
        heard += u32::from(loudness(&sample) > TONE - 1.0 && channels(&sample) == 2);
        if heard == 20 {
            break;
        }
    }
    assert_eq!(heard, 20);
    assert_eq!(told(&caps), [2, 1, 2]);
    other.stop();
}

/// What `muted-output` and `on-ended` say counts at any time.
#[test]
fn it_ends_when_that_is_asked_for() {
    let _alone = alone();
    let track = microphone();
    let (play, _) = playing(&source("zero", ""), &track);
    let last = hear(&play);
    track.stop();
    silence_follows(&play, last, 1);
    let source = play.element("s");
    source.set_property_from_str("muted-output", "none");
    source.set_property_from_str("muted-output", "zero");
    play.sample("sink");
    source.set_property_from_str("muted-output", "none");
    source.set_property_from_str("on-ended", "eos");
    assert!(play.ends("sink"));
}

/// A track that was asked for here ends its pad as ever.
#[test]
fn a_track_of_its_own_ends_the_pad_when_it_is_stopped() {
    let _alone = alone();
    let play = Play::start(&source("zero", ""));
    hear(&play);
    let track: MediaStreamTrack = play.element("s").property("track");
    track.stop();
    assert!(play.ends("sink"));
}
