//! A microphone that the system muted is muted for the reason `system`: by the capture switch of its sound card,
//! and by the mute of its PipeWire node (#23, #32 to #35, #53).
//!
//! Runs in: scripts/rig/run --drivers usbcam
//! Runs in: scripts/rig/run --drivers usbcam --pipewire
//! Runs in: scripts/rig/pipewire-session --no-camera

#[path = "../common/mod.rs"]
mod common;

use std::process::Command;
use std::sync::mpsc::channel;

use common::healthy::Healthy;
use common::rig::{is_muted_for, listed, only, property};
use common::{Play, alone, eventually, threads, user_media};
use gst::prelude::*;
use gstmediastream::devices::DeviceKind::AudioInput;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackMutedReason as Reason;
use gstmediastream::model::lifecycle::EndReason;

/// Constraints that only the microphone under test meets.
fn microphone() -> String {
    Healthy::beside("auto");
    only(&listed(AudioInput, "Rig"), "")
}

fn line() -> String {
    let constraints = property(&microphone());
    format!(
        "mediatrackaudiosrc name=s {constraints} ! audio/x-raw,format=S16LE ! appsink name=sink"
    )
}

/// Throws the switch, as the user of this system would.
fn set_muted(muted: bool) {
    let on = if muted { "1" } else { "0" };
    let cap = if muted { "nocap" } else { "cap" };
    let line: &[&str] = match std::env::var_os("RIG_PIPEWIRE_MICROPHONE") {
        Some(_) => &["wpctl", "set-mute", "@DEFAULT_AUDIO_SOURCE@", on],
        None => &["amixer", "-q", "-c", "Camera", "sset", "Mic", cap],
    };
    let status = Command::new(line[0]).args(&line[1..]).status();
    assert!(status.expect("it is installed").success(), "{line:?}");
}

/// Undoes what a failed test leaves to the next one.
struct Unmuted;

impl Drop for Unmuted {
    fn drop(&mut self) {
        set_muted(false);
    }
}

struct Sound {
    begin: gst::ClockTime,
    end: gst::ClockTime,
    is_gap: bool,
    peak: u16,
}

fn next(play: &Play) -> Sound {
    let sample = play.sample("sink");
    let buffer = sample.buffer().expect("a buffer");
    let samples = buffer.map_readable().expect("readable");
    let samples = samples.chunks_exact(2);
    let begin = buffer.pts().expect("a time");
    Sound {
        begin,
        end: begin + buffer.duration().expect("a duration"),
        is_gap: buffer.flags().contains(gst::BufferFlags::GAP),
        peak: samples
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]).unsigned_abs())
            .max()
            .expect("samples"),
    }
}

fn track(play: &Play) -> MediaStreamTrack {
    play.element("s").property("track")
}

/// Of one track, and the property says the same inside the handler. A device in software stalls on a busy
/// machine: that is told as well, and then the switch is no event as long as it lasts.
fn told_once(told: &[String]) {
    let system = "mute true Muted by the system";
    let stall = "mute true The device delivers nothing";
    let count = |line| told.iter().filter(|told| *told == line).count();
    assert!(count(system) == 1 || count(stall) > 0, "{told:?}");
    assert!(count(system) <= 1, "{told:?}");
    let (ended, pairs) = told.split_last().expect("the end");
    assert!(ended.starts_with("ended"), "{told:?}");
    for pair in pairs.chunks(2) {
        assert!(pair[0] == system || pair[0] == stall, "{told:?}");
        let is_ended = |line: &String| line == "unmute false Not muted";
        // A stall may last until the end.
        let is_over = pair.get(1).map_or(pair[0] == stall, is_ended);
        assert!(is_over, "{told:?}");
    }
}

#[test]
fn the_switch_is_told_once_to_every_track_and_silence_follows() {
    let (_alone, _unmuted) = (alone(), Unmuted);
    let (play, healthy) = Healthy::start(&line());
    while next(&play).peak < 1000 {}
    let first = track(&play);
    let clone = first.clone_track();
    let (sender, events) = channel();
    for (name, track) in [("first", &first), ("clone", &clone)] {
        for event in ["mute", "unmute", "ended"] {
            let sender = sender.clone();
            track.connect(event, false, move |values| {
                let track = values[0].get::<MediaStreamTrack>().expect("a track");
                let reason = track.property_value("muted-reason");
                let reason = reason.transform::<String>().expect("an enum");
                let reason = reason.get::<String>().expect("a string");
                let _ = sender.send((name, event, track.muted(), reason));
                None
            });
        }
    }

    set_muted(true);
    is_muted_for(&first, Reason::System);
    let mut last = next(&play);
    while !last.is_gap {
        last = next(&play);
    }
    for _ in 0..50 {
        let sound = next(&play);
        assert!(sound.is_gap && sound.peak == 0, "live at {}", sound.begin);
        assert_eq!(sound.begin, last.end, "contiguous");
        last = sound;
    }

    set_muted(false);
    is_muted_for(&first, Reason::None);
    while next(&play).is_gap {}
    while next(&play).peak < 1000 {}
    healthy.check();
    // Events come in order: these ends are behind all others.
    for track in [&first, &clone] {
        is_muted_for(track, Reason::None);
        track.end(EndReason::Revoked);
    }
    let (mut told, mut ends) = (Vec::new(), 0);
    while ends < 2 {
        let (name, event, muted, reason) = events.recv().expect("the track tells");
        ends += u32::from(event == "ended");
        told.push((name, format!("{event} {muted} {reason}")));
    }
    for name in ["first", "clone"] {
        let of_track = told.iter().filter(|told| told.0 == name);
        told_once(&of_track.map(|told| told.1.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn a_track_that_is_opened_muted_begins_muted_without_an_event() {
    let (_alone, _unmuted) = (alone(), Unmuted);
    set_muted(true);
    let play = Play::parse(&(line() + &Healthy::line()));
    let (sender, seen) = channel();
    let bus = play.bus();
    bus.set_sync_handler(move |_, message| {
        let structure = message.structure();
        if structure.is_some_and(|s| s.name() == "media-stream-track") {
            let _ = sender.send(structure.map(|s| s.get::<String>("event")));
        }
        gst::BusSyncReply::Pass
    });
    let healthy = Healthy::watch(&play);
    play.play();
    for _ in 0..50 {
        let sound = next(&play);
        assert!(sound.is_gap && sound.peak == 0, "live at {}", sound.begin);
    }
    assert!(track(&play).muted());
    assert!(seen.try_recv().is_err(), "no event");
    set_muted(false);
    play.track_event("unmute");
    while next(&play).peak < 1000 {}
    healthy.check();
}

/// The device is given back when its only track is muted. Whoever closed it hears of the switch all the same.
#[test]
fn a_device_that_is_given_back_is_watched_on() {
    let (_alone, _unmuted) = (alone(), Unmuted);
    // What waits in the sink is read after the device was closed.
    let (play, healthy) = Healthy::start(&line());
    while next(&play).peak < 1000 {}
    set_muted(true);
    play.track_event("mute");
    // The element that captures has a thread of its name.
    let is_open = || {
        let threads = threads();
        let is = |name: &String| name.starts_with("alsasrc") || name.starts_with("pipewiresrc");
        threads.iter().any(is)
    };
    assert!(is_open());
    eventually("it is given back", || !is_open());
    while !next(&play).is_gap {}
    set_muted(false);
    play.track_event("unmute");
    while next(&play).peak < 1000 {}
    healthy.check();
}

#[test]
fn nothing_watches_after_the_last_track() {
    let _alone = alone();
    let watchers = || {
        let names = ["mediastream-mix", "mediastream-pw"];
        let threads = threads();
        let of_names = threads.iter().filter(|t| names.contains(&t.as_str()));
        of_names.count()
    };
    eventually("those of other tests are gone", || watchers() == 0);
    let stream = user_media(&format!(r#"{{"audio":{}}}"#, microphone()));
    let track = stream.get_tracks().remove(0);
    let clone = track.clone_track();
    // A thread that libpipewire begins has the name of ours.
    eventually("somebody watches", || watchers() > 0);
    track.stop();
    eventually("the clone is watched", || watchers() > 0);
    clone.stop();
    eventually("nobody watches", || watchers() == 0);
}
