//! Work that may wait for a device, off the caller's thread and in the order asked.
//!
//! A thread is there only while there is work.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::dispatcher::dispatch;

type Task = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Task>,
    running: bool,
}

/// Tasks that must run one after the other.
#[derive(Clone, Default)]
pub(crate) struct TaskQueue(Arc<Mutex<Queue>>);

impl TaskQueue {
    /// Runs `task` after all that were pushed before it.
    pub fn push(&self, task: impl FnOnce() + Send + 'static) {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.tasks.push_back(Box::new(task));
        if std::mem::replace(&mut queue.running, true) {
            return;
        }
        drop(queue);
        let tasks = self.clone();
        if !spawn(move || tasks.run()) {
            // Late is better than never: somebody waits for a promise.
            let tasks = self.clone();
            dispatch(move || tasks.run());
        }
    }

    fn run(&self) {
        loop {
            let task = {
                let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                match queue.tasks.pop_front() {
                    Some(task) => task,
                    None => {
                        queue.running = false;
                        return;
                    }
                }
            };
            guarded(task);
        }
    }
}

/// A task that panics takes neither its queue nor what waits behind it along.
fn guarded(task: impl FnOnce()) {
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(task)).is_err() {
        gst::error!(
            super::CAT,
            "a task panicked: this is a bug, please report it"
        );
    }
}

/// Runs one task on a thread of its own; false when the system gives none.
pub(crate) fn spawn(task: impl FnOnce() + Send + 'static) -> bool {
    let spawned = std::thread::Builder::new()
        .name("mediastream-job".into())
        .spawn(move || guarded(task));
    if let Err(error) = &spawned {
        gst::error!(super::CAT, "no thread for a request: {error}");
    }
    spawned.is_ok()
}
