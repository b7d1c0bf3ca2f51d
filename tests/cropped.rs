//! What the frames of a track look like that are smaller than, or of another shape than, the device's: cut out of
//! the middle, neither stretched nor with bars, in every size down to one pixel (#125, #126, #127).

mod common;

use common::{Play, user_media};
use gst::prelude::*;
use gst_video::prelude::*;

/// The picture of the fake camera is a yellow ball on blue; nowhere is it black.
const BLACK: u8 = 16;
const YELLOW: u8 = 150;

fn play(size: &str) -> Play {
    let json = format!(r#"{{"video":{{"facingMode":{{"exact":"environment"}},{size}}}}}"#);
    let track = user_media(&json).get_tracks().remove(0);
    let play = Play::parse(
        "mediatrackvideosrc name=s ! video/x-raw,format=NV12 ! appsink name=sink drop=true max-buffers=1",
    );
    play.element("s").set_property("track", &track);
    play.play();
    play
}

fn info(sample: &gst::Sample) -> gst_video::VideoInfo {
    gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video")
}

/// The first and the last column and line in which there is a bright spot.
fn ball(sample: &gst::Sample) -> Option<[usize; 4]> {
    let info = info(sample);
    let buffer = sample.buffer().expect("a buffer");
    let frame = gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, &info).expect("NV12");
    let (stride, luma) = (frame.plane_stride()[0], frame.plane_data(0).expect("luma"));
    let mut found: Option<[usize; 4]> = None;
    for y in 0..info.height() as usize {
        let line = &luma[y * stride as usize..][..info.width() as usize];
        assert!(
            line.iter().all(|luma| *luma > BLACK),
            "#127: a bar in line {y}"
        );
        let bright = |luma: &u8| *luma > YELLOW;
        let (first, last) = (line.iter().position(bright), line.iter().rposition(bright));
        if let (Some(first), Some(last)) = (first, last) {
            let [left, right, top, _] = found.unwrap_or([first, last, y, y]);
            found = Some([left.min(first), right.max(last), top, y]);
        }
    }
    found
}

#[test]
fn another_shape_is_cut_out_and_the_ball_stays_round() {
    for (size, width, height) in [
        (r#""width":{"exact":720},"height":{"exact":720}"#, 720, 720),
        (r#""width":{"exact":640},"height":{"exact":160}"#, 640, 160),
        (r#""width":{"exact":320},"height":{"exact":180}"#, 320, 180),
    ] {
        let play = play(size);
        let mut round = 0;
        while round < 5 {
            let sample = play.sample("sink");
            let info = info(&sample);
            assert_eq!((info.width(), info.height()), (width, height));
            // While the device is set, black is made up.
            let buffer = sample.buffer().expect("a buffer");
            if buffer.flags().contains(gst::BufferFlags::GAP) {
                continue;
            }
            let Some([left, right, top, bottom]) = ball(&sample) else {
                continue;
            };
            let edges = left == 0 || top == 0;
            if edges || right + 1 == width as usize || bottom + 1 == height as usize {
                continue; // a part of the ball is outside
            }
            let (across, down) = (right - left + 1, bottom - top + 1);
            let apart = across.abs_diff(down);
            assert!(apart <= 2 + across / 10, "#127: {across} by {down}");
            round += 1;
        }
    }
}

#[test]
fn every_size_can_be_had_down_to_a_pixel() {
    for (width, height) in [(1, 1), (1, 1080), (1920, 1), (333, 777), (1919, 1079)] {
        let play = play(&format!(
            r#""width":{{"exact":{width}}},"height":{{"exact":{height}}}"#
        ));
        let info = info(&play.sample("sink"));
        assert_eq!((info.width(), info.height()), (width, height), "#125");
    }
}
