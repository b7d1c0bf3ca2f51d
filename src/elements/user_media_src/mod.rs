//! `usermediasrc`: a whole stream, as getUserMedia gives it.
//!
//! A bin with a pad `video_%u` or `audio_%u` for each track of its stream. Tracks that are added to
//! the stream, or removed from it, come and go as pads while it plays.
//!
//! ```text
//! gst-launch-1.0 usermediasrc name=s s. ! queue ! videoconvert ! autovideosink s. ! queue ! autoaudiosink
//! gst-launch-1.0 usermediasrc constraints='{"video":{"width":1280}}' video_0::enabled=false ! fakesink
//! ```
//!
//! | file | noun |
//! |---|---|
//! | `imp` | the GObject |
//! | `playing` | getting the stream and following its tracks |
//! | `child` | one track as an element and a pad |
//! | `state`, `settings` | what is played, what was asked for |
//!
//! Messages: a `GstStreamCollection` (stream ids are track ids) before pads come or go; what the
//! tracks fire, posted by the children; `addtrack` and `removetrack` of the stream. A failure to
//! start is an error told apart by its code; a lost device is none.

mod child;
mod imp;
mod playing;
mod settings;
mod state;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// `usermediasrc`: a bin with a pad for each track of a stream.
    pub struct UserMediaSrc(ObjectSubclass<imp::UserMediaSrc>)
        @extends gst::Bin, gst::Element, gst::Object,
        @implements gst::ChildProxy;
}

/// Registers the element, with rank NONE.
pub(super) fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::Element::register(
        Some(plugin),
        "usermediasrc",
        gst::Rank::NONE,
        UserMediaSrc::static_type(),
    )
}
