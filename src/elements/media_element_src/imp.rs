//! The GObject of `mediaelementsrc`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::capturing::Captures;
use super::pads;
use super::state::State;
use crate::media::MediaStream;
use crate::media::task_queue::TaskQueue;
use crate::media::track_list::{AudioTrackList, VideoTrackList};
use crate::model::constraints::Kind;

/// What the application asked for.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub uri: Option<String>,
}

/// Locks: all are leaves, never held together, and not while anything of GStreamer is called.
#[derive(Default, glib::Properties)]
#[properties(wrapper_type = super::MediaElementSrc)]
pub struct MediaElementSrc {
    /// What to play.
    #[property(name = "uri", type = Option<String>,
        nick = "URI", blurb = "What to play, from the next change from READY to PAUSED on",
        get = |e: &Self| e.settings().uri.clone(), set = Self::set_uri, mutable_ready)]
    settings: Mutex<Settings>,
    /// The audio tracks of what is played; those that are enabled are mixed.
    #[property(name = "audio-tracks", type = AudioTrackList, get = |e: &Self| e.audio_tracks.clone(),
        nick = "Audio tracks", blurb = "The audio tracks of what is played. All that are enabled are \
        mixed")]
    pub(super) audio_tracks: AudioTrackList,
    /// The video tracks of what is played, of which one can be selected.
    #[property(name = "video-tracks", type = VideoTrackList, get = |e: &Self| e.video_tracks.clone(),
        nick = "Video tracks", blurb = "The video tracks of what is played. At most one is selected")]
    pub(super) video_tracks: VideoTrackList,
    state: Mutex<State>,
    pub(super) captures: Captures,
    pub(super) tasks: TaskQueue,
    is_playing: AtomicBool,
    /// ASYNC_START was said, ASYNC_DONE not yet.
    is_async: AtomicBool,
}

impl MediaElementSrc {
    pub(super) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_uri(&self, uri: Option<String>) {
        self.settings().uri = uri;
    }

    pub(super) fn is_playing(&self) -> bool {
        self.is_playing.load(Ordering::SeqCst)
    }

    /// Time begins to pass, or stops.
    fn set_playing(&self, is_playing: bool) {
        self.is_playing.store(is_playing, Ordering::SeqCst);
        let run = self.lock().run.clone();
        for stream in run.iter().flat_map(|run| &run.streams) {
            stream.tap.set_playing(is_playing);
        }
        if let Some(run) = &run {
            run.picture.set_playing(is_playing);
        }
        self.linked();
    }

    /// Says that the change to PAUSED is not over, or is.
    pub(super) fn set_async(&self, is_async: bool) {
        if self.is_async.swap(is_async, Ordering::SeqCst) == is_async {
            return;
        }
        let element = self.obj();
        let message = match is_async {
            true => gst::message::AsyncStart::builder().src(&*element).build(),
            false => gst::message::AsyncDone::builder().src(&*element).build(),
        };
        self.parent_handle_message(message);
    }

    /// The change to PAUSED is over when the pads are there, unless what is played is live.
    fn preroll(
        &self,
        inside: Result<gst::StateChangeSuccess, gst::StateChangeError>,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        match inside? {
            gst::StateChangeSuccess::NoPreroll => {
                self.set_async(false);
                Ok(gst::StateChangeSuccess::NoPreroll)
            }
            _ if self.is_async.load(Ordering::SeqCst) => Ok(gst::StateChangeSuccess::Async),
            _ => inside,
        }
    }

    pub(super) fn is_sink(&self) -> bool {
        self.obj().element_flags().contains(gst::ElementFlags::SINK)
    }

    /// Who is behind the pads has changed, or whether time passes.
    pub(super) fn linked(&self) {
        let run = self.lock().run.clone();
        let is_linked = |name| {
            let pad = run.as_ref().and_then(|run| run.pad(name));
            pad.is_some_and(|pad| pad.is_linked())
        };
        let (seen, heard) = (is_linked(pads::VIDEO), is_linked(pads::AUDIO));
        for stream in run.iter().flat_map(|run| &run.streams) {
            let is_linked = match stream.kind {
                Kind::Audio => heard,
                Kind::Video => seen,
            };
            stream.wait_for_pad(is_linked && !self.is_playing());
        }
        // An element to which nothing is linked is where the playing ends: the pipeline waits for it, and
        // seeks through it.
        let is_alone = run.as_ref().is_some_and(|run| run.is_listed) && !seen && !heard;
        match is_alone {
            true => self.obj().set_element_flags(gst::ElementFlags::SINK),
            false => self.obj().unset_element_flags(gst::ElementFlags::SINK),
        }
    }
}

#[glib::object_subclass]
impl ObjectSubclass for MediaElementSrc {
    const NAME: &'static str = "GstMediaElementSrc";
    type Type = super::MediaElementSrc;
    type ParentType = gst::Bin;
}

#[glib::derived_properties]
impl ObjectImpl for MediaElementSrc {
    fn set_property(&self, id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        self.derived_set_property(id, &crate::caps::text::readable(value), pspec);
    }

    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<Vec<Signal>> = LazyLock::new(|| {
            let capture = Signal::builder("capture-stream")
                .return_type::<MediaStream>()
                .action()
                .class_handler(|values| {
                    let element: super::MediaElementSrc = values.first()?.get().ok()?;
                    Some(element.capture_stream().to_value())
                });
            vec![capture.build()]
        });
        &SIGNALS
    }

    fn constructed(&self) {
        self.parent_constructed();
        let element = self.obj();
        element.set_suppressed_flags(gst::ElementFlags::SOURCE | gst::ElementFlags::SINK);
        element.set_element_flags(gst::ElementFlags::SOURCE);
        self.listen_to_lists();
    }
}

impl GstObjectImpl for MediaElementSrc {}

impl ElementImpl for MediaElementSrc {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "Media element source",
                "Source/Audio/Video",
                "Plays a URI as a media element does: with track lists, and to be captured",
                env!("CARGO_PKG_AUTHORS"),
            )
        });
        Some(&*METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(pads::templates);
        TEMPLATES.as_ref()
    }

    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        match transition {
            gst::StateChange::ReadyToPaused => self.begin()?,
            gst::StateChange::PlayingToPaused => self.set_playing(false),
            gst::StateChange::PausedToReady => self.forget(),
            _ => {}
        }
        let changed = self.parent_change_state(transition);
        match transition {
            gst::StateChange::ReadyToPaused if changed.is_err() => {
                self.set_async(false);
                self.forget();
                let _ = self.parent_change_state(gst::StateChange::PausedToReady);
                self.end();
            }
            gst::StateChange::ReadyToPaused => return self.preroll(changed),
            gst::StateChange::PausedToPlaying => self.set_playing(true),
            gst::StateChange::PausedToReady => {
                self.set_async(false);
                self.end();
            }
            _ => {}
        }
        match transition {
            // What failed inside, often while it was failing anyway, is gone by now.
            gst::StateChange::PausedToReady | gst::StateChange::ReadyToNull => {
                if changed.is_err() {
                    gst::info!(
                        crate::elements::CAT,
                        imp = self,
                        "something inside failed as it was stopped"
                    );
                }
                Ok(gst::StateChangeSuccess::Success)
            }
            _ => changed,
        }
    }

    fn send_event(&self, event: gst::Event) -> bool {
        match event.type_() {
            gst::EventType::Seek => self.seek(&event),
            gst::EventType::SelectStreams => self.select_streams(&event),
            gst::EventType::Eos => {
                if let Some(run) = &mut self.lock().run {
                    run.is_stopped = true;
                }
                self.parent_send_event(event)
            }
            _ => self.parent_send_event(event),
        }
    }
}

impl BinImpl for MediaElementSrc {
    fn handle_message(&self, message: gst::Message) {
        if self.take(&message) {
            self.parent_handle_message(message);
        }
    }
}
