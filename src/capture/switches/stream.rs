//! What PipeWire's graph knows of the stream of a device, and `pipewiresrc` does not say: that it was cut.
//!
//! Up to PipeWire 1.4 the element is silent when its link or its node is destroyed, when the node fails, and when the
//! daemon ends. It would be a stall without an end: nobody links it again.

use std::sync::mpsc::Sender;

use super::super::mark::Mark;
use super::super::message::{Cut, Message};

/// The streams of one source, and who hears of them.
pub(super) struct Stream {
    mark: Mark,
    messages: Sender<Message>,
}

impl Stream {
    pub fn new(mark: &Mark, messages: &Sender<Message>) -> Self {
        Self {
            mark: mark.clone(),
            messages: messages.clone(),
        }
    }

    /// One whose link to the device is gone, if it is one of these.
    pub fn unlinked(&self, mark: &str) {
        if let Some(run) = self.mark.run(mark) {
            self.cut(Some(run), Cut::Unlinked);
        }
    }

    /// The device has failed.
    pub fn failed(&self) {
        self.cut(None, Cut::Failed);
    }

    /// What stands for the device is gone, and the device perhaps not.
    pub fn gone(&self) {
        self.cut(None, Cut::Gone);
    }

    /// The daemon is gone.
    pub fn deserted(&self) {
        self.cut(None, Cut::Deserted);
    }

    fn cut(&self, run: Option<u64>, why: Cut) {
        let _ = self.messages.send(Message::Cut { run, why });
    }
}
