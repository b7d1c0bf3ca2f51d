//! The next frame of a track as somebody sees it who is no consumer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gst::subclass::prelude::*;

use super::StillError;
use crate::capture::{Frame, Glance, Membership, Next};
use crate::media::MediaStreamTrack;
use crate::media::track::consumer::Station;
use crate::model::constraints::Kind;
use crate::model::lifecycle::{MutedReason, ReadyState};

/// A camera that delivers is not waited for any longer. One that does not is muted before.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is seen.
pub(super) enum Exposure {
    /// A frame as the device delivers it.
    Frame(Frame),
    /// Nothing may be seen: the track is muted or disabled.
    Black,
}

/// What there is to see now.
enum Light {
    On,
    Off,
    /// Nothing ever again.
    Gone,
}

/// The place at the device of a track that can have pictures ("if the readyState is not live, reject").
pub(super) fn place(track: &MediaStreamTrack) -> Result<Membership, StillError> {
    if track.track_kind() == Kind::Audio {
        return Err(StillError::NotVideo);
    }
    track
        .imp()
        .lock()
        .membership
        .clone()
        .ok_or(StillError::Ended)
}

/// Whether nothing may be seen of the track now.
pub(super) fn is_dark(track: &MediaStreamTrack) -> bool {
    matches!(light(track), Light::Off)
}

fn light(track: &MediaStreamTrack) -> Light {
    let state = track.imp().lock();
    // Its picture is to be seen while it is muted.
    let stands_still = matches!(state.membership, Some(Membership::Generator(_)));
    match (
        state.life.ready_state(),
        state.life.enabled(),
        state.life.muted(),
    ) {
        (ReadyState::Ended, ..) => Light::Gone,
        // Another photo is being taken: that passes, and is no reason for black.
        (ReadyState::Live, true, None | Some(MutedReason::Photo)) => Light::On,
        (ReadyState::Live, true, Some(_)) if stands_still => Light::On,
        (ReadyState::Live, ..) => Light::Off,
    }
}

/// Waits for the next frame, for as long as one can come.
pub(super) fn expose(track: &MediaStreamTrack, glance: &Glance) -> Result<Exposure, StillError> {
    let feed = glance.feed();
    // Woken as a consumer is when the track changes.
    let station = Arc::new(Station::silent(feed.clone()));
    track.imp().lock().consumers.push(Arc::downgrade(&station));
    let deadline = Instant::now() + PATIENCE;
    loop {
        match light(track) {
            Light::On => {}
            Light::Off => return Ok(Exposure::Black),
            Light::Gone => return Err(StillError::Failed("the track ended meanwhile".to_owned())),
        }
        match feed.next(Some(deadline)) {
            Next::Woken => {}
            Next::Failed(error) => return Err(StillError::Failed(error.to_string())),
            Next::Frame(frame) => match light(track) {
                Light::On => return Ok(Exposure::Frame(frame)),
                // It may have changed while it waited.
                Light::Off | Light::Gone => {}
            },
            Next::Nothing | Next::Flushing => {
                let waited = PATIENCE.as_secs();
                let why = format!("the camera delivered nothing within {waited} s");
                return Err(StillError::Failed(why));
            }
        }
    }
}
