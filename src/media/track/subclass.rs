//! What a type has to be to derive from `GstMediaStreamTrack`.

use gst::glib::subclass::prelude::*;
use gst::subclass::prelude::*;

use super::MediaStreamTrack;

/// A kind of track of its own.
pub(super) trait MediaStreamTrackImpl: GstObjectImpl {}

// SAFETY: `GstMediaStreamTrack` adds no virtual functions to the class of its parent, so there is nothing in the
// class of a subclass that would have to be set up; everything else is done by the parent's implementation.
#[allow(unsafe_code)]
unsafe impl<T: MediaStreamTrackImpl> IsSubclassable<T> for MediaStreamTrack {}
