//! The GObject of the way to devices.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::actions;
use super::watch::{Listing, Pending};
use crate::media::device_info;
use crate::media::dispatcher;
use crate::media::task_queue::TaskQueue;

/// What the application asked for.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// As written last; `None`: what the environment says.
    pub providers: Option<String>,
    pub id_salt: String,
}

/// Locks: `settings`, `listing` and that of `pending` are leaves; nothing of GStreamer or of the
/// registry is called under one.
#[derive(Default, glib::Properties)]
#[properties(wrapper_type = super::MediaDevices)]
pub struct MediaDevices {
    /// Who is asked.
    #[property(name = "providers", type = Option<String>, nick = "Providers",
        blurb = "Who is asked: auto, or a comma list out of pipewire, v4l2, alsa, pulse, libcamera, \
        fake. An unknown name changes nothing",
        get = Self::providers, set = Self::set_providers)]
    /// The key of the ids.
    #[property(name = "id-salt", type = Option<String>, nick = "Id salt",
        blurb = "Key of the hash that device ids are; another one rotates them",
        get = |d: &Self| Some(d.settings().id_salt.clone()), set = Self::set_id_salt)]
    settings: Mutex<Settings>,
    /// Where signals are delivered.
    #[property(name = "context", type = Option<glib::MainContext>, nick = "Context",
        blurb = "Where signals are delivered; null: on one thread of the plugin",
        get = |_: &Self| dispatcher::context(),
        set = |_: &Self, context| dispatcher::set_context(context))]
    listing: Mutex<Listing>,
    pub(super) pending: Arc<Pending>,
    /// Everything that changes the list, in order.
    pub(super) tasks: TaskQueue,
}

impl MediaDevices {
    pub(super) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn listing(&self) -> MutexGuard<'_, Listing> {
        self.listing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[glib::object_subclass]
impl ObjectSubclass for MediaDevices {
    const NAME: &'static str = "GstMediaDevices";
    type Type = super::MediaDevices;
    type ParentType = gst::DeviceProvider;
}

#[glib::derived_properties]
impl ObjectImpl for MediaDevices {
    fn set_property(&self, id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        self.derived_set_property(id, &crate::caps::text::readable(value), pspec);
    }

    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<Vec<Signal>> = LazyLock::new(actions::signals);
        &SIGNALS
    }
}

impl GstObjectImpl for MediaDevices {}

impl DeviceProviderImpl for MediaDevices {
    fn metadata() -> Option<&'static gst::subclass::DeviceProviderMetadata> {
        static METADATA: LazyLock<gst::subclass::DeviceProviderMetadata> = LazyLock::new(|| {
            gst::subclass::DeviceProviderMetadata::new(
                "Media device provider",
                "Source/Sink/Audio/Video",
                "Lists the cameras, microphones and loudspeakers of all systems, each once",
                env!("CARGO_PKG_AUTHORS"),
            )
        });
        Some(&*METADATA)
    }

    fn probe(&self) -> Vec<gst::Device> {
        match self.listed() {
            Ok(devices) => devices.iter().map(device_info::of).collect(),
            Err(error) => {
                gst::error!(super::super::CAT, imp = self, "no list of devices: {error}");
                Vec::new()
            }
        }
    }

    fn start(&self) -> Result<(), gst::LoggableError> {
        self.listed().map_err(|error| {
            gst::loggable_error!(super::super::CAT, "no list of devices: {error}")
        })?;
        self.start_posting();
        Ok(())
    }

    fn stop(&self) {
        self.stop_posting();
    }
}
