//! The process's one list of devices.

use std::env;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use gst::glib;
use once_cell::sync::OnceCell;

use super::desk::{CAT, Desk, Door, Input, Published, Subscriber};
use super::device::Device;
use super::identity::Identities;
use super::policy::{self, PolicyError};

/// How long [`Registry::shared`] waits for the providers; one that is later joins with changes.
const PATIENCE: Duration = Duration::from_secs(2);

/// The environment variable that is read once, instead of the property `providers`.
const VARIABLE: &str = "GST_MEDIASTREAM_PROVIDERS";

/// Why there is no list.
#[derive(Debug)]
pub enum RegistryError {
    /// `GST_MEDIASTREAM_PROVIDERS` names something unknown.
    Providers(PolicyError),
    /// The system gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Providers(error) => write!(f, "{VARIABLE}: {error}"),
            Self::Thread(error) => write!(f, "no thread for the list of devices: {error}"),
        }
    }
}

impl std::error::Error for RegistryError {}

/// The list, started on first use and kept to the end of the process.
#[derive(Debug)]
pub struct Registry {
    door: Door,
    published: Arc<Published>,
}

impl Registry {
    /// The registry. The first call starts it: it may take some tenths of a second, two seconds
    /// at most, so it is no call for a streaming thread or a state change.
    ///
    /// # Errors
    ///
    /// See [`RegistryError`]; a later call tries again.
    pub fn shared() -> Result<&'static Self, RegistryError> {
        // once_cell, not std: only it has a `get_or_try_init`, and a start that failed is no start.
        static SHARED: OnceCell<Registry> = OnceCell::new();
        SHARED.get_or_try_init(|| {
            let providers = env::var(VARIABLE).unwrap_or_else(|_| "auto".to_owned());
            Self::start(&providers)
        })
    }

    fn start(providers: &str) -> Result<Self, RegistryError> {
        let sources = policy::parse(providers).map_err(RegistryError::Providers)?;
        let (sender, inputs) = mpsc::channel();
        let context = glib::MainContext::new();
        let door = Door::new(sender, context.clone());
        let published = Arc::new(Published::default());
        let session = glib::uuid_string_random().to_string();
        let desk = Desk::new(door.clone(), published.clone(), Identities::new(session));
        thread::Builder::new()
            .name("mediadevices".to_owned())
            .spawn(move || {
                let working = context.with_thread_default(|| desk.run(&context, &inputs));
                // Nobody else has this context, so nobody else can be its owner.
                working.expect("a context of our own");
            })
            .map_err(RegistryError::Thread)?;
        let registry = Self { door, published };
        registry.ask(sources);
        Ok(registry)
    }

    /// Waits for the providers, with a limit.
    fn ask(&self, sources: Vec<policy::Source>) {
        let (done, answer) = mpsc::channel();
        self.door.send(Input::Ask(sources, done));
        if answer.recv_timeout(PATIENCE).is_err() {
            gst::info!(CAT, "some providers are late: their devices follow");
        }
    }

    /// What is plugged in: microphones, cameras, outputs; the default of each first; infrared
    /// cameras behind the others.
    pub fn devices(&self) -> Vec<Arc<Device>> {
        self.published.get().to_vec()
    }

    /// The device of that id.
    pub fn find(&self, id: &str) -> Option<Arc<Device>> {
        let devices = self.published.get();
        devices.iter().find(|device| device.id == id).cloned()
    }

    /// Calls `subscriber` with every change from now on, in order, on the registry's own thread. It
    /// must not wait for the registry there. No call begins after the subscription was dropped.
    pub fn subscribe(&self, subscriber: Subscriber) -> Subscription {
        let alive = Arc::new(AtomicBool::new(true));
        self.door.send(Input::Subscribe {
            alive: alive.clone(),
            subscriber,
        });
        Subscription {
            alive,
            door: self.door.clone(),
        }
    }

    /// Lists what these providers know from now on. Returns when they have started, or after two seconds.
    ///
    /// # Errors
    ///
    /// A name is unknown; nothing has changed then.
    pub fn set_providers(&self, providers: &str) -> Result<(), PolicyError> {
        self.ask(policy::parse(providers)?);
        Ok(())
    }

    /// Another key for the ids: all of them change.
    pub fn set_id_salt(&self, salt: &str) {
        self.door.send(Input::Salt(salt.to_owned()));
        self.settle();
    }

    /// Returns when everything that a provider has said before is in the list and the subscribers
    /// know it. Not to be called by a subscriber.
    pub fn settle(&self) {
        let (done, answer) = mpsc::channel();
        self.door.send(Input::Settle(done));
        // The thread lives as long as the process.
        let _ = answer.recv();
    }
}

/// Ends the calls when it is dropped.
#[derive(Debug)]
#[must_use = "the calls end when it is dropped"]
pub struct Subscription {
    alive: Arc<AtomicBool>,
    door: Door,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.alive.store(false, Ordering::SeqCst);
        // The list may never change again, and every opened device has been a subscriber.
        self.door.send(Input::Unsubscribed);
    }
}
