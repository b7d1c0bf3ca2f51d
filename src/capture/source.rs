//! One opened device, as its tracks see it: what can be asked of it, and what it tells.
//!
//! A device is opened once per process, whatever number of tracks share it. Each has a worker
//! thread (`worker`) that owns the private pipeline and all decisions; the handles here send it
//! messages and wait for the answer with a deadline. What hangs in a driver is a thread of its own
//! (`state_thread`), and neither the worker nor anybody else.
//!
//! Locks: `DIRECTORY` first, then `Shared::public`. Both are leaves for everyone outside this
//! file; nothing of GStreamer is called under either.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::call::{Wait, call};
use super::counters::Counters;
use super::glance::Glances;
use super::message::{Answer, Message, Newcomer, Reading, Settled};
use super::modes::Modes;
use super::worker::Worker;
use super::{CaptureError, ErrorKind, Membership, OpenError, Tally};
use crate::devices::Device;
use crate::model::constraints::{Capabilities, TrackConstraints, capabilities};
use crate::model::lifecycle::{Source as LifeCycle, SourceEffect};

/// How long a caller waits for an answer of a worker: a little more than a worker gives the
/// device to deliver its first frame, twice (a change that fails is rolled back).
const ANSWER: Duration = Duration::from_secs(20);

/// Open devices, by `deviceId`.
static DIRECTORY: LazyLock<Mutex<HashMap<String, Arc<Shared>>>> = LazyLock::new(Default::default);

/// What the layer above wants to know. Called on the worker's thread; must not block and must not
/// call back.
pub trait Listener: Send + Sync {
    /// The source was muted or unmuted, or ended.
    fn source(&self, effect: SourceEffect);
    /// The settings of the track changed, without the track having asked. `by_others`: because of
    /// another track, or of the device; else because of a consumer of the track itself.
    fn settings(&self, settled: Settled, by_others: bool);
    /// Whether the source is muted, or has ended, is another: to be looked at where its events are told.
    fn changed(&self);
    /// Where the frames of the track are counted.
    fn tally(&self) -> Option<Arc<Tally>>;
}

/// What everybody may read at any time.
#[derive(Debug, Default)]
pub(super) struct Public {
    pub life: LifeCycle,
    pub latency: Option<gst::ClockTime>,
    /// What the raw frames are, or will be.
    pub frames: Option<gst::Caps>,
}

/// Both ends of a worker.
pub(super) struct Shared {
    pub device: Arc<Device>,
    pub messages: Sender<Message>,
    pub public: Mutex<Public>,
    pub glances: Arc<Glances>,
    pub counters: Arc<Counters>,
    capabilities: Capabilities,
    next_id: AtomicU64,
}

impl Shared {
    /// What everybody may read.
    pub fn public(&self) -> MutexGuard<'_, Public> {
        self.public.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    fn timed_out(&self, what: &str) -> OpenError {
        let waited = ANSWER.as_secs();
        let detail = format!("{what}: no answer from its driver within {waited} s");
        CaptureError::new(ErrorKind::TimedOut, &self.device.label, detail).into()
    }

    /// Waits for a worker's answer. A worker that ended without one has lost its device.
    pub fn wait<T>(&self, wait: &Wait<T>, what: &str) -> Answer<T> {
        match wait.answer.recv_timeout(ANSWER) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(self.timed_out(what)),
            Err(RecvTimeoutError::Disconnected) => Err(CaptureError::new(
                ErrorKind::Gone,
                &self.device.label,
                format!("{what}: the device ended"),
            )
            .into()),
        }
    }
}

fn directory() -> MutexGuard<'static, HashMap<String, Arc<Shared>>> {
    DIRECTORY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes a worker out of the directory, unless `messages` has work for it. Called by the worker
/// as its last act: whoever asks for the device afterwards opens it anew.
pub(super) fn retire(shared: &Arc<Shared>, messages: &Receiver<Message>) -> Option<Message> {
    let mut open = directory();
    if let Ok(message) = messages.try_recv() {
        return Some(message);
    }
    forget(&mut open, shared);
    None
}

/// Takes a worker whose device is lost out of the directory at once.
pub(super) fn abandon(shared: &Arc<Shared>) {
    forget(&mut directory(), shared);
}

fn forget(open: &mut HashMap<String, Arc<Shared>>, shared: &Arc<Shared>) {
    let key = shared.device.id.as_str();
    if open
        .get(key)
        .is_some_and(|other| Arc::ptr_eq(other, shared))
    {
        open.remove(key);
    }
}

/// Opens the device of `modes` for a track, or joins the tracks it already feeds. Waits for the device: never
/// call it from a state change or a streaming thread.
///
/// # Errors
///
/// [`OpenError::Overconstrained`] when the device cannot serve `constraints` and `consumer`
/// together with what its other tracks require; [`OpenError::Capture`] when it cannot be opened.
pub fn open(
    modes: &Modes,
    constraints: Arc<TrackConstraints>,
    consumer: Option<gst::Caps>,
    listener: Arc<dyn Listener>,
) -> Result<(Membership, Settled), OpenError> {
    let wish = (constraints, consumer, listener);
    match open_or_join(modes, wish.clone()) {
        // It was unplugged and is back already: those who were there are only just being told.
        (false, Err(OpenError::Capture(error))) if error.kind == ErrorKind::Gone => {
            open_or_join(modes, wish).1
        }
        (_, opened) => opened,
    }
}

/// What a track wants of a device.
type Wanted = (Arc<TrackConstraints>, Option<gst::Caps>, Arc<dyn Listener>);

/// The same, once; says whether it was opened for this track.
fn open_or_join(
    modes: &Modes,
    (constraints, consumer, listener): Wanted,
) -> (bool, Result<(Membership, Settled), OpenError>) {
    let device = &modes.device;
    let modes = modes.clone().refreshed();
    let (answer, answered) = call();
    let mut fresh = None;
    let (shared, member) = {
        // Joining and retiring exclude each other here, so no worker ends with a joiner waiting.
        let mut open = directory();
        let shared = open.entry(device.id.clone()).or_insert_with(|| {
            let (messages, inbox) = channel();
            let shared = Arc::new(Shared {
                device: device.clone(),
                messages,
                public: Mutex::default(),
                glances: Arc::default(),
                counters: Arc::default(),
                capabilities: capabilities(&modes.candidates),
                next_id: AtomicU64::new(1),
            });
            fresh = Some((shared.clone(), inbox));
            shared
        });
        let member = shared.id();
        let join = Message::Join {
            member,
            constraints,
            consumer,
            listener,
            answer,
        };
        // Cannot fail: a worker that stops reading has left the directory.
        let _ = shared.messages.send(join);
        (shared.clone(), member)
    };
    let is_fresh = fresh.is_some();
    if let Some((shared, inbox)) = fresh
        && let Err(error) = Worker::spawn(shared, modes, inbox)
    {
        return (is_fresh, Err(error));
    }
    let place = Place(Arc::new(Member { shared, id: member }));
    let settled = place.shared().wait(&answered, "opening it");
    (
        is_fresh,
        settled.map(|settled| (Membership::Device(place), settled)),
    )
}

struct Member {
    shared: Arc<Shared>,
    id: u64,
}

impl Drop for Member {
    /// The last track closes the device.
    fn drop(&mut self) {
        let (member, done) = (self.id, None);
        let _ = self.shared.messages.send(Message::Leave { member, done });
    }
}

/// One live track's place at an opened device. Dropping the last clone leaves it.
#[derive(Clone)]
pub struct Place(Arc<Member>);

impl Place {
    /// Leaves at once, whoever else has a clone of this. `done` is let go of when the device is closed.
    pub(super) fn leave(&self, done: Option<SyncSender<()>>) {
        let member = self.0.id;
        self.say(Message::Leave { member, done });
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }

    pub(super) fn capabilities(&self) -> &Capabilities {
        &self.0.shared.capabilities
    }

    /// Cannot fail in a way that matters: a worker that reads no more has told its tracks.
    fn say(&self, message: Message) {
        let _ = self.0.shared.messages.send(message);
    }

    /// Waits for nobody: what the original has the clone can have too.
    pub(super) fn clone_for(
        &self,
        constraints: Arc<TrackConstraints>,
        enabled: bool,
        listener: Arc<dyn Listener>,
    ) -> Self {
        let shared = self.0.shared.clone();
        let member = shared.id();
        let newcomer = Newcomer::new((self.0.id, member), constraints, enabled, listener);
        // Unsent or unread, it tells the listener itself that the source ended.
        self.say(Message::Clone(newcomer));
        Self(Arc::new(Member { shared, id: member }))
    }

    pub(super) fn enable(&self, enabled: bool) {
        let member = self.0.id;
        self.say(Message::Enable { member, enabled });
    }

    pub(super) fn allow_relinquishing(&self, allowed: bool) {
        let member = self.0.id;
        self.say(Message::Relinquish { member, allowed });
    }

    pub(super) fn apply(&self, constraints: Arc<TrackConstraints>) -> Answer<Settled> {
        let (answer, answered) = call();
        self.say(Message::Apply {
            member: self.0.id,
            constraints,
            answer,
        });
        self.0.shared.wait(&answered, "applying constraints")
    }

    pub(super) fn next_reader(&self) -> u64 {
        self.0.shared.id()
    }

    /// Consumer `feed` takes `caps` from now on. One that nobody waits for any more may still come about:
    /// see [`Self::disconnect`].
    pub(super) fn read(&self, feed: u64, caps: &gst::Caps) -> Answer<Reading> {
        let (answer, answered) = call();
        self.say(Message::Connect {
            member: self.0.id,
            feed,
            consumer: caps.clone(),
            answer,
        });
        self.0.shared.wait(&answered, "negotiating with a consumer")
    }

    pub(super) fn disconnect(&self, feed: u64) {
        self.say(Message::Disconnect { feed });
    }
}
