//! The thread that changes the states of one private pipeline.
//!
//! A device element can hang in any state change: USB devices for five seconds, pipewiresrc for thirty
//! or for ever. So nobody waits for one. This thread starts the pipeline, stays until the worker lets
//! go of it, stops it, and says so each time. Between two modes of one device it may be stopped and stay open.
//! One that hangs in its driver has the element to itself, and takes it apart when the driver comes back: it is
//! its own reaper (`reaper`).

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
    /// It is in state READY: the device is stopped, and open. Or it refused to be.
    Rested(Result<(), gst::StateChangeError>),
    /// It is in state NULL: the device is closed.
    Closed,
}

/// What the thread is told.
enum Order {
    /// Stops the device, and keeps it open.
    Rest,
    /// Starts it again. What readers have of it from now on is counted here.
    Start(Loans),
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
    orders: Sender<Order>,
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
        let (orders, until_dropped) = channel();
        let working = Arc::new(());
        let at_work = Arc::downgrade(&working);
        std::thread::Builder::new()
            .name("mediastream-dev".into())
            .spawn(move || {
                live(pipeline, closing, &until_dropped, &*report);
                drop(working);
                report(Done::Closed);
            })?;
        Ok(Self { orders, at_work })
    }

    /// Has the device stopped and kept open. [`Done::Rested`] tells when.
    pub fn rest(&self) {
        // The thread reads for as long as this lives.
        let _ = self.orders.send(Order::Rest);
    }

    /// Has it started again. [`Done::Started`] tells when.
    pub fn start_again(&self, loans: Loans) {
        let _ = self.orders.send(Order::Start(loans));
    }

    /// Alive for as long as the pipeline has not been closed.
    pub fn at_work(&self) -> Weak<()> {
        self.at_work.clone()
    }
}

/// The element is let go of here as well: its last reference may be the one that waits.
fn live(
    pipeline: gst::Pipeline,
    mut closing: Closing,
    orders: &Receiver<Order>,
    report: &dyn Fn(Done),
) {
    let play = || Done::Started(pipeline.set_state(gst::State::Playing).map(drop));
    report(play());
    let mut is_resting = false;
    while let Ok(order) = orders.recv() {
        match order {
            Order::Rest => {
                closing.settle(&pipeline);
                is_resting = true;
                report(Done::Rested(
                    pipeline.set_state(gst::State::Ready).map(drop),
                ));
            }
            Order::Start(loans) => {
                closing.loans = loans;
                closing.pool.iter().for_each(Pool::watch);
                is_resting = false;
                report(play());
            }
        }
    }
    if !is_resting {
        closing.settle(&pipeline);
        closing.pause(&pipeline);
    }
    if pipeline.set_state(gst::State::Null).is_err() {
        gst::warning!(super::CAT, obj = pipeline, "device did not stop cleanly");
    }
    if let Some(bus) = pipeline.bus() {
        bus.unset_sync_handler();
    }
}

impl Closing {
    /// What readers have is theirs from now on.
    fn settle(&self, pipeline: &gst::Pipeline) {
        if let Some(pool) = &self.pool {
            pool.settle(pipeline, &self.loans);
        }
        self.loans.forget();
    }

    fn pause(&self, pipeline: &gst::Pipeline) {
        let pause = self.pause;
        if !pause.is_zero() && pipeline.set_state(gst::State::Paused).is_ok() {
            let clock = gst::SystemClock::obtain();
            let _ = clock.new_single_shot_id(clock.time() + pause).wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::capture::Terms;

    #[test]
    fn it_rests_and_starts_again_as_often_as_it_is_told() {
        gst::init().expect("GStreamer starts");
        let line = "videotestsrc is-live=true ! fakesink async=false sync=false";
        let pipeline = gst::parse::launch(line).expect("it is well-formed");
        let pipeline: gst::Pipeline = pipeline.downcast().expect("two elements");
        let loans = || Loans::new(Terms::NONE);
        let closing = Closing {
            pause: gst::ClockTime::ZERO,
            loans: loans(),
            pool: None,
        };
        let (told, done) = channel();
        let report = Box::new(move |done| {
            let _ = told.send(done);
        });
        let thread = StateThread::start(pipeline.clone(), closing, report).expect("a thread");
        let expect = |expected| {
            assert_eq!(done.recv_timeout(Duration::from_secs(20)), Ok(expected));
            pipeline.state(gst::ClockTime::from_seconds(20)).1
        };
        assert_eq!(expect(Done::Started(Ok(()))), gst::State::Playing);
        for _ in 0..3 {
            thread.rest();
            assert_eq!(expect(Done::Rested(Ok(()))), gst::State::Ready);
            thread.start_again(loans());
            assert_eq!(expect(Done::Started(Ok(()))), gst::State::Playing);
        }
        thread.rest();
        let at_work = thread.at_work();
        drop(thread);
        expect(Done::Rested(Ok(())));
        assert_eq!(expect(Done::Closed), gst::State::Null);
        assert_eq!(at_work.strong_count(), 0);
    }
}
