//! The mute of a PipeWire node: `wpctl set-mute`, the volume control of the desktop; and its end.
//!
//! All watched nodes share one connection and one thread (`graph`), which end with the last watch.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use gst::prelude::*;

use super::stream::Stream;
use super::voices::{Voice, Voices};
use super::{Switch, graph, property_of};
use crate::capture::CAT;
use crate::devices::{Api, Node};

/// How PipeWire names a node.
#[derive(Debug)]
pub(super) enum Name {
    /// Of this node alone, until the daemon ends.
    Serial(String),
    /// Of this node, and perhaps of one after it.
    Node(String),
}

/// What the thread is asked to do.
pub(super) enum Order {
    Watch {
        id: u64,
        name: Name,
        /// Cameras have no mute.
        voice: Option<Voice>,
        stream: Stream,
    },
    Forget {
        id: u64,
    },
}

/// The connection in use, if there is one. Taken for moments, and nothing waits meanwhile.
static CONNECTION: Mutex<Weak<Connection>> = Mutex::new(Weak::new());
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// What is left of the thread on this side.
struct Connection {
    orders: Mutex<Sender<Order>>,
    /// A byte for each order. When this end is closed, the thread ends.
    bell: UnixStream,
    /// The thread's end, a second time: writing to one that nobody holds is a signal to the process.
    _heard: UnixStream,
    /// Held by the thread.
    alive: Weak<()>,
}

impl Connection {
    /// The one in use, or a new one when there is none or its daemon died.
    fn shared() -> io::Result<Arc<Self>> {
        let mut connection = CONNECTION.lock().unwrap_or_else(PoisonError::into_inner);
        let in_use = connection.upgrade();
        if let Some(in_use) = in_use.filter(|in_use| in_use.alive.strong_count() > 0) {
            return Ok(in_use);
        }
        let started = Arc::new(Self::start()?);
        *connection = Arc::downgrade(&started);
        Ok(started)
    }

    fn start() -> io::Result<Self> {
        let (orders, inbox) = channel();
        let (bell, heard) = UnixStream::pair()?;
        // Nobody waits: neither who rings, nor the thread when it looks whether there is more.
        bell.set_nonblocking(true)?;
        heard.set_nonblocking(true)?;
        let second = heard.try_clone()?;
        let life = Arc::new(());
        let alive = Arc::downgrade(&life);
        let run = move || {
            let _life = life;
            if let Err(error) = graph::run(inbox, heard) {
                // No daemon, or none that can be reached from here: then it mutes nothing either.
                gst::info!(CAT, "PipeWire's nodes cannot be watched: {error}");
            }
        };
        let name = "mediastream-pw".to_owned();
        thread::Builder::new().name(name).spawn(run)?;
        Ok(Self {
            orders: Mutex::new(orders),
            bell,
            _heard: second,
            alive,
        })
    }

    /// An order to a thread that ended is dropped, and its voice with it: that is an answer too.
    fn order(&self, order: Order) {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = orders.send(order);
        drop(orders);
        drop(sent);
        // A full pipe was not heard yet; then this will be found as well.
        let _ = (&self.bell).write(&[0]);
    }
}

struct Watch {
    connection: Arc<Connection>,
    id: u64,
}

impl Switch for Watch {}

impl Drop for Watch {
    fn drop(&mut self) {
        self.connection.order(Order::Forget { id: self.id });
    }
}

/// Watches a node of PipeWire, or a microphone of PulseAudio where PipeWire plays its part.
pub(super) fn watch(node: &Node, voices: &Voices, stream: Stream) -> Option<Box<dyn Switch>> {
    let is_sound = node.device.has_classes("Audio");
    if node.api != Api::PipeWire && !(node.api == Api::Pulse && is_sound) {
        return None;
    }
    let serial = property_of(node, "object.serial").map(Name::Serial);
    let name = match node.api {
        Api::PipeWire => serial.or_else(|| node.path.clone().map(Name::Node)),
        _ => node.path.clone().map(Name::Node),
    }?;
    let connection = Connection::shared().ok()?;
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    connection.order(Order::Watch {
        id,
        name,
        voice: is_sound.then(|| voices.voice()),
        stream,
    });
    Some(Box::new(Watch { connection, id }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::mark::Mark;
    use crate::capture::message::Message;

    /// With a daemon or without one: a node that nobody has is not muted, and the thread ends with the watch.
    #[test]
    fn what_is_not_there_is_answered() {
        let voices = Voices::default();
        let connection = Connection::start().expect("a thread");
        let (messages, heard) = channel();
        connection.order(Order::Watch {
            id: 1,
            name: Name::Node("no node is called this".to_owned()),
            voice: Some(voices.voice()),
            stream: Stream::new(&Mark::new(), &channel().0),
        });
        let _watch = voices.begin(messages);
        assert!(matches!(heard.recv(), Ok(Message::Mute(_, false))));
        let alive = connection.alive.clone();
        drop(connection);
        while alive.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
