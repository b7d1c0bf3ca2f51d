//! Layer 6: the GStreamer elements, thin shells over the layers below.
//!
//! | folder | element |
//! |---|---|
//! | `media_element_src/` | `mediaelementsrc`: what a URI has, as a media element plays it |
//! | `media_stream_sink/` | `mediastreamsink`: a stream out of any pipeline |
//! | `track_src/` | `mediatrackvideosrc`, `mediatrackaudiosrc`: one track, one pad |
//! | `user_media_src/` | `usermediasrc`: a whole stream |
//!
//! `message` makes what they post on the bus.

mod media_element_src;
mod media_stream_sink;
mod message;
mod track_src;
mod user_media_src;

pub use media_element_src::MediaElementSrc;
pub use media_stream_sink::MediaStreamSink;
pub use track_src::{MediaTrackAudioSrc, MediaTrackVideoSrc, OnEnded};
pub use user_media_src::UserMediaSrc;

static CAT: std::sync::LazyLock<gst::DebugCategory> = std::sync::LazyLock::new(|| {
    gst::DebugCategory::new(
        "mediatracksrc",
        gst::DebugColorFlags::empty(),
        Some("Media track sources"),
    )
});

/// How long a state change waits for a device to close. One that takes longer hangs, and is left to
/// its worker.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(100);

/// Registers the features of this layer.
pub(crate) fn register(plugin: &gst::Plugin) -> Result<(), gst::glib::BoolError> {
    media_element_src::register(plugin)?;
    media_stream_sink::register(plugin)?;
    track_src::register(plugin)?;
    user_media_src::register(plugin)
}
