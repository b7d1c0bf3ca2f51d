//! How many bytes the plugin copies or makes for a frame: what leaves a track is looked up by its address among
//! what the device handed out.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gst::prelude::*;
use gstmediastream::media::{MediaDevices, MediaStreamTrack};
use gstmediastream::model::constraints::StreamConstraints;

use super::still;

/// What is looked at of each track.
const FRAMES: u64 = 12;
/// A machine that is slower than this is broken.
const LIMIT: Duration = Duration::from_secs(60);

/// What becomes of the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Enabled,
    /// All tracks are.
    Disabled,
    /// The device delivers nothing.
    Muted,
}

/// What left the tracks since it was last forgotten.
#[derive(Default)]
struct Seen {
    /// Frames of each track in the memory of the device, and in other memory.
    frames: Vec<[u64; 2]>,
    /// Bytes in memory that was neither the device's nor had left before.
    fresh: u64,
    /// That memory, kept so that no address is used again.
    kept: Vec<(usize, gst::Buffer)>,
    /// How many frames of a track are waited for.
    awaited: u64,
}

/// And who waits for more of it.
type Ledger = Arc<(Mutex<Seen>, Condvar)>;

fn lock(ledger: &Ledger) -> MutexGuard<'_, Seen> {
    ledger.0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seen {
    /// Whether that is as many of its kind as are waited for.
    fn see(&mut self, track: usize, buffer: &gst::Buffer) -> bool {
        let place = still::place(buffer);
        let is_own = still::handed_out(place).is_some();
        let frames = &mut self.frames[track][usize::from(!is_own)];
        *frames += 1;
        let is_awaited = *frames == self.awaited;
        if !is_own && !self.kept.iter().any(|(known, _)| *known == place) {
            self.fresh += buffer.size() as u64;
            self.kept.push((place, buffer.clone()));
        }
        is_awaited
    }

    fn forget(&mut self) {
        self.fresh = 0;
        self.frames.fill([0; 2]);
    }

    /// Whether each track has given so many frames, `own` or not.
    fn has(&self, own: bool, frames: u64) -> bool {
        let mut tracks = self.frames.iter();
        tracks.all(|seen| seen[usize::from(!own)] >= frames)
    }
}

#[track_caller]
fn wait(ledger: &Ledger, own: bool, frames: u64) {
    let deadline = Instant::now() + LIMIT;
    let mut seen = lock(ledger);
    seen.awaited = frames;
    while !seen.has(own, frames) {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "not in time: {:?}", seen.frames);
        let waited = ledger.1.wait_timeout(seen, left);
        seen = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

fn play(track: &MediaStreamTrack, at: usize, ledger: &Ledger) -> gst::Pipeline {
    let kind = track.kind();
    let line = format!("mediatrack{kind}src name=s ! fakesink name=sink");
    let pipeline = gst::parse::launch(&line).expect("it can be built");
    let pipeline: gst::Pipeline = pipeline.downcast().expect("it is a pipeline");
    let source = pipeline.by_name("s").expect("it has a name");
    source.set_property("track", track);
    let sink = pipeline.by_name("sink").expect("it has a name");
    let ledger = ledger.clone();
    let pad = sink.static_pad("sink").expect("a sink has a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        if let Some(buffer) = info.buffer() {
            let is_awaited = lock(&ledger).see(at, buffer);
            if is_awaited {
                ledger.1.notify_all();
            }
        }
        gst::PadProbeReturn::Ok
    });
    let playing = pipeline.set_state(gst::State::Playing);
    playing.expect("the state change is accepted");
    pipeline
}

/// The bytes for each frame that leaves so many tracks of one device, once all have come to this state. What has left
/// before is not counted again: a black picture is made once.
pub fn bytes_per_frame(sound: bool, tracks: usize, state: State) -> f64 {
    still::init();
    let (json, label) = match sound {
        true => (r#"{"audio":true}"#, still::MICROPHONE),
        false => (r#"{"video":true}"#, still::CAMERA),
    };
    let constraints = StreamConstraints::from_json(json).expect("they are right");
    let stream = MediaDevices::default().get_user_media(&constraints);
    let first = stream.expect("there is a device").get_tracks().remove(0);
    assert_eq!(first.label(), label);
    let mut all = vec![first];
    all.extend(
        (1..tracks)
            .map(|_| all[0].clone_track())
            .collect::<Vec<_>>(),
    );
    let ledger: Ledger = Arc::default();
    lock(&ledger).frames.resize(tracks, [0; 2]);
    let plays: Vec<_> = (0..tracks).map(|at| play(&all[at], at, &ledger)).collect();
    wait(&ledger, true, 1);
    match state {
        State::Enabled => {}
        State::Disabled => all.iter().for_each(|track| track.set_enabled(false)),
        State::Muted => still::set_stalled(true),
    }
    let own = state == State::Enabled;
    lock(&ledger).forget();
    wait(&ledger, own, 2);
    lock(&ledger).forget();
    wait(&ledger, own, FRAMES);
    let (bytes, frames) = {
        let seen = lock(&ledger);
        let frames = seen.frames.iter().flatten().sum::<u64>();
        (seen.fresh, frames)
    };
    still::set_stalled(false);
    for pipeline in plays {
        let _ = pipeline.set_state(gst::State::Null);
    }
    all.iter().for_each(|track| track.stop());
    bytes as f64 / frames as f64
}
