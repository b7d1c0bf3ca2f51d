//! `GstAudioTrackList`.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::{AudioTrack, Details, mirror};
use crate::media::MediaStream;

glib::wrapper! {
    /// The audio tracks of a media element: a `GListModel` of [`AudioTrack`]. All that are `enabled` are
    /// mixed.
    ///
    /// Property `length`; action `get-track-by-id`; signals `change` (a track was enabled or disabled),
    /// `addtrack` and `removetrack` (the track is the argument). The element's letting go of its resource is
    /// no event: the list is empty, and `items-changed` says so.
    pub struct AudioTrackList(ObjectSubclass<imp::AudioTrackList>)
        @extends gst::Object,
        @implements gio::ListModel;
}

mod imp {
    use std::sync::{Arc, LazyLock, OnceLock};

    use gio::subclass::prelude::*;
    use gst::glib;
    use gst::glib::subclass::Signal;
    use gst::prelude::*;
    use gst::subclass::prelude::*;

    use super::AudioTrack;
    use crate::media::track_list::members::Members;
    use crate::media::track_list::mirror::Mirror;
    use crate::media::track_list::signals::signals;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::AudioTrackList)]
    pub struct AudioTrackList {
        /// How many there are.
        #[property(name = "length", type = u32, get = |l: &Self| l.members.len())]
        pub(in crate::media::track_list) members: Arc<Members<AudioTrack>>,
        pub(super) mirror: OnceLock<Mirror>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for AudioTrackList {
        const NAME: &'static str = "GstAudioTrackList";
        type Type = super::AudioTrackList;
        type ParentType = gst::Object;
        type Interfaces = (gio::ListModel,);
    }

    #[glib::derived_properties]
    impl ObjectImpl for AudioTrackList {
        fn constructed(&self) {
            self.parent_constructed();
            self.members.belong_to(&self.obj());
        }

        fn signals() -> &'static [Signal] {
            static SIGNALS: LazyLock<Vec<Signal>> = LazyLock::new(signals::<AudioTrack>);
            &SIGNALS
        }
    }

    impl GstObjectImpl for AudioTrackList {}

    impl ListModelImpl for AudioTrackList {
        fn item_type(&self) -> glib::Type {
            AudioTrack::static_type()
        }

        fn n_items(&self) -> u32 {
            self.members.len()
        }

        fn item(&self, position: u32) -> Option<glib::Object> {
            self.members.at(position).map(Cast::upcast)
        }
    }
}

impl Default for AudioTrackList {
    fn default() -> Self {
        Self::new()
    }
}

impl AudioTrackList {
    /// An empty one.
    pub fn new() -> Self {
        glib::Object::new()
    }

    /// That of a media element which plays `stream`: it follows its audio tracks, each mirrored by one
    /// of the same id and label, and holds the stream. The first is enabled.
    pub fn of_stream(stream: &MediaStream) -> Self {
        let list = Self::new();
        let imp = list.imp();
        let _ = imp.mirror.set(mirror::follow(&imp.members, stream));
        list
    }

    /// What is in it now.
    pub fn tracks(&self) -> Vec<AudioTrack> {
        self.imp().members.tracks()
    }

    /// `getTrackById()`: the first of this id.
    pub fn get_track_by_id(&self, id: &str) -> Option<AudioTrack> {
        self.imp().members.by_id(id)
    }

    /// For whoever plays the tracks: the resource has one more. `enabled`: what the resource or the
    /// application has decided; if nothing, it is enabled when no other is. Any thread: who listens is told
    /// on the dispatcher.
    pub fn add(&self, details: Details, enabled: Option<bool>) -> AudioTrack {
        self.imp().members.add(details, enabled)
    }

    /// For whoever plays the tracks: the resource does not have it any more. Any thread, as above. The
    /// track stays as it is, and is not added again.
    pub fn remove(&self, track: &AudioTrack) {
        self.imp().members.remove(track);
    }

    /// For whoever plays the tracks: there is no resource any more. The list is emptied without an event,
    /// and what was to be told of it is not told any more. Not on a streaming thread: `items-changed` is
    /// emitted here.
    pub fn clear(&self) {
        self.imp().members.clear();
    }

    /// For whoever plays the tracks, and is held weakly: `switched` is called on the thread that wrote
    /// `enabled` of a listed track, whenever that changed it. Two threads may write at once: what is
    /// enabled is to be read, not remembered.
    pub fn played_by<P>(
        &self,
        player: &P,
        switched: impl Fn(&P, &AudioTrack) + Send + Sync + 'static,
    ) where
        P: IsA<glib::Object> + Send + Sync,
    {
        let player = player.downgrade();
        self.imp().members.played_by(Arc::new(move |track| {
            if let Some(player) = player.upgrade() {
                switched(&player, track);
            }
        }));
    }
}
