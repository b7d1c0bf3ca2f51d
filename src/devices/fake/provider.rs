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
