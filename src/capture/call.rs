//! A question to a worker: who asks waits with a deadline, and the worker can see whether somebody
//! still does. What nobody waits for any more must not come into force.

use std::sync::mpsc::{Receiver, SendError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};

use super::message::Answer;

/// The worker's end.
pub(super) struct Caller<T> {
    sender: SyncSender<Answer<T>>,
    waits: Weak<()>,
}

/// The end of who asked. Dropped, nobody waits any more.
pub(super) struct Wait<T> {
    pub answer: Receiver<Answer<T>>,
    _here: Arc<()>,
}

/// Both ends.
pub(super) fn call<T>() -> (Caller<T>, Wait<T>) {
    let (sender, answer) = sync_channel(1);
    let here = Arc::new(());
    let caller = Caller {
        sender,
        waits: Arc::downgrade(&here),
    };
    let wait = Wait {
        answer,
        _here: here,
    };
    (caller, wait)
}

impl<T> Caller<T> {
    /// Answers. Never waits: there is room for the one answer.
    ///
    /// # Errors
    ///
    /// Nobody waits any more.
    pub fn send(&self, answer: Answer<T>) -> Result<(), SendError<Answer<T>>> {
        self.sender.send(answer)
    }

    /// Whether somebody waits.
    pub fn is_awaited(&self) -> bool {
        self.waits.strong_count() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_sees_who_gave_up() {
        let (caller, wait) = call::<()>();
        assert!(caller.is_awaited());
        assert!(caller.send(Ok(())).is_ok());
        assert!(matches!(wait.answer.try_recv(), Ok(Ok(()))));
        drop(wait);
        assert!(!caller.is_awaited());
        assert!(caller.send(Ok(())).is_err());
    }
}
