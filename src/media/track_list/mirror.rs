//! A list that follows a `MediaStream` ("MediaStreams in Media Elements").
//!
//! A track of the list has the id of the track it mirrors, which is unique: nothing else needs to be
//! remembered.

use std::sync::Arc;

use gio::prelude::*;
use gst::glib;

use super::Details;
use super::listed::Listed;
use super::members::Members;
use crate::media::dispatcher::dispatch;
use crate::media::object_list::ObjectList;
use crate::media::{MediaStream, MediaStreamTrack};

/// Held by the list: until then the stream is followed.
pub(super) struct Mirror {
    /// What is played is not let go of.
    _stream: MediaStream,
    set: ObjectList,
    handler: Option<glib::SignalHandlerId>,
}

impl Drop for Mirror {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            self.set.disconnect(handler);
        }
    }
}

impl Details {
    /// Those of a track that mirrors this one.
    pub fn of_media_stream_track(track: &MediaStreamTrack) -> Self {
        Self {
            id: track.id(),
            kind: "main".into(),
            label: track.label(),
            language: String::new(),
        }
    }
}

/// Puts the tracks of `stream` into a list that nobody has seen yet, and follows its changes.
pub(super) fn follow<T: Listed>(members: &Arc<Members<T>>, stream: &MediaStream) -> Mirror {
    for track in T::OF_STREAM(stream) {
        members.begin_with(Details::of_media_stream_track(&track));
    }
    let set = stream.track_set();
    let (following, followed) = (Arc::downgrade(members), stream.downgrade());
    // One after the other, whoever changes the set.
    let follow = move || {
        let (following, followed) = (following.clone(), followed.clone());
        dispatch(move || {
            if let (Some(members), Some(stream)) = (following.upgrade(), followed.upgrade()) {
                agree(&members, &stream);
            }
        });
    };
    let changed = follow.clone();
    let handler = set.connect_items_changed(move |_, _, _, _| changed());
    // It may have changed before it was listened to.
    follow();
    Mirror {
        _stream: stream.clone(),
        set,
        handler: Some(handler),
    }
}

fn agree<T: Listed>(members: &Arc<Members<T>>, stream: &MediaStream) {
    let (listed, playing) = (members.tracks(), T::OF_STREAM(stream));
    for track in &listed {
        if !playing.iter().any(|playing| playing.id() == track.id()) {
            members.remove(track);
        }
    }
    for track in &playing {
        if !listed.iter().any(|listed| listed.id() == track.id()) {
            members.add(Details::of_media_stream_track(track), None);
        }
    }
}
