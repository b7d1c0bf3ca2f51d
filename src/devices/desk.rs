//! The registry's own thread: takes news one by one, keeps what every provider lists, and tells the
//! subscribers.
//!
//! Nothing here is shared, so nothing is locked while GStreamer or a subscriber is called.

use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use gst::glib;
use gst::prelude::*;

use super::controls::{Access, Offer};
use super::daemon::{self, State};
use super::device::{Api, Change, Device, DeviceKind, Node};
use super::facts::Facts;
use super::fake::FakeMediaDevice;
use super::hardware::Hardware;
use super::identity::Identities;
use super::list;
use super::merge;
use super::policy::Source;
use super::provider::Provider;
use super::record::Record;

pub static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "mediadevices",
        gst::DebugColorFlags::empty(),
        Some("What is plugged in"),
    )
});

/// Called with every change of the list, in order.
pub type Subscriber = Box<dyn Fn(&[Change]) + Send + Sync>;

/// What the desk is told.
pub enum Input {
    /// A provider has started, or has not.
    Started {
        turn: u64,
        provider: Result<gst::DeviceProvider, String>,
    },
    Added {
        turn: u64,
        device: gst::Device,
    },
    Removed {
        turn: u64,
        device: gst::Device,
    },
    Replaced {
        turn: u64,
        old: gst::Device,
        device: gst::Device,
    },
    /// PipeWire's daemon has come or gone.
    Daemon(State),
    /// These providers are asked from now on; answered when all have started or failed.
    Ask(Vec<Source>, Sender<()>),
    /// Another key for the ids.
    Salt(String),
    Subscribe {
        alive: Arc<AtomicBool>,
        subscriber: Subscriber,
    },
    /// One of them is not alive any more.
    Unsubscribed,
    /// Answered when everything said before has been dealt with.
    Settle(Sender<()>),
}

/// Where news is handed in, from any thread and without waiting.
#[derive(Debug, Clone)]
pub struct Door {
    inputs: Sender<Input>,
    context: glib::MainContext,
}

impl Door {
    pub fn new(inputs: Sender<Input>, context: glib::MainContext) -> Self {
        Self { inputs, context }
    }

    /// News that comes after the thread's end interests nobody.
    pub fn send(&self, input: Input) {
        if self.inputs.send(input).is_ok() {
            self.context.wakeup();
        }
    }
}

/// The list as everybody may read it. The lock is a leaf: held to copy or to replace an `Arc`.
#[derive(Debug, Default)]
pub struct Published(Mutex<Arc<Vec<Arc<Device>>>>);

impl Published {
    pub fn get(&self) -> Arc<Vec<Arc<Device>>> {
        // A list is replaced as a whole: whole after any panic.
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, devices: Vec<Arc<Device>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(devices);
    }
}

/// One device as one provider lists it.
struct Entry {
    source: Source,
    turn: u64,
    device: gst::Device,
    facts: Facts,
    /// See [`Device::plugged`].
    plugged: bool,
    controls: Option<Arc<Offer>>,
}

/// What the thread owns.
pub struct Desk {
    door: Door,
    published: Arc<Published>,
    providers: Vec<Provider>,
    /// Those of daemons that have died.
    retired: Vec<Provider>,
    /// Whose devices are listed. The others are kept up to date as well.
    asked: Vec<Source>,
    /// The turn of the watch on PipeWire's daemon, once there is one.
    daemon: Option<u64>,
    /// Those that are still starting, and who waits for them.
    starting: Vec<u64>,
    waiting: Vec<Sender<()>>,
    next_turn: u64,
    entries: Vec<Entry>,
    /// Some of these came after the list was made.
    is_stale: bool,
    identities: Identities,
    subscribers: Vec<(Arc<AtomicBool>, Subscriber)>,
}

impl Desk {
    pub fn new(door: Door, published: Arc<Published>, identities: Identities) -> Self {
        Self {
            door,
            published,
            providers: Vec::new(),
            retired: Vec::new(),
            asked: Vec::new(),
            daemon: None,
            starting: Vec::new(),
            waiting: Vec::new(),
            next_turn: 0,
            entries: Vec::new(),
            is_stale: false,
            identities,
            subscribers: Vec::new(),
        }
    }

    /// Works to the end of the process.
    pub fn run(mut self, context: &glib::MainContext, inputs: &Receiver<Input>) {
        loop {
            for input in inputs.try_iter() {
                self.handle(input);
                // Providers speak through the context: whoever asks for the list again and again does not silence them.
                context.iteration(false);
            }
            self.refresh();
            context.iteration(true);
        }
    }

    fn handle(&mut self, input: Input) {
        match input {
            Input::Started { turn, provider } => self.started(turn, provider),
            Input::Added { turn, device } => {
                let plugged = self.has_started(turn);
                // Many come at once, and most of them a second time.
                self.is_stale |= self.add(turn, device, plugged);
            }
            Input::Removed { turn, device } => {
                // One that came and left was there: whoever listens hears of both.
                self.refresh();
                self.remove(turn, &device);
                self.relist();
            }
            Input::Replaced { turn, old, device } => {
                self.refresh();
                let was = self.remove(turn, &old);
                // Late news of one that has left meanwhile must not bring it back. One that takes the place of
                // another may be listed for the first time.
                if was.is_some() || device != old {
                    self.add(turn, device, was.is_some_and(|was| was.plugged));
                    self.relist();
                }
            }
            Input::Daemon(state) => self.daemon(state),
            Input::Ask(sources, done) => self.ask(&sources, done),
            Input::Salt(salt) => {
                self.identities.set_salt(salt);
                self.relist();
            }
            Input::Subscribe { alive, subscriber } => self.subscribers.push((alive, subscriber)),
            Input::Unsubscribed => self
                .subscribers
                .retain(|(alive, _)| alive.load(Ordering::SeqCst)),
            Input::Settle(done) => {
                self.refresh();
                // Whoever asked may have given up.
                let _ = done.send(());
            }
        }
    }

    fn ask(&mut self, sources: &[Source], done: Sender<()>) {
        self.asked = sources.to_vec();
        for source in sources {
            let is_known = self.providers.iter().any(|p| p.source == *source);
            match source {
                Source::PipeWire if self.daemon.is_none() => {
                    let turn = self.turn();
                    self.daemon = Some(turn);
                    daemon::watch(&self.door);
                }
                // The provider follows when the daemon is found.
                Source::PipeWire => {}
                _ if is_known => {}
                other => self.launch(*other, None),
            }
        }
        self.waiting.push(done);
        self.relist();
        self.answer_when_started();
    }

    /// A provider of an earlier daemon knows nothing of the present one.
    fn daemon(&mut self, state: State) {
        gst::debug!(CAT, "PipeWire's daemon: {state:?}");
        let is_pipewire = |p: &mut Provider| p.source == Source::PipeWire;
        for old in self.providers.extract_if(.., is_pipewire) {
            self.entries.retain(|e| e.turn != old.turn);
            self.starting.retain(|turn| *turn != old.turn);
            self.retired.push(old);
        }
        if let State::Up(connection) = state {
            self.launch(Source::PipeWire, connection);
        }
        self.starting.retain(|turn| Some(*turn) != self.daemon);
        self.relist();
        self.answer_when_started();
    }

    /// A number for something that will report, and for which everybody waits until then.
    fn turn(&mut self) -> u64 {
        let turn = self.next_turn;
        self.next_turn += 1;
        self.starting.push(turn);
        turn
    }

    fn launch(&mut self, source: Source, connection: Option<UnixStream>) {
        let turn = self.turn();
        let door = self.door.clone();
        self.providers
            .push(Provider::launch(source, turn, door, connection));
    }

    fn started(&mut self, turn: u64, started: Result<gst::DeviceProvider, String>) {
        self.starting.retain(|other| *other != turn);
        let mut all = self.providers.iter_mut().chain(&mut self.retired);
        let known = all.find(|p| p.turn == turn);
        match (known, started) {
            (Some(provider), Ok(started)) => {
                gst::debug!(CAT, "{} has started", provider.source.feature());
                // What it listed before we listened; the rest has come or will come as messages.
                let devices: Vec<_> = gst::prelude::DeviceProviderExtManual::devices(&started)
                    .into_iter()
                    .collect();
                provider.started = Some(started);
                for device in devices {
                    self.add(turn, device, false);
                }
                self.relist();
            }
            (Some(provider), Err(why)) => {
                gst::info!(CAT, "{} is left out: {why}", provider.source.feature());
                self.providers.retain(|p| p.turn != turn);
                self.entries.retain(|e| e.turn != turn);
                self.relist();
            }
            (None, _) => {}
        }
        self.answer_when_started();
    }

    fn answer_when_started(&mut self) {
        if self.starting.is_empty() {
            for done in self.waiting.drain(..) {
                // Whoever asked may have given up.
                let _ = done.send(());
            }
        }
    }

    /// What a provider that has started announces was plugged in.
    fn has_started(&self, turn: u64) -> bool {
        let provider = self.providers.iter().find(|p| p.turn == turn);
        provider.is_some_and(|provider| provider.started.is_some())
    }

    /// Providers announce what was there at the start a second time: only news counts. Returns whether it is.
    fn add(&mut self, turn: u64, device: gst::Device, plugged: bool) -> bool {
        let Some(provider) = self.providers.iter().find(|p| p.turn == turn) else {
            return false;
        };
        if self
            .entries
            .iter()
            .any(|e| e.turn == turn && e.device == device)
        {
            return false;
        }
        let Some(facts) = facts(&device, provider.source.api()) else {
            return false;
        };
        let controls = controls(&device, &facts).and_then(Offer::read);
        self.entries.push(Entry {
            source: provider.source,
            turn,
            device,
            facts,
            plugged,
            controls,
        });
        true
    }

    /// One provider's word is enough when the kernel confirms it: PipeWire notices later.
    fn remove(&mut self, turn: u64, device: &gst::Device) -> Option<Entry> {
        let is_it = |e: &Entry| e.turn == turn && e.device == *device;
        let at = self.entries.iter().position(is_it)?;
        let removed = self.entries.remove(at);
        self.entries.retain(|e| {
            let is_there = |hardware: &Hardware| hardware.is_there();
            !e.facts.shares_hardware(&removed.facts)
                || e.facts.hardware.as_ref().is_some_and(is_there)
        });
        Some(removed)
    }

    /// Makes the list anew if something has come since.
    fn refresh(&mut self) {
        if self.is_stale {
            self.relist();
        }
    }

    /// Makes the list anew and tells what is different.
    fn relist(&mut self) {
        self.is_stale = false;
        let entries = self.entries.iter();
        let entries: Vec<_> = entries.filter(|e| self.asked.contains(&e.source)).collect();
        let facts: Vec<_> = entries.iter().map(|e| &e.facts).collect();
        let node = |at: &usize| Node {
            api: facts[*at].api,
            device: entries[*at].device.clone(),
            path: facts[*at].path.clone(),
            controls: entries[*at].controls.clone(),
        };
        let merged = merge::merge(&facts, &mut self.identities);
        let new = merged.iter().map(|merged| Device {
            nodes: merged.members.iter().map(node).collect(),
            plugged: merged.members.iter().all(|at| entries[*at].plugged),
            ..merged.device(&facts)
        });
        let new = new.collect();
        let (devices, changes) = list::next(&self.published.get(), new);
        if changes.is_empty() {
            return;
        }
        for change in &changes {
            match change {
                Change::Added(device) => gst::info!(CAT, "added {device}"),
                Change::Removed(device) => gst::info!(CAT, "removed {device}"),
                Change::Changed(device) => gst::info!(CAT, "changed {device}"),
            }
        }
        self.published.set(devices);
        for (alive, subscriber) in &self.subscribers {
            if !alive.load(Ordering::SeqCst) {
                continue;
            }
            // The others, and the list itself, are not to end with one that panics. It has no state of ours.
            let call = AssertUnwindSafe(|| subscriber(&changes));
            if catch_unwind(call).is_err() {
                gst::error!(CAT, "a subscriber to the list of devices has panicked");
            }
        }
    }
}

/// The door to the controls of a camera. Those of PipeWire on a driver's node are that node's.
fn controls(device: &gst::Device, facts: &Facts) -> Option<Access> {
    if facts.kind != DeviceKind::VideoInput {
        return None;
    }
    match facts.api {
        Api::V4l2 => facts.path.as_ref().map(|path| Access::V4l2(path.into())),
        Api::PipeWire => {
            let node = facts.hardware.as_ref()?.node.file_name()?;
            Some(Access::V4l2(Path::new("/dev").join(node)))
        }
        Api::Fake => {
            let fake = device.downcast_ref::<FakeMediaDevice>()?;
            fake.has_controls().then(|| Access::Fake(fake.clone()))
        }
        _ => None,
    }
}

fn facts(device: &gst::Device, api: Api) -> Option<Facts> {
    let record = Record::read(device, api);
    let facts = Facts::new(&record, |place| Hardware::look_up(Path::new("/sys"), place));
    gst::debug!(CAT, "{record:?} is {facts:?}");
    facts
}
