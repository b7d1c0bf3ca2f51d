//! Which door leads to the controls of a camera, and what was behind it when it was plugged in.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use super::CAT;
use super::board::Board;
use super::control::Id;
use super::panel::Panel;
use crate::devices::fake::FakeMediaDevice;
use crate::model::constraints::{Capabilities, Settings};

/// How long the list waits for a camera to tell what it has. One that is later is listed without,
/// and has its controls when they are known.
const PATIENCE: Duration = Duration::from_millis(500);

/// The way to the controls of a camera.
#[derive(Clone, Debug)]
pub enum Access {
    /// The node of a driver, whoever captures from it.
    V4l2(PathBuf),
    /// A device of [`crate::devices::fake`].
    Fake(FakeMediaDevice),
}

impl Access {
    pub(super) fn board(&self) -> io::Result<Box<dyn Board>> {
        match self {
            #[cfg(feature = "v4l2")]
            Self::V4l2(path) => Ok(Box::new(super::node::Node::open(path)?)),
            #[cfg(not(feature = "v4l2"))]
            Self::V4l2(_) => Err(io::ErrorKind::Unsupported.into()),
            Self::Fake(device) => Ok(device.board()),
        }
    }

    /// Opens the controls. May wait for the device: a thread that may wait only.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn open(&self) -> io::Result<Panel> {
        Panel::new(self.board()?)
    }
}

/// What a camera said of its controls when it was plugged in.
#[derive(Debug)]
struct Said {
    capabilities: Capabilities,
    settings: Settings,
    readable: Vec<Id>,
}

/// The controls of a camera as they were when it was plugged in: read once a plug, so that nobody
/// who asks what it can do waits for it.
pub struct Offer {
    access: Access,
    said: OnceLock<Said>,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.access, self.said.get())
    }
}

impl Offer {
    /// Asks a camera, on a thread of its own, and waits for a moment. `None`: no camera can be
    /// asked so.
    pub(in crate::devices) fn read(access: Access) -> Option<Arc<Self>> {
        if cfg!(not(feature = "v4l2")) && matches!(access, Access::V4l2(_)) {
            return None;
        }
        let offer = Arc::new(Self {
            access,
            said: OnceLock::new(),
        });
        let (done, answer) = mpsc::channel();
        let asked = offer.clone();
        let spawned = thread::Builder::new()
            .name("camera-controls".to_owned())
            .spawn(move || {
                asked.ask();
                // Whoever waited may have given up.
                let _ = done.send(());
            });
        if spawned.is_ok() && answer.recv_timeout(PATIENCE).is_err() {
            gst::info!(CAT, "the controls of {:?} are late", offer.access);
        }
        Some(offer)
    }

    fn ask(&self) {
        match self.access.open() {
            Ok(panel) => {
                let said = Said {
                    capabilities: panel.capabilities(),
                    settings: panel.settings(),
                    readable: panel.readable(),
                };
                let _ = self.said.set(said);
            }
            Err(error) => gst::info!(CAT, "no controls of {:?}: {error}", self.access),
        }
    }

    /// The way to them.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What can be set.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.said.get().map(|said| &said.capabilities)
    }

    /// What was set then.
    pub fn settings(&self) -> Option<&Settings> {
        self.said.get().map(|said| &said.settings)
    }

    /// The controls that can be watched.
    pub fn readable(&self) -> &[Id] {
        self.said.get().map_or(&[], |said| &said.readable)
    }
}
