//! The watch on `/dev/snd`, whose files come and go with the PCMs.

use std::sync::mpsc::{Receiver, channel};

use gio::prelude::*;

/// What happened to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is gone, whatever may be in its place by now.
    Gone(String),
    /// It is there, or its permissions are different.
    Touched(String),
}

/// Delivers while the thread-default main context of the thread that made it runs.
pub struct Watch {
    events: Receiver<Event>,
    _monitors: Vec<gio::FileMonitor>,
}

impl Watch {
    pub fn new() -> Self {
        let (sender, events) = channel();
        // The directory itself comes with the first card.
        let monitors = ["/dev/snd", "/dev"].iter().filter_map(|directory| {
            let file = gio::File::for_path(directory);
            let flags = gio::FileMonitorFlags::NONE;
            let monitor = file.monitor_directory(flags, gio::Cancellable::NONE).ok()?;
            let sender = sender.clone();
            monitor.connect_changed(move |_, file, _, event| {
                let name = file.basename().unwrap_or_default();
                let name = name.to_string_lossy().into_owned();
                if !name.starts_with("pcm") && name != "snd" {
                    return;
                }
                let event = match event {
                    gio::FileMonitorEvent::Deleted => Event::Gone(name),
                    _ => Event::Touched(name),
                };
                // The receiver lives as long as the monitor.
                let _ = sender.send(event);
            });
            Some(monitor)
        });
        Self {
            _monitors: monitors.collect(),
            events,
        }
    }

    /// All that has happened since the last call.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        self.events.try_iter()
    }
}
