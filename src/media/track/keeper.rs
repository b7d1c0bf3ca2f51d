//! Keeps live tracks alive while somebody listens to them ("garbage collection" of Media Capture
//! and Streams): an application that only connects to `ended` need not hold the track.
//!
//! A track that nobody holds and nobody listens to is let go of within a second, and with the last of
//! its device the device is closed. `stop()` does that at once.
//!
//! Lock: `LIVE` is a leaf. No track is dropped while it is held.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::glib;
use gst::glib::subclass::SignalId;
use gst::prelude::*;

use super::{EVENTS, MediaStreamTrack, MediaStreamTrackState};
use crate::model::constraints::Kind;

/// How often is looked for tracks that nobody knows any more.
const ROUND: Duration = Duration::from_secs(1);

struct Live {
    tracks: Vec<MediaStreamTrack>,
    has_keeper: bool,
}

static LIVE: Mutex<Live> = Mutex::new(Live {
    tracks: Vec::new(),
    has_keeper: false,
});

/// A track was stopped: it may have been the last.
static STOPPED: Condvar = Condvar::new();

fn live() -> MutexGuard<'static, Live> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Holds a track that has become live.
pub(super) fn keep(track: &MediaStreamTrack) {
    let is_kept = {
        let mut live = live();
        live.tracks.push(track.clone());
        std::mem::replace(&mut live.has_keeper, true)
    };
    // It may have ended before it was here to be let go of.
    if track.ready_state() == MediaStreamTrackState::Ended {
        let_go(track);
    }
    if is_kept {
        return;
    }
    let started = std::thread::Builder::new()
        .name("mediastream-live".into())
        .spawn(rounds);
    if let Err(error) = started {
        // Kept until stopped: better than ended behind the application's back.
        gst::warning!(super::super::CAT, "no thread to look after tracks: {error}");
    }
}

/// Lets go of a track that has ended.
pub(super) fn let_go(track: &MediaStreamTrack) {
    let mut live = live();
    let at = live.tracks.iter().position(|kept| kept == track);
    let kept = at.map(|at| live.tracks.swap_remove(at));
    drop(live);
    STOPPED.notify_one();
    drop(kept);
}

/// The live tracks of one kind.
pub(in crate::media) fn of_kind(kind: Kind) -> Vec<MediaStreamTrack> {
    let mut tracks = live().tracks.clone();
    tracks.retain(|track| track.track_kind() == kind);
    tracks
}

/// Ends with the last live track.
fn rounds() {
    let mut tracks = live();
    loop {
        if tracks.tracks.is_empty() {
            tracks.has_keeper = false;
            return;
        }
        let waited = STOPPED.wait_timeout(tracks, ROUND);
        tracks = waited.unwrap_or_else(PoisonError::into_inner).0;
        let forgotten: Vec<_> = tracks
            .tracks
            .extract_if(.., |track| is_forgotten(track))
            .collect();
        drop(tracks);
        drop(forgotten);
        tracks = live();
    }
}

/// Whether the keeper alone holds the track. Whoever could connect to it holds it as well.
fn is_forgotten(track: &MediaStreamTrack) -> bool {
    track.ref_count() == 1 && !EVENTS.iter().any(|event| has_handler(track, event))
}

fn has_handler(track: &MediaStreamTrack, event: &str) -> bool {
    SignalId::lookup(event, MediaStreamTrack::static_type())
        .is_some_and(|signal| glib::signal::signal_has_handler_pending(track, signal, None, true))
}
