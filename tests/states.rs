//! State changes at any moment: no hang, no critical, nothing left open or alive.

mod common;

use common::{Play, eventually, fake, init, threads};
use gst::prelude::*;

/// A small generator of our own: the same sequence in every run, so that a failure replays.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

#[test]
fn a_hundred_random_runs() {
    init();
    let mut chance = Chance(0x5eed);
    let play = Play::parse(
        "mediatrackvideosrc name=v ! fakesink sync=false async=false \
         mediatrackaudiosrc name=a ! fakesink sync=false async=false",
    );
    let buffers = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    for name in ["v", "a"] {
        let buffers = buffers.clone();
        let pad = play.element(name).static_pad("src").expect("a pad");
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
            buffers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            gst::PadProbeReturn::Ok
        });
    }
    let states = [
        gst::State::Null,
        gst::State::Ready,
        gst::State::Paused,
        gst::State::Playing,
    ];
    for run in 0..100 {
        let _ = play.pipeline.set_state(gst::State::Playing);
        let seen = buffers.load(std::sync::atomic::Ordering::Relaxed);
        // Sometimes it runs for some buffers, sometimes it is stopped while the device opens.
        let patience = chance.below(4);
        if run % 5 == 0 {
            eventually("buffers flow", || {
                buffers.load(std::sync::atomic::Ordering::Relaxed) > seen + patience
            });
        }
        let state = states[usize::try_from(chance.below(4)).expect("small")];
        let _ = play.pipeline.set_state(state);
        if chance.below(2) == 0 {
            let _ = play.pipeline.set_state(gst::State::Null);
        }
    }
    drop(play);
    for label in [
        "Fake camera 1",
        "Fake camera 2",
        "Fake microphone 1",
        "Fake microphone 2",
    ] {
        let device = fake(label);
        eventually("everything is closed", || {
            device.property::<u32>("active") == 0
        });
    }
    // And nobody waits for the next of them.
    let idle = || {
        !threads()
            .iter()
            .any(|name| name.starts_with("mediastream-src"))
    };
    eventually("the workers have ended", idle);
}
