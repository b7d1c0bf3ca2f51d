//! Still pictures at a size that the device is not set to: it is set to it for one frame, and back
//! ("takePhoto" of MediaStream Image Capture).
//!
//! Meanwhile the source is muted. The tracks keep their settings and constraints, and their pads send
//! black in the caps in force, so what others require of the device is not touched.

use std::sync::Arc;

use super::call::{Caller, call};
use super::glance::{Glance, Look};
use super::message::{Message, Reply};
use super::modes::{Entry, Modes};
use super::solve::Choice;
use super::source::Shared;
use super::worker::{Phase, Proposal, Worker};
use super::{CaptureError, ErrorKind, Membership, OpenError};
use crate::caps::MediaType;
use crate::model::constraints::{NativeMode, NativePoint, Rate, VideoMode};
use crate::model::lifecycle::MutedReason;
use crate::model::photo::{Size, has_size};

/// A photo on its way.
pub(super) struct Shot {
    glance: Glance,
    answer: Caller<Glance>,
}

impl Shot {
    /// Whether somebody still waits for it.
    pub fn is_awaited(&self) -> bool {
        self.answer.is_awaited()
    }

    /// Takes the frame of that run of the device.
    pub fn look_at(&mut self, shared: &Shared, run: u64) {
        self.glance = shared.glances.open(Look::Photo, Some(run));
    }

    /// Says no. Whoever does not wait any more does not mind.
    pub fn refuse(self, error: OpenError) {
        let _ = self.answer.send(Err(error));
    }
}

/// The modes that photos are made in: JPEG, or raw in memory that an encoder can read.
fn photo_mode(entry: &Entry) -> Option<&VideoMode> {
    let fits = match entry.mode.media_type {
        MediaType::Jpeg => true,
        MediaType::Raw => entry.mode.is_system_memory(),
        _ => false,
    };
    match &entry.mode.mode {
        NativeMode::Video(mode) if fits => Some(mode),
        _ => None,
    }
}

impl Membership {
    /// Looks at the frames as they come, whoever else reads; first at the picture that is there.
    pub fn glance(&self, look: Look) -> Glance {
        match self {
            Self::Device(place) => place.shared().glances.open(look, None),
            Self::Generator(place) => place.glance(look),
        }
    }

    /// The modes that photos can be made in.
    pub fn photo_modes(&self) -> Vec<VideoMode> {
        let modes = match self {
            Self::Device(place) => Arc::new(Modes::of(&place.shared().device)),
            Self::Generator(place) => place.modes(),
        };
        let entries = modes.entries.iter();
        entries.filter_map(photo_mode).copied().collect()
    }

    /// Takes a photo of a size that the device is not set to. What comes is to be read from the answer.
    ///
    /// # Errors
    ///
    /// [`OpenError::Capture`] when the device does not take the mode; it goes back to its old one.
    pub fn shoot(&self, size: Size) -> Result<Glance, OpenError> {
        match self {
            Self::Device(place) => {
                let (answer, answered) = call();
                let shared = place.shared();
                let _ = shared.messages.send(Message::Shoot { size, answer });
                shared.wait(&answered, "taking a photo")
            }
            // It has one size.
            Self::Generator(place) => Ok(place.glance(Look::Photo)),
        }
    }
}

impl Worker {
    /// Sets the device to a mode of this size for one frame.
    pub fn shoot(&mut self, size: Size, answer: Caller<Glance>) {
        if !answer.is_awaited() {
            return;
        }
        let current = match self.phase {
            Phase::Running => self.choice.clone(),
            _ => None,
        };
        let Some(choice) = current.and_then(|current| self.photo_choice(&current, size)) else {
            let (width, height) = size;
            let detail = format!("it has no mode for a photo of {width}x{height} now");
            let error = CaptureError::new(ErrorKind::Failed, &self.shared.device.label, detail);
            let _ = answer.send(Err(error.into()));
            return;
        };
        let glance = self.shared.glances.open(Look::Photo, Some(self.run + 1));
        self.mute(MutedReason::Photo, true);
        // What comes in the photo's mode is for nobody else.
        self.delivery.set_audience(Arc::default());
        self.open(Proposal {
            roster: self.roster.clone(),
            choice,
            reply: Reply::Photo(Shot { glance, answer }),
        });
    }

    /// Through the node that is open, JPEG rather than raw, at the fastest rate.
    fn photo_choice(&self, current: &Choice, size: Size) -> Option<Choice> {
        let node = self.modes.entries.get(current.candidate)?.node;
        let entries = self.modes.entries.iter().enumerate();
        let fitting = entries.filter_map(|(candidate, entry)| {
            let mode =
                photo_mode(entry).filter(|mode| entry.node == node && has_size(mode, size))?;
            let is_raw = entry.mode.media_type.is_raw();
            Some((is_raw, candidate, mode.frame_rate.map(|rates| rates.max)))
        });
        let (_, candidate, frame_rate) = fitting.min_by(|a, b| {
            let rate = |rate: Option<Rate>| rate.map_or(0.0, |r| r.as_f64());
            a.0.cmp(&b.0).then(rate(b.2).total_cmp(&rate(a.2)))
        })?;
        Some(Choice {
            candidate,
            native: NativePoint::Video {
                width: size.0,
                height: size.1,
                frame_rate,
            },
            // Nobody else reads, so nothing is decoded.
            outcomes: Vec::new(),
        })
    }

    /// Whether the device is in, or on its way to, the mode of a photo.
    pub fn is_shooting(&self) -> bool {
        matches!(&self.phase, Phase::Starting(proposal) if matches!(proposal.reply, Reply::Photo(_)))
    }

    /// The photo's frame is there: back to the old mode. The source is unmuted when that delivers.
    pub fn shot(&mut self) {
        let Phase::Starting(proposal) = std::mem::replace(&mut self.phase, Phase::Running) else {
            return;
        };
        let Proposal { roster, reply, .. } = *proposal;
        if let Reply::Photo(Shot { glance, answer }) = reply {
            let _ = answer.send(Ok(glance));
        }
        if let Some(choice) = self.choice.clone() {
            self.open(Proposal {
                roster,
                choice,
                reply: Reply::Nobody,
            });
        }
    }
}
