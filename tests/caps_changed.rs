//! A driver that changes its format while it runs, without being asked: downstream gets what it was
//! promised, the device is set to its mode again, and nothing is an error of the pipeline.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// Its own format again however the test ends.
struct Changed(gst::Device);

impl Changed {
    fn to(device: &gst::Device, caps: &str) -> Self {
        device.emit_by_name::<()>("change-caps", &[&caps]);
        Self(device.clone())
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("change-caps", &[&""]);
        self.0.emit_by_name::<()>("set-modes", &[&""]);
        settle();
    }
}

fn is_live(sample: &gst::Sample) -> bool {
    let flags = sample.buffer().expect("one").flags();
    !flags.contains(gst::BufferFlags::GAP)
}

/// Its bytes are as many as its caps say.
fn assert_whole(sample: &gst::Sample) {
    let (buffer, caps) = (sample.buffer().expect("one"), sample.caps().expect("some"));
    if let Ok(info) = gst_video::VideoInfo::from_caps(caps) {
        assert_eq!(buffer.size(), info.size(), "{caps}");
    } else {
        let info = gst_audio::AudioInfo::from_caps(caps).expect("sound");
        assert_eq!(buffer.size() % info.bpf() as usize, 0, "{caps}");
    }
}

fn restarts(play: &Play) -> u64 {
    let stats: gst::Structure = play.element("s").property("stats");
    stats.get("restarts").expect("counted")
}

fn check(line: &str, device: &gst::Device, caps: &str) {
    let (play, healthy) = Healthy::start(line);
    let mut first = play.sample("sink");
    while !is_live(&first) {
        first = play.sample("sink");
    }
    let promised = first.caps().expect("some").to_owned();
    let changed = Changed::to(device, caps);
    let is_past = || restarts(&play) == 1;
    let mut live = 0;
    while live < 10 {
        let sample = play.sample("sink");
        assert_eq!(sample.caps(), Some(promised.as_ref()));
        assert_whole(&sample);
        live += usize::from(is_past() && is_live(&sample));
    }
    let track: MediaStreamTrack = play.element("s").property("track");
    assert!(!track.muted() && track.lost().is_none());
    healthy.check();
    drop(play);
    drop(changed);
    eventually("nothing stays open", || {
        device.property::<u32>("active") == 0
    });
}

#[test]
fn to_another_size() {
    let _alone = alone();
    check(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":640}" ! appsink name=sink sync=false"#,
        &fake("Fake camera 2"),
        "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1",
    );
}

#[test]
fn to_another_format() {
    let _alone = alone();
    check(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":640}" ! appsink name=sink sync=false"#,
        &fake("Fake camera 2"),
        "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1",
    );
}

#[test]
fn to_another_rate_of_sound() {
    let _alone = alone();
    check(
        r#"mediatrackaudiosrc name=s constraints="{\"channelCount\":{\"exact\":2}}" ! appsink name=sink sync=false"#,
        &fake("Fake microphone 1"),
        "audio/x-raw,format=S16LE,layout=interleaved,rate=44100,channels=1",
    );
}

#[test]
fn of_what_is_decoded() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let modes = "image/jpeg,width=640,height=480,framerate=30/1";
    camera.emit_by_name::<()>("set-modes", &[&modes]);
    settle();
    check(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! video/x-raw ! appsink name=sink sync=false"#,
        &camera,
        "image/jpeg,width=320,height=240,framerate=30/1",
    );
}
