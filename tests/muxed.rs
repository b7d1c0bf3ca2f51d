//! A muxer goes on while tracks are disabled, muted and stalled, to a proper end (#31).

mod common;

use common::fake;
use common::healthy::Healthy;
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

#[test]
fn it_gets_both_streams_whatever_happens_to_the_tracks() {
    let camera = fake("Fake camera 2");
    let microphone = fake("Fake microphone 1");
    let (play, healthy) = Healthy::start(
        r#"mediatrackvideosrc name=v constraints="{\"facingMode\":{\"exact\":\"environment\"},\"frameRate\":30}"
         ! video/x-raw,format=YUY2 ! identity name=video ! queue ! m.
         mediatrackaudiosrc name=a ! audio/x-raw,rate=48000 ! identity name=audio ! queue ! m.
         matroskamux name=m streamable=true ! appsink name=sink sync=false"#,
    );
    let (sender, passed) = std::sync::mpsc::channel();
    for name in ["video", "audio"] {
        let sender = sender.clone();
        let pad = play.element(name).static_pad("src").expect("a pad");
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            let time = info.buffer().and_then(|buffer| buffer.pts());
            let _ = sender.send((name, time.expect("a time")));
            gst::PadProbeReturn::Ok
        });
    }
    let go_on = || (0..40).for_each(|_| drop(play.sample("sink")));
    go_on();
    let [video, audio] =
        ["v", "a"].map(|name| play.element(name).property::<MediaStreamTrack>("track"));
    for enabled in [false, true] {
        video.set_enabled(enabled);
        go_on();
        audio.set_enabled(enabled);
        go_on();
    }
    microphone.emit_by_name::<()>("set-muted", &[&true]);
    camera.emit_by_name::<()>("stall", &[&true]);
    for _ in 0..2 {
        play.track_event("mute");
    }
    go_on();
    microphone.emit_by_name::<()>("set-muted", &[&false]);
    camera.emit_by_name::<()>("stall", &[&false]);
    for _ in 0..2 {
        play.track_event("unmute");
    }
    go_on();
    healthy.check();
    play.pipeline.send_event(gst::event::Eos::new());
    assert!(play.ends("sink"), "it ended by itself, and not by an error");
    let mut last = [gst::ClockTime::ZERO; 2];
    let mut count = [0; 2];
    for (name, time) in passed.try_iter() {
        let of = usize::from(name == "audio");
        assert!(count[of] == 0 || time > last[of], "{name}: {time} rises");
        last[of] = time;
        count[of] += 1;
    }
    assert!(count.iter().all(|count| *count > 20), "{count:?}");
    let apart = last[0].max(last[1]) - last[0].min(last[1]);
    assert!(apart < gst::ClockTime::from_seconds(2), "{last:?}");
}
