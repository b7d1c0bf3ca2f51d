//! One pad of the element, the sink behind it, and where that leads.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;

use super::MediaStreamSink;
use super::outlet::Outlet;
use super::sink::TrackSink;
use crate::model::constraints::Kind;
use crate::model::lifecycle::FrameRequestRate;

/// Clones are the same.
#[derive(Clone)]
pub(super) struct Inlet {
    pad: gst::GhostPad,
    sink: TrackSink,
    outlet: Arc<Outlet>,
}

impl Inlet {
    /// For a pad `name`, outside of the bin.
    pub fn new(
        bin: &MediaStreamSink,
        template: &gst::PadTemplate,
        kind: Kind,
        name: &str,
        rate: FrameRequestRate,
    ) -> Self {
        let sink = TrackSink::new(name);
        let pad = gst::GhostPad::builder_from_template(template)
            .name(name)
            .build();
        let label = format!("{}:{name}", bin.name());
        let stream = bin.property("stream");
        let outlet = Outlet::new(kind, label, &stream, pad.upcast_ref(), rate);
        sink.lead_to(outlet.clone());
        let inlet = Self { pad, sink, outlet };
        inlet.set_rate(rate);
        inlet
    }

    /// What is linked to.
    pub fn pad(&self) -> &gst::GhostPad {
        &self.pad
    }

    /// Puts it into `bin`, and its track into the stream. If that is `announced` it is an event of the stream.
    pub fn enter(&self, bin: &MediaStreamSink, announced: bool) -> Result<(), glib::BoolError> {
        // Before the states of the bin are its own: it would see to a track by itself.
        self.outlet.open(announced);
        bin.add(&self.sink)?;
        // A bin unlinks what it is given.
        self.pad.set_target(self.sink.static_pad("sink").as_ref())?;
        self.sink.sync_state_with_parent()?;
        self.pad.set_active(true)?;
        bin.add_pad(&self.pad)
    }

    /// Takes it out again; its track ends.
    pub fn leave(&self, bin: &MediaStreamSink) {
        self.sink.set_locked_state(true);
        let _ = self.sink.set_state(gst::State::Null);
        self.close();
        let _ = self.pad.set_active(false);
        if self.pad.parent().is_some() {
            let _ = bin.remove_pad(&self.pad);
        }
        let _ = self.pad.set_target(gst::Pad::NONE);
        if self.sink.parent().is_some() {
            let _ = bin.remove(&self.sink);
        }
    }

    /// No more tracks.
    pub fn close(&self) {
        self.outlet.close();
    }

    /// How often pictures are captured.
    pub fn set_rate(&self, rate: FrameRequestRate) {
        // Where each picture is asked for none may be left out because it is late.
        let may_hurry = rate != FrameRequestRate::OnRequest;
        self.sink.set_hurrying(may_hurry);
        self.outlet.set_rate(rate);
    }

    /// What was drawn last is captured, or what is drawn next.
    pub fn request_frame(&self) {
        self.outlet.request();
    }
}
