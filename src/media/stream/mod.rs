//! `GstMediaStream`: a set of tracks that belong together (Media Capture and Streams,
//! `MediaStream`).
//!
//! Tracks are shared, never owned: removing one does not stop it, stopping one does not remove it,
//! and one may be in any number of streams.
//!
//! Locks: only that of the list, a leaf.

mod imp;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::MediaStreamTrack;
use super::dispatcher::dispatch;
use super::object_list::ObjectList;
use crate::model::constraints::Kind;

/// The event of a track that was added by somebody else than the application.
pub(crate) const ADD_TRACK: &str = "addtrack";
/// The event of a track that was removed by somebody else than the application.
pub(crate) const REMOVE_TRACK: &str = "removetrack";

glib::wrapper! {
    /// A set of tracks.
    ///
    /// Properties `id`, `active`, `tracks`; actions `get-tracks`, `get-audio-tracks`,
    /// `get-video-tracks`, `get-track-by-id`, `add-track`, `remove-track`, `clone`; signals
    /// `addtrack` and `removetrack`, only for changes that the application did not make itself.
    pub struct MediaStream(ObjectSubclass<imp::MediaStream>) @extends gst::Object;
}

impl Default for MediaStream {
    fn default() -> Self {
        Self::new()
    }
}

impl MediaStream {
    /// `new MediaStream()`: without tracks.
    pub fn new() -> Self {
        glib::Object::new()
    }

    /// `new MediaStream(tracks)`: the tracks themselves, each once.
    pub fn from_tracks(tracks: impl IntoIterator<Item = MediaStreamTrack>) -> Self {
        let stream = Self::new();
        tracks
            .into_iter()
            .for_each(|track| stream.add_track(&track));
        stream
    }

    /// `new MediaStream(stream)`: the tracks of the other one, which stays independent.
    pub fn from_stream(stream: &Self) -> Self {
        Self::from_tracks(stream.get_tracks())
    }

    /// `getTracks()`: what is in the set now.
    pub fn get_tracks(&self) -> Vec<MediaStreamTrack> {
        self.imp().tracks.snapshot()
    }

    /// `getAudioTracks()`
    pub fn get_audio_tracks(&self) -> Vec<MediaStreamTrack> {
        self.imp().of_kind(|kind| kind == Kind::Audio)
    }

    /// `getVideoTracks()`
    pub fn get_video_tracks(&self) -> Vec<MediaStreamTrack> {
        self.imp().of_kind(|kind| kind == Kind::Video)
    }

    /// `getTrackById()`
    pub fn get_track_by_id(&self, id: &str) -> Option<MediaStreamTrack> {
        self.get_tracks().into_iter().find(|track| track.id() == id)
    }

    /// `addTrack()`: silent, also when it is there already.
    pub fn add_track(&self, track: &MediaStreamTrack) {
        self.imp().tracks.insert(track);
    }

    /// `removeTrack()`: silent, also when it is not there. Does not stop the track.
    pub fn remove_track(&self, track: &MediaStreamTrack) {
        self.imp().tracks.remove(track);
    }

    /// `clone()`: a stream of clones of all tracks. Waits for their devices.
    pub fn clone_stream(&self) -> Self {
        Self::from_tracks(self.get_tracks().iter().map(MediaStreamTrack::clone_track))
    }

    /// The list behind the property `tracks`.
    pub(crate) fn track_set(&self) -> ObjectList {
        self.imp().tracks.clone()
    }

    /// "Add a track" by the plugin itself, of a track that has to be there when this returns: the event alone is
    /// queued.
    pub(crate) fn add_by_agent(&self, track: &MediaStreamTrack) {
        if self.imp().tracks.insert(track) {
            let (stream, track) = (self.clone(), track.clone());
            dispatch(move || stream.emit_by_name::<()>(ADD_TRACK, &[&track]));
        }
    }

    /// "Add a track" and "remove a track" by the plugin itself: queued, with the events, and one
    /// change of the set when `new` takes the place of `old`.
    pub(crate) fn change_by_agent(
        &self,
        old: Option<&MediaStreamTrack>,
        new: Option<&MediaStreamTrack>,
    ) {
        let (stream, old, new) = (self.clone(), old.cloned(), new.cloned());
        dispatch(move || {
            let (removed, added) = stream.imp().tracks.exchange(old.as_ref(), new.as_ref());
            if let Some(track) = old.filter(|_| removed) {
                stream.emit_by_name::<()>(REMOVE_TRACK, &[&track]);
            }
            if let Some(track) = new.filter(|_| added) {
                stream.emit_by_name::<()>(ADD_TRACK, &[&track]);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// #8
    #[test]
    fn what_the_plugin_changes_is_told_once_and_afterwards() {
        gst::init().unwrap();
        let [a, b]: [MediaStreamTrack; 2] = [glib::Object::new(), glib::Object::new()];
        let stream = MediaStream::from_tracks([a.clone()]);
        let (sender, told) = channel();
        for event in [ADD_TRACK, REMOVE_TRACK] {
            let sender = sender.clone();
            stream.connect(event, false, move |values| {
                let stream: MediaStream = values[0].get().unwrap();
                let track: MediaStreamTrack = values[1].get().unwrap();
                sender.send((event, track, stream.get_tracks())).unwrap();
                None
            });
        }
        stream.change_by_agent(None, Some(&b));
        stream.change_by_agent(None, Some(&b));
        stream.change_by_agent(Some(&a), None);
        stream.change_by_agent(Some(&a), None);
        stream.change_by_agent(Some(&b), Some(&a));
        dispatch(move || drop(sender.send(("end", glib::Object::new(), Vec::new()))));
        let told: Vec<_> = told
            .iter()
            .take_while(|(event, ..)| *event != "end")
            .collect();
        let expected = [
            (ADD_TRACK, b.clone(), vec![a.clone(), b.clone()]),
            (REMOVE_TRACK, a.clone(), vec![b.clone()]),
            (REMOVE_TRACK, b, vec![a.clone()]),
            (ADD_TRACK, a.clone(), vec![a]),
        ];
        assert_eq!(told, expected);
    }
}
