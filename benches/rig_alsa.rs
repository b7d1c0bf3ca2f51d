//! A microphone of a real ALSA driver, beside `alsasrc`.
//!
//! ```text
//! mediatrackaudiosrc constraints='{"sampleRate":48000,"channelCount":2,"latency":0.01}' ! fakesink
//! alsasrc ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! queue ! fakesink
//! ```
//!
//! Runs in: scripts/rig/run --processors 1 --drivers aloop
//! Row: CPU per 10 ms of 48 kHz stereo
//! Row: instructions per 10 ms of 48 kHz stereo over the source alone
//! Row: start to first 10 ms of 48 kHz stereo
//! Row: start to first 10 ms of 48 kHz stereo, devices listed in it

#[path = "measure/mod.rs"]
mod measure;
#[path = "measure/source.rs"]
mod source;
#[path = "table/mod.rs"]
mod table;

use source::Source;

fn main() {
    if source::was_child() {
        return;
    }
    let microphone = Source::aloop();
    microphone.start();
    microphone.instructions();
}
