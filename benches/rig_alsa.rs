//! A microphone of a real ALSA driver, beside `alsasrc`.
//!
//! ```text
//! mediatrackaudiosrc constraints='{"sampleRate":48000,"channelCount":2,"latency":0.01}' ! fakesink
//! alsasrc ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! queue ! fakesink
//! ```
//!
//! 10 ms are what `alsasrc` takes by itself, and half of what a track does.
//!
//! Runs in: scripts/rig/run --drivers aloop
//! Row: CPU per 10 ms of 48 kHz stereo
//! Row: instructions per 10 ms of 48 kHz stereo over the source alone
//! Row: start to first 10 ms of 48 kHz stereo
//! Row: start to first 10 ms of 48 kHz stereo, devices listed in it
//! Row: opens for capture, start to first 10 ms of 48 kHz stereo
//! Row: formats set, start to first 10 ms of 48 kHz stereo

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
    let device =
        std::env::var("RIG_ALOOP_CAPTURE").expect("this runs in scripts/rig/run --drivers aloop");
    let microphone = Source {
        place: "aloop",
        media: "sound, 48 kHz stereo",
        buffer: "10 ms of 48 kHz stereo",
        rate: 100,
        track: r#"mediatrackaudiosrc constraints="{\"sampleRate\":48000,\"channelCount\":2,\"latency\":0.01}""#,
        bare: &format!(
            "alsasrc device={device} ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! queue"
        ),
        beside: "alsasrc ! queue ! fakesink",
        node: "/dev/snd/pcm",
        controls: None,
        format: "SNDRV_PCM_IOCTL_HW_PARAMS",
    };
    microphone.driver();
    microphone.start();
    microphone.instructions();
}
