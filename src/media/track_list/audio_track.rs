//! `GstAudioTrack`.

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::listed::{Listed, Switch};
use super::members::Members;
use super::{AudioTrackList, Details};
use crate::media::{MediaStream, MediaStreamTrack};
use crate::model::track_list::Rule;

glib::wrapper! {
    /// An audio track of a media element.
    ///
    /// Properties `id`, `kind`, `label`, `language`, `source-buffer` (null: there are no media source
    /// extensions), which never change, and `enabled`, which applications write. They stay what they were
    /// when the track is listed no more; then writing `enabled` has no other effect.
    pub struct AudioTrack(ObjectSubclass<imp::AudioTrack>) @extends gst::Object;
}

mod imp {
    use std::sync::OnceLock;

    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;

    use crate::media::track_list::Details;
    use crate::media::track_list::listed::Switch;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::AudioTrack)]
    pub struct AudioTrack {
        /// What the resource calls it, or nothing.
        #[property(name = "id", type = String, get = |t: &Self| t.details().id.clone())]
        /// What it is to the main one.
        #[property(name = "kind", type = String, get = |t: &Self| t.details().kind.clone())]
        /// For people, or nothing.
        #[property(name = "label", type = String, get = |t: &Self| t.details().label.clone())]
        /// A BCP 47 tag, or nothing.
        #[property(name = "language", type = String, get = |t: &Self| t.details().language.clone())]
        /// Of the media source extensions, which there are none of.
        #[property(name = "source-buffer", type = Option<glib::Object>, get = |_| None)]
        pub(super) details: OnceLock<Details>,
        /// Whether it is heard. All that are enabled are mixed.
        #[property(name = "enabled", type = bool, get = |t: &Self| t.switch().get(),
            set = Self::set_enabled, explicit_notify)]
        pub(super) switch: OnceLock<Switch<super::AudioTrack>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for AudioTrack {
        const NAME: &'static str = "GstAudioTrack";
        type Type = super::AudioTrack;
        type ParentType = gst::Object;
    }

    #[glib::derived_properties]
    impl ObjectImpl for AudioTrack {}

    impl GstObjectImpl for AudioTrack {}

    impl AudioTrack {
        fn details(&self) -> &Details {
            self.details.get_or_init(Details::default)
        }

        pub(super) fn switch(&self) -> &Switch<super::AudioTrack> {
            self.switch.get_or_init(Switch::default)
        }

        fn set_enabled(&self, enabled: bool) {
            self.switch().write(&self.obj(), enabled);
        }
    }
}

impl Listed for AudioTrack {
    type List = AudioTrackList;

    const SWITCH: &'static str = "enabled";
    const RULE: Rule = Rule::Any;
    const SELECTION: Option<&'static str> = None;
    const OF_STREAM: fn(&MediaStream) -> Vec<MediaStreamTrack> = MediaStream::get_audio_tracks;

    fn make(details: Details, switch: Switch<Self>) -> Self {
        let track: Self = glib::Object::new();
        let _ = track.imp().details.set(details);
        let _ = track.imp().switch.set(switch);
        track
    }

    fn switch(&self) -> &Switch<Self> {
        self.imp().switch()
    }

    fn id(&self) -> String {
        self.property("id")
    }

    fn members(list: &AudioTrackList) -> &std::sync::Arc<Members<Self>> {
        &list.imp().members
    }
}
