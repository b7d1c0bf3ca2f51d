//! The time to the first frame, each time in a child of this program.

use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use gst::prelude::*;

use super::Running;

const LIMIT: Duration = Duration::from_secs(30);

/// What the child does: starts a pipeline and prints the milliseconds to its first frame.
pub fn print(running: &Running) {
    let sink = running.pipeline.by_name("sink").expect("it is there");
    let (told, first) = channel();
    let pad = sink.static_pad("sink").expect("a sink has a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        // What is black because nothing has come is no frame.
        let gap = info
            .buffer()
            .is_some_and(|buffer| buffer.flags().contains(gst::BufferFlags::GAP));
        if !gap {
            let _ = told.send(Instant::now());
        }
        gst::PadProbeReturn::Ok
    });
    let start = Instant::now();
    running.play();
    let first = first.recv_timeout(LIMIT).expect("a frame comes in time");
    println!("{}", (first - start).as_secs_f64() * 1e3);
}

/// What a child prints that is called with these arguments.
pub fn of_child(arguments: &[&str]) -> f64 {
    let this = std::env::current_exe().expect("a program knows itself");
    let child = Command::new(this).args(arguments).output();
    let output = child.expect("a program can start itself");
    let text = String::from_utf8_lossy(&output.stdout);
    let time = text.trim().parse();
    time.unwrap_or_else(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("{arguments:?}: {said}")
    })
}
