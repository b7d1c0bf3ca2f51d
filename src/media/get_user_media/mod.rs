//! Choosing and opening devices by constraints ("getUserMedia").
//!
//! All candidates of all devices of a kind are weighed together, so that the best device wins and
//! not the first. Every kind is weighed, and allowed, before anything is opened. A device that
//! cannot be had is left out and the rest is weighed again. All kinds asked for, or nothing.
//!
//! | file | noun |
//! |---|---|
//! | `search` | one kind of a request, from the devices there are to the track |
//! | `candidates` | the modes of several devices, weighed together |

mod candidates;
mod search;

use std::fmt;
use std::sync::Arc;

use search::Search;

use super::track::{MediaStreamTrack, kind_name};
use crate::capture::{Modes, OpenError};
use crate::devices::{Device, Registry};
use crate::model::constraints::{Kind, StreamConstraints, TrackConstraints, TypeError};

/// Why there is no stream.
#[derive(Debug, Clone)]
pub enum GetUserMediaError {
    /// The constraints are not what they must be.
    Type(TypeError),
    /// There is no device of a kind that was asked for.
    NotFound(Kind),
    /// The list of devices could not be had.
    Devices(String),
    /// Permission was refused.
    NotAllowed(Kind),
    /// The track to be played has ended.
    Ended,
    /// The devices there are cannot be opened, or cannot do what is required.
    Open(OpenError),
}

impl fmt::Display for GetUserMediaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = |kind: &Kind| match kind {
            Kind::Audio => "microphone",
            Kind::Video => "camera",
        };
        match self {
            Self::Type(error) => error.fmt(f),
            Self::NotFound(kind) => write!(
                f,
                "{} was asked for, but no {} is connected",
                kind_name(*kind),
                device(kind)
            ),
            Self::Devices(error) => write!(f, "the devices cannot be listed: {error}"),
            Self::NotAllowed(kind) => {
                write!(f, "permission to use the {} was refused", device(kind))
            }
            Self::Ended => f.write_str("the track has ended"),
            Self::Open(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GetUserMediaError {}

impl From<OpenError> for GetUserMediaError {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

/// Opens what meets the constraints: at most one track of each kind, audio first. Waits for the
/// devices.
///
/// # Errors
///
/// See [`GetUserMediaError`]; nothing is left open.
pub fn get_user_media(
    constraints: &StreamConstraints,
) -> Result<Vec<MediaStreamTrack>, GetUserMediaError> {
    // Steps 1 and 5.3.
    constraints
        .check_get_user_media()
        .map_err(GetUserMediaError::Type)?;
    let asked: Vec<(Kind, &TrackConstraints)> = [Kind::Audio, Kind::Video]
        .into_iter()
        .filter_map(|kind| Some((kind, constraints.get(kind)?)))
        .collect();
    let kinds: Vec<Kind> = asked.iter().map(|(kind, _)| *kind).collect();
    // Step 5, for all kinds: whatever can be told without opening a device is told before one is.
    let mut chosen = Vec::new();
    for (kind, constraints) in asked {
        let mut search = Search::new(&kinds, kind, constraints, None, |_| true)?;
        let modes = search.choose()?;
        chosen.push((search, modes));
    }
    // Step 6, for all kinds as well.
    for (search, modes) in &mut chosen {
        search.ask(&modes.device)?;
    }
    // Step 9.
    open_all(chosen)
}

/// All or nothing. Devices start in parallel: a camera and a microphone each take their time.
fn open_all(chosen: Vec<(Search<'_>, Modes)>) -> Result<Vec<MediaStreamTrack>, GetUserMediaError> {
    let opened: Vec<_> = std::thread::scope(|scope| {
        let opening: Vec<_> = chosen
            .into_iter()
            .map(|(search, modes)| scope.spawn(move || search.open(modes)))
            .collect();
        opening.into_iter().map(join).collect()
    });
    let mut tracks = Vec::new();
    let mut failed = None;
    for result in opened {
        match result {
            Ok(track) => tracks.push(track),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        None => Ok(tracks),
        Some(error) => {
            tracks.iter().for_each(|track| track.stop());
            Err(error)
        }
    }
}

fn join<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Opens one track of `kind` for a consumer that takes `consumer`. Waits for the device.
///
/// # Errors
///
/// See [`GetUserMediaError`].
pub fn get_track(
    kind: Kind,
    constraints: &TrackConstraints,
    consumer: Option<&gst::Caps>,
) -> Result<MediaStreamTrack, GetUserMediaError> {
    // Step 5.3: what may not be required.
    constraints
        .for_kind(kind)
        .check_get_user_media()
        .map_err(GetUserMediaError::Type)?;
    open_one(Search::new(&[kind], kind, constraints, consumer, |_| true)?)
}

/// One in the place of a lost one: of the same device `id`, else of another that serves. The application is
/// asked about a device that is there and serves, and about nothing else: this is tried again and again.
///
/// # Errors
///
/// See [`GetUserMediaError`].
pub fn get_track_again(
    id: &str,
    kind: Kind,
    constraints: &TrackConstraints,
    consumer: Option<&gst::Caps>,
) -> Result<MediaStreamTrack, GetUserMediaError> {
    constraints
        .for_kind(kind)
        .check_get_user_media()
        .map_err(GetUserMediaError::Type)?;
    let kinds = [kind];
    let attempt = |filter: &dyn Fn(&Device) -> bool| {
        let search = Search::new(&kinds, kind, constraints, consumer, filter)?;
        open_one(search.again())
    };
    match attempt(&|device| device.id == id) {
        Err(error) if !matches!(error, GetUserMediaError::NotAllowed(_)) => {
            attempt(&|device| device.id != id)
        }
        answer => answer,
    }
}

/// One track, of the best device that the search is about.
fn open_one(mut search: Search<'_>) -> Result<MediaStreamTrack, GetUserMediaError> {
    let modes = search.choose()?;
    search.ask(&modes.device)?;
    search.open(modes)
}

/// The device with this id, if it is there.
pub fn device(id: &str) -> Option<Arc<Device>> {
    let registry = Registry::shared().ok()?;
    registry
        .devices()
        .into_iter()
        .find(|device| device.id == id)
}
