//! The capture APIs: how to make an element of each, and what its errors mean.
//!
//! A new API is one file here and one line in [`of`].

mod alsa;
mod generic;
mod pipewire;
mod v4l2;

use gst::prelude::*;

use super::loans::Terms;
use super::pipeline::Plan;
use super::{CaptureError, ErrorKind};
use crate::caps::read::DeviceMode;
use crate::devices::{Api, Node};

/// Periods in the buffer of a sound card, and the least that the buffer holds, in microseconds: what
/// a busy machine may be late by.
const PERIODS: i64 = 4;
const BUFFER: i64 = 200_000;

/// What a capture API does differently from the others.
pub(super) trait Backend: Send + Sync {
    /// Makes the source element for a device.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`] when the element is not installed, [`ErrorKind::Gone`] when
    /// the device is no longer there.
    fn element(&self, plan: &Plan) -> Result<gst::Element, CaptureError>;

    /// The modes that the device really has, of those that its caps announce.
    fn real_modes(&self, node: &Node, announced: Vec<DeviceMode>) -> Vec<DeviceMode> {
        let _ = node;
        announced
    }

    /// What readers may keep of the buffers of the element.
    fn terms(&self) -> Terms {
        Terms::NONE
    }

    /// Whether an element in state READY keeps its device open, and can be started in another of its modes.
    fn rests(&self) -> bool {
        false
    }

    /// How long the element must have been paused before it may be closed.
    fn pause(&self) -> gst::ClockTime {
        gst::ClockTime::ZERO
    }

    /// Whether an error says that nobody links the element to its device at present.
    fn is_unlinked(&self, error: &CaptureError) -> bool {
        let _ = error;
        false
    }

    /// What an error of that element means.
    fn classify(&self, node: &Node, error: &gst::glib::Error, debug: &str) -> ErrorKind {
        let _ = node;
        classify(error, debug)
    }
}

/// The back end of an API.
pub(super) fn of(api: Api) -> &'static dyn Backend {
    match api {
        Api::PipeWire => &pipewire::PipeWire,
        Api::V4l2 => &v4l2::V4l2,
        Api::Alsa => &alsa::Alsa,
        _ => &generic::Generic,
    }
}

/// What GStreamer's own codes say.
fn classify(error: &gst::glib::Error, debug: &str) -> ErrorKind {
    let refused = |words: &str| words.contains("Permission denied");
    if let Some(code) = error.kind::<gst::ResourceError>() {
        return match code {
            gst::ResourceError::Busy => ErrorKind::Busy,
            gst::ResourceError::NotFound => ErrorKind::NotFound,
            gst::ResourceError::NotAuthorized => ErrorKind::NotAllowed,
            // Elements that cannot tell "refused" by code say it in words.
            _ if refused(error.message()) || refused(debug) => ErrorKind::NotAllowed,
            _ => ErrorKind::Failed,
        };
    }
    match error.kind::<gst::CoreError>() {
        Some(gst::CoreError::MissingPlugin) => ErrorKind::MissingPlugin,
        _ => ErrorKind::Failed,
    }
}

/// Asks the device for its element, and sets the period of sound where it has one to set.
fn create(plan: &Plan) -> Result<gst::Element, CaptureError> {
    let element = plan.node.device.create_element(None).map_err(|error| {
        CaptureError::new(
            ErrorKind::MissingPlugin,
            &plan.label,
            format!("its source element cannot be made: {error}"),
        )
    })?;
    if let Some(period) = plan.latency
        && element.has_property_with_type("latency-time", i64::static_type())
    {
        let period = (period * 1e6) as i64;
        element.set_property("latency-time", period);
        element.set_property("buffer-time", period.saturating_mul(PERIODS).max(BUFFER));
    }
    Ok(element)
}
