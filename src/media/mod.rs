//! Layer 5: the GObjects of the specification.
//!
//! | file | noun |
//! |---|---|
//! | `devices/` | `GstMediaDevices`, the device provider `mediadeviceprovider` |
//! | `device_info/` | `GstMediaDeviceInfo`, `GstInputDeviceInfo` |
//! | `stream/` | `GstMediaStream` |
//! | `track/` | `GstMediaStreamTrack` and its consumers |
//! | `track_list/` | `GstAudioTrackList`, `GstVideoTrackList` and their tracks |
//! | `get_user_media` | choosing and opening devices by constraints |
//! | `object_list` | lists of objects, readable in any language and on any thread |
//! | `dispatcher` | the thread on which applications hear of things |
//! | `task_queue` | work that may wait for a device |
//! | `error_reply` | failures as the structures that applications see |

mod device_info;
mod devices;
mod dispatcher;
pub(crate) mod error_reply;
mod get_user_media;
mod lens;
pub mod object_list;
mod stream;
pub(crate) mod task_queue;
pub mod track;
pub mod track_list;

use std::sync::LazyLock;

pub use device_info::{InputDeviceInfo, MediaDeviceInfo, MediaDeviceInfoExt, MediaDeviceKind};
pub use devices::MediaDevices;
pub use get_user_media::{GetUserMediaError, device, get_track, get_track_again, get_user_media};
pub use lens::Lens;
pub use stream::MediaStream;
pub use track::{CanvasCaptureMediaStreamTrack, MediaStreamTrack};

pub(crate) use dispatcher::dispatch;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "mediastream",
        gst::DebugColorFlags::empty(),
        Some("Media devices, streams and tracks"),
    )
});

/// Registers the features of this layer.
pub(crate) fn register(plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    devices::register(plugin)
}
