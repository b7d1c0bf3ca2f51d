//! `grabFrame()`: the next frame as a consumer of any raw format would get it.

use gst::ClockTime;
use gst::prelude::*;

use super::StillError;
use super::exposure::{Exposure, expose, is_dark, place};
use crate::caps::write;
use crate::capture::{Adapter, Copies, Frame, Look, Membership, Zero};
use crate::media::MediaStreamTrack;
use crate::model::constraints::{Property, Settings};

impl MediaStreamTrack {
    /// `grabFrame()`: the next frame, raw and in the present settings; black while the track is muted
    /// or disabled. Waits for it: see the action for the asynchronous form. Neither the device nor any
    /// consumer of the track notices.
    ///
    /// # Errors
    ///
    /// [`StillError::NotVideo`], [`StillError::Ended`]; [`StillError::Failed`] when no frame came or
    /// none could be made of it.
    pub fn grab_frame(&self) -> Result<gst::Sample, StillError> {
        let membership = place(self)?;
        let settings = self.settings();
        if is_dark(self) {
            return black(&membership, &settings);
        }
        let glance = membership.glance(Look::Picture);
        let exposure = expose(self, &glance)?;
        drop(glance);
        match exposure {
            Exposure::Black => black(&membership, &settings),
            // What is in force now: it may have changed while the frame was waited for.
            Exposure::Frame(frame) => developed(&self.label(), frame, &self.settings()),
        }
    }
}

/// A sample of its own: who keeps it keeps no buffer of the device.
pub(super) fn sample(frame: &Frame, caps: &gst::Caps) -> Result<gst::Sample, StillError> {
    let failed = |error: gst::glib::BoolError| StillError::Failed(error.to_string());
    let mut buffer = frame.buffer.copy_deep().map_err(failed)?;
    if let Some(writable) = buffer.get_mut() {
        writable.set_pts(frame.captured);
        writable.set_dts(None);
        writable.set_duration(frame.duration);
        writable.unset_flags(gst::BufferFlags::DISCONT);
    }
    let segment = gst::FormattedSegment::<ClockTime>::new();
    let sample = gst::Sample::builder().buffer(&buffer).caps(caps);
    Ok(sample.segment(&segment).build())
}

fn developed(label: &str, frame: Frame, settings: &Settings) -> Result<gst::Sample, StillError> {
    let frame = frame.decoded(label)?;
    let caps = write::output(settings, &frame.caps, None);
    // One frame has no rate: an element that minds it would wait for the next.
    let mut still = caps.clone();
    if let (Some(to), Some(from)) = (still.make_mut().structure_mut(0), frame.caps.structure(0)) {
        match from.value("framerate") {
            Ok(rate) => to.set_value("framerate", rate.clone()),
            Err(_) => to.remove_field("framerate"),
        }
    }
    if Adapter::is_needless(&frame.caps, &still) {
        return sample(&frame, &caps);
    }
    let failed = |why: String| StillError::Failed(why);
    let adapter = Adapter::new(label, &frame.caps, &still)?;
    let adapted = adapter.adapt(&frame).map_err(|e| failed(e.to_string()))?;
    let adapted = adapted.ok_or_else(|| failed(format!("nothing came of a frame for {still}")))?;
    sample(&adapted, &caps)
}

/// Black as consumers get it.
fn black(membership: &Membership, settings: &Settings) -> Result<gst::Sample, StillError> {
    let frames = membership.frames().unwrap_or_else(|| {
        let raw = gst::Caps::builder("video/x-raw");
        raw.field("format", "I420").build()
    });
    zero(&write::output(settings, &frames, None), settings)
}

/// A black picture in `caps`.
pub(super) fn zero(caps: &gst::Caps, settings: &Settings) -> Result<gst::Sample, StillError> {
    let rate = settings.number(Property::FrameRate);
    let duration = rate.filter(|rate| *rate >= 1.0);
    let duration = duration.map(|rate| ClockTime::from_seconds_f64(1.0 / rate));
    let picture = Zero::new(caps).buffer(duration.unwrap_or(ClockTime::SECOND));
    let buffer = picture.ok_or_else(|| StillError::Failed(format!("no black in {caps}")))?;
    let frame = Frame {
        buffer,
        caps: caps.clone(),
        captured: gst::SystemClock::obtain().time(),
        duration,
        discont: false,
        copies: Copies::default(),
    };
    sample(&frame, caps)
}
