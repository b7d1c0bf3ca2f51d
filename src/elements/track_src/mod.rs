//! `mediatrackvideosrc` and `mediatrackaudiosrc`: one track, one always `src` pad.
//!
//! | file | noun |
//! |---|---|
//! | `core` | what both elements do: start, stop, create, query |
//! | `opening` | getting a track, off every thread that matters |
//! | `settings` | what the application asked for |
//! | `timeline` | capture times to the running time of the pipeline |

mod core;
mod opening;
mod settings;
mod timeline;

use gst::glib;
use gst::prelude::*;

pub use settings::OnEnded;

use crate::model::constraints::Kind;

/// The two elements differ in their kind, their caps and their words, and in nothing else.
macro_rules! track_src {
    ($module:ident, $wrapper:ident, $gtype:literal, $kind:expr, $klass:literal, $long:literal,
     $description:literal, $(#[$doc:meta])*) => {
        mod $module {
            use std::sync::LazyLock;

            use gst::glib;
            use gst::prelude::*;
            use gst::subclass::prelude::*;
            use gst_base::subclass::base_src::CreateSuccess;
            use gst_base::subclass::prelude::*;

            use super::core::Core;
            use super::settings::OnEnded;
            use crate::media::MediaStreamTrack;
            use crate::media::track::MutedOutput;
            use crate::model::constraints::Kind;

            #[derive(glib::Properties)]
            #[properties(wrapper_type = super::$wrapper)]
            pub struct $wrapper {
                /// What to ask getUserMedia for.
                #[property(name = "constraints", type = Option<String>,
                    nick = "Constraints", blurb = "JSON MediaTrackConstraints, or true: what to \
                    ask for. Written while running: the same as apply-constraints",
                    get = |e: &Self| e.core.constraints(), set = Self::set_constraints)]
                /// The track being played, or to play.
                #[property(name = "track", type = Option<MediaStreamTrack>,
                    nick = "Track", blurb = "Play this track instead of asking for one; read: the \
                    track being played",
                    get = |e: &Self| e.core.track(), set = Self::set_track)]
                /// What flows while muted.
                #[property(name = "muted-output", type = MutedOutput,
                    nick = "Muted output", blurb = "What flows while the track is muted, disabled \
                    or not yet delivering",
                    get = |e: &Self| e.core.muted_output(),
                    set = |e: &Self, to| e.core.set_muted_output(to),
                    builder(MutedOutput::Zero))]
                /// What to do when the device is lost.
                #[property(name = "on-ended", type = OnEnded,
                    nick = "On ended", blurb = "What to do when the device is lost",
                    get = |e: &Self| e.core.on_ended(),
                    set = |e: &Self, to| e.core.set_on_ended(to),
                    builder(OnEnded::Eos))]
                core: Core,
            }

            impl $wrapper {
                fn element(&self) -> gst_base::BaseSrc {
                    self.obj().clone().upcast()
                }

                fn set_constraints(&self, json: Option<String>) {
                    self.core.set_constraints(&self.element(), json);
                }

                fn set_track(&self, track: Option<MediaStreamTrack>) {
                    self.core.set_track(&self.element(), track);
                }

                pub(super) fn set_group_id(&self, group: gst::GroupId) {
                    self.core.shared().lock().group = Some(group);
                }
            }

            #[glib::object_subclass]
            impl ObjectSubclass for $wrapper {
                const NAME: &'static str = $gtype;
                type Type = super::$wrapper;
                type ParentType = gst_base::PushSrc;

                fn new() -> Self {
                    Self { core: Core::new($kind) }
                }
            }

            #[glib::derived_properties]
            impl ObjectImpl for $wrapper {
                fn constructed(&self) {
                    self.parent_constructed();
                    self.core.constructed(&self.element());
                }
            }

            impl GstObjectImpl for $wrapper {}

            impl ElementImpl for $wrapper {
                fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
                    static METADATA: LazyLock<gst::subclass::ElementMetadata> =
                        LazyLock::new(|| {
                            gst::subclass::ElementMetadata::new(
                                $long,
                                $klass,
                                $description,
                                env!("CARGO_PKG_AUTHORS"),
                            )
                        });
                    Some(&*METADATA)
                }

                fn pad_templates() -> &'static [gst::PadTemplate] {
                    static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                        let caps = super::caps($kind);
                        let template = gst::PadTemplate::new(
                            "src",
                            gst::PadDirection::Src,
                            gst::PadPresence::Always,
                            &caps,
                        );
                        template.into_iter().collect()
                    });
                    TEMPLATES.as_ref()
                }

                fn change_state(
                    &self,
                    transition: gst::StateChange,
                ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
                    self.core.before(&self.element(), transition)?;
                    self.parent_change_state(transition)
                }
            }

            impl BaseSrcImpl for $wrapper {
                fn start(&self) -> Result<(), gst::ErrorMessage> {
                    self.core.start(&self.element());
                    Ok(())
                }

                fn stop(&self) -> Result<(), gst::ErrorMessage> {
                    self.core.stop();
                    Ok(())
                }

                fn unlock(&self) -> Result<(), gst::ErrorMessage> {
                    self.core.set_flushing(true);
                    Ok(())
                }

                fn unlock_stop(&self) -> Result<(), gst::ErrorMessage> {
                    self.core.set_flushing(false);
                    Ok(())
                }

                fn is_seekable(&self) -> bool {
                    false
                }

                /// Caps are decided with the track, not by fixating templates.
                fn negotiate(&self) -> Result<(), gst::LoggableError> {
                    self.core.reconfigure(&self.element());
                    Ok(())
                }

                fn query(&self, query: &mut gst::QueryRef) -> bool {
                    if let gst::QueryViewMut::Latency(latency) = query.view_mut() {
                        latency.set(true, self.core.latency(), gst::ClockTime::NONE);
                        return true;
                    }
                    BaseSrcImplExt::parent_query(self, query)
                }
            }

            impl PushSrcImpl for $wrapper {
                fn create(
                    &self,
                    _buffer: Option<&mut gst::BufferRef>,
                ) -> Result<CreateSuccess, gst::FlowError> {
                    self.core.create(&self.element()).map(CreateSuccess::NewBuffer)
                }
            }
        }

        glib::wrapper! {
            $(#[$doc])*
            pub struct $wrapper(ObjectSubclass<$module::$wrapper>)
                @extends gst_base::PushSrc, gst_base::BaseSrc, gst::Element, gst::Object;
        }

        impl $wrapper {
            /// Says which other pads its own belongs to.
            pub(super) fn set_group_id(&self, group: gst::GroupId) {
                use gst::subclass::prelude::*;
                self.imp().set_group_id(group);
            }
        }
    };
}

track_src!(
    video,
    MediaTrackVideoSrc,
    "GstMediaTrackVideoSrc",
    Kind::Video,
    "Source/Video/Device",
    "Media track video source",
    "Captures a camera by W3C media constraints",
    /// `mediatrackvideosrc`: one camera track.
);

track_src!(
    audio,
    MediaTrackAudioSrc,
    "GstMediaTrackAudioSrc",
    Kind::Audio,
    "Source/Audio/Device",
    "Media track audio source",
    "Captures a microphone by W3C media constraints",
    /// `mediatrackaudiosrc`: one microphone track.
);

/// What a track of this kind may be, at its pad.
pub(super) fn caps(kind: Kind) -> gst::Caps {
    match kind {
        Kind::Audio => gst::Caps::builder("audio/x-raw")
            .field("layout", "interleaved")
            .build(),
        Kind::Video => [
            "video/x-raw",
            "image/jpeg",
            "video/x-h264",
            "video/x-h265",
            "video/x-vp8",
            "video/x-vp9",
        ]
        .map(gst::Structure::new_empty)
        .into_iter()
        .collect(),
    }
}

/// Registers both elements, with rank NONE: nothing picks them up by itself.
pub(super) fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::Element::register(
        Some(plugin),
        "mediatrackvideosrc",
        gst::Rank::NONE,
        MediaTrackVideoSrc::static_type(),
    )?;
    gst::Element::register(
        Some(plugin),
        "mediatrackaudiosrc",
        gst::Rank::NONE,
        MediaTrackAudioSrc::static_type(),
    )
}
