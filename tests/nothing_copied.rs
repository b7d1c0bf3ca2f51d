//! The memory that leaves a track is the memory that the device handed out, or one black picture for all tracks that
//! show none, or a part of one silence.

#[path = "common/copies.rs"]
mod copies;
#[path = "common/still.rs"]
mod still;

use std::sync::{Mutex, PoisonError};

use copies::{State, bytes_per_frame};

/// They stall the same devices.
static ALONE: Mutex<()> = Mutex::new(());

#[track_caller]
fn nothing_is_copied(state: State) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for sound in [false, true] {
        for tracks in [1, 2, 64] {
            let bytes = bytes_per_frame(sound, tracks, state);
            assert_eq!(bytes, 0.0, "sound {sound}, {tracks} tracks");
        }
    }
}

#[test]
fn for_tracks_that_are_enabled() {
    nothing_is_copied(State::Enabled);
}

#[test]
fn for_tracks_that_are_disabled() {
    nothing_is_copied(State::Disabled);
}

#[test]
fn for_tracks_that_are_muted() {
    nothing_is_copied(State::Muted);
}
