//! The thread that changes the states of one private pipeline.
//!
//! A device element can hang in any state change: USB devices for five seconds, pipewiresrc for thirty
//! or for ever. So nobody waits for one. This thread starts the pipeline, stays until the worker lets
//! go of it, stops it, and says so each time. One that hangs in its driver has the element to itself,
//! and takes it apart when the driver comes back: it is its own reaper (`reaper`).

use std::convert::Infallible;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Weak};

use gst::prelude::*;

use super::loans::Loans;
use super::pool::Pool;

/// What the thread has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// The pipeline is on its way to PLAYING, or refused to be.
    Started(Result<(), gst::StateChangeError>),
    /// It is in state NULL: the device is closed.
    Closed,
}

/// Hears of it, on that thread. Must not block.
pub(super) type Report = Box<dyn Fn(Done) + Send>;

/// What is to be minded when a device is closed.
pub(super) struct Closing {
    /// Between its last buffer and its end.
    pub pause: gst::ClockTime,
    /// What readers still have of it.
    pub loans: Loans,
    /// Where the buffers are from, if that has to be looked after.
    pub pool: Option<Pool>,
}

/// The worker's end. Dropping it has the pipeline closed, without waiting for that.
pub(super) struct StateThread {
    _open: Sender<Infallible>,
    /// Lives as long as the pipeline has not been closed.
    at_work: Weak<()>,
}

impl StateThread {
    /// Starts `pipeline`.
    ///
    /// # Errors
    ///
    /// The system gives no thread; the pipeline was left as it was.
    pub fn start(
        pipeline: gst::Pipeline,
        closing: Closing,
        report: Report,
    ) -> std::io::Result<Self> {
        let (open, until_dropped) = channel();
        let working = Arc::new(());
        let at_work = Arc::downgrade(&working);
        std::thread::Builder::new()
            .name("mediastream-dev".into())
            .spawn(move || {
                live(pipeline, &closing, &until_dropped, &*report);
                drop(working);
                report(Done::Closed);
            })?;
        Ok(Self {
            _open: open,
            at_work,
        })
    }

    /// Alive for as long as the pipeline has not been closed.
    pub fn at_work(&self) -> Weak<()> {
        self.at_work.clone()
    }
}

/// The element is let go of here as well: its last reference may be the one that waits.
fn live(
    pipeline: gst::Pipeline,
    closing: &Closing,
    until_dropped: &Receiver<Infallible>,
    report: &dyn Fn(Done),
) {
    report(Done::Started(
        pipeline.set_state(gst::State::Playing).map(drop),
    ));
    // Nothing is ever sent.
    let _ = until_dropped.recv();
    if let Some(pool) = &closing.pool {
        pool.settle(&pipeline, &closing.loans);
    }
    closing.loans.forget();
    let pause = closing.pause;
    if !pause.is_zero() && pipeline.set_state(gst::State::Paused).is_ok() {
        let clock = gst::SystemClock::obtain();
        let _ = clock.new_single_shot_id(clock.time() + pause).wait();
    }
    if pipeline.set_state(gst::State::Null).is_err() {
        gst::warning!(super::CAT, obj = pipeline, "device did not stop cleanly");
    }
    if let Some(bus) = pipeline.bus() {
        bus.unset_sync_handler();
    }
}
