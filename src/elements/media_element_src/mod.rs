//! `mediaelementsrc`: plays a URI as a media element (`<video>`, `<audio>`) does.
//!
//! ```text
//! gst-launch-1.0 mediaelementsrc uri=file:///tmp/film.mkv name=e \
//!   e.video ! queue ! videoconvert ! autovideosink  e.audio ! queue ! audioconvert ! audioresample ! autoaudiosink
//! ```
//!
//! Pads, once it is known what there is: `video`, the selected video track, and `audio`, the mix of all
//! enabled audio tracks. A resource without one kind has no pad of it. All tracks are decoded all the time:
//! `enabled` and `selected` hold from the next buffer on, without a gap and without new caps.
//!
//! | property | |
//! |---|---|
//! | `uri` | what to play, from the next change from READY to PAUSED on |
//! | `audio-tracks`, `video-tracks` | `GstAudioTrackList` and `GstVideoTrackList`, the same ones for the element's life |
//!
//! The action `capture-stream` gives a `GstMediaStream` of what is heard and seen, which follows the element:
//! tracks come and go as they are switched on and off, are muted where nothing is played (a pause, or the end
//! of a track that is shorter than the others), and end with the playing.
//!
//! It plays in real time, also if nothing is linked. Seeks work at its pads and on itself, forwards at any
//! rate: sound is stretched, and keeps its pitch. Messages: a collection of the streams, whose ids are those of
//! the tracks; buffering, tags, missing plugins; errors say what could not be played, why, and what to do; a
//! warning, that a file is cut short or that a stream of it cannot be decoded. If the resource has no audio, or no
//! video, and something beside the element waits for that pad, it is an error as well: it would wait for ever.
//!
//! | file | noun |
//! |---|---|
//! | `imp` | the GObject |
//! | `state` | what is being played |
//! | `playback` | from a URI to streams and pads |
//! | `stream` | one stream, from the decoder on |
//! | `sound`, `timeline` | the mix of the enabled audio tracks; its time |
//! | `picture`, `shown` | the selected video track; which pictures pass |
//! | `pads` | `video` and `audio` |
//! | `selection` | what the lists switch |
//! | `facts` | what a stream is |
//! | `capturing`, `tap` | streams that follow the element; what they live from |
//! | `seeking` | seeks, and questions about time |
//! | `messages`, `failure` | what is said inside; what errors say |
//! | `silence` | a demuxer that fails without a word |
//! | `uri` | what is to be played, as text |
//! | `waiting` | who waits in vain for a pad |
//! | `parts` | elements inside the bin |

mod capturing;
mod facts;
mod failure;
mod imp;
mod messages;
mod pads;
mod parts;
mod picture;
mod playback;
mod seeking;
mod selection;
mod shown;
mod silence;
mod sound;
mod state;
mod stream;
mod tap;
mod timeline;
mod uri;
mod waiting;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use crate::media::MediaStream;
use crate::media::track_list::{AudioTrackList, VideoTrackList};

glib::wrapper! {
    /// `mediaelementsrc`: a bin that plays a URI.
    pub struct MediaElementSrc(ObjectSubclass<imp::MediaElementSrc>)
        @extends gst::Bin, gst::Element, gst::Object,
        @implements gst::ChildProxy;
}

impl MediaElementSrc {
    /// `captureStream()`: a new stream of what is heard and seen, which follows the element.
    pub fn capture_stream(&self) -> MediaStream {
        self.imp().capture_stream()
    }

    /// `audioTracks`
    pub fn audio_track_list(&self) -> AudioTrackList {
        self.imp().audio_tracks.clone()
    }

    /// `videoTracks`
    pub fn video_track_list(&self) -> VideoTrackList {
        self.imp().video_tracks.clone()
    }
}

/// Registers the element, with rank NONE.
pub(super) fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::Element::register(
        Some(plugin),
        "mediaelementsrc",
        gst::Rank::NONE,
        MediaElementSrc::static_type(),
    )
}
