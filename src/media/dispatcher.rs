//! The one thread on which applications hear of things: signals and messages, in order, never on
//! a streaming thread and never under a lock of ours.
//!
//! An application may name a `GMainContext` of its own instead (property `context` of
//! `GstMediaDevices`).

use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};

use gst::glib;

type Task = Box<dyn FnOnce() + Send>;

struct Dispatcher {
    thread: Option<Sender<Task>>,
    context: Option<glib::MainContext>,
}

static DISPATCHER: LazyLock<Mutex<Dispatcher>> = LazyLock::new(|| {
    Mutex::new(Dispatcher {
        thread: None,
        context: None,
    })
});

/// Runs `task` after all that was dispatched before it.
pub(crate) fn dispatch(task: impl FnOnce() + Send + 'static) {
    let mut dispatcher = DISPATCHER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(context) = dispatcher.context.clone() {
        drop(dispatcher);
        let mut task = Some(task);
        // Attached, not invoked: in order even when the caller owns the context.
        let source = glib::idle_source_new(None, glib::Priority::DEFAULT, move || {
            if let Some(task) = task.take() {
                task();
            }
            glib::ControlFlow::Break
        });
        source.attach(Some(&context));
        return;
    }
    let thread = dispatcher.thread.get_or_insert_with(start);
    if let Err(unsent) = thread.send(Box::new(task)) {
        // The thread ends only with the process; start again rather than lose an event.
        let again = start();
        let _ = again.send(unsent.0);
        dispatcher.thread = Some(again);
    }
}

/// Runs `question` in the context that an application named, and waits for the answer; on this
/// thread where it named none, so that a handler of an event may wait for what asks. `None`: it will
/// not be run any more.
pub(crate) fn ask<T: Send + 'static>(question: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    if context().is_none_or(|context| context.is_owner()) {
        return Some(question());
    }
    let (sender, answer) = channel();
    dispatch(move || drop(sender.send(question())));
    answer.recv().ok()
}

/// Where events are delivered from now on; `None`: the thread of our own.
pub(crate) fn set_context(context: Option<glib::MainContext>) {
    let mut dispatcher = DISPATCHER.lock().unwrap_or_else(PoisonError::into_inner);
    dispatcher.context = context;
}

/// The context that an application named.
pub(crate) fn context() -> Option<glib::MainContext> {
    let dispatcher = DISPATCHER.lock().unwrap_or_else(PoisonError::into_inner);
    dispatcher.context.clone()
}

fn start() -> Sender<Task> {
    let (sender, tasks) = channel::<Task>();
    let spawned = std::thread::Builder::new()
        .name("mediastream-evt".into())
        .spawn(move || {
            tasks.iter().for_each(|task| task());
        });
    if let Err(error) = spawned {
        gst::error!(super::CAT, "no thread for events: {error}");
    }
    sender
}
