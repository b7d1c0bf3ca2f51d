//! The object: properties, action signals, and the state that its sources share.

use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::super::FakeMediaDeviceProvider;
use super::super::source::FakeMediaSrc;
use super::switchboard::{CHANGED, Switchboard};
use crate::devices::controls::Id;

/// What a device's script says at present.
#[derive(Debug)]
struct Script {
    plugged: bool,
    /// Counts the times it was unplugged: a source that began under another number has lost it.
    plugs: u32,
    stalled: bool,
    muted: bool,
    fail_open: String,
    is_default: bool,
    every: u32,
    opens: u32,
    active: u32,
}

/// The script and the news about it, shared by a device and its sources.
///
/// The lock is a leaf: nothing else is called while it is held.
#[derive(Debug)]
pub struct Fault {
    script: Mutex<Script>,
    news: Condvar,
}

/// What a source may do when it wants its next buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Deliver. `stalled`: it had to wait for that, so its clockwork is late. `every`: as many buffers
    /// as this take the time of one.
    Deliver {
        muted: bool,
        stalled: bool,
        every: u32,
    },
    /// The device was pulled.
    Lost,
    /// The caller asked to give up waiting.
    Interrupted,
}

impl Fault {
    fn lock(&self) -> MutexGuard<'_, Script> {
        // Plain data, valid after any panic.
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, change: impl FnOnce(&mut Script) -> R) -> R {
        let result = change(&mut self.lock());
        self.news.notify_all();
        result
    }

    /// Opens the device: the number to give to [`Self::wait`], or the name of the scripted error.
    pub fn open(&self) -> Result<u32, String> {
        self.change(|script| {
            if !script.plugged {
                return Err("NotFoundError".to_owned());
            }
            if !script.fail_open.is_empty() {
                return Err(script.fail_open.clone());
            }
            script.opens += 1;
            script.active += 1;
            Ok(script.plugs)
        })
    }

    /// The counterpart of an [`Self::open`] that succeeded.
    pub fn close(&self) {
        self.change(|script| script.active -= 1);
    }

    /// Blocks while the device stalls. `interrupted` is asked again after every [`Self::wake`].
    pub fn wait(&self, opened: u32, interrupted: impl Fn() -> bool) -> Opening {
        let mut stalled = false;
        let mut script = self.lock();
        loop {
            if interrupted() {
                return Opening::Interrupted;
            }
            if script.plugs != opened {
                return Opening::Lost;
            }
            if !script.stalled {
                let (muted, every) = (script.muted, script.every);
                return Opening::Deliver {
                    muted,
                    stalled,
                    every,
                };
            }
            stalled = true;
            script = self
                .news
                .wait(script)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes every waiting source ask its `interrupted` again.
    pub fn wake(&self) {
        self.change(|_| ());
    }
}

/// See [`super::FakeMediaDevice`].
#[derive(Debug)]
pub struct FakeMediaDevice {
    fault: Arc<Fault>,
    controls: OnceLock<Arc<Switchboard>>,
    name: OnceLock<String>,
    provider: glib::WeakRef<FakeMediaDeviceProvider>,
}

impl Default for FakeMediaDevice {
    fn default() -> Self {
        let script = Script {
            plugged: true,
            plugs: 0,
            stalled: false,
            muted: false,
            fail_open: String::new(),
            is_default: false,
            every: 1,
            opens: 0,
            active: 0,
        };
        let fault = Arc::new(Fault {
            script: Mutex::new(script),
            news: Condvar::new(),
        });
        Self {
            fault,
            controls: OnceLock::new(),
            name: OnceLock::new(),
            provider: glib::WeakRef::new(),
        }
    }
}

impl FakeMediaDevice {
    pub fn set_provider(&self, provider: &FakeMediaDeviceProvider) {
        self.provider.set(Some(provider));
    }

    pub fn is_plugged(&self) -> bool {
        self.fault.lock().plugged
    }

    pub fn fault(&self) -> Arc<Fault> {
        self.fault.clone()
    }

    pub fn controls(&self) -> &Arc<Switchboard> {
        let name = self.name.get().map_or("", String::as_str);
        let make = || Arc::new(Switchboard::of(name));
        self.controls.get_or_init(make)
    }

    /// As if another program, or a hand on the device, had done it.
    fn set_control(&self, (name, value): (Option<String>, i32)) {
        let id = name.as_deref().and_then(Id::from_name);
        if let Some(id) = id.filter(|id| self.controls().set(*id, value) == Some(true)) {
            self.obj().emit_by_name::<()>(CHANGED, &[&id.name()]);
        }
    }

    fn plug(&self, plugged: bool) {
        let changed = self.fault.change(|script| {
            let changed = script.plugged != plugged;
            script.plugged = plugged;
            script.plugs += u32::from(changed && !plugged);
            changed
        });
        if !changed {
            return;
        }
        let device = self.obj();
        if let Some(provider) = self.provider.upgrade().filter(|p| p.is_started()) {
            if plugged {
                provider.device_add(&*device);
            } else {
                provider.device_remove(&*device);
            }
        }
        device.notify("plugged");
    }

    /// Whether that changed anything.
    pub fn make_default(&self, is_default: bool) -> bool {
        let before = self
            .fault
            .change(|script| std::mem::replace(&mut script.is_default, is_default));
        before != is_default
    }

    fn set_default(&self) {
        if let Some(provider) = self.provider.upgrade() {
            provider.set_default(&self.obj());
        }
    }

    fn stall(&self, stalled: bool) {
        let before = self
            .fault
            .change(|script| std::mem::replace(&mut script.stalled, stalled));
        if before != stalled {
            self.obj().notify("stalled");
        }
    }

    fn set_muted(&self, muted: bool) {
        let before = self
            .fault
            .change(|script| std::mem::replace(&mut script.muted, muted));
        if before != muted {
            self.obj().notify("muted");
        }
    }
}

/// An action signal whose handler gets the device and the signal's argument.
fn action<T>(
    name: &str,
    arguments: &[glib::Type],
    handler: fn(&FakeMediaDevice, T),
) -> glib::subclass::Signal
where
    T: Argument + 'static,
{
    glib::subclass::Signal::builder(name)
        .param_types(arguments.iter().copied())
        .run_last()
        .action()
        .class_handler(move |values| {
            let device = values[0].get::<super::FakeMediaDevice>().ok()?;
            handler(device.imp(), T::from_values(&values[1..])?);
            None
        })
        .build()
}

/// What the action signals take.
trait Argument: Sized {
    fn from_values(values: &[glib::Value]) -> Option<Self>;
}

impl Argument for () {
    fn from_values(_values: &[glib::Value]) -> Option<Self> {
        Some(())
    }
}

impl Argument for bool {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        values.first()?.get().ok()
    }
}

impl Argument for (Option<String>, i32) {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        let [name, value, ..] = values else {
            return None;
        };
        Some((name.get().ok()?, value.get().ok()?))
    }
}

impl Argument for u32 {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        values.first()?.get().ok()
    }
}

impl Argument for Option<String> {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        values.first()?.get().ok()
    }
}

#[glib::object_subclass]
impl ObjectSubclass for FakeMediaDevice {
    const NAME: &'static str = "GstFakeMediaDevice";
    type Type = super::FakeMediaDevice;
    type ParentType = gst::Device;
}

impl ObjectImpl for FakeMediaDevice {
    fn signals() -> &'static [glib::subclass::Signal] {
        static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(|| {
            let (flag, text) = ([bool::static_type()], [String::static_type()]);
            let count = [u32::static_type()];
            vec![
                action("unplug", &[], |device, ()| device.plug(false)),
                action("plug", &[], |device, ()| device.plug(true)),
                action("set-default", &[], |device, ()| device.set_default()),
                action("slow-down", &count, |device, every: u32| {
                    device.fault.change(|script| script.every = every.max(1));
                }),
                action("stall", &flag, FakeMediaDevice::stall),
                action("set-muted", &flag, FakeMediaDevice::set_muted),
                action("fail-open", &text, |device, name: Option<String>| {
                    let name = name.unwrap_or_default();
                    device.fault.change(|script| script.fail_open = name);
                }),
                action("fail-control", &text, |device, name: Option<String>| {
                    let id = name.as_deref().and_then(Id::from_name);
                    device.controls().break_down(id);
                }),
                action(
                    "set-control",
                    &[String::static_type(), i32::static_type()],
                    FakeMediaDevice::set_control,
                ),
                glib::subclass::Signal::builder("get-control")
                    .param_types(text)
                    .return_type::<i32>()
                    .run_last()
                    .action()
                    .class_handler(|values| {
                        let device = values[0].get::<super::FakeMediaDevice>().ok()?;
                        let name = values.get(1)?.get::<Option<String>>().ok()??;
                        let id = Id::from_name(&name);
                        let value = id.and_then(|id| device.imp().controls().get(id));
                        Some(value.unwrap_or(-1).to_value())
                    })
                    .build(),
                glib::subclass::Signal::builder(CHANGED)
                    .param_types(text)
                    .build(),
            ]
        });
        &SIGNALS
    }

    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
            let flag = |name, blurb| {
                glib::ParamSpecBoolean::builder(name)
                    .blurb(blurb)
                    .read_only()
                    .build()
            };
            let count = |name, blurb| {
                glib::ParamSpecUInt::builder(name)
                    .blurb(blurb)
                    .read_only()
                    .build()
            };
            vec![
                glib::ParamSpecString::builder("name-in-provider")
                    .blurb("Which of the provider's devices it is")
                    .construct_only()
                    .build(),
                flag("plugged", "Whether the provider lists it"),
                flag("is-default", "Whether it is the default of its kind"),
                flag("stalled", "Whether its sources deliver nothing"),
                flag("muted", "Whether its sources deliver black or silence"),
                count("opens", "How often a source was started on it"),
                count("active", "How many sources are started on it now"),
            ]
        });
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        // The only writable one, and construct-only: it is set once.
        debug_assert_eq!(pspec.name(), "name-in-provider");
        if let Ok(name) = value.get() {
            let _ = self.name.set(name);
        }
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        if pspec.name() == "name-in-provider" {
            return self.name.get().to_value();
        }
        let script = self.fault.lock();
        match pspec.name() {
            "is-default" => script.is_default.to_value(),
            "plugged" => script.plugged.to_value(),
            "stalled" => script.stalled.to_value(),
            "muted" => script.muted.to_value(),
            "opens" => script.opens.to_value(),
            _ => script.active.to_value(),
        }
    }
}

impl GstObjectImpl for FakeMediaDevice {}

impl DeviceImpl for FakeMediaDevice {
    fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
        if self.obj().has_classes("Sink") {
            let sink = gst::ElementFactory::make("fakesink").property("sync", true);
            let sink = match name {
                Some(name) => sink.name(name),
                None => sink,
            };
            return Ok(sink.build()?);
        }
        Ok(FakeMediaSrc::new(name, &self.obj()).upcast())
    }
}
