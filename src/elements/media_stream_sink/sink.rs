//! What a pad of the bin leads to: a sink that shows its pipeline's pictures, and plays its sound, at their
//! time, by handing them to an outlet.
//!
//! A `GstBaseSink` of our own, and not an `appsink`: it has no queue, and hears of caps, gaps, the end and
//! the states in their order with the media.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;
use gst_base::subclass::prelude::*;

use super::outlet::Outlet;
use crate::model::constraints::Kind;

glib::wrapper! {
    /// The sink behind one pad.
    pub struct TrackSink(ObjectSubclass<imp::TrackSink>)
        @extends gst_base::BaseSink, gst::Element, gst::Object;
}

impl TrackSink {
    /// One that is called `name`. It leads nowhere before [`Self::lead_to`].
    pub fn new(name: &str) -> Self {
        let sink: Self = glib::Object::builder().property("name", name).build();
        // The outlet holds what has to be held.
        sink.set_enable_last_sample(false);
        // It hands on, and does nothing that would take time: a live pipeline needs no queue before it.
        sink.set_processing_deadline(gst::ClockTime::ZERO);
        sink
    }

    /// Where everything goes. Called once, before it runs.
    pub(super) fn lead_to(&self, outlet: Arc<Outlet>) {
        let _ = self.imp().outlet.set(outlet);
    }

    /// Whether upstream may leave pictures out when it is late. What comes late is the picture of now all the same.
    pub fn set_hurrying(&self, may_hurry: bool) {
        let outlet = self.imp().outlet.get();
        let is_video = outlet.is_some_and(|outlet| outlet.kind() == Kind::Video);
        self.set_qos(may_hurry && is_video);
    }
}

mod imp {
    use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

    use super::super::CAT;
    use super::super::outlet::KEPT;
    use super::super::picture::Picture;
    use super::super::silence::Silence;
    use super::super::timeline::shown_at;
    use super::super::waiting::Waiting;
    use super::*;

    #[derive(Default)]
    pub struct TrackSink {
        pub(super) outlet: OnceLock<Arc<Outlet>>,
        /// What has flown last, also before this start.
        caps: Mutex<Option<gst::Caps>>,
        waiting: Waiting,
    }

    impl TrackSink {
        fn caps_in_force(&self) -> Option<gst::Caps> {
            let caps = self.caps.lock().unwrap_or_else(PoisonError::into_inner);
            caps.clone()
        }

        fn sink(&self) -> gst_base::BaseSink {
            self.obj().clone().upcast()
        }

        fn show(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
            let (Some(outlet), Some(caps)) = (self.outlet.get(), self.caps_in_force()) else {
                return Err(gst::FlowError::NotNegotiated);
            };
            let at = shown_at(&self.sink(), buffer.pts());
            outlet.draw(Picture { caps, buffer }, at).map_err(|error| {
                gst::element_imp_error!(self, gst::StreamError::Format, ("{error}"));
                gst::FlowError::NotNegotiated
            })?;
            Ok(gst::FlowSuccess::Ok)
        }

        /// Sound goes on through a gap, at its time; a picture stands.
        fn fill(&self, gap: &gst::event::Gap) {
            let is_sound = self.outlet.get().is_some_and(|o| o.kind() == Kind::Audio);
            let (sink, caps) = (self.sink(), self.caps_in_force());
            let segment = sink.segment().downcast::<gst::ClockTime>();
            let (Some(caps), Ok(segment), true) = (caps, segment, is_sound) else {
                return;
            };
            let (start, lasts) = gap.get();
            let stop = lasts.map(|lasts| start.saturating_add(lasts));
            let Some((Some(start), Some(stop))) = stop.and_then(|stop| segment.clip(start, stop))
            else {
                return;
            };
            let silence = Silence::new(&caps, start, stop);
            let silence = silence.map(|whole| match sink.is_sync() {
                true => whole,
                false => whole.untimed(),
            });
            for piece in silence.into_iter().flatten() {
                // Nor while it is paused, nor when it is flushed or stopped.
                let (waited, _) = sink.wait(segment.to_running_time(piece.pts()));
                if waited.and_then(|_| self.show(piece)).is_err() {
                    return;
                }
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for TrackSink {
        const NAME: &'static str = "GstMediaStreamTrackSink";
        type Type = super::TrackSink;
        type ParentType = gst_base::BaseSink;
    }

    impl ObjectImpl for TrackSink {}
    impl GstObjectImpl for TrackSink {}

    impl ElementImpl for TrackSink {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                gst::subclass::ElementMetadata::new(
                    "Media stream track sink",
                    "Sink/Audio/Video",
                    "Makes one track out of a pipeline, within mediastreamsink",
                    env!("CARGO_PKG_AUTHORS"),
                )
            });
            Some(&*METADATA)
        }

        fn pad_templates() -> &'static [gst::PadTemplate] {
            static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                let mut caps = super::super::caps(Kind::Video);
                caps.merge(super::super::caps(Kind::Audio));
                let (sink, always) = (gst::PadDirection::Sink, gst::PadPresence::Always);
                let template = gst::PadTemplate::new("sink", sink, always, &caps);
                template.into_iter().collect()
            });
            TEMPLATES.as_ref()
        }

        fn change_state(
            &self,
            transition: gst::StateChange,
        ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
            let Some(outlet) = self.outlet.get() else {
                return self.parent_change_state(transition);
            };
            if transition == gst::StateChange::ReadyToPaused {
                outlet.begin();
                let (pad, has_flown) = (outlet.pad(), self.caps_in_force().is_some());
                self.waiting.decide(&self.sink(), pad.as_ref(), has_flown);
            }
            let success = self.parent_change_state(transition)?;
            // Nothing is shown any more when the parent has done its part.
            match transition {
                gst::StateChange::PlayingToPaused => outlet.pause(),
                gst::StateChange::PausedToReady => outlet.end(),
                _ => {}
            }
            Ok(success)
        }
    }

    /// What a track cannot do without and these caps do not say.
    fn what_is_missing(kind: Kind, caps: &gst::CapsRef) -> Option<&'static str> {
        let needed = match kind {
            Kind::Audio => ["rate", "channels"],
            Kind::Video => ["width", "height"],
        };
        let structure = caps.structure(0);
        let says = |field| structure.is_some_and(|s| s.get::<i32>(field).is_ok_and(|n| n > 0));
        let missing = needed.into_iter().find(|field| !says(*field));
        let format = structure.and_then(|s| s.get::<&str>("format").ok());
        let has_format = format.is_some_and(|format| is_known(kind, format));
        missing.or_else(|| (!has_format).then_some("known format"))
    }

    fn is_known(kind: Kind, format: &str) -> bool {
        match kind {
            Kind::Audio => {
                gst_audio::AudioFormat::from_string(format) != gst_audio::AudioFormat::Unknown
            }
            Kind::Video => {
                gst_video::VideoFormat::from_string(format) != gst_video::VideoFormat::Unknown
            }
        }
    }

    impl BaseSinkImpl for TrackSink {
        fn set_caps(&self, caps: &gst::Caps) -> Result<(), gst::LoggableError> {
            gst::debug!(CAT, imp = self, "{caps}");
            if let Some(what) = self
                .outlet
                .get()
                .and_then(|o| what_is_missing(o.kind(), caps))
            {
                gst::element_imp_error!(self, gst::StreamError::Format, ("{caps}: no {what}"));
                return Err(gst::loggable_error!(CAT, "no {what} in {caps}"));
            }
            *self.caps.lock().unwrap_or_else(PoisonError::into_inner) = Some(caps.clone());
            Ok(())
        }

        fn render(&self, buffer: &gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
            self.show(buffer.clone())
        }

        fn event(&self, event: gst::Event) -> bool {
            // Waits for its time.
            let is_done = self.parent_event(event.clone());
            match (event.view(), self.outlet.get()) {
                (gst::EventView::Eos(_), Some(outlet)) if is_done => outlet.end(),
                (gst::EventView::Gap(gap), _) if is_done => self.fill(gap),
                _ => {}
            }
            is_done
        }

        /// Pictures with rows of a length of their own are not asked for: a reader need not know
        /// `GstVideoMeta`, and cannot be asked yet.
        fn propose_allocation(
            &self,
            query: &mut gst::query::Allocation,
        ) -> Result<(), gst::LoggableError> {
            let is_video = self.outlet.get().is_some_and(|o| o.kind() == Kind::Video);
            let (caps, _) = query.get_owned();
            let info = caps.filter(|_| is_video);
            let info = info.and_then(|caps| gst_video::VideoInfo::from_caps(&caps).ok());
            let size = info.and_then(|info| u32::try_from(info.size()).ok());
            if let Some(size) = size {
                query.add_allocation_pool(gst::BufferPool::NONE, size, KEPT, 0);
            }
            Ok(())
        }
    }
}
