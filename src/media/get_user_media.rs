//! Choosing and opening devices by constraints ("getUserMedia").
//!
//! All candidates of all devices of a kind are weighed together, so that the best device wins and
//! not the first. What was chosen is opened; a device that cannot be had is left out and the rest
//! is weighed again. All kinds asked for, or nothing.

use std::fmt;
use std::sync::Arc;

use super::devices::is_granted;
use super::track::{MediaStreamTrack, kind_name};
use crate::capture::{CaptureError, ErrorKind, Modes, OpenError, kind_of};
use crate::devices::{Device, DeviceKind, Registry, denied};
use crate::model::constraints::{
    Alternative, Candidate, Defaults, Kind, Overconstrained, Request, Selection, StreamConstraints,
    TrackConstraints, TypeError, select_settings,
};

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
    let asked: Vec<(Kind, &TrackConstraints)> = [
        (Kind::Audio, constraints.audio.as_ref()),
        (Kind::Video, constraints.video.as_ref()),
    ]
    .into_iter()
    .filter_map(|(kind, constraints)| Some((kind, constraints?)))
    .collect();
    let kinds: Vec<Kind> = asked.iter().map(|(kind, _)| *kind).collect();
    // Devices start in parallel: a camera and a microphone each take their time.
    let opened: Vec<_> = std::thread::scope(|scope| {
        let opening: Vec<_> = asked
            .iter()
            .map(|(kind, constraints)| {
                scope.spawn(|| open_best(&kinds, *kind, constraints, None, |_| true))
            })
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
    open_best(&[kind], kind, constraints, consumer, |_| true)
}

/// The same, of the device `id` only.
///
/// # Errors
///
/// See [`GetUserMediaError`].
pub fn get_track_of(
    id: &str,
    kind: Kind,
    constraints: &TrackConstraints,
    consumer: Option<&gst::Caps>,
) -> Result<MediaStreamTrack, GetUserMediaError> {
    open_best(&[kind], kind, constraints, consumer, |device| {
        device.id == id
    })
}

/// `kinds`: all that the request is about.
fn open_best(
    kinds: &[Kind],
    kind: Kind,
    constraints: &TrackConstraints,
    consumer: Option<&gst::Caps>,
    filter: impl Fn(&Device) -> bool,
) -> Result<MediaStreamTrack, GetUserMediaError> {
    // Step 5.2: members of the other kind are dropped. Step 5.3: what may not be required.
    let constraints = constraints.for_kind(kind);
    constraints
        .check_get_user_media()
        .map_err(GetUserMediaError::Type)?;
    let registry =
        Registry::shared().map_err(|error| GetUserMediaError::Devices(error.to_string()))?;
    let mut devices: Vec<Modes> = registry
        .devices()
        .iter()
        .filter(|device| kind_of(device) == Some(kind) && filter(device))
        .map(Modes::of)
        .collect();
    if devices.is_empty() {
        // "NotFound": refused permission outranks it, #133.
        return Err(match is_granted(kinds, None) {
            true => nothing_of(kind),
            false => GetUserMediaError::NotAllowed(kind),
        });
    }
    let mut refused: Option<OpenError> = None;
    loop {
        let chosen = match choose(&devices, &constraints, consumer) {
            Ok(chosen) => chosen,
            // Step 9: whatever was left cannot serve; why the better ones failed is the answer.
            Err(error) => return Err(overruled(kinds, kind, &devices, refused, error)),
        };
        let device = devices.remove(chosen).device;
        // Step 6, with the device that it is about.
        if !is_granted(kinds, Some(&device)) {
            return Err(GetUserMediaError::NotAllowed(kind));
        }
        match MediaStreamTrack::open(&device, &constraints, consumer.cloned()) {
            Ok(track) => return Ok(track),
            Err(error) => {
                gst::info!(super::CAT, "{error}");
                refused = Some(refused.map_or(error.clone(), |first| worse(first, error)));
            }
        }
    }
}

/// "NotFound failure": where the system keeps a device from this user, that is the answer.
fn nothing_of(kind: Kind) -> GetUserMediaError {
    let of_kind = match kind {
        Kind::Audio => DeviceKind::AudioInput,
        Kind::Video => DeviceKind::VideoInput,
    };
    match denied(of_kind) {
        Some(node) => {
            let detail = "the system refuses access to its node; join the group that owns it";
            let label = node.display().to_string();
            OpenError::from(CaptureError::new(ErrorKind::NotAllowed, &label, detail)).into()
        }
        None => GetUserMediaError::NotFound(kind),
    }
}

/// Why no device is left: what was refused before, else `error`. Refused permission outranks it, #134.
fn overruled(
    kinds: &[Kind],
    kind: Kind,
    left: &[Modes],
    refused: Option<OpenError>,
    error: OpenError,
) -> GetUserMediaError {
    match refused {
        // The application allowed it, and the device failed.
        Some(refused) => refused.into(),
        None if is_granted(kinds, left.first().map(|modes| &modes.device)) => error.into(),
        None => GetUserMediaError::NotAllowed(kind),
    }
}

/// Which of two failures tells the application more: a lock of the hardware, which it can resolve,
/// before everything else; then the first.
fn worse(first: OpenError, second: OpenError) -> OpenError {
    let is_busy = |error: &OpenError| {
        matches!(
            error,
            OpenError::Capture(CaptureError {
                kind: ErrorKind::Busy,
                ..
            })
        )
    };
    if !is_busy(&first) && is_busy(&second) {
        second
    } else {
        first
    }
}

/// SelectSettings over all modes of all devices: the index of the device that wins.
fn choose(
    devices: &[Modes],
    constraints: &TrackConstraints,
    consumer: Option<&gst::Caps>,
) -> Result<usize, OpenError> {
    let any = gst::Caps::new_any();
    let caps = consumer.unwrap_or(&any);
    let all = Candidates::of(devices, |modes| modes.alternatives(caps).1);
    if all.candidates.is_empty() {
        // Listed, but its formats could not be read: it is busy. Opening it says so.
        return (!devices.is_empty()).then_some(0).ok_or_else(|| {
            CaptureError::new(ErrorKind::NotFound, "", "none of the devices is left").into()
        });
    }
    if all
        .alternatives
        .iter()
        .all(|a| a.cost.iter().all(Option::is_none))
    {
        return Err(missing_decoder(devices, constraints, caps)
            .map_or_else(|| all.unreachable(devices, caps), OpenError::Capture));
    }
    match all.select(constraints) {
        Ok(selection) => {
            gst::info!(super::CAT, "{}{}", selection.report, whose(devices));
            Ok(all.owner(&selection))
        }
        Err(error) => Err(missing_decoder(devices, constraints, caps)
            .map_or(OpenError::Overconstrained(error), OpenError::Capture)),
    }
}

/// Which candidates of a report are whose.
fn whose(devices: &[Modes]) -> String {
    let mut text = String::new();
    let mut first = 0;
    for modes in devices.iter().filter(|modes| !modes.candidates.is_empty()) {
        let next = first + modes.candidates.len();
        text += &format!(
            "\n  {first} to {} are of \"{}\"",
            next - 1,
            modes.device.label
        );
        first = next;
    }
    text
}

/// Whether a decoder that is not installed is all that is in the way.
fn missing_decoder(
    devices: &[Modes],
    constraints: &TrackConstraints,
    caps: &gst::Caps,
) -> Option<CaptureError> {
    let all = Candidates::of(devices, |modes| modes.alternatives_with_all_decoders(caps));
    let selection = all.select(constraints).ok()?;
    let modes = devices.get(all.owner(&selection))?;
    let first = all
        .owners
        .iter()
        .position(|owner| *owner == all.owner(&selection))?;
    let entry = modes.entries.get(selection.candidate - first)?;
    let coded = gst::Caps::new_empty_simple(entry.mode.structure.name());
    Some(CaptureError::missing_decoder(&modes.device.label, &coded))
}

/// The modes of several devices in one list.
struct Candidates {
    candidates: Vec<Candidate>,
    alternatives: Vec<Alternative>,
    /// Index by index: whose mode it is.
    owners: Vec<usize>,
}

impl Candidates {
    fn of(devices: &[Modes], alternatives_of: impl Fn(&Modes) -> Vec<Alternative>) -> Self {
        let mut all = Self {
            candidates: Vec::new(),
            alternatives: Vec::new(),
            owners: Vec::new(),
        };
        for (index, modes) in devices.iter().enumerate() {
            let of_device = alternatives_of(modes);
            // The same caps come apart the same way for every device: costs add up by index.
            for (sum, own) in all.alternatives.iter_mut().zip(&of_device) {
                sum.cost.extend(own.cost.iter().copied());
            }
            if index == 0 {
                all.alternatives = of_device;
            }
            all.candidates.extend(modes.candidates.iter().cloned());
            all.owners.resize(all.candidates.len(), index);
        }
        all
    }

    fn select(&self, constraints: &TrackConstraints) -> Result<Selection, Overconstrained> {
        let request = Request {
            constraints,
            alternatives: &self.alternatives,
        };
        select_settings(&self.candidates, &request, &Defaults::default())
    }

    /// Nothing that the devices give can be made into what the consumer takes.
    fn unreachable(&self, devices: &[Modes], consumer: &gst::Caps) -> OpenError {
        let entries = devices.iter().flat_map(|modes| &modes.entries);
        let mut given: Vec<&str> = entries.map(|e| e.mode.structure.name().as_str()).collect();
        given.sort_unstable();
        given.dedup();
        let given = given.join(", ");
        OpenError::Overconstrained(Overconstrained {
            constraint: None,
            wanted: consumer.to_string(),
            nearest: None,
            message: format!(
                "the consumer takes {consumer} only, and no device gives that: they give {given}; \
                 put an encoder or a converter behind"
            ),
        })
    }

    fn owner(&self, selection: &Selection) -> usize {
        self.owners
            .get(selection.candidate)
            .copied()
            .unwrap_or_default()
    }
}

/// The device with this id, if it is there.
pub fn device(id: &str) -> Option<Arc<Device>> {
    let registry = Registry::shared().ok()?;
    registry
        .devices()
        .into_iter()
        .find(|device| device.id == id)
}
