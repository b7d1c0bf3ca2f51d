//! What the application gave to be played, in the place of what would be asked for.

use gst::glib;
use gst::prelude::*;

use crate::media::track::kind_name;
use crate::media::{MediaStream, MediaStreamTrack};
use crate::model::constraints::Kind;

/// The last thing written to `track` or `media-stream`.
#[derive(Debug, Clone, Default)]
pub(super) enum Given {
    /// Nothing: a track is asked for.
    #[default]
    Nothing,
    /// A track: MediaStreamTrackAudioSourceNode.
    Track(MediaStreamTrack),
    /// A stream, and the track that was picked from it: MediaStreamAudioSourceNode.
    Stream(MediaStream, Option<MediaStreamTrack>),
    /// Something that cannot be played, and why. Nothing else is taken in its place.
    Refused(String),
}

impl Given {
    /// A track. A node of Web Audio refuses one of the other kind, and so do both elements.
    pub fn of_track(track: MediaStreamTrack, kind: Kind) -> Self {
        let of = track.track_kind();
        if of == kind {
            return Self::Track(track);
        }
        let (of, kind) = (kind_name(of), kind_name(kind));
        Self::Refused(format!(
            "asked to play the {of} track \"{}\", and this element plays {kind}: give it to a mediatrack{of}src",
            track.label()
        ))
    }

    /// A stream. What happens to it later does not matter any more once there was a track to pick.
    pub fn of_stream(stream: MediaStream) -> Self {
        let picked = first_audio_track(&stream);
        Self::Stream(stream, picked)
    }

    /// The track to be played.
    pub fn track(&self) -> Option<&MediaStreamTrack> {
        match self {
            Self::Track(track) | Self::Stream(_, Some(track)) => Some(track),
            Self::Nothing | Self::Stream(_, None) | Self::Refused(_) => None,
        }
    }

    /// The attribute `mediaStream`.
    pub fn stream(&self) -> Option<&MediaStream> {
        match self {
            Self::Stream(stream, _) => Some(stream),
            _ => None,
        }
    }

    /// With the track picked, if a stream had none when it was given.
    ///
    /// # Errors
    ///
    /// Why nothing can be played, in words.
    pub fn ready(self) -> Result<Self, String> {
        match self {
            Self::Refused(why) => Err(why),
            Self::Stream(stream, None) => match first_audio_track(&stream) {
                None => Err(format!(
                    "the stream {} has no audio track, only {} of video: add one, or give another stream",
                    stream.id(),
                    stream.get_tracks().len()
                )),
                picked => Ok(Self::Stream(stream, picked)),
            },
            other => Ok(other),
        }
    }
}

/// The audio track with the smallest id, in the order of code units. Whether it has ended is not asked.
fn first_audio_track(stream: &MediaStream) -> Option<MediaStreamTrack> {
    let tracks = stream.get_audio_tracks().into_iter();
    tracks.min_by(|a, b| a.id().encode_utf16().cmp(b.id().encode_utf16()))
}

/// The property `media-stream`, of the element that is a MediaStreamAudioSourceNode.
pub(super) fn property(kind: Kind) -> Option<glib::ParamSpec> {
    let property = glib::ParamSpecObject::builder::<MediaStream>("media-stream")
        .nick("Media stream")
        .blurb("Play the audio track of this stream that has the smallest id, whatever happens to the stream later")
        .build();
    (kind == Kind::Audio).then_some(property)
}
