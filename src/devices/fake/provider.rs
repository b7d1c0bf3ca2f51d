//! `fakemediadeviceprovider`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Once, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::CAT;
use super::bench::MODELS;
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
        let known: Vec<_> = {
            let listing = self.listing();
            let entries = listing.entries.iter();
            entries.map(|e| (e.unit.clone(), e.face.clone())).collect()
        };
        for (unit, old) in known {
            if old.caps() == unit.modes() && old.properties() == unit.facts() {
                continue;
            }
            let Some(face) = FakeMediaDevice::new(&unit) else {
                continue;
            };
            let mut listing = self.listing();
            let entry = listing.entries.iter_mut().find(|e| e.face == old);
            // Otherwise somebody else was quicker, with what is said now.
            let replaced = entry.map(|entry| std::mem::replace(&mut entry.face, face));
            drop(listing);
            drop(replaced);
        }
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
        for unit in self.of_kind(chosen) {
            if !unit.make_default(std::ptr::eq(&*unit, chosen)) {
                continue;
            }
            let face = {
                let listing = self.imp().listing();
                let mut entries = listing.entries.iter();
                let entry = entries.find(|e| listing.is_started() && Arc::ptr_eq(&e.unit, &unit));
                entry.map(|entry| entry.face.clone())
            };
            let is_plugged = !unit.fault().lock().faults.unplugged;
            if let Some(face) = face.filter(|_| is_plugged) {
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
        let is_wanted = of.fault().lock().faults.duplicate;
        let units = self.of_kind(of);
        let is_twin = |unit: &&Arc<Unit>| {
            unit.is_twin() && unit.model().is_some_and(|m| m.name == model.name)
        };
        if let Some(twin) = units.iter().find(is_twin) {
            return twin.edit(|faults| faults.unplugged = !is_wanted);
        }
        if !is_wanted {
            return;
        }
        let number = self.free_number(of);
        let twin = Arc::new(Unit::new(Some(model), true, number, Some(self)));
        let Some(face) = FakeMediaDevice::new(&twin) else {
            return;
        };
        self.imp().listing().entries.push(Entry::new(twin, face));
        self.sync();
    }

    /// The system numbers all devices of this kind anew, as after a reset of the bus.
    pub(super) fn renumber(&self, of: &Unit) {
        let units = self.of_kind(of);
        let numbered = units.iter().filter_map(|unit| {
            let script = unit.fault().lock();
            (!script.faults.unplugged).then_some((script.number, unit))
        });
        let mut numbered: Vec<_> = numbered.collect();
        numbered.sort_by_key(|(number, _)| *number);
        let numbers: Vec<_> = numbered.iter().map(|(number, _)| *number).collect();
        let free = self.free_number(of);
        for (at, (_, unit)) in numbered.iter().enumerate() {
            let next = numbers.get(at + 1).or(numbers.first().filter(|_| at > 0));
            unit.renumber(*next.unwrap_or(&free));
        }
        self.sync();
    }

    fn of_kind(&self, of: &Unit) -> Vec<Arc<Unit>> {
        let class = |unit: &Unit| unit.model().map(|model| model.class);
        let units = self.imp().units().into_iter();
        units.filter(|unit| class(unit) == class(of)).collect()
    }

    /// The number that the next one of a kind gets.
    fn free_number(&self, of: &Unit) -> u32 {
        let units = self.of_kind(of);
        let numbers = units.iter().map(|unit| unit.fault().lock().number);
        numbers.max().map_or(0, |number| number.saturating_add(1))
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
