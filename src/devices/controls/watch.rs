//! Hearing of changes that somebody else made: another program, or a hand on the device.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use gst::glib;
use gst::prelude::*;

use super::access::Access;
use super::board::Board;
use super::control::Id;
use crate::devices::fake::FakeMediaDevice;

/// Told the present values when it begins, and all of them when one has changed. Not on a thread
/// that waits for anything, and must not wait itself.
pub type Tell = Box<dyn Fn(&[(Id, i32)]) + Send + Sync>;

/// Hears until it is dropped; that waits for nothing.
#[must_use = "nothing is heard when it is dropped"]
pub struct Watch {
    _ear: Ear,
}

#[allow(
    dead_code,
    reason = "the thread of a node sees that its end is dropped"
)]
enum Ear {
    Thread(UnixStream),
    Signal(Handler),
}

struct Handler {
    device: FakeMediaDevice,
    id: Option<glib::SignalHandlerId>,
}

impl Drop for Handler {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.device.disconnect(id);
        }
    }
}

impl Watch {
    /// Listens to `ids`. `every`: how often they are read although the driver told nothing, for
    /// those that change by themselves; `None`: only where drivers send no events.
    pub fn begin(access: &Access, ids: &[Id], every: Option<Duration>, tell: Tell) -> Option<Self> {
        if ids.is_empty() {
            return None;
        }
        let ear = match access {
            #[cfg(feature = "v4l2")]
            Access::V4l2(path) => Ear::Thread(on_node(path, ids, every, tell)?),
            #[cfg(not(feature = "v4l2"))]
            Access::V4l2(_) => return None,
            Access::Fake(device) => Ear::Signal(on_fake(device, ids, tell)),
        };
        // A fake tells at once.
        let _ = every;
        Some(Self { _ear: ear })
    }
}

fn read(board: &dyn Board, ids: &[Id]) -> Vec<(Id, i32)> {
    let values = ids.iter().map(|id| Some((*id, board.read(*id).ok()?)));
    values.flatten().collect()
}

fn on_fake(device: &FakeMediaDevice, ids: &[Id], tell: Tell) -> Handler {
    let (board, ids) = (device.board(), ids.to_vec());
    tell(&read(&*board, &ids));
    let device = device.clone();
    let board = std::sync::Mutex::new(board);
    let handler = device.connect("control-changed", false, move |_| {
        let values = {
            let board = board.lock().unwrap_or_else(|e| e.into_inner());
            read(&**board, &ids)
        };
        tell(&values);
        None
    });
    Handler {
        device,
        id: Some(handler),
    }
}

#[cfg(feature = "v4l2")]
use on_node::on_node;

#[cfg(feature = "v4l2")]
mod on_node {
    use std::path::Path;

    use super::super::CAT;
    use super::super::node::{Node, Woken};
    use super::{Duration, Id, Tell, UnixStream, read};

    /// Where a driver sends no events, values are read as often.
    const INTERVAL: Duration = Duration::from_secs(1);

    /// A thread that ends when the stream given back is dropped, or the device is gone.
    pub(super) fn on_node(
        path: &Path,
        ids: &[Id],
        every: Option<Duration>,
        tell: Tell,
    ) -> Option<UnixStream> {
        let (kept, stop) = UnixStream::pair().ok()?;
        let (path, ids) = (path.to_owned(), ids.to_vec());
        std::thread::Builder::new()
            .name("camera-watch".to_owned())
            .spawn(move || match Node::open(&path) {
                Ok(node) => listen(&node, &ids, every, &stop, &tell),
                Err(error) => gst::info!(CAT, "{} is not watched: {error}", path.display()),
            })
            .ok()?;
        Some(kept)
    }

    fn listen(node: &Node, ids: &[Id], every: Option<Duration>, stop: &UnixStream, tell: &Tell) {
        let mut is_heard = node.subscribe(ids).is_ok();
        let mut told = Vec::new();
        loop {
            let values = read(node, ids);
            if values != told {
                tell(&values);
                told = values;
            }
            let limit = every.or((!is_heard).then_some(INTERVAL));
            match node.wait(stop, limit, is_heard) {
                Woken::Look => {}
                Woken::Deaf => is_heard = false,
                Woken::Over => return,
            }
        }
    }
}
