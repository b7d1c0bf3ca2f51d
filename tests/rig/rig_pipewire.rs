//! The rig's PipeWire: a camera and a microphone that deliver, be they virtual ones or the USB device's.
//!
//! Runs in: scripts/rig/pipewire-session
//! Runs in: scripts/rig/run --drivers usbcam --pipewire

use gst::prelude::*;

fn rig(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: see the first lines of this file"))
}

/// A buffer, copied: PipeWire has few of its own, and delivers no more while they are kept.
struct Chunk {
    time: Option<gst::ClockTime>,
    bytes: Vec<u8>,
}

/// What reaches the pipeline's `appsink name=sink`, up to the end of the stream.
fn chunks(description: &str) -> Vec<Chunk> {
    gst::init().unwrap();
    let pipeline = gst::parse::launch(description)
        .unwrap()
        .downcast::<gst::Pipeline>()
        .unwrap();
    // The microphone's clock stops when it stalls, and PipeWire 1.4 delivers one buffer and then none with it.
    pipeline.use_clock(Some(&gst::SystemClock::obtain()));
    let sink = pipeline
        .by_name("sink")
        .unwrap()
        .downcast::<gst_app::AppSink>()
        .unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let chunks = std::iter::from_fn(|| sink.pull_sample().ok())
        .map(|sample| {
            let buffer = sample.buffer().unwrap();
            Chunk {
                time: buffer.pts(),
                bytes: buffer.map_readable().unwrap().to_vec(),
            }
        })
        .collect();
    pipeline.set_state(gst::State::Null).unwrap();
    chunks
}

#[test]
fn the_camera_delivers_frames_with_rising_time_stamps() {
    let frames = chunks(&format!(
        "pipewiresrc target-object={} num-buffers=10 ! video/x-raw,format=YUY2,width=640,height=480 \
         ! appsink name=sink sync=false",
        rig("RIG_PIPEWIRE_CAMERA")
    ));
    assert_eq!(frames.len(), 10);
    let times: Vec<_> = frames.iter().map(|frame| frame.time.unwrap()).collect();
    assert!(
        times.is_sorted_by(|earlier, later| earlier < later),
        "{times:?}"
    );
    assert!(
        frames
            .iter()
            .all(|frame| frame.bytes.len() == 640 * 480 * 2)
    );
}

#[test]
fn the_microphone_delivers_its_tone() {
    let sound = chunks(&format!(
        "pipewiresrc target-object={} num-buffers=20 ! audio/x-raw,format=S16LE,rate=48000,channels=1 \
         ! appsink name=sink sync=false",
        rig("RIG_PIPEWIRE_MICROPHONE")
    ));
    assert_eq!(sound.len(), 20);
    let last = sound[19].bytes.chunks_exact(2);
    let peak = last
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .max();
    assert!(peak > Some(1000), "the loudest sample is {peak:?}");
}
