//! One kind of a request: the devices that may still serve it, from the first choice to the track.

use std::sync::Arc;

use super::GetUserMediaError;
use super::candidates::choose;
use crate::capture::{CaptureError, ErrorKind, Modes, OpenError, kind_of};
use crate::devices::{Device, DeviceKind, Registry, denied};
use crate::media::devices::{grant, is_granted};
use crate::media::lens::Lens;
use crate::media::{CAT, MediaStreamTrack};
use crate::model::constraints::{Kind, TrackConstraints};

/// The search for one track.
pub(super) struct Search<'a> {
    /// All kinds that the request is about, in its order.
    kinds: &'a [Kind],
    kind: Kind,
    constraints: TrackConstraints,
    consumer: Option<&'a gst::Caps>,
    /// What has not been tried.
    left: Vec<Modes>,
    /// Why what was tried failed.
    refused: Option<OpenError>,
    /// Whether the track may move the lens.
    lens: Lens,
    /// It takes the place of a track that was lost.
    is_again: bool,
}

impl<'a> Search<'a> {
    /// Over all devices of `kind` that `filter` accepts. Opens nothing.
    ///
    /// # Errors
    ///
    /// The list of devices cannot be had.
    pub fn new(
        kinds: &'a [Kind],
        kind: Kind,
        constraints: &TrackConstraints,
        consumer: Option<&'a gst::Caps>,
        filter: impl Fn(&Device) -> bool,
    ) -> Result<Self, GetUserMediaError> {
        let registry =
            Registry::shared().map_err(|error| GetUserMediaError::Devices(error.to_string()))?;
        // Step 5.1.
        let left = registry
            .devices()
            .iter()
            .filter(|device| kind_of(device) == Some(kind) && filter(device))
            .map(Modes::of)
            .collect();
        Ok(Self {
            kinds,
            kind,
            // Step 5.2: members of the other kind are dropped.
            constraints: constraints.for_kind(kind),
            consumer,
            left,
            refused: None,
            lens: Lens::default(),
            is_again: false,
        })
    }

    /// For a track that was lost: it was allowed once, so that there is nothing for it is no secret.
    pub fn again(mut self) -> Self {
        self.is_again = true;
        self
    }

    /// Steps 5.4 and 9: takes the best device, with its modes, out of those that are left. Opens nothing.
    ///
    /// # Errors
    ///
    /// There is none, or none meets the constraints; what was tried before may have failed.
    pub fn choose(&mut self) -> Result<Modes, GetUserMediaError> {
        if self.left.is_empty() && self.refused.is_none() {
            return Err(self.unless_refused(None, nothing_of(self.kind)));
        }
        match choose(&self.left, &self.constraints, self.consumer) {
            Ok(chosen) => Ok(self.left.remove(chosen)),
            Err(error) => Err(match self.refused.take() {
                // The application allowed it, and the device failed: that is the answer.
                Some(refused) => refused.into(),
                None => {
                    let first = self.left.first().map(|modes| &modes.device);
                    self.unless_refused(first, error.into())
                }
            }),
        }
    }

    /// Step 6, with the device that it is about. Waits for the application.
    ///
    /// # Errors
    ///
    /// The application refuses.
    pub fn ask(&mut self, device: &Arc<Device>) -> Result<(), GetUserMediaError> {
        let lens = grant(self.kinds, &self.constraints, device);
        self.lens = lens.ok_or(GetUserMediaError::NotAllowed(self.kind))?;
        Ok(())
    }

    /// Step 9: opens what was chosen and allowed, or the next best if it cannot be had.
    ///
    /// # Errors
    ///
    /// None of those that are left can be had.
    pub fn open(mut self, mut chosen: Modes) -> Result<MediaStreamTrack, GetUserMediaError> {
        loop {
            let consumer = self.consumer.cloned();
            match MediaStreamTrack::open(&chosen, &self.constraints, consumer, self.lens) {
                Ok(track) => return Ok(track),
                Err(error) => {
                    gst::info!(CAT, "{error}");
                    self.refused = Some(match self.refused.take() {
                        Some(first) => worse(first, error),
                        None => error,
                    });
                }
            }
            chosen = self.choose()?;
            self.ask(&chosen.device)?;
        }
    }

    /// Refused permission outranks every other reason (#133, #134).
    fn unless_refused(
        &self,
        device: Option<&Arc<Device>>,
        error: GetUserMediaError,
    ) -> GetUserMediaError {
        match self.is_again || is_granted(self.kinds, device) {
            true => error,
            false => GetUserMediaError::NotAllowed(self.kind),
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
