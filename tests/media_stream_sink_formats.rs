//! What may flow into a `mediastreamsink`, and comes out as it was.

mod common;

use common::canvas::{Canvas, Viewer, of_memory, picture};
use common::{Play, eventually};
use gst::prelude::*;
use gstmediastream::model::constraints::Property;

/// #170: what is seen through the picture is in the picture.
#[test]
fn alpha_survives() {
    for (format, pixel) in [
        ("RGBA", [10, 20, 30, 128]),
        ("BGRA", [10, 20, 30, 0]),
        ("AYUV", [7, 16, 128, 128]),
        ("ARGB64", [0, 99, 16, 128]),
    ] {
        let width = if format == "ARGB64" { 2 } else { 4 };
        let canvas = Canvas::of(&format!(
            "appsrc name=pen format=time \
             caps=video/x-raw,format={format},width={width},height=4,framerate=30/1 \
             ! mediastreamsink name=canvas"
        ));
        canvas.play.play();
        let drawn = gst::Buffer::from_slice(pixel.repeat(16));
        canvas.push(&drawn);
        canvas.settle();
        let viewer = Viewer::of(&canvas.track());
        let sample = viewer.sample();
        let caps = sample
            .caps()
            .and_then(|caps| caps.structure(0))
            .expect("caps");
        assert_eq!(caps.get("format"), Ok(format.to_owned()));
        let seen = sample.buffer_owned().expect("a buffer");
        assert_eq!(of_memory(&seen), of_memory(&drawn));
        let map = seen.map_readable().expect("it can be read");
        assert_eq!(*map, pixel.repeat(16));
    }
}

fn width_of(sample: &gst::Sample) -> i32 {
    let caps = sample.caps().and_then(|caps| caps.structure(0));
    caps.expect("a sample has caps")
        .get("width")
        .expect("of pictures")
}

/// A reader that takes anything sees a canvas of another size in that size, and nothing of the old one after it.
#[test]
fn a_canvas_of_another_size() {
    let canvas = Canvas::new("");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let pen = canvas.play.element("pen");
    for (width, height) in [(8, 2), (2, 8), (16, 1)] {
        let caps: gst::Caps = common::canvas::RGBA.parse().expect("they are caps");
        let mut caps = caps;
        let structure = caps.make_mut().structure_mut(0).expect("one");
        structure.set("width", width);
        structure.set("height", height);
        pen.set_property("caps", &caps);
        let drawn = canvas.draw(100 + width as u8);
        let sample = viewer.sample();
        assert_eq!(
            of_memory(&sample.buffer_owned().expect("a buffer")),
            of_memory(&drawn)
        );
        let known = || canvas.track().settings().integer(Property::Width);
        eventually("it is known", || known() == u32::try_from(width).ok());
        assert_eq!(width_of(&sample), width);
    }
}

/// With nothing but requests what was captured stays, in its size, until the next is.
#[test]
fn another_size_is_captured_when_it_is_requested() {
    let canvas = Canvas::new("frame-rate=0");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    canvas.draw(2);
    let caps = common::canvas::RGBA.replace("width=4,height=4", "width=8,height=2");
    let caps: gst::Caps = caps.parse().expect("they are caps");
    canvas.play.element("pen").set_property("caps", &caps);
    let third = canvas.draw(3);
    let late = canvas.viewer(&first);
    canvas.request_frame();
    for viewer in [viewer, late] {
        let sample = viewer.sample();
        assert_eq!(
            of_memory(&sample.buffer_owned().expect("a buffer")),
            of_memory(&third)
        );
        assert_eq!(width_of(&sample), 8);
    }
}

/// Memory that no reader could take is not taken here.
#[test]
fn memory_is_what_everybody_reads() {
    let play = Play::parse("mediastreamsink name=canvas");
    let pad = play
        .element("canvas")
        .request_pad_simple("video_%u")
        .expect("a pad");
    let ask = |caps: &str| {
        let caps: gst::Caps = caps.parse().expect("they are caps");
        pad.query_caps(Some(&caps))
    };
    let both = ask("video/x-raw(memory:VAMemory),width=4; video/x-raw,width=4");
    assert_eq!(both, ask("video/x-raw,width=4"));
    assert_eq!(both.size(), 1);
    for none in [
        "video/x-raw(memory:GLMemory),width=4",
        "video/x-raw(memory:DMABuf),width=4",
        "video/x-h264",
        "audio/x-raw,layout=interleaved",
    ] {
        assert!(ask(none).is_empty(), "{none}");
    }
}

/// The sound of a gap is silence of its length, in pieces.
#[test]
fn a_gap_in_the_sound_is_silence() {
    const SOUND: &str = "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1";
    let canvas = Canvas::of(&format!(
        "appsrc name=pen format=time caps={SOUND} ! canvas.audio_0 mediastreamsink name=canvas"
    ));
    canvas.play.play();
    let sound = |milliseconds: u64| {
        let mut buffer = gst::Buffer::from_slice(vec![77; 1600]);
        let writable = buffer.get_mut().expect("just made");
        writable.set_pts(gst::ClockTime::from_mseconds(milliseconds));
        writable.set_duration(gst::ClockTime::from_mseconds(100));
        canvas.push(&buffer);
    };
    sound(0);
    let track = canvas.stream().get_audio_tracks().remove(0);
    eventually("it is unmuted", || !track.muted());
    let listener = Play::parse("mediatrackaudiosrc name=source ! appsink name=ear sync=false");
    listener.element("source").set_property("track", &track);
    listener.play();
    let ear = listener.element("ear");
    let hears = || ear.emit_by_name::<Option<gst::Sample>>("try-pull-sample", &[&50_000_000u64]);
    let mut at = (100..)
        .step_by(100)
        .inspect(|at| sound(*at))
        .find(|_| hears().is_some());
    let at = at.take().expect("it hears some time");
    let gap = gst::event::Gap::builder(gst::ClockTime::from_mseconds(at + 100))
        .duration(gst::ClockTime::from_mseconds(1700))
        .build();
    assert!(canvas.play.element("pen").send_event(gap));
    sound(at + 1800);
    let mut heard: Vec<(bool, usize)> = vec![(true, 0)];
    while heard.len() < 3 {
        let sample = listener.sample("ear");
        let buffer = sample.buffer().expect("a buffer");
        let map = buffer.map_readable().expect("it can be read");
        assert!(map.len() <= 1600, "{} bytes at once", map.len());
        let is_sound = map.iter().any(|byte| *byte != 0);
        match heard.last_mut() {
            Some((last, bytes)) if *last == is_sound => *bytes += map.len(),
            _ => heard.push((is_sound, map.len())),
        }
    }
    assert_eq!(heard[1..], [(false, 27_200), (true, 1600)]);
}

/// A picture of no size or format can be no track, nor can sound.
#[test]
fn what_is_no_picture_is_an_error() {
    for (pad, caps, what) in [
        ("video_0", "video/x-raw", "width"),
        ("video_0", "video/x-raw,width=4", "height"),
        ("video_0", "video/x-raw,width=4,height=4", "known format"),
        (
            "video_0",
            "video/x-raw,width=4,height=4,format=NONE_SUCH",
            "known format",
        ),
        ("audio_0", "audio/x-raw,layout=interleaved", "rate"),
        (
            "audio_0",
            "audio/x-raw,layout=interleaved,rate=8000,channels=1",
            "known format",
        ),
    ] {
        let canvas = Canvas::of(&format!(
            "appsrc name=pen format=time caps={caps} ! canvas.{pad} mediastreamsink name=canvas"
        ));
        canvas.play.play();
        canvas.push(&picture(1));
        let (error, _) = canvas.play.error();
        assert_eq!(error.kind(), Some(gst::StreamError::Format));
        let message = error.message();
        assert!(message.ends_with(&format!(": no {what}")), "{message}");
    }
}
