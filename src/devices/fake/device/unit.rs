//! One device of the bench, whichever objects it is listed by: a `GstDevice` cannot change what it says of
//! itself, so another one takes its place when the modes or the path change, and both are this device.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::prelude::*;

use super::super::FakeMediaDeviceProvider;
use super::super::bench::Model;
use super::FakeMediaDevice;
use super::faults::{FaultError, Faults};
use super::script::{Edit, Fault};
use super::switchboard::{CHANGED, Switchboard};
use crate::devices::controls::Id;

/// See the module.
#[derive(Debug)]
pub struct Unit {
    /// `None`: made by no provider.
    model: Option<&'static Model>,
    /// A second one of its model.
    is_twin: bool,
    fault: Fault,
    controls: Arc<Switchboard>,
    provider: glib::WeakRef<FakeMediaDeviceProvider>,
    /// Every object that stands for it, the present one last.
    faces: Mutex<Vec<glib::WeakRef<FakeMediaDevice>>>,
}

impl Unit {
    /// `number`: that of its path.
    pub fn new(
        model: Option<&'static Model>,
        is_twin: bool,
        number: u32,
        provider: Option<&FakeMediaDeviceProvider>,
    ) -> Self {
        let unit = Self {
            model,
            is_twin,
            fault: Fault::default(),
            controls: Arc::new(Switchboard::of(model.map_or("", |model| model.name))),
            provider: glib::WeakRef::new(),
            faces: Mutex::default(),
        };
        unit.provider.set(provider);
        unit.fault.change(|script| {
            script.number = number;
            script.faults.is_default = model.is_some_and(|m| m.is_default) && !is_twin;
        });
        unit
    }

    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    pub fn controls(&self) -> &Arc<Switchboard> {
        &self.controls
    }

    pub fn provider(&self) -> Option<FakeMediaDeviceProvider> {
        self.provider.upgrade()
    }

    pub fn model(&self) -> Option<&'static Model> {
        self.model
    }

    pub fn is_twin(&self) -> bool {
        self.is_twin
    }

    /// Whether both are of one kind.
    pub fn is_like(&self, other: &Self) -> bool {
        let class = |unit: &Self| unit.model.map(|model| model.class);
        class(self) == class(other)
    }

    /// Under which number the system lists it.
    pub fn set_number(&self, number: u32) {
        self.fault.change(|script| script.number = number);
    }

    /// Its name among the provider's devices.
    pub fn name(&self) -> String {
        let name = self.model.map_or("", |model| model.name);
        format!("{name}{}", if self.is_twin { "-twin" } else { "" })
    }

    /// What it can be set to, as it says at present.
    pub fn modes(&self) -> Option<gst::Caps> {
        let announced = self.fault.lock().faults.modes.caps().cloned();
        announced.or_else(|| Some(self.model?.caps()))
    }

    /// Whether it is not to be set to these caps although it announces them.
    pub fn refuses(&self, caps: &gst::Caps) -> bool {
        let refused = self.fault.lock().faults.refuse_caps.caps().cloned();
        refused.is_some_and(|refused| refused.can_intersect(caps))
    }

    /// What it says of itself at present beside that.
    pub fn facts(&self) -> Option<gst::Structure> {
        let number = self.fault.lock().number;
        Some(self.model?.properties(number, self.is_twin))
    }

    fn faces_lock(&self) -> MutexGuard<'_, Vec<glib::WeakRef<FakeMediaDevice>>> {
        self.faces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `face` stands for it as well from now on.
    pub fn stand_in(&self, face: &FakeMediaDevice) {
        let face = face.downgrade();
        let mut faces = self.faces_lock();
        // Held until the lock is gone, under which no object may go.
        let alive: Vec<_> = faces.iter().map(glib::WeakRef::upgrade).collect();
        let mut is_alive = alive.iter().map(Option::is_some);
        faces.retain(|_| is_alive.next().unwrap_or(false));
        faces.push(face);
        drop(faces);
    }

    /// Every object that somebody may listen to.
    fn faces(&self) -> Vec<FakeMediaDevice> {
        let faces = self.faces_lock().clone();
        faces.iter().filter_map(glib::WeakRef::upgrade).collect()
    }

    fn notify(&self, property: &str) {
        for face in self.faces() {
            face.notify(property);
        }
    }

    /// Takes a document in place of the script in force.
    ///
    /// # Errors
    ///
    /// It is not understood; the script in force stays.
    pub fn take(&self, json: &str) -> Result<(), FaultError> {
        let faults = json.parse()?;
        self.replace(faults);
        Ok(())
    }

    /// The same, of a document that was read.
    pub fn replace(&self, faults: Faults) {
        let becomes_default = faults.is_default;
        self.edit(|script| {
            // Being the default is somebody else's to lose.
            let is_default = script.is_default;
            *script = Faults {
                is_default,
                ..faults
            };
        });
        if becomes_default {
            self.set_default();
        }
    }

    /// It becomes the default of its kind.
    pub fn set_default(&self) {
        if let Some(provider) = self.provider() {
            provider.set_default(self);
        }
    }

    /// The system numbers all of its kind anew.
    pub fn renumber_kind(&self) {
        if let Some(provider) = self.provider() {
            provider.renumber(self);
        }
    }

    /// An I/O error in every source that is running.
    pub fn break_stream(&self) {
        self.fault.change(|script| script.breaks += 1);
    }

    /// Changes the script, and tells.
    pub fn edit(&self, edit: impl FnOnce(&mut Faults)) {
        let edit = self.fault.edit(edit);
        self.tell(&edit);
    }

    /// Tells everybody what was changed. Not on a streaming thread: applications listen.
    pub fn tell(&self, edit: &Edit) {
        let Edit { before, after } = edit;
        let provider = self.provider();
        if before.fail_control != after.fail_control {
            self.controls.break_down(Id::from_name(&after.fail_control));
        }
        if let Some(provider) = provider {
            if before.duplicate != after.duplicate {
                provider.duplicate(self);
            }
            if before.unplugged != after.unplugged || before.modes != after.modes {
                provider.sync();
            }
        }
        for (property, is_new) in [
            ("plugged", before.unplugged != after.unplugged),
            ("stalled", before.stalled != after.stalled),
            ("muted", before.muted != after.muted),
        ] {
            if is_new {
                self.notify(property);
            }
        }
        self.notify("faults");
    }

    /// Takes the place of the default of its kind, or loses it. Whether that is new.
    pub fn make_default(&self, is_default: bool) -> bool {
        let edit = self.fault.edit(|faults| faults.is_default = is_default);
        let is_new = edit.before.is_default != is_default;
        if is_new {
            self.notify("is-default");
            self.notify("faults");
        }
        is_new
    }

    /// All its objects tell that a control was changed.
    pub fn tell_control(&self, id: Id) {
        for face in self.faces() {
            face.emit_by_name::<()>(CHANGED, &[&id.name()]);
        }
    }

    /// As after a reset of the bus: whoever holds it has lost it, and it has another number.
    pub fn renumber(&self, number: u32) {
        self.fault.change(|script| {
            script.number = number;
            script.plugs += 1;
        });
    }
}
