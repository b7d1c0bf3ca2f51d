//! The private pipeline of one opened device: `source ! (decoder, or processing) ! sink`.
//!
//! Its bus is ours: what a device says is news for the life-cycle machine, never an error in an
//! application's pipeline. It runs on the system clock, because the clock of an audio device all
//! but stops when the device stalls.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use gst::prelude::*;

use super::feed::Tap;
use super::loans::Loans;
use super::pool::Pool;
use super::processing::Processing;
use super::sink::{Arrived, Sink};
use super::state_thread::{Closing, Report, StateThread};
use super::{CaptureError, ErrorKind, backends, decoder};
use crate::caps::MediaType;
use crate::devices::Node;

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

impl Plan {
    /// Whether one sink behind the element is all there is.
    fn is_plain(&self) -> bool {
        self.media_type == MediaType::Raw && self.processing.is_off()
    }
}

/// The number of the run that a pipeline is in. It changes while nothing flows.
#[derive(Debug, Clone)]
pub(super) struct Run(Arc<AtomicU64>);

impl Run {
    pub fn new(number: u64) -> Self {
        Self(Arc::new(AtomicU64::new(number)))
    }

    pub fn number(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
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
    run: Run,
    /// What it can be set to another mode of, and where: `None` when it has to be built anew for that.
    plain: Option<(gst::Device, Sink)>,
    /// Whether it is stopped, or on its way to that, with the device open.
    is_resting: bool,
    /// Whether it was started again like that.
    has_rested: bool,
}

impl Pipeline {
    /// Builds it, in state NULL.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`] naming the element, [`ErrorKind::Gone`].
    pub fn build(
        plan: &Plan,
        run: Run,
        delivery: Arc<Delivery>,
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
        let added = plan.processing.latency();
        let pause = backends::of(plan.node.api).pause();
        let mut built = Self {
            pipeline,
            added,
            pause,
            pool: Pool::of(&source),
            thread: None,
            run,
            plain: None,
            is_resting: false,
            has_rested: false,
        };
        let mut chain = vec![source];
        if plan.is_plain() {
            let sink = sink(Tap::Raw, &plan.caps, delivery);
            chain.push(sink.clone().upcast());
            built.link(label, &chain)?;
            built.plain = Some((plan.node.device.clone(), sink));
            return Ok(built);
        }
        let filter = make(label, "capsfilter")?;
        filter.set_property("caps", &plan.caps);
        chain.push(filter);
        if plan.media_type == MediaType::Raw {
            chain.extend(plan.processing.chain(label, &plan.caps)?);
            chain.push(sink(Tap::Raw, &plan.caps, delivery).upcast());
            built.link(label, &chain)?;
            return Ok(built);
        }
        let tee = make(label, "tee")?;
        chain.push(tee.clone());
        built.link(label, &chain)?;
        let coded = sink(Tap::Coded, &plan.caps, delivery.clone());
        built.link(label, &[tee.clone(), coded.upcast()])?;
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
        let raw = gst::Caps::new_empty_simple("video/x-raw");
        decoding.push(sink(Tap::Raw, &raw, delivery).upcast());
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

    /// Whether the device can be set to `plan` without being closed.
    pub fn suits(&self, plan: &Plan) -> bool {
        let is_same = |(device, _): &(gst::Device, Sink)| *device == plan.node.device;
        backends::of(plan.node.api).rests()
            && plan.is_plain()
            && self.plain.as_ref().is_some_and(is_same)
    }

    /// Has it stopped and the device kept open, and returns at once. What it gives lives until the device is closed.
    pub fn rest(&mut self) -> Weak<()> {
        self.is_resting = true;
        let thread = self.thread.as_ref();
        thread.inspect(|thread| thread.rest());
        thread.map(StateThread::at_work).unwrap_or_default()
    }

    /// Whether it can be started again.
    pub fn is_resting(&self) -> bool {
        self.is_resting
    }

    /// Whether the device was not opened for the mode it is in.
    pub fn has_rested(&self) -> bool {
        self.has_rested
    }

    /// Starts it again after a rest, as run `number` and set to `plan`, which it suits. Returns at once.
    pub fn start_again(&mut self, plan: &Plan, number: u64, loans: Loans) {
        self.is_resting = false;
        self.has_rested = true;
        self.run.0.store(number, Ordering::Relaxed);
        if let Some((_, sink)) = &self.plain {
            sink.set_caps(plan.caps.clone());
        }
        if let Some(thread) = &self.thread {
            thread.start_again(loans);
        }
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

/// The end of a branch, which takes these caps alone.
fn sink(tap: Tap, caps: &gst::Caps, delivery: Arc<Delivery>) -> Sink {
    let take = move |arrived| delivery(tap, arrived);
    Sink::new(caps.clone(), Arc::new(take))
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
