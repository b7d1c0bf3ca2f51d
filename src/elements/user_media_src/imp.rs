//! The GObject of `usermediasrc`.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::settings::{CONSTRAINTS, Settings};
use super::state::State;
use crate::elements::{OnEnded, track_src};
use crate::media::MediaStream;
use crate::media::task_queue::TaskQueue;
use crate::media::track::{MutedOutput, kind_name};
use crate::model::constraints::Kind;

/// Locks: `settings` and `state` are leaves, never held together, and not while anything of
/// GStreamer is called.
#[derive(Default, glib::Properties)]
#[properties(wrapper_type = super::UserMediaSrc)]
pub struct UserMediaSrc {
    /// What to ask getUserMedia for.
    #[property(name = "constraints", type = Option<String>, default = Some(CONSTRAINTS),
        nick = "Constraints", blurb = "JSON MediaStreamConstraints: what to ask for with the next start",
        get = Self::constraints, set = Self::set_constraints)]
    /// What flows while a track is muted.
    #[property(name = "muted-output", type = MutedOutput,
        nick = "Muted output", blurb = "What flows while a track is muted, disabled or not yet \
        delivering", get = |e: &Self| e.settings().muted_output, set = Self::set_muted_output,
        builder(MutedOutput::Zero))]
    /// What to do when a device is lost.
    #[property(name = "on-ended", type = OnEnded,
        nick = "On ended", blurb = "What to do when the device of a track is lost",
        get = |e: &Self| e.settings().on_ended, set = Self::set_on_ended, builder(OnEnded::Eos))]
    settings: Mutex<Settings>,
    /// The stream being played, or to play.
    #[property(name = "stream", type = Option<MediaStream>,
        nick = "Stream", blurb = "Play this stream instead of asking for one; read: the stream \
        being played", get = Self::stream, set = Self::set_stream)]
    state: Mutex<State>,
    pub(super) tasks: TaskQueue,
}

impl UserMediaSrc {
    pub(super) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn constraints(&self) -> Option<String> {
        self.settings().constraints.clone()
    }

    fn set_constraints(&self, json: Option<String>) {
        gst::info!(crate::elements::CAT, imp = self, "constraints: {json:?}");
        self.settings().constraints = json;
    }

    fn set_muted_output(&self, to: MutedOutput) {
        self.settings().muted_output = to;
        self.configure_children();
    }

    fn set_on_ended(&self, to: OnEnded) {
        self.settings().on_ended = to;
        self.configure_children();
    }

    fn stream(&self) -> Option<MediaStream> {
        let playing = self.lock().stream.clone();
        playing.or_else(|| self.settings().stream.clone())
    }

    fn set_stream(&self, stream: Option<MediaStream>) {
        self.settings().stream = stream.clone();
        if let Some(stream) = stream {
            self.exchange(stream);
        }
    }
}

#[glib::object_subclass]
impl ObjectSubclass for UserMediaSrc {
    const NAME: &'static str = "GstUserMediaSrc";
    type Type = super::UserMediaSrc;
    type ParentType = gst::Bin;
    type Interfaces = (gst::ChildProxy,);
}

#[glib::derived_properties]
impl ObjectImpl for UserMediaSrc {
    fn set_property(&self, id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        self.derived_set_property(id, &crate::caps::text::readable(value), pspec);
    }

    fn constructed(&self) {
        self.parent_constructed();
        let element = self.obj();
        // A source at all times, also while it has no children that say so.
        element.set_suppressed_flags(gst::ElementFlags::SOURCE | gst::ElementFlags::SINK);
        element.set_element_flags(gst::ElementFlags::SOURCE);
    }
}

impl GstObjectImpl for UserMediaSrc {}

impl ElementImpl for UserMediaSrc {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "User media source",
                "Source/Audio/Video/Device",
                "Captures a camera and a microphone by W3C media constraints",
                env!("CARGO_PKG_AUTHORS"),
            )
        });
        Some(&*METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let template = |kind| {
                gst::PadTemplate::new(
                    &format!("{}_%u", kind_name(kind)),
                    gst::PadDirection::Src,
                    gst::PadPresence::Sometimes,
                    &track_src::caps(kind),
                )
            };
            [Kind::Video, Kind::Audio]
                .into_iter()
                .filter_map(|kind| template(kind).ok())
                .collect()
        });
        TEMPLATES.as_ref()
    }

    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if transition == gst::StateChange::ReadyToPaused {
            self.check()?;
        }
        let success = self.parent_change_state(transition)?;
        match transition {
            gst::StateChange::ReadyToPaused => {
                self.begin();
                Ok(gst::StateChangeSuccess::NoPreroll)
            }
            gst::StateChange::PlayingToPaused => Ok(gst::StateChangeSuccess::NoPreroll),
            gst::StateChange::PausedToReady => {
                self.end();
                Ok(success)
            }
            _ => Ok(success),
        }
    }

    fn send_event(&self, event: gst::Event) -> bool {
        self.defers_eos(&event) || self.parent_send_event(event)
    }
}

impl BinImpl for UserMediaSrc {}

/// The children are the tracks: `video_0::enabled=false`.
impl ChildProxyImpl for UserMediaSrc {
    fn child_by_name(&self, name: &str) -> Option<glib::Object> {
        let children = self.child_tracks();
        children
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, track)| track)
    }

    fn child_by_index(&self, index: u32) -> Option<glib::Object> {
        let index = usize::try_from(index).ok()?;
        self.child_tracks()
            .into_iter()
            .nth(index)
            .map(|(_, track)| track)
    }

    fn children_count(&self) -> u32 {
        u32::try_from(self.lock().children.len()).unwrap_or(u32::MAX)
    }
}
