//! `GstMediaDevices`: the way to devices (Media Capture and Streams, `MediaDevices`), and a
//! GStreamer device provider.
//!
//! There is one a process: what `gst_device_provider_factory_get_by_name ("mediadeviceprovider")`
//! returns. Its actions answer their promises from a worker thread and never wait themselves;
//! only `start` and `probe`, which GStreamer defines so, wait for the first listing.
//!
//! | file | noun |
//! |---|---|
//! | `imp` | the GObject |
//! | `actions` | its signals and what they do |
//! | `watch` | following the list of devices |
//! | `permission` | asking the application before a device is opened |

mod actions;
mod imp;
mod permission;
mod watch;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

pub(super) use permission::{grant, is_asked, is_granted};

use super::dispatcher;
use super::{GetUserMediaError, MediaStream, get_user_media};
use crate::devices::exposed;
use crate::model::constraints::{Kind, StreamConstraints};
use crate::model::lifecycle::EndReason;

/// The name of the provider's factory.
pub const PROVIDER: &str = "mediadeviceprovider";

glib::wrapper! {
    /// The way to devices.
    ///
    /// Actions `enumerate-devices(promise)` → `devices`, `get-user-media(json, promise)` → `stream`,
    /// `get-supported-constraints` → structure, `revoke-permission(kind)`; signals
    /// `devicechange(devices, user-inserted-devices)` and `permission-request(kinds, device-info)`
    /// → boolean; properties `providers`, `context`, `id-salt`.
    pub struct MediaDevices(ObjectSubclass<imp::MediaDevices>)
        @extends gst::DeviceProvider, gst::Object;
}

impl Default for MediaDevices {
    /// The one of the process. GStreamer must be initialised and the plugin registered.
    fn default() -> Self {
        let provider = gst::DeviceProviderFactory::by_name(PROVIDER);
        let known = provider.and_then(|provider| provider.downcast().ok());
        known.unwrap_or_else(|| {
            gst::error!(
                super::CAT,
                "the plugin is not registered: nobody shares these devices"
            );
            glib::Object::new()
        })
    }
}

impl MediaDevices {
    /// `enumerateDevices()`: microphones, cameras, outputs, the default of each first. The default
    /// output stands twice, first under the id "default" (`get_devices()` lists each once). Waits
    /// for the first listing.
    ///
    /// # Errors
    ///
    /// [`GetUserMediaError::Devices`]: there is no list.
    pub fn enumerate_devices(&self) -> Result<Vec<gst::Device>, GetUserMediaError> {
        let listed = self.imp().listed().map_err(GetUserMediaError::Devices)?;
        Ok(exposed(&listed)
            .iter()
            .map(super::device_info::of)
            .collect())
    }

    /// `getUserMedia()`: waits for the devices.
    ///
    /// # Errors
    ///
    /// See [`GetUserMediaError`]; nothing is left open.
    pub fn get_user_media(
        &self,
        constraints: &StreamConstraints,
    ) -> Result<MediaStream, GetUserMediaError> {
        // Whoever asks for devices hears of changes from now on.
        let _ = self.imp().listed();
        get_user_media(constraints).map(MediaStream::from_tracks)
    }

    /// `getSupportedConstraints()`
    pub fn get_supported_constraints(&self) -> gst::Structure {
        crate::caps::structure::supported_constraints()
    }

    /// Permission to use cameras or microphones was withdrawn: all live tracks of the kind end, with
    /// the event ("device permission revocation algorithm"). Whether the next request is allowed is
    /// for `permission-request` to say.
    pub fn revoke_permission(&self, kind: Kind) {
        for track in super::track::live_tracks(kind) {
            track.end(EndReason::Revoked);
        }
    }

    /// Where signals are delivered; `None`: on a thread of the plugin.
    pub fn deliver_on(&self, context: Option<glib::MainContext>) {
        dispatcher::set_context(context);
        self.notify("context");
    }

    /// Which providers are asked: `auto`, or a comma list out of `pipewire`, `v4l2`, `alsa`,
    /// `pulse`, `libcamera`, `fake`. Waits for them.
    ///
    /// # Errors
    ///
    /// Says which name is unknown; nothing has changed then.
    pub fn ask_providers(&self, providers: &str) -> Result<(), glib::BoolError> {
        self.imp()
            .ask(providers)
            .map_err(|error| glib::bool_error!("{error}"))
    }
}

/// Registers the provider, with rank NONE: `GstDeviceMonitor` does not ask it by itself.
pub(super) fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::DeviceProvider::register(
        Some(plugin),
        PROVIDER,
        gst::Rank::NONE,
        MediaDevices::static_type(),
    )
}
