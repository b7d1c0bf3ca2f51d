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
    use super::super::picture::{Picture, is_system_memory};
    use super::super::timeline::shown_at;
    use super::*;
    use crate::capture::Zero;

    /// A gap in the sound is filled up to this length.
    const LONGEST_GAP: gst::ClockTime = gst::ClockTime::SECOND;

    #[derive(Default)]
    pub struct TrackSink {
        pub(super) outlet: OnceLock<Arc<Outlet>>,
        caps: Mutex<Option<gst::Caps>>,
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

        /// Sound goes on through a gap; a picture stands.
        fn fill(&self, gap: &gst::event::Gap) {
            let (start, duration) = gap.get();
            let is_sound = self.outlet.get().is_some_and(|o| o.kind() == Kind::Audio);
            let (Some(caps), Some(duration), true) = (self.caps_in_force(), duration, is_sound)
            else {
                return;
            };
            let silence = Zero::new(&caps).buffer(duration.min(LONGEST_GAP));
            let Some(mut silence) = silence.filter(|silence| silence.size() > 0) else {
                return;
            };
            if let Some(writable) = silence.get_mut() {
                writable.set_pts(start);
            }
            let _ = self.show(silence);
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
        needed.into_iter().find(|field| !says(*field))
    }

    impl BaseSinkImpl for TrackSink {
        /// Who will read the tracks is not known yet, so memory that everybody reads comes before any other that
        /// upstream could give.
        fn caps(&self, filter: Option<&gst::Caps>) -> Option<gst::Caps> {
            let can_be = self.obj().sink_pad().pad_template_caps();
            let Some(filter) = filter else {
                return Some(can_be);
            };
            let plain: gst::Caps = ["video/x-raw", "audio/x-raw"]
                .map(gst::Structure::new_empty)
                .into_iter()
                .collect();
            let first = gst::CapsIntersectMode::First;
            let can_be = filter.intersect_with_mode(&can_be, first);
            let readable = can_be.intersect_with_mode(&plain, first);
            Some(if readable.is_empty() {
                can_be
            } else {
                readable
            })
        }

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
        /// `GstVideoMeta`, and cannot be asked yet. Where memory is not read by a processor there is no other way.
        fn propose_allocation(
            &self,
            query: &mut gst::query::Allocation,
        ) -> Result<(), gst::LoggableError> {
            let (caps, _) = query.get_owned();
            let Some(caps) = caps else {
                return Ok(());
            };
            if !is_system_memory(&caps) {
                query.add_allocation_meta::<gst_video::VideoMeta>(None);
            }
            if let Ok(info) = gst_video::VideoInfo::from_caps(&caps)
                && let Ok(size) = u32::try_from(info.size())
            {
                query.add_allocation_pool(gst::BufferPool::NONE, size, KEPT, 0);
            }
            Ok(())
        }
    }
}
