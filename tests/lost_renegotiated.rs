//! What is behind a pad asks for other caps while the device is lost, or is being got over an error: that is no error of
//! the pipeline, and the next track is asked for them.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn line(on_ended: &str) -> String {
    format!(
        r#"mediatrackvideosrc name=s on-ended={on_ended} constraints="{{\"facingMode\":{{\"exact\":\"environment\"}}}}" ! capsfilter name=filter caps=video/x-raw ! appsink name=sink drop=true max-buffers=1"#
    )
}

fn size(play: &Play) -> Option<(u32, u32)> {
    let sample = play.sample("sink");
    let info = gst_video::VideoInfo::from_caps(sample.caps()?).ok()?;
    let buffer = sample.buffer()?;
    (!buffer.flags().contains(gst::BufferFlags::GAP)).then_some((info.width(), info.height()))
}

fn ask_for_less(play: &Play) {
    let caps: gst::Caps = "video/x-raw,width=320,height=180".parse().expect("caps");
    play.element("filter").set_property("caps", caps);
}

#[test]
fn who_waits_gets_them_from_the_next_track() {
    let _alone = alone();
    let device = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(&line("reconnect"));
    while size(&play).is_none() {}
    device.emit_by_name::<()>("unplug", &[]);
    play.track_event("ended");
    ask_for_less(&play);
    healthy.goes_on();
    device.emit_by_name::<()>("plug", &[]);
    settle();
    while size(&play) != Some((320, 180)) {}
    healthy.check();
}

#[test]
fn an_error_that_is_being_got_over_is_none_of_the_pipeline() {
    let _alone = alone();
    let device = fake("Fake camera 2");
    let (play, healthy) = Healthy::start(&line("zero"));
    while size(&play).is_none() {}
    let opens: u32 = device.property("opens");
    device.emit_by_name::<()>("break-stream", &[]);
    ask_for_less(&play);
    eventually("it is opened again", || {
        device.property::<u32>("opens") > opens
    });
    while size(&play) != Some((320, 180)) {}
    let track: MediaStreamTrack = play.element("s").property("track");
    assert!(track.lost().is_none());
    healthy.check();
}
