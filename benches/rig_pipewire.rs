//! A camera and a microphone of PipeWire, beside `pipewiresrc`.
//!
//! ```text
//! mediatrackvideosrc constraints='{"width":1920,"height":1080,"frameRate":30}' ! fakesink
//! pipewiresrc target-object=CAMERA ! video/x-raw,format=YUY2,width=1920,height=1080 ! queue ! fakesink
//! mediatrackaudiosrc constraints='{"sampleRate":48000,"channelCount":1,"latency":0.01}' ! fakesink
//! pipewiresrc target-object=MICROPHONE stream-properties=p,node.latency=(string)480/48000 !
//!     audio/x-raw,format=S16LE,rate=48000,channels=1 ! queue ! fakesink
//! ```
//!
//! Runs in: scripts/rig/pipewire-session --files --camera 1920x1080@30
//! Row: CPU per second of video, 1080p30
//! Row: start to first frame, 1080p30
//! Row: start to first frame, 1080p30, devices listed in it
//! Row: CPU per second of sound, 48 kHz
//! Row: start to first sound, 48 kHz
//! Row: start to first sound, 48 kHz, devices listed in it

#[path = "measure/mod.rs"]
mod measure;
#[path = "measure/source.rs"]
mod source;
#[path = "table/mod.rs"]
mod table;

use source::Source;

fn node(name: &str) -> String {
    std::env::var(name).expect("this runs in scripts/rig/pipewire-session")
}

fn main() {
    if source::was_child() {
        return;
    }
    let camera = Source {
        place: "pipewire",
        media: "video, 1080p30",
        buffer: "frame, 1080p30",
        rate: 30,
        track: r#"mediatrackvideosrc constraints="{\"width\":1920,\"height\":1080,\"frameRate\":30}""#,
        bare: format!(
            "pipewiresrc target-object={} ! video/x-raw,format=YUY2,width=1920,height=1080 ! queue",
            node("RIG_PIPEWIRE_CAMERA")
        ),
        beside: "pipewiresrc ! queue ! fakesink",
        node: "",
        controls: None,
        format: "",
    };
    let microphone = Source {
        media: "sound, 48 kHz",
        buffer: "sound, 48 kHz",
        // The period of the graph is 256 samples.
        rate: 188,
        track: r#"mediatrackaudiosrc constraints="{\"sampleRate\":48000,\"channelCount\":1,\"latency\":0.01}""#,
        bare: format!(
            "pipewiresrc target-object={} stream-properties=p,node.latency=(string)480/48000 ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! queue",
            node("RIG_PIPEWIRE_MICROPHONE")
        ),
        ..camera
    };
    for source in [camera, microphone] {
        source.processor();
        source.start();
    }
}
