//! `mediatrackvideosrc` and `mediatrackaudiosrc`: one track, one always `src` pad.
//!
//! | file | noun |
//! |---|---|
//! | `core` | what both elements do: properties, start, stop, query |
//! | `given` | what the application gave to be played |
//! | `opening` | getting a track, off every thread that matters |
//! | `producing` | the streaming thread |
//! | `recovering` | taking a lost device again |
//! | `rest` | what follows on the end of a track that was given |
//! | `settings` | what the application asked for |
//! | `state` | what its threads share |
//! | `statistics` | what went wrong, and was made good |
//! | `stream` | what only the streaming thread uses; what it tells downstream of the track |
//! | `timeline` | capture times to the running time of the pipeline |

mod core;
mod given;
mod opening;
mod producing;
mod recovering;
mod rest;
mod settings;
mod state;
mod statistics;
mod stream;
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
            use super::given;
            use super::settings::OnEnded;
            use super::statistics;
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

                pub(super) fn set_part_of(&self, group: gst::GroupId) {
                    self.core.set_part_of(group);
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

            // Not `derived_properties`: that knows no structures.
            impl ObjectImpl for $wrapper {
                fn properties() -> &'static [glib::ParamSpec] {
                    static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
                        let derived = $wrapper::derived_properties().iter().cloned();
                        let derived = derived.chain([statistics::property()]);
                        derived.chain(given::property($kind)).collect()
                    });
                    &PROPERTIES
                }

                fn property(&self, id: usize, pspec: &glib::ParamSpec) -> glib::Value {
                    match pspec.name() {
                        "stats" => self.core.stats().to_value(),
                        "media-stream" => self.core.media_stream().to_value(),
                        _ => self.derived_property(id, pspec),
                    }
                }

                fn set_property(&self, id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
                    match pspec.name() {
                        "media-stream" => {
                            self.core.set_media_stream(&self.element(), value.get().ok().flatten());
                        }
                        _ => {
                            let value = crate::caps::text::readable(value);
                            self.derived_set_property(id, &value, pspec);
                        }
                    }
                }

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
                    match transition {
                        gst::StateChange::PlayingToPaused => self.core.set_paused(true),
                        gst::StateChange::PausedToPlaying => self.core.set_paused(false),
                        _ => {}
                    }
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
            /// Says which other pads its own belongs to: it plays one of several tracks.
            pub(super) fn set_part_of(&self, group: gst::GroupId) {
                use gst::subclass::prelude::*;
                self.imp().set_part_of(group);
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
    ///
    /// With its start it asks `getUserMedia` for a camera that meets `constraints`, or plays the `track` it was
    /// given. The state change does not wait for the device: pictures begin when it is open, and a failure is an
    /// error message. The pad's caps are the track's settings; what the consumer accepts is a required
    /// constraint, so that a mode is taken from which it can be had. Pictures are decoded, cropped, scaled down,
    /// dropped and converted only where that is needed, and a consumer of `image/jpeg` or `video/x-h264` gets the
    /// camera's own bitstream.
    ///
    /// Cameras are opened once a process, whatever number of elements and tracks use them. A track that was asked
    /// for here ends with the element; one that was given does not.
    ///
    /// # Properties
    ///
    /// | name | default | |
    /// |---|---|---|
    /// | `constraints` | none | a `MediaTrackConstraints` dictionary as JSON, or `true`. Written while a track plays: `applyConstraints`; refusals are warnings, and nothing changes |
    /// | `track` | none | play this one; read: the one being played. Notified before its first picture |
    /// | `muted-output` | `zero` | what flows while the track is muted or disabled: black pictures in the caps in force (`zero`), GAP events (`gap`), nothing (`none`) |
    /// | `on-ended` | `eos` | when the camera is lost: end the pad (`eos`), go on in black (`zero`), the same until it or another that fits is there, which then is a new track (`reconnect`). A track that was given goes on in black after `stop()` as well, unless it is `eos` |
    /// | `stats` | | what went wrong since the start and was made good, all `guint64`: `reconnects` and `reconnect-attempts`, `restarts` of a camera that failed, `corrupted` frames that were left out, `corrected` timestamps |
    ///
    /// # Messages
    ///
    /// Element messages `media-stream-track` with `event` (`mute`, `unmute`, `ended`), `track`, `track-id`, `kind` and
    /// `reason`. Errors of the domain `GST_RESOURCE_ERROR`, told apart by code: `SETTINGS`, `NOT_FOUND`, `BUSY`,
    /// `NOT_AUTHORIZED`, `FAILED`; the details are the specification's error: `name`, `message` and, of an
    /// `OverconstrainedError`, `constraint`, `wanted` and `nearest`. A camera that is lost is not an error.
    ///
    /// # Events
    ///
    /// A sticky custom event `media-stream-track` with `track-id` and `content-hint`, before the first picture and again
    /// where the track's `content-hint` changes. An encoder, or a probe in front of it, reads with
    /// `gst_event_has_name()` and `gst_event_get_structure()` what to give up first when it cannot keep up: the size
    /// (`motion`), or the frame rate (`detail`, `text`).
    ///
    /// # Example pipelines
    ///
    /// ```sh
    /// gst-launch-1.0 mediatrackvideosrc constraints='{"width":1280,"height":720}' ! videoconvert ! autovideosink
    /// gst-launch-1.0 mediatrackvideosrc constraints='{"facingMode":"user","frameRate":{"max":15}}' ! videoconvert ! autovideosink
    /// gst-launch-1.0 -m mediatrackvideosrc on-ended=reconnect ! video/x-raw,format=NV12,width=640 ! fakesink
    /// gst-launch-1.0 mediatrackvideosrc num-buffers=1 ! image/jpeg ! filesink location=picture.jpg
    /// ```
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
    ///
    /// Properties, messages and life are those of [`MediaTrackVideoSrc`], with silence in the place of black. Sound
    /// is contiguous: each buffer begins where the one before it ended, also across a switch of `enabled`. What
    /// constraints choose is a mode of the microphone; for the consumer's caps, sound is resampled, mixed and
    /// converted.
    ///
    /// # A node of Web Audio
    ///
    /// With `track` it is a `MediaStreamTrackAudioSourceNode`, with `media-stream` a `MediaStreamAudioSourceNode`: no
    /// input, one output, with the channel count of the track unless the consumer takes another, resampled to what
    /// the consumer takes. Several of them, and an `audiomixer`, are an audio graph: see `examples/mix.rs`. Say its rate
    /// behind the mixer: it has but one, and fails when two inputs bring different ones at the same moment.
    ///
    /// | name | default | |
    /// |---|---|---|
    /// | `media-stream` | none | play the audio track of this stream that has the smallest id. It is picked when the stream is given, or with the start if there was none, and kept whatever happens to the stream later |
    ///
    /// Of `track` and `media-stream`, what was written last counts. A track of video, and a stream without an audio
    /// track, is an `InvalidStateError`: an error of the start, and while something else plays a warning, and that
    /// goes on.
    ///
    /// When a track that was given ends, for whatever reason, `on-ended=zero` gives one channel of silence, as
    /// a node does, and so does `reconnect` where there is no device to take again. A consumer that takes no single
    /// channel, or no change of caps, gets the silence in the caps in force. A file's muxer, and an encoder in front
    /// of it, often refuse the change too late to be asked: put `audio/x-raw,channels=2`, or what it is to be,
    /// in front of them. A track that had ended before it was given is silent from the start.
    ///
    /// # Example pipelines
    ///
    /// ```sh
    /// gst-launch-1.0 mediatrackaudiosrc ! audioconvert ! audioresample ! autoaudiosink
    /// gst-launch-1.0 mediatrackaudiosrc constraints='{"channelCount":1,"sampleRate":48000}' ! wavenc ! filesink location=sound.wav
    /// gst-launch-1.0 audiomixer name=mix ! audio/x-raw,rate=48000 ! audioconvert ! autoaudiosink mediatrackaudiosrc ! mix. audiotestsrc is-live=true volume=0.1 ! mix.
    /// gst-launch-1.0 -m mediatrackaudiosrc muted-output=gap ! audio/x-raw,rate=16000,channels=1 ! fakesink
    /// ```
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
