//! `fakemediadeviceprovider`.

use std::sync::{LazyLock, OnceLock};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::bench::MODELS;
use super::device::FakeMediaDevice;

glib::wrapper! {
    /// Lists the fake devices that are plugged in.
    pub struct FakeMediaDeviceProvider(ObjectSubclass<Provider>) @extends gst::DeviceProvider, gst::Object;
}

/// The object behind [`FakeMediaDeviceProvider`].
#[derive(Debug, Default)]
pub struct Provider {
    /// Made once, so that a device keeps its faults while it is not listed.
    devices: OnceLock<Vec<FakeMediaDevice>>,
}

impl Provider {
    fn plugged(&self) -> impl Iterator<Item = &FakeMediaDevice> {
        let devices = self.devices.get_or_init(|| {
            let provider = self.obj();
            let devices = MODELS.iter();
            devices
                .map(|model| FakeMediaDevice::new(model, &provider))
                .collect()
        });
        devices.iter().filter(|device| device.is_plugged())
    }
}

impl FakeMediaDeviceProvider {
    /// `chosen` becomes the default of its kind.
    pub(super) fn set_default(&self, chosen: &FakeMediaDevice) {
        let devices = self.imp().devices.get().into_iter().flatten();
        let of_kind = devices.filter(|device| device.device_class() == chosen.device_class());
        for device in of_kind {
            if !device.make_default(device == chosen) {
                continue;
            }
            device.notify("is-default");
            if device.is_plugged() && self.is_started() {
                // Not `device_changed`, which wants another object: whoever scripts this one keeps it.
                let message =
                    gst::message::DeviceChanged::builder(device.upcast_ref(), device.upcast_ref())
                        .src(self);
                let _ = self.bus().post(message.build());
            }
        }
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
        self.plugged().cloned().map(Cast::upcast).collect()
    }

    fn start(&self) -> Result<(), gst::LoggableError> {
        let provider = self.obj();
        for device in self.plugged() {
            provider.device_add(device);
        }
        Ok(())
    }

    fn stop(&self) {}
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
