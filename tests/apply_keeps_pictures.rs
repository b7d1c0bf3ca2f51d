//! `applyConstraints` that the camera's mode serves as it is loses no picture, and starts nothing anew (#103).

mod common;

use std::sync::mpsc::channel;

use common::{Play, fake, promised, settle, user_media};
use gst::prelude::*;

/// So slow that a reader on a loaded machine keeps up.
const MODE: &str = "video/x-raw,format=NV12,width=640,height=480,framerate=5/1";
const LABEL: &str = "Fake camera 1";
const TIMES: usize = 10;

#[test]
fn ten_times_another_size_and_every_picture_comes() {
    fake(LABEL).emit_by_name::<()>("set-modes", &[&MODE]);
    settle();
    let track = user_media(r#"{"video":{"width":{"exact":640},"frameRate":{"exact":5}}}"#);
    let track = track.get_tracks().remove(0);
    let opens: u32 = fake(LABEL).property("opens");
    let play = Play::parse("mediatrackvideosrc name=s ! fakesink async=false");
    play.element("s").set_property("track", &track);
    let (sender, pictures) = channel();
    let pad = play.element("s").static_pad("src").expect("a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let caps = pad.current_caps().expect("they come before buffers");
        let width: i32 = caps
            .structure(0)
            .and_then(|s| s.get("width").ok())
            .expect("a width");
        let number = info.buffer().map(|buffer| buffer.offset());
        let _ = sender.send((width, number.expect("a buffer")));
        gst::PadProbeReturn::Ok
    });
    play.play();
    let mut numbers = vec![pictures.recv().expect("the first").1];
    for time in 0..TIMES {
        let (width, height) = [(320, 240), (640, 480), (300, 480)][time % 3];
        let json = format!(r#"{{"width":{{"exact":{width}}},"height":{{"exact":{height}}}}}"#);
        let reply = promised(&track, "apply-constraints", &[&json]);
        assert!(!reply.has_field("error"), "{reply}");
        loop {
            let (seen, number) = pictures.recv().expect("the next");
            numbers.push(number);
            if seen == width {
                break;
            }
        }
    }
    let expected: Vec<_> = (numbers[0]..).take(numbers.len()).collect();
    assert_eq!(numbers, expected, "the driver's numbers");
    assert_eq!(fake(LABEL).property::<u32>("opens"), opens);
    track.stop();
}
