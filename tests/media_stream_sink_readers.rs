//! Who reads the tracks of a `mediastreamsink`: several share what was drawn, and nobody holds the producer up.

mod common;

use common::canvas::{Canvas, RGBA, Viewer, of_memory, picture};
use common::{Play, eventually};
use gst::prelude::*;

#[test]
fn several_readers_share_the_memory() {
    let canvas = Canvas::new("");
    let first = canvas.draw(1);
    let viewers = [(); 3].map(|()| canvas.viewer(&first));
    let clone = Viewer::of(&canvas.track().clone_track());
    assert_eq!(clone.see(), of_memory(&first));
    for colour in 2..20 {
        let drawn = canvas.draw(colour);
        for viewer in viewers.iter().chain([&clone]) {
            assert_eq!(viewer.see(), of_memory(&drawn));
        }
    }
}

/// One of them has taken nothing since it began.
#[test]
fn a_slow_reader_costs_the_others_nothing() {
    let canvas = Canvas::new("");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let line = "mediatrackvideosrc name=source ! appsink name=eye sync=false max-buffers=1";
    let slow = Play::parse(line);
    slow.element("source").set_property("track", canvas.track());
    slow.play();
    assert_eq!(of_memory(&buffer(&slow.sample("eye"))), of_memory(&first));
    for colour in 2..200 {
        let drawn = canvas.draw(colour);
        assert_eq!(viewer.see(), of_memory(&drawn));
    }
    // What it has missed is gone; what is shown now is not far.
    let mut seen = vec![1];
    while *seen.last().expect("it began with one") != 199 {
        seen.push(of_memory(&buffer(&slow.sample("eye"))).0);
    }
    assert!(seen.is_sorted() && seen.len() < 20, "{seen:?}");
}

fn buffer(sample: &gst::Sample) -> gst::Buffer {
    sample.buffer_owned().expect("a sample has a buffer")
}

#[test]
fn nobody_has_to_read() {
    let canvas = Canvas::new("");
    (0..200).for_each(|colour| drop(canvas.draw(colour)));
    assert!(!canvas.track().muted());
}

/// What is drawn while a reader is on its way is older than its time, and is the picture of now all the same.
#[test]
fn a_reader_that_begins_while_something_is_drawn() {
    let canvas = Canvas::new("frame-rate=0");
    canvas.draw(0);
    let track = canvas.track();
    eventually("it is unmuted", || !track.muted());
    for colour in 1..40 {
        let viewer = Viewer::parse(&track);
        let paused = viewer.0.pipeline.set_state(gst::State::Paused);
        assert_eq!(paused, Ok(gst::StateChangeSuccess::NoPreroll));
        canvas.request_frame();
        let drawn = of_memory(&canvas.draw(colour));
        viewer.0.play();
        while viewer.see() != drawn {}
    }
}

/// A producer with no more buffers than it was asked for, and a reader that keeps all it gets.
#[test]
fn a_small_pool_is_never_empty() {
    let canvas = Canvas::new("");
    let pool = gst::BufferPool::new();
    let caps: gst::Caps = RGBA.parse().expect("they are caps");
    let mut config = pool.config();
    let mut query = gst::query::Allocation::new(Some(&caps), true);
    let pad = canvas.play.element("pen").static_pad("src").expect("a pad");
    assert!(pad.peer_query(&mut query));
    let (_, size, least, most) = query.allocation_pools().next().expect("it says how many");
    assert_eq!((size, most), (64, 0));
    config.set_params(Some(&caps), size, least, least);
    pool.set_config(config).expect("it takes them");
    pool.set_active(true).expect("it starts");
    let draw = |colour: u8| {
        let mut buffer = pool.acquire_buffer(None).expect("one is free");
        let writable = buffer.get_mut().expect("nobody else has it");
        let mut map = writable.map_writable().expect("it can be written");
        map.fill(colour);
        drop(map);
        canvas.push(&buffer);
        drop(buffer);
        canvas.settle();
    };
    draw(1);
    let track = canvas.track();
    eventually("it is unmuted", || !track.muted());
    let viewer = Viewer::of(&track);
    let kept: Vec<_> = (2..50)
        .map(|colour| {
            let sample = viewer.sample();
            draw(colour);
            sample
        })
        .collect();
    let colours: Vec<_> = kept.iter().map(|s| of_memory(&buffer(s)).0).collect();
    assert_eq!(colours, (1..49).collect::<Vec<_>>());
    pool.set_active(false).expect("it stops");
}

/// Where there is enough of them nothing is copied.
#[test]
fn a_large_pool_is_not_copied_from() {
    let canvas = Canvas::new("");
    let first = canvas.draw(1);
    let viewer = canvas.viewer(&first);
    let drawn: Vec<_> = (2..100).map(picture).collect();
    for picture in &drawn {
        canvas.push(picture);
        assert_eq!(viewer.see(), of_memory(picture));
    }
}
