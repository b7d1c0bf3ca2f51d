//! `fakemediadeviceprovider`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Once, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::CAT;
use super::bench::{MODELS, Model};
use super::device::{Document, FakeMediaDevice, Faults, Unit, read};
use super::listing::{Entry, Listing, Step};

/// Names the faults of all devices from the start: `{"camera-1": {"stallAt": 30}}`.
const FAULTS: &str = "GST_MEDIASTREAM_FAULTS";

glib::wrapper! {
    /// Lists the fake devices that are plugged in.
    pub struct FakeMediaDeviceProvider(ObjectSubclass<Provider>) @extends gst::DeviceProvider, gst::Object;
}

/// The object behind [`FakeMediaDeviceProvider`].
#[derive(Debug)]
pub struct Provider {
    made: Once,
    /// Comes before a device's script, which is read under it.
    listing: Mutex<Listing>,
}

impl Default for Provider {
    fn default() -> Self {
        Self {
            made: Once::new(),
            listing: Mutex::default(),
        }
    }
}

impl Provider {
    fn listing(&self) -> MutexGuard<'_, Listing> {
        // Whole between two calls, and none of them panics.
        self.listing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The devices are made once, so that each keeps its faults while it is not listed.
    fn make(&self) {
        self.made.call_once(|| {
            let provider = self.obj();
            let made = MODELS.iter().filter_map(|model| {
                let unit = Unit::new(Some(model), false, model.number(), Some(&provider));
                let unit = Arc::new(unit);
                Some(Entry::new(unit.clone(), FakeMediaDevice::new(&unit)?))
            });
            let made: Vec<_> = made.collect();
            self.listing().entries = made;
            self.read_environment();
        });
    }

    fn read_environment(&self) {
        let Some(json) = std::env::var_os(FAULTS) else {
            return;
        };
        let scripts = json.to_str().ok_or_else(|| "it is not UTF-8".to_owned());
        let scripts = scripts.and_then(scripts_of);
        // On the terminal: whoever set it waits for a fault that will not come.
        let scripts = scripts.unwrap_or_else(|why| {
            glib::g_warning!("mediastream", "{FAULTS} is left out: {why}");
            BTreeMap::new()
        });
        for (name, faults) in scripts {
            if let Some(unit) = self.units().iter().find(|unit| unit.name() == name) {
                gst::info!(CAT, imp = self, "{name}: {}", faults.to_json());
                unit.replace(faults);
            }
        }
    }

    fn units(&self) -> Vec<Arc<Unit>> {
        let listing = self.listing();
        listing.entries.iter().map(|e| e.unit.clone()).collect()
    }

    /// Gives each device that says something else of itself another object.
    fn renew_faces(&self) {
        for unit in self.units() {
            // Again if somebody else was quicker, perhaps with what was said before.
            while self.face_of(&unit).is_some_and(|face| {
                let is_true = face.caps() == unit.modes() && face.properties() == unit.facts();
                !is_true && self.renew(&unit, &face)
            }) {}
        }
    }

    fn face_of(&self, unit: &Arc<Unit>) -> Option<FakeMediaDevice> {
        let listing = self.listing();
        let mut entries = listing.entries.iter();
        let entry = entries.find(|entry| Arc::ptr_eq(&entry.unit, unit));
        entry.map(|entry| entry.face.clone())
    }

    /// Whether it has another object now, of ours or of somebody else.
    fn renew(&self, unit: &Arc<Unit>, old: &FakeMediaDevice) -> bool {
        // No object goes under the lock, whichever of the two it is.
        let mut spare = FakeMediaDevice::new(unit);
        let is_made = spare.is_some();
        let mut listing = self.listing();
        if let Some(entry) = listing.entries.iter_mut().find(|e| e.face == *old)
            && let Some(face) = spare.take()
        {
            spare = Some(std::mem::replace(&mut entry.face, face));
        }
        drop(listing);
        drop(spare);
        is_made
    }

    fn tell(&self) {
        let provider = self.obj();
        let mut goes_on = false;
        loop {
            let step = self.listing().next(goes_on);
            let Some(step) = step else {
                return;
            };
            goes_on = true;
            match step {
                Step::Add(device) => provider.device_add(&device),
                Step::Remove(device) => provider.device_remove(&device),
                Step::Replace { old, new } => provider.device_changed(&new, &old),
            }
        }
    }
}

/// The scripts of all devices that a document names.
fn scripts_of(json: &str) -> Result<BTreeMap<String, Faults>, String> {
    if json.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    let scripts: BTreeMap<String, Document> = read(json).map_err(|error| error.to_string())?;
    let mut checked = BTreeMap::new();
    for (name, Document(faults)) in scripts {
        if !MODELS.iter().any(|model| model.name == name) {
            let names = MODELS.iter().map(|model| model.name);
            let names = names.collect::<Vec<_>>().join(", ");
            return Err(format!("no device is called '{name}'; there are {names}"));
        }
        let faults = faults.checked();
        let faults = faults.map_err(|error| format!("{name}: {error}"))?;
        checked.insert(name, faults);
    }
    Ok(checked)
}

impl FakeMediaDeviceProvider {
    /// Announces what is different from what was announced.
    pub(super) fn sync(&self) {
        let provider = self.imp();
        provider.renew_faces();
        provider.listing().compare();
        provider.tell();
    }

    /// `chosen` becomes the default of its kind.
    pub(super) fn set_default(&self, chosen: &Unit) {
        let units = self.imp().units();
        for unit in units.iter().filter(|unit| unit.is_like(chosen)) {
            if !unit.make_default(std::ptr::eq(&**unit, chosen)) {
                continue;
            }
            let is_started = self.imp().listing().is_started();
            let is_listed = is_started && !unit.fault().lock().faults.unplugged;
            if let Some(face) = self.imp().face_of(unit).filter(|_| is_listed) {
                // Not `device_changed`, which wants another object: whoever scripts this one keeps it.
                let face: &gst::Device = face.upcast_ref();
                let message = gst::message::DeviceChanged::builder(face, face).src(self);
                let _ = self.bus().post(message.build());
            }
        }
    }

    /// A second one of the same model is plugged in, or leaves.
    pub(super) fn duplicate(&self, of: &Unit) {
        let Some(model) = of.model().filter(|_| !of.is_twin()) else {
            return;
        };
        let is_wanted = || of.fault().lock().faults.duplicate;
        let twin = self.imp().listing().twin(of);
        let twin = twin.or_else(|| is_wanted().then(|| self.make_twin(of, model))?);
        if let Some(twin) = twin {
            // Asked for while the twin's script is locked: whoever comes last has the last word.
            twin.edit(|faults| faults.unplugged = !is_wanted());
        }
    }

    /// Somebody else may be quicker, and make it.
    fn make_twin(&self, of: &Unit, model: &'static Model) -> Option<Arc<Unit>> {
        let unit = Arc::new(Unit::new(Some(model), true, 0, Some(self)));
        unit.fault().edit(|faults| faults.unplugged = true);
        let face = FakeMediaDevice::new(&unit)?;
        let mut entry = Some(Entry::new(unit, face));
        let mut listing = self.imp().listing();
        if listing.twin(of).is_none()
            && let Some(entry) = entry.take()
        {
            listing.add(entry);
        }
        let twin = listing.twin(of);
        drop(listing);
        // No object goes under the lock.
        drop(entry);
        twin
    }

    /// The system numbers all devices of this kind anew, as after a reset of the bus.
    pub(super) fn renumber(&self, of: &Unit) {
        self.imp().listing().renumber(of);
        self.sync();
    }
}

#[glib::object_subclass]
impl ObjectSubclass for Provider {
    const NAME: &'static str = "GstFakeMediaDeviceProvider";
    type Type = FakeMediaDeviceProvider;
    type ParentType = gst::DeviceProvider;
}

impl ObjectImpl for Provider {}

impl GstObjectImpl for Provider {}

impl DeviceProviderImpl for Provider {
    fn metadata() -> Option<&'static gst::subclass::DeviceProviderMetadata> {
        static METADATA: LazyLock<gst::subclass::DeviceProviderMetadata> = LazyLock::new(|| {
            gst::subclass::DeviceProviderMetadata::new(
                "Fake media devices",
                "Source/Sink/Audio/Video",
                "Lists cameras, microphones and an output that exist on every machine, for tests",
                env!("CARGO_PKG_AUTHORS"),
            )
        });
        Some(&METADATA)
    }

    fn probe(&self) -> Vec<gst::Device> {
        self.make();
        let listing = self.listing();
        let plugged = |entry: &&Entry| !entry.unit.fault().lock().faults.unplugged;
        let plugged = listing.entries.iter().filter(plugged);
        plugged.map(|entry| entry.face.clone().upcast()).collect()
    }

    fn start(&self) -> Result<(), gst::LoggableError> {
        self.make();
        self.listing().start();
        self.obj().sync();
        Ok(())
    }

    fn stop(&self) {
        let announced = self.listing().stop();
        drop(announced);
    }
}

/// Registers the provider.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::DeviceProvider::register(
        Some(plugin),
        "fakemediadeviceprovider",
        gst::Rank::NONE,
        FakeMediaDeviceProvider::static_type(),
    )
}
