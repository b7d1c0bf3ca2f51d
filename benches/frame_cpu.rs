//! What a frame costs on its way from the device to the application, beside the source alone.
//!
//! A track has its queue inside (the feed), so it needs no `queue` behind it where a bare source does. Both sides draw the same
//! picture in the same caps with the same element: the fake camera draws with `videotestsrc`, the fake microphone with
//! `audiotestsrc`, in a pipeline of its own, whose cost is on our side. So the element of the same device is a second
//! neighbour, which has that too.
//!
//! ```text
//! mediatrackvideosrc constraints='{"facingMode":{"exact":"environment"},"width":1920,"height":1080,"frameRate":30}' ! fakesink
//! mediatrackaudiosrc constraints='{"sampleRate":48000,"channelCount":2}' ! fakesink
//! ```
//!
//! Runs in: the host
//! Row: CPU per frame, 1080p30
//! Row: CPU per frame, 1080p30, beside the same device
//! Row: CPU per 10 ms of 48 kHz stereo
//! Row: CPU per 10 ms of 48 kHz stereo, beside the same device

#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use gst::prelude::*;
use measure::Running;
use table::{Goal, Row};

/// What is measured for each kind.
struct Subject {
    row: &'static str,
    track: &'static str,
    /// What draws the same, where its caps stand for `CAPS`.
    bare: &'static str,
    caps: &'static str,
    label: &'static str,
    buffers: u64,
}

const PICTURES: Subject = Subject {
    row: "CPU per frame, 1080p30",
    track: r#"mediatrackvideosrc constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":1920,\"height\":1080,\"frameRate\":30}" ! fakesink name=sink"#,
    bare: "videotestsrc is-live=true pattern=ball background-color=0xff305070 foreground-color=0xffffd040",
    caps: "video/x-raw,format=NV12,width=1920,height=1080,framerate=30/1",
    label: "Fake camera 2",
    buffers: 60,
};

const SOUND: Subject = Subject {
    row: "CPU per 10 ms of 48 kHz stereo",
    track: r#"mediatrackaudiosrc constraints="{\"sampleRate\":48000,\"channelCount\":2}" ! fakesink name=sink"#,
    bare: "audiotestsrc is-live=true samplesperbuffer=480 volume=0.5",
    caps: "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2",
    label: "Fake microphone 1",
    buffers: 200,
};

fn fake(label: &str) -> gst::Device {
    let provider = gst::DeviceProviderFactory::by_name("fakemediadeviceprovider");
    let devices = provider.expect("the plugin has it").devices();
    let found = devices.iter().find(|device| device.display_name() == label);
    found.expect("it is listed").clone()
}

fn measure(subject: &Subject) {
    let Subject {
        row,
        track,
        bare,
        caps,
        label,
        buffers,
    } = subject;
    let bare = format!("{bare} ! {caps} ! queue ! fakesink name=sink");
    let head = format!("capsfilter name=head caps={caps} ! queue ! fakesink name=sink");
    let device = fake(label);
    let medians = measure::in_turn(
        measure::rounds(3),
        &mut [
            &mut || measure::cpu_per_buffer(&Running::start(track), *buffers),
            &mut || measure::cpu_per_buffer(&Running::start(&bare), *buffers),
            &mut || measure::cpu_per_buffer(&Running::device(&device, &head), *buffers),
        ],
    );
    let kind = bare.split(' ').next().unwrap_or_default();
    let neighbours = [
        (
            row.to_string(),
            format!("{kind} is-live=true ! queue ! fakesink"),
        ),
        (
            format!("{row}, beside the same device"),
            "gst_device_create_element() ! queue ! fakesink".into(),
        ),
    ];
    for ((row, beside), other) in neighbours.iter().zip(&medians[1..]) {
        Row {
            row,
            place: "host",
            beside,
            ours: medians[0],
            other: Some(*other),
            unit: "µs",
            goal: Goal::Ratio(1.1),
        }
        .print();
    }
}

fn main() {
    measure::init();
    measure(&PICTURES);
    measure(&SOUND);
}
