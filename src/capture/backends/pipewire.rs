//! `pipewiresrc`.

use gst::prelude::*;

use super::super::loans::Terms;
use super::super::pipeline::Plan;
use super::{Backend, CaptureError, ErrorKind, classify, create};
use crate::devices::Node;

pub(super) struct PipeWire;

impl Backend for PipeWire {
    /// Without these two properties an unknown target silently becomes the default device, and a
    /// lost one is replaced by another while the track believes to see the first.
    fn element(&self, plan: &Plan) -> Result<gst::Element, CaptureError> {
        let element = create(plan)?;
        let rate = plan
            .caps
            .structure(0)
            .and_then(|s| s.get::<i32>("rate").ok());
        // The graph's period, as a fraction of a second.
        let latency = plan.latency.zip(rate).map(|(seconds, rate)| {
            let frames = (seconds * f64::from(rate)).round();
            format!("{frames}/{rate}")
        });
        if element.has_property("stream-properties") {
            let properties = gst::Structure::builder("props")
                .field("node.dont-fallback", "true")
                .field("node.dont-reconnect", "true")
                .field("object.path", plan.mark.as_str())
                .field_if_some("node.latency", latency)
                .build();
            element.set_property("stream-properties", properties);
        }
        // Newer ones can be told to say when the node is gone.
        if element.has_property("on-disconnect") {
            element.set_property_from_str("on-disconnect", "error");
        }
        Ok(element)
    }

    /// It has eight buffers at the least, and stops for ever when all are kept. Pictures come in memory with
    /// a file behind it, of which every buffer has a descriptor of its own. Sound was converted in
    /// this process; its memory is a pointer into the stream's, and invalid once that is destroyed.
    fn terms(&self) -> Terms {
        Terms {
            most: Some(4),
            is_lasting: |buffer| {
                buffer
                    .iter_memories()
                    .all(|memory| !memory.is_type("SystemMemory"))
            },
        }
    }

    /// Its stream asks the loop of another thread to take a buffer, and is destroyed without asking whether that has
    /// happened: in PipeWire 0.3.65 the loop then calls into freed memory. A paused stream asks for nothing
    /// more; this is a few periods, and a loop that has something to do does it at once.
    fn pause(&self) -> gst::ClockTime {
        gst::ClockTime::from_mseconds(50)
    }

    /// What WirePlumber says of a stream whose target it does not know, or does not know yet.
    fn is_unlinked(&self, error: &CaptureError) -> bool {
        error.detail.contains("no node available")
    }

    fn classify(&self, _node: &Node, error: &gst::glib::Error, debug: &str) -> ErrorKind {
        let message = error.message();
        match classify(error, debug) {
            ErrorKind::Failed if message.contains("target not found") => ErrorKind::Gone,
            ErrorKind::Failed if message.contains("all buffers have been removed") => {
                ErrorKind::Gone
            }
            kind => kind,
        }
    }
}
