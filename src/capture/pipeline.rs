//! The private pipeline of one opened device: `source ! fixed caps ! (decoder, or processing) ! sink`.
//!
//! Its bus is ours: what a device says is news for the life-cycle machine, never an error in an
//! application's pipeline. It runs on the system clock, because the clock of an audio device all
//! but stops when the device stalls.

use std::sync::Weak;

use gst::prelude::*;

use super::feed::Tap;
use super::loans::Loans;
use super::pool::Pool;
use super::processing::Processing;
use super::state_thread::{Closing, Report, StateThread};
use super::{CaptureError, ErrorKind, backends, decoder};
use crate::caps::MediaType;
use crate::devices::Node;

/// Frames that readers may keep while the driver fills others.
pub(super) const KEPT: usize = 5;

/// What to open, and how to set it.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The label of the device, for messages.
    pub label: String,
    /// The way to open it.
    pub node: Node,
    /// One fixed structure: what the driver is set to.
    pub caps: gst::Caps,
    /// What the device delivers.
    pub media_type: MediaType,
    /// Whether a bitstream is to be decoded as well.
    pub decode: bool,
    /// The period of a microphone, in seconds.
    pub latency: Option<f64>,
    /// What is done to the sound of a microphone.
    pub processing: Processing,
    /// What the stream is recognised by, where there is a daemon in between.
    pub mark: String,
}

/// What an element hands on.
pub(super) struct Arrived {
    pub buffer: gst::Buffer,
    pub caps: gst::Caps,
    /// When it was captured, as the element says: on the clock of the pipeline.
    pub told: Option<gst::ClockTime>,
}

/// Takes what a tap delivers.
pub(super) type Delivery = dyn Fn(Tap, Arrived) + Send + Sync;
/// Takes the messages of the private bus, on whatever thread posts them. Must not block.
pub(super) type News = dyn Fn(gst::Message) + Send + Sync;

/// A private pipeline. Dropping it has it stopped.
pub(super) struct Pipeline {
    pipeline: gst::Pipeline,
    /// What elements add to the latency without saying so.
    added: gst::ClockTime,
    /// Between the last buffer and the closing of the device.
    pause: gst::ClockTime,
    /// Of a source whose pool has to be looked after.
    pool: Option<Pool>,
    /// Once it was started.
    thread: Option<StateThread>,
}

impl Pipeline {
    /// Builds it, in state NULL.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`] naming the element, [`ErrorKind::Gone`].
    pub fn build(
        plan: &Plan,
        delivery: std::sync::Arc<Delivery>,
        news: Box<News>,
    ) -> Result<Self, CaptureError> {
        let label = plan.label.as_str();
        let pipeline = gst::Pipeline::new();
        // A device's thread must never wait for a state change to be seen to its end.
        pipeline.set_async_handling(true);
        pipeline.use_clock(Some(&gst::SystemClock::obtain()));
        if let Some(bus) = pipeline.bus() {
            bus.set_sync_handler(move |_, message| {
                if is_news(message.type_()) {
                    news(message.clone());
                }
                gst::BusSyncReply::Drop
            });
        }
        let source = backends::of(plan.node.api).element(plan)?;
        let filter = make(label, "capsfilter")?;
        filter.set_property("caps", &plan.caps);
        let added = plan.processing.latency();
        let pause = backends::of(plan.node.api).pause();
        let built = Self {
            pipeline,
            added,
            pause,
            pool: Pool::of(&source),
            thread: None,
        };
        let mut chain = vec![source, filter];
        if plan.media_type == MediaType::Raw {
            chain.extend(plan.processing.chain(label, &plan.caps)?);
            chain.push(built.sink(label, Tap::Raw, delivery)?);
            built.link(label, &chain)?;
            return Ok(built);
        }
        let tee = make(label, "tee")?;
        chain.push(tee.clone());
        built.link(label, &chain)?;
        let coded = built.sink(label, Tap::Coded, delivery.clone())?;
        built.link(label, &[tee.clone(), coded])?;
        if !plan.decode {
            return Ok(built);
        }
        let mut decoding = vec![tee];
        let decoder = decoder::chain(label, &plan.caps)?;
        if let Some(pad) = decoder.first().and_then(|first| first.static_pad("sink")) {
            pad.add_probe(gst::PadProbeType::BUFFER, leave_out_corrupt);
        }
        decoding.extend(decoder);
        // System memory only: what the elements behind could not read.
        let raw = make(label, "capsfilter")?;
        raw.set_property("caps", gst::Caps::new_empty_simple("video/x-raw"));
        decoding.push(raw);
        decoding.push(built.sink(label, Tap::Raw, delivery)?);
        built.link(label, &decoding)?;
        Ok(built)
    }

    /// Adds what is not yet inside and links in order.
    fn link(&self, label: &str, elements: &[gst::Element]) -> Result<(), CaptureError> {
        let failed = |error: gst::glib::BoolError| {
            CaptureError::new(ErrorKind::Failed, label, error.to_string())
        };
        for element in elements {
            if element.parent().is_none() {
                self.pipeline.add(element).map_err(failed)?;
            }
        }
        gst::Element::link_many(elements).map_err(failed)
    }

    /// A sink whose pad hands everything on at once: no clock, no preroll, no queue. No buffer gets as far as the element.
    fn sink(
        &self,
        label: &str,
        tap: Tap,
        delivery: std::sync::Arc<Delivery>,
    ) -> Result<gst::Element, CaptureError> {
        let sink = make(label, "fakesink")?;
        for property in ["sync", "async", "enable-last-sample"] {
            sink.set_property(property, false);
        }
        let pipeline = self.pipeline.downgrade();
        if let Some(pad) = sink.static_pad("sink") {
            pad.add_probe(gst::PadProbeType::QUERY_DOWNSTREAM, reserve_buffers);
            let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::BUFFER_LIST;
            pad.add_probe(mask, move |pad, info| {
                let list = info.take_buffer_list();
                let listed = list.iter().flat_map(|list| list.iter_owned());
                for buffer in info.take_buffer().into_iter().chain(listed) {
                    if let Some(arrived) = arrived(&pipeline, pad, buffer) {
                        delivery(tap, arrived);
                    }
                }
                gst::PadProbeReturn::Handled
            });
        }
        Ok(sink)
    }

    /// Has it started, and hears of that and of its end. Returns at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Failed`]: the system gives no thread.
    pub fn start(&mut self, label: &str, loans: Loans, report: Report) -> Result<(), CaptureError> {
        let closing = Closing {
            pause: self.pause,
            loans,
            pool: self.pool.take(),
        };
        let started = StateThread::start(self.pipeline.clone(), closing, report);
        let thread = started
            .map_err(|error| CaptureError::new(ErrorKind::Failed, label, error.to_string()))?;
        self.thread = Some(thread);
        Ok(())
    }

    /// Has it stopped and the device closed, and returns at once. What it gives lives until that is done.
    pub fn stop(self) -> Weak<()> {
        // Nobody wants to hear of what it says from now on.
        if let Some(bus) = self.pipeline.bus() {
            bus.set_flushing(true);
        }
        let thread = self.thread.as_ref();
        thread.map(StateThread::at_work).unwrap_or_default()
    }

    /// The least and the most time between capture and delivery, as the pipeline knows them.
    pub fn latency(&self) -> Option<gst::ClockTime> {
        let mut query = gst::query::Latency::new();
        let answered = self.pipeline.query(&mut query);
        answered.then(|| query.result().1 + self.added)
    }
}

fn is_news(kind: gst::MessageType) -> bool {
    matches!(
        kind,
        gst::MessageType::Error
            | gst::MessageType::Eos
            | gst::MessageType::Warning
            | gst::MessageType::Element
    )
}

fn make(label: &str, factory: &str) -> Result<gst::Element, CaptureError> {
    gst::ElementFactory::make(factory)
        .build()
        .map_err(|_| CaptureError::missing_element(label, factory))
}

/// What came to a pad of the pipeline, on the streaming thread; `None` without caps.
fn arrived(
    pipeline: &gst::glib::WeakRef<gst::Pipeline>,
    pad: &gst::Pad,
    buffer: gst::Buffer,
) -> Option<Arrived> {
    let segment = pad.sticky_event::<gst::event::Segment>(0);
    let segment = segment.as_ref().map(|event| event.segment());
    let segment = segment.and_then(|segment| segment.downcast_ref::<gst::ClockTime>());
    let running = segment.and_then(|segment| segment.to_running_time(buffer.pts()));
    let base_time = pipeline.upgrade().and_then(|p| p.base_time());
    Some(Arrived {
        told: running.map(|time| base_time.unwrap_or_default().saturating_add(time)),
        caps: pad.current_caps()?,
        buffer,
    })
}

/// Decoded, a corrupt picture looks like any other. The tap of the bitstream counts it.
fn leave_out_corrupt(_pad: &gst::Pad, info: &mut gst::PadProbeInfo) -> gst::PadProbeReturn {
    let is_corrupt = |buffer: &gst::Buffer| buffer.flags().contains(gst::BufferFlags::CORRUPTED);
    match info.buffer().is_some_and(is_corrupt) {
        // Not `Drop`: GStreamer 1.22 and the bindings both let go of a dropped buffer.
        true => gst::PadProbeReturn::Handled,
        false => gst::PadProbeReturn::Ok,
    }
}

/// Answers the ALLOCATION query: readers keep frames for a while, and a driver that runs out of
/// buffers would have them copied.
fn reserve_buffers(_pad: &gst::Pad, info: &mut gst::PadProbeInfo) -> gst::PadProbeReturn {
    if let Some(gst::QueryViewMut::Allocation(query)) = info.query_mut().map(|q| q.view_mut())
        && let (Some(caps), _) = query.get_owned()
        // Sound has no frames to reserve, and asking about them is an error in the log.
        && caps.structure(0).is_some_and(|s| s.name().starts_with("video/"))
        && let Ok(info) = gst_video::VideoInfo::from_caps(&caps)
    {
        let size = u32::try_from(info.size()).unwrap_or(u32::MAX);
        query.add_allocation_pool(None::<&gst::BufferPool>, size, KEPT as u32, 0);
    }
    gst::PadProbeReturn::Ok
}
