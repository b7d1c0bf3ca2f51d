//! Following the list of devices: `devicechange`, and the messages on the provider's bus.
//!
//! Threads: the registry's calls only note that something changed. One thread a burst waits until
//! it is quiet; what follows runs on the task queue, and the signal leaves through the dispatcher.

use std::env;
use std::fmt;
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::MediaDevices;
use crate::devices::{Device, Registry, Subscription, exposed};
use crate::media::dispatcher::dispatch;
use crate::media::object_list::ObjectList;
use crate::media::task_queue::spawn;
use crate::media::{CAT, device_info};
use crate::model::lifecycle::Burst;

/// The environment variable that names the providers until the property is written.
const VARIABLE: &str = "GST_MEDIASTREAM_PROVIDERS";

/// What is known of the devices.
#[derive(Default)]
pub(super) struct Listing {
    /// The slot `[[storedDeviceList]]`: as of the last notification.
    pub stored: Vec<Arc<Device>>,
    subscription: Option<Subscription>,
    /// What the provider shows while it is started.
    posted: Option<Vec<(Arc<Device>, gst::Device)>>,
}

/// Changes that wait until it is quiet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    burst: Mutex<Option<Burst>>,
    changed: Condvar,
}

/// Time since the first use.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

impl Pending {
    /// Notes a change. Whether it is the first of a burst.
    fn note(&self) -> bool {
        let mut burst = self.burst.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = burst.is_none();
        burst
            .get_or_insert_with(|| Burst::begin(now()))
            .go_on(now());
        drop(burst);
        self.changed.notify_all();
        begins
    }

    /// Waits until the burst is to be told.
    fn wait(&self) {
        let mut burst = self.burst.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(left) = burst
            .as_ref()
            .and_then(|burst| burst.due().checked_sub(now()))
        {
            burst = match self.changed.wait_timeout(burst, left) {
                Ok((burst, _)) => burst,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        *burst = None;
    }
}

/// What the specification shows of a device: if none of it is different, nothing has changed.
fn shown(device: &Device) -> impl PartialEq + '_ {
    (&device.id, device.kind, &device.label, &device.group_id)
}

fn are_equal(old: &[Arc<Device>], new: &[Arc<Device>]) -> bool {
    old.iter()
        .map(|d| shown(d))
        .eq(new.iter().map(|d| shown(d)))
}

fn is_same(one: &Device, other: &Device) -> bool {
    one.id == other.id && one.kind == other.kind
}

/// Whether the user has just plugged `device` in: neither found on the way, nor known already, be it
/// by another id, as after a change of the salt.
fn is_inserted(device: &Device, known: &[Arc<Device>]) -> bool {
    let is_known = |other: &Arc<Device>| {
        let mut nodes = device.nodes.iter().map(|node| &node.device);
        is_same(device, other) || nodes.any(|node| other.nodes.iter().any(|n| n.device == *node))
    };
    device.plugged && !known.iter().any(is_known)
}

/// A list of their objects.
fn infos<'a>(devices: impl IntoIterator<Item = &'a Arc<Device>>) -> ObjectList {
    ObjectList::of(devices.into_iter().map(device_info::of))
}

impl MediaDevices {
    /// The devices as of the last notification. The first call starts listening, and waits for it.
    ///
    /// # Errors
    ///
    /// Says why there is no list.
    pub(super) fn listed(&self) -> Result<Vec<Arc<Device>>, String> {
        {
            let listing = self.listing();
            if listing.subscription.is_some() {
                return Ok(listing.stored.clone());
            }
        }
        let registry = Registry::shared().map_err(|error| error.to_string())?;
        let devices = self.obj().downgrade();
        let subscription = registry.subscribe(Box::new(move |_| {
            if let Some(devices) = devices.upgrade() {
                devices.imp().something_changed();
            }
        }));
        // Asked for after the subscription: what changes in between is told, and found equal.
        let found = registry.devices();
        let (surplus, stored) = {
            let mut listing = self.listing();
            match listing.subscription {
                Some(_) => (Some(subscription), listing.stored.clone()),
                None => {
                    listing.subscription = Some(subscription);
                    listing.stored = found.clone();
                    (None, found)
                }
            }
        };
        // Two asked at once: one subscription is enough.
        drop(surplus);
        Ok(stored)
    }

    /// On the registry's thread.
    fn something_changed(&self) {
        if !self.pending.note() {
            return;
        }
        let devices = self.obj().downgrade();
        let pending = self.pending.clone();
        spawn(move || {
            pending.wait();
            if let Some(devices) = devices.upgrade() {
                let queue = devices.imp().tasks.clone();
                queue.push(move || devices.imp().tell());
            }
        });
    }

    /// "Device change notification steps".
    fn tell(&self) {
        let Ok(registry) = Registry::shared() else {
            return;
        };
        // Step 2.
        let new = registry.devices();
        // Step 4; the old list is that of step 1.
        let old = std::mem::replace(&mut self.listing().stored, new.clone());
        self.post(&new);
        let shown = exposed(&new);
        // Step 3: entries and order.
        if are_equal(&exposed(&old), &shown) {
            return;
        }
        // Step 5.
        gst::info!(CAT, imp = self, "devicechange: {} devices", new.len());
        let inserted = infos(new.iter().filter(|device| is_inserted(device, &old)));
        let (shown, devices) = (infos(&shown), self.obj().clone());
        dispatch(move || devices.emit_by_name::<()>("devicechange", &[&shown, &inserted]));
    }

    /// From now on changes are posted on the bus, beginning with what is there.
    pub(super) fn start_posting(&self) {
        self.listing().posted.get_or_insert_default();
        let (done, posted) = channel();
        let devices = self.obj().clone();
        // Behind a notification that is under way, so that nothing is announced twice.
        self.tasks.push(move || {
            let stored = devices.imp().listing().stored.clone();
            devices.imp().post(&stored);
            let _ = done.send(());
        });
        // GStreamer's callers expect the devices to be there when it has started.
        let _ = posted.recv();
    }

    /// GStreamer itself forgets what was announced.
    pub(super) fn stop_posting(&self) {
        let forgotten = self.listing().posted.take();
        drop(forgotten);
    }

    /// Announces the differences to what was announced before, while started.
    fn post(&self, new: &[Arc<Device>]) {
        let new: Vec<_> = new
            .iter()
            .map(|d| (d.clone(), device_info::of(d)))
            .collect();
        let Some(old) = ({
            let mut listing = self.listing();
            listing
                .posted
                .as_mut()
                .map(|posted| std::mem::replace(posted, new.clone()))
        }) else {
            return;
        };
        let provider = self.obj();
        for (device, info) in &old {
            if !new.iter().any(|(other, _)| is_same(device, other)) {
                provider.device_remove(info);
            }
        }
        for (device, info) in &new {
            match old.iter().find(|(other, _)| is_same(device, other)) {
                None => provider.device_add(info),
                Some((_, before)) if before != info => provider.device_changed(info, before),
                Some(_) => {}
            }
        }
    }

    pub(super) fn providers(&self) -> Option<String> {
        let written = self.settings().providers.clone();
        written
            .or_else(|| env::var(VARIABLE).ok())
            .or_else(|| Some("auto".to_owned()))
    }

    /// A property cannot refuse: the reason is in the log and on the bus, and the old value stays.
    /// NULL is `auto`.
    pub(super) fn set_providers(&self, providers: Option<String>) {
        let providers = providers.unwrap_or_else(|| "auto".to_owned());
        let devices = self.obj().clone();
        self.tasks.push(move || {
            if let Err(error) = devices.imp().ask(&providers) {
                devices.imp().refuse(&error);
            }
        });
    }

    /// Waits for the new providers.
    ///
    /// # Errors
    ///
    /// Says which name is unknown.
    pub(super) fn ask(&self, providers: &str) -> Result<(), String> {
        let registry = Registry::shared().map_err(|error| error.to_string())?;
        registry
            .set_providers(providers)
            .map_err(|error| error.to_string())?;
        self.settings().providers = Some(providers.to_owned());
        self.obj().notify("providers");
        Ok(())
    }

    fn refuse(&self, error: &dyn fmt::Display) {
        let text = format!("the providers stay as they were: {error}");
        gst::error!(CAT, imp = self, "{text}");
        let message = gst::message::Warning::builder(gst::ResourceError::Settings, &text)
            .src(&*self.obj())
            .build();
        let _ = self.obj().bus().post(message);
    }

    pub(super) fn set_id_salt(&self, salt: Option<String>) {
        let salt = salt.unwrap_or_default();
        self.settings().id_salt = salt.clone();
        self.tasks.push(move || match Registry::shared() {
            Ok(registry) => registry.set_id_salt(&salt),
            Err(error) => gst::error!(CAT, "the ids stay as they were: {error}"),
        });
    }
}
