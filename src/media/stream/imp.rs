//! The GObject of a stream: properties, actions, signals.

use std::sync::LazyLock;

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use crate::caps::text;
use crate::media::MediaStreamTrack;
use crate::media::object_list::ObjectList;
use crate::media::track::MediaStreamTrackState;
use crate::model::constraints::Kind;

#[derive(glib::Properties)]
#[properties(wrapper_type = super::MediaStream)]
pub struct MediaStream {
    /// `id`: unique, generated, constant for life.
    #[property(get)]
    id: String,
    /// `active`: whether a track has not ended.
    #[property(name = "active", type = bool, get = Self::active)]
    /// The track set. Live: it follows every change.
    #[property(name = "tracks", type = gio::ListModel, get = Self::model)]
    pub(super) tracks: ObjectList,
}

#[glib::object_subclass]
impl ObjectSubclass for MediaStream {
    const NAME: &'static str = "GstMediaStream";
    type Type = super::MediaStream;
    type ParentType = gst::Object;

    fn new() -> Self {
        Self {
            id: glib::uuid_string_random().into(),
            tracks: ObjectList::of::<MediaStreamTrack>([]),
        }
    }
}

#[glib::derived_properties]
impl ObjectImpl for MediaStream {
    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<Vec<Signal>> = LazyLock::new(|| {
            let track = MediaStreamTrack::static_type();
            let events = [super::ADD_TRACK, super::REMOVE_TRACK];
            let mut signals =
                Vec::from(events.map(|name| Signal::builder(name).param_types([track]).build()));
            signals.extend(lookups());
            signals.extend(changes());
            signals
        });
        &SIGNALS
    }
}

impl GstObjectImpl for MediaStream {}

fn stream(values: &[glib::Value]) -> Option<super::MediaStream> {
    values.first().and_then(|value| value.get().ok())
}

fn track(values: &[glib::Value]) -> Option<MediaStreamTrack> {
    values
        .get(1)
        .and_then(|value| value.get::<Option<_>>().ok())
        .flatten()
}

/// Operations that read the set: each gives a snapshot.
fn lookups() -> [Signal; 4] {
    type Filter = fn(Kind) -> bool;
    let listing = |name, filter: Filter| {
        Signal::builder(name)
            .return_type::<gio::ListModel>()
            .action()
            .class_handler(move |values| {
                let list = ObjectList::of(stream(values)?.imp().of_kind(filter));
                Some(list.upcast::<gio::ListModel>().to_value())
            })
            .build()
    };
    [
        listing("get-tracks", |_| true),
        listing("get-audio-tracks", |kind| kind == Kind::Audio),
        listing("get-video-tracks", |kind| kind == Kind::Video),
        Signal::builder("get-track-by-id")
            .param_types([String::static_type()])
            .return_type::<Option<MediaStreamTrack>>()
            .action()
            .class_handler(|values| {
                let id = values.get(1).and_then(text::read).unwrap_or_default();
                Some(stream(values)?.get_track_by_id(&id).to_value())
            })
            .build(),
    ]
}

fn changes() -> [Signal; 3] {
    let changing = |name, change: fn(&super::MediaStream, &MediaStreamTrack)| {
        Signal::builder(name)
            .param_types([MediaStreamTrack::static_type()])
            .action()
            .class_handler(move |values| {
                match (stream(values), track(values)) {
                    (Some(stream), Some(track)) => change(&stream, &track),
                    _ => gst::error!(super::super::CAT, "{name}: a track is needed"),
                }
                None
            })
            .build()
    };
    [
        changing("add-track", super::MediaStream::add_track),
        changing("remove-track", super::MediaStream::remove_track),
        Signal::builder("clone")
            .return_type::<super::MediaStream>()
            .action()
            .class_handler(|values| stream(values).map(|s| s.clone_stream().to_value()))
            .build(),
    ]
}

impl MediaStream {
    fn model(&self) -> gio::ListModel {
        self.tracks.clone().upcast()
    }

    fn active(&self) -> bool {
        let tracks: Vec<MediaStreamTrack> = self.tracks.snapshot();
        tracks
            .iter()
            .any(|track| track.ready_state() == MediaStreamTrackState::Live)
    }

    pub(super) fn of_kind(&self, filter: impl Fn(Kind) -> bool) -> Vec<MediaStreamTrack> {
        let mut tracks: Vec<MediaStreamTrack> = self.tracks.snapshot();
        tracks.retain(|track| filter(track.track_kind()));
        tracks
    }
}
