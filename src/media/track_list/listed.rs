//! What audio and video tracks have in common: a switch, which belongs to a list.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use gst::prelude::*;

use super::Details;
use super::members::Members;
use crate::media::{MediaStream, MediaStreamTrack};
use crate::model::track_list::Rule;

/// A track that a list can hold.
pub(super) trait Listed: IsA<gst::Object> + Send + Sync + 'static {
    /// The list of such tracks.
    type List: IsA<gio::ListModel> + IsA<gst::Object> + Send + Sync + 'static;

    /// The property that is its switch.
    const SWITCH: &'static str;
    /// How many of a list may be on.
    const RULE: Rule;
    /// The property of the list that says which is on.
    const SELECTION: Option<&'static str>;
    /// Which tracks of a stream it can mirror.
    const OF_STREAM: fn(&MediaStream) -> Vec<MediaStreamTrack>;

    /// A new one.
    fn make(details: Details, switch: Switch<Self>) -> Self;

    fn switch(&self) -> &Switch<Self>;

    fn id(&self) -> String;

    fn members(list: &Self::List) -> &Arc<Members<Self>>;
}

/// `enabled` of an audio track, `selected` of a video track.
pub(super) struct Switch<T: Listed> {
    /// While the track is listed, written under the lock of the list.
    on: AtomicBool,
    /// Where it was put. It is in no other, also when it has been removed.
    list: Weak<Members<T>>,
}

/// That of a track which is in no list: an application has made it with `g_object_new ()`.
impl<T: Listed> Default for Switch<T> {
    fn default() -> Self {
        Self {
            on: AtomicBool::new(false),
            list: Weak::new(),
        }
    }
}

impl<T: Listed> Switch<T> {
    /// That of a track which is put into a list.
    pub fn of(list: &Arc<Members<T>>) -> Self {
        Self {
            on: AtomicBool::new(false),
            list: Arc::downgrade(list),
        }
    }

    pub fn get(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Whether that changed anything.
    pub fn set(&self, on: bool) -> bool {
        self.on.swap(on, Ordering::Relaxed) != on
    }

    /// What an application writes.
    pub fn write(&self, track: &T, on: bool) {
        let list = self.list.upgrade();
        if list.is_some_and(|list| list.switch(track, on)) {
            return;
        }
        // No longer listed: only the attribute changes.
        if self.set(on) {
            track.notify(T::SWITCH);
        }
    }
}
