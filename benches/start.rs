//! From the start of a pipeline to its first frame, each time in a process of its own, beside the element of the same
//! device. Ours chooses the device and its mode in that time, from a list that is
//! there, or that it has to make first.
//!
//! ```text
//! mediatrackvideosrc constraints='{"facingMode":{"exact":"environment"},"width":1920,"height":1080,"frameRate":30}' ! fakesink
//! gst_device_create_element() ! video/x-raw,format=NV12,width=1920,height=1080,framerate=30/1 ! queue ! fakesink
//! ```
//!
//! Runs in: the host
//! Row: start to first frame, 1080p30
//! Row: start to first frame, 1080p30, devices listed in it
//! Row: start to first 10 ms of sound
//! Row: start to first 10 ms of sound, devices listed in it

#[path = "measure/mod.rs"]
mod measure;
#[path = "table/mod.rs"]
mod table;

use std::process::Command;

use gst::prelude::*;
use measure::{Running, first_frame};
use table::{Goal, Row};

/// Prints the milliseconds to the first frame of a launch line; `device` is what is put in front of its head.
fn child(line: &str, device: Option<&str>) {
    measure::init();
    let running = Running::parse(line);
    if let Some(label) = device {
        let provider = gst::DeviceProviderFactory::by_name("fakemediadeviceprovider");
        let devices = provider.expect("the plugin has it").devices();
        let device = devices.iter().find(|device| device.display_name() == label);
        running.put_in_front(device.expect("it is listed"));
    }
    first_frame::print(&running);
}

fn milliseconds(line: &str, device: &str, is_listed: bool) -> f64 {
    let this = std::env::current_exe().expect("a program knows itself");
    let mut child = Command::new(this);
    child.args(["--child", line, device]);
    match is_listed {
        true => child.env_remove("GST_MEDIASTREAM_PROVIDERS"),
        // Looked for when it starts to play, as by any program.
        false => child.env("GST_MEDIASTREAM_PROVIDERS", "fake"),
    };
    let output = child.output().expect("a program can start itself");
    let text = String::from_utf8_lossy(&output.stdout);
    let time = text.trim().parse();
    time.unwrap_or_else(|_| panic!("{line}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn measure(row: &str, track: &str, caps: &str, label: &str) {
    let bare = format!("capsfilter name=head caps={caps} ! queue ! fakesink name=sink");
    let medians = measure::in_turn(
        measure::rounds(15),
        &mut [
            &mut || milliseconds(track, "", true),
            &mut || milliseconds(&bare, label, true),
            &mut || milliseconds(track, "", false),
        ],
    );
    let with_list = format!("{row}, devices listed in it");
    for (row, ours) in [(row, medians[0]), (&*with_list, medians[2])] {
        Row {
            row,
            place: "host",
            beside: "gst_device_create_element() ! queue ! fakesink",
            ours,
            other: Some(medians[1]),
            unit: "ms",
            goal: Goal::Ratio(1.05),
        }
        .print();
    }
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [child_of, line, device] = &arguments[..]
        && child_of == "--child"
    {
        return child(
            line,
            Some(device.as_str()).filter(|label| !label.is_empty()),
        );
    }
    measure(
        "start to first frame, 1080p30",
        r#"mediatrackvideosrc constraints="{\"facingMode\":{\"exact\":\"environment\"},\"width\":1920,\"height\":1080,\"frameRate\":30}" ! fakesink name=sink"#,
        "video/x-raw,format=NV12,width=1920,height=1080,framerate=30/1",
        "Fake camera 2",
    );
    measure(
        "start to first 10 ms of sound",
        r#"mediatrackaudiosrc constraints="{\"sampleRate\":48000,\"channelCount\":2}" ! fakesink name=sink"#,
        "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2",
        "Fake microphone 1",
    );
}
