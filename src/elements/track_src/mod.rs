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

/// The two elements differ in their kind, their caps and their words, and in nothing else.
macro_rules! track_src {
    ($module:ident, $wrapper:ident, $gtype:literal, $kind:expr, $klass:literal, $long:literal,
     $description:literal, $caps:expr, $(#[$doc:meta])*) => {
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
                        let caps = $caps;
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
    };
}

track_src!(
    video,
    MediaTrackVideoSrc,
    "GstMediaTrackVideoSrc",
    crate::model::constraints::Kind::Video,
    "Source/Video/Device",
    "Media track video source",
    "Captures a camera by W3C media constraints",
    gst::Caps::builder_full()
        .structure(gst::Structure::new_empty("video/x-raw"))
        .structure(gst::Structure::new_empty("image/jpeg"))
        .structure(gst::Structure::new_empty("video/x-h264"))
        .structure(gst::Structure::new_empty("video/x-h265"))
        .structure(gst::Structure::new_empty("video/x-vp8"))
        .structure(gst::Structure::new_empty("video/x-vp9"))
        .build(),
    /// `mediatrackvideosrc`: one camera track.
);

track_src!(
    audio,
    MediaTrackAudioSrc,
    "GstMediaTrackAudioSrc",
    crate::model::constraints::Kind::Audio,
    "Source/Audio/Device",
    "Media track audio source",
    "Captures a microphone by W3C media constraints",
    gst::Caps::builder("audio/x-raw")
        .field("layout", "interleaved")
        .build(),
    /// `mediatrackaudiosrc`: one microphone track.
);

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
