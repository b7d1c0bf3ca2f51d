//! Closing the device, or stopping it between two of its modes: another part of the worker.
//!
//! It takes as long as its driver likes, on the thread of the private pipeline. The worker waits for
//! a while, because the device can be opened again only after that, and hears meanwhile whether
//! the device was unplugged.

use std::sync::Weak;
use std::time::{Duration, Instant};

use super::message::Message;
use super::pipeline::Pipeline;
use super::reaper;
use super::state_thread::Done;
use super::worker::{Phase, Proposal, Worker};

/// How long closing may take before the element is left behind: a USB device whose firmware hangs
/// takes five seconds.
const CLOSING: Duration = Duration::from_secs(8);

impl Worker {
    /// Stops the device for another mode. It stays open, where that can be set like that, and is closed elsewhere.
    pub fn make_way(&mut self, proposal: &Proposal) {
        let plan = self.plan_of(&proposal.choice);
        let is_running = matches!(self.phase, Phase::Running);
        let kept = self
            .pipeline
            .as_mut()
            .filter(|pipeline| is_running && plan.is_some_and(|plan| pipeline.suits(&plan)));
        let Some(at_work) = kept.map(Pipeline::rest) else {
            return self.close();
        };
        self.open_by = None;
        self.delivery.forget_unseen();
        match self.wait_until(&at_work, |done| matches!(done, Done::Rested(_))) {
            Waited::Done(Done::Rested(Ok(()))) | Waited::Unplugged => self.phase = Phase::Closed,
            Waited::Done(_) => self.close(),
            Waited::InVain => {
                self.leave_behind();
                self.phase = Phase::Closed;
            }
        }
    }

    /// Closes the device, and waits for that as long as is decent.
    pub fn close(&mut self) {
        if let Some(at_work) = self.stop()
            && matches!(
                self.wait_until(&at_work, |done| *done == Done::Closed),
                Waited::InVain
            )
        {
            self.leave_element(at_work);
        }
        if !matches!(self.phase, Phase::Ended) {
            self.phase = Phase::Closed;
        }
    }

    /// Has the device closed, and waits for nothing. What it gives lives until that is done.
    pub fn stop(&mut self) -> Option<Weak<()>> {
        self.open_by = None;
        self.delivery.forget_unseen();
        Some(self.pipeline.take()?.stop())
    }

    /// The element hangs already: it is not waited for.
    pub fn leave_behind(&mut self) {
        if let Some(at_work) = self.stop() {
            self.leave_element(at_work);
        }
    }

    fn leave_element(&self, at_work: Weak<()>) {
        let device = &self.shared.device;
        reaper::leave((&device.id, self.api), &device.label, at_work);
    }

    /// What else is said meanwhile is read afterwards, in order.
    fn wait_until(&mut self, at_work: &Weak<()>, is_it: impl Fn(&Done) -> bool) -> Waited {
        let until = Instant::now() + CLOSING;
        while at_work.strong_count() > 0 {
            let next = self.mute_at.map_or(until, |at| at.min(until));
            let left = next.saturating_duration_since(Instant::now());
            match self.inbox.recv_timeout(left) {
                Ok(Message::State { run, done }) if run == self.run && is_it(&done) => {
                    return Waited::Done(done);
                }
                // Its tracks are to hear of it soon, and `open` looks whether it is there.
                Ok(Message::Unplugged) => {
                    self.unread.push_front(Message::Unplugged);
                    return Waited::Unplugged;
                }
                Ok(other) => self.unread.push_back(other),
                Err(_) if Instant::now() < until => self.mute_if_due(),
                Err(_) => return Waited::InVain,
            }
        }
        Waited::Done(Done::Closed)
    }
}

/// How waiting for the device ended.
enum Waited {
    Done(Done),
    Unplugged,
    /// It hangs.
    InVain,
}
