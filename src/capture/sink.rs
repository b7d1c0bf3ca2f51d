//! The end of a branch of the private pipeline: hands on what arrives, on the streaming thread, and keeps nothing.
//!
//! A `GstElement` of our own, and not an `appsink` behind a `capsfilter`: it has no clock, no preroll and no queue to go
//! through, knows its caps and its segment when a buffer comes, and names the caps it takes by itself. That saves nearly a
//! third of the instructions that a buffer costs beside its source.
//!
//! Lock: `stream` is a leaf. Under it caps are referenced and a segment is calculated with; nothing that could take a lock or let go
//! of anything is called.

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

/// Frames that readers may keep while the driver fills others.
pub(super) const KEPT: usize = 5;

/// What an element hands on.
pub(super) struct Arrived {
    pub buffer: gst::Buffer,
    pub caps: gst::Caps,
    /// When it was captured, as the element says: on the clock of the pipeline.
    pub told: Option<gst::ClockTime>,
}

/// Takes it, on the streaming thread. Must not block.
pub(super) type Take = dyn Fn(Arrived) + Send + Sync;

glib::wrapper! {
    /// See the module.
    pub struct Sink(ObjectSubclass<imp::Sink>) @extends gst::Element, gst::Object;
}

impl Sink {
    /// One that takes `caps` alone and hands on to `take`.
    pub(super) fn new(caps: gst::Caps, take: Arc<Take>) -> Self {
        let sink: Self = glib::Object::new();
        let imp = sink.imp();
        imp.set_caps(caps);
        let _ = imp.take.set(take);
        sink
    }

    /// What it takes when it is started next.
    pub fn set_caps(&self, caps: gst::Caps) {
        self.imp().set_caps(caps);
    }
}

mod imp {
    use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

    use super::*;

    /// What the events before a buffer said.
    #[derive(Default)]
    struct Stream {
        /// What may flow.
        wanted: Option<gst::Caps>,
        /// What flows.
        caps: Option<gst::Caps>,
        segment: Option<gst::FormattedSegment<gst::ClockTime>>,
    }

    pub struct Sink {
        pad: gst::Pad,
        pub(super) take: OnceLock<Arc<Take>>,
        stream: Mutex<Stream>,
    }

    impl Sink {
        fn stream(&self) -> MutexGuard<'_, Stream> {
            self.stream.lock().unwrap_or_else(PoisonError::into_inner)
        }

        pub(super) fn set_caps(&self, caps: gst::Caps) {
            let old = self.stream().wanted.replace(caps);
            drop(old);
        }

        fn wanted(&self) -> Option<gst::Caps> {
            self.stream().wanted.clone()
        }

        /// `caps`, and what they do not say of what is wanted.
        fn completed(&self, caps: gst::Caps) -> gst::Caps {
            let wanted = self.wanted();
            let both = wanted.map(|w| w.intersect_with_mode(&caps, gst::CapsIntersectMode::First));
            both.filter(|both| both.is_fixed()).unwrap_or(caps)
        }

        fn chain(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
            let (caps, running) = {
                let stream = self.stream();
                let time = |segment: &gst::FormattedSegment<gst::ClockTime>| {
                    segment.to_running_time(buffer.pts())
                };
                let running = stream.segment.as_ref().and_then(time);
                (stream.caps.clone(), running)
            };
            let wanted = || self.wanted().filter(|caps| caps.is_fixed());
            let (Some(caps), Some(take)) = (caps.or_else(wanted), self.take.get()) else {
                return Err(gst::FlowError::NotNegotiated);
            };
            let base_time = || self.obj().base_time().unwrap_or_default();
            take(Arrived {
                told: running.map(|time| base_time().saturating_add(time)),
                caps,
                buffer,
            });
            Ok(gst::FlowSuccess::Ok)
        }

        fn chain_list(
            &self,
            list: &gst::BufferListRef,
        ) -> Result<gst::FlowSuccess, gst::FlowError> {
            let mut buffers = list.iter_owned();
            buffers.try_fold(gst::FlowSuccess::Ok, |_, buffer| self.chain(buffer))
        }

        fn event(&self, pad: &gst::Pad, event: gst::Event) -> bool {
            match event.view() {
                gst::EventView::Caps(caps) => {
                    let caps = self.completed(caps.caps_owned());
                    let old = self.stream().caps.replace(caps);
                    drop(old);
                }
                gst::EventView::Segment(segment) => {
                    let segment = segment.segment().downcast_ref::<gst::ClockTime>().cloned();
                    self.stream().segment = segment;
                }
                gst::EventView::Eos(_) => {
                    let end = gst::message::Eos::builder().src(&*self.obj());
                    self.post_message(end.seqnum(event.seqnum()).build());
                }
                _ => return gst::Pad::event_default(pad, Some(&*self.obj()), event),
            }
            true
        }

        fn query(&self, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool {
            match query.view_mut() {
                gst::QueryViewMut::Caps(query) => {
                    let wanted = self.wanted().unwrap_or_else(gst::Caps::new_any);
                    let filtered = |filter: &gst::CapsRef| {
                        filter.intersect_with_mode(&wanted, gst::CapsIntersectMode::First)
                    };
                    let answer = query.filter().map(filtered);
                    query.set_result(&answer.unwrap_or(wanted));
                    true
                }
                gst::QueryViewMut::Allocation(query) => reserve_buffers(query),
                _ => gst::Pad::query_default(pad, Some(&*self.obj()), query),
            }
        }
    }

    /// Readers keep frames for a while, and a driver that runs out of buffers would have them copied.
    fn reserve_buffers(query: &mut gst::query::Allocation) -> bool {
        if let (Some(caps), _) = query.get_owned()
            // Sound has no frames to reserve, and asking about them is an error in the log.
            && caps.structure(0).is_some_and(|s| s.name().starts_with("video/"))
            && let Ok(info) = gst_video::VideoInfo::from_caps(&caps)
        {
            let size = u32::try_from(info.size()).unwrap_or(u32::MAX);
            query.add_allocation_pool(None::<&gst::BufferPool>, size, KEPT as u32, 0);
        }
        true
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Sink {
        const NAME: &'static str = "GstMediaCaptureSink";
        type Type = super::Sink;
        type ParentType = gst::Element;

        fn with_class(class: &Self::Class) -> Self {
            let template = class.pad_template("sink");
            let refused = || Err(gst::FlowError::Error);
            let pad = gst::PadBuilder::<gst::Pad>::from_template(&template.expect("it has one"))
                .chain_function(move |_, parent, buffer| {
                    Self::catch_panic_pad_function(parent, refused, |sink| sink.chain(buffer))
                })
                .chain_list_function(move |_, parent, list| {
                    Self::catch_panic_pad_function(parent, refused, |sink| sink.chain_list(&list))
                })
                .event_function(|pad, parent, event| {
                    Self::catch_panic_pad_function(parent, || false, |sink| sink.event(pad, event))
                })
                .query_function(|pad, parent, query| {
                    Self::catch_panic_pad_function(parent, || false, |sink| sink.query(pad, query))
                })
                // Devices say more than was asked for.
                .flags(gst::PadFlags::ACCEPT_INTERSECT)
                .build();
            Self {
                pad,
                take: OnceLock::new(),
                stream: Mutex::default(),
            }
        }
    }

    impl ObjectImpl for Sink {
        fn constructed(&self) {
            self.parent_constructed();
            let sink = self.obj();
            sink.set_element_flags(gst::ElementFlags::SINK);
            sink.add_pad(&self.pad).expect("it is the first");
        }
    }

    impl GstObjectImpl for Sink {}

    impl ElementImpl for Sink {
        fn pad_templates() -> &'static [gst::PadTemplate] {
            static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                let (sink, always) = (gst::PadDirection::Sink, gst::PadPresence::Always);
                gst::PadTemplate::new("sink", sink, always, &gst::Caps::new_any())
                    .into_iter()
                    .collect()
            });
            &TEMPLATES
        }

        /// Those for upstream, as the latency, go there: the default looks for a source pad.
        fn send_event(&self, event: gst::Event) -> bool {
            match event.is_upstream() {
                true => self.pad.push_event(event),
                false => self.parent_send_event(event),
            }
        }

        fn change_state(
            &self,
            transition: gst::StateChange,
        ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
            let success = self.parent_change_state(transition)?;
            if transition == gst::StateChange::PausedToReady {
                let old = {
                    let mut stream = self.stream();
                    stream.segment = None;
                    stream.caps.take()
                };
                drop(old);
            }
            Ok(success)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    /// What comes of `line`, which ends in a sink for `caps`, and how it ends.
    fn play(line: &str, caps: &str) -> (Receiver<Arrived>, gst::Message) {
        gst::init().expect("GStreamer starts");
        let source = gst::parse::bin_from_description(line, true).expect("it is well-formed");
        let (told, arrived) = channel();
        let sink = Sink::new(
            caps.parse().expect("they are caps"),
            Arc::new(move |buffer| drop(told.send(buffer))),
        );
        let pipeline = gst::Pipeline::new();
        let both = [source.upcast_ref::<gst::Element>(), sink.upcast_ref()];
        pipeline.add_many(both).expect("both are new");
        gst::Element::link_many(both).expect("they fit");
        let _ = pipeline.set_state(gst::State::Playing);
        let bus = pipeline.bus().expect("a pipeline has one");
        let ends = [gst::MessageType::Eos, gst::MessageType::Error];
        let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(20), &ends);
        pipeline.set_state(gst::State::Null).expect("it stops");
        (arrived, end.expect("it ends"))
    }

    #[test]
    fn what_arrives_is_handed_on_with_its_caps_and_its_end_is_told() {
        let (arrived, end) = play(
            "videotestsrc num-buffers=3",
            "video/x-raw,format=NV12,width=64,height=48,framerate=10/1",
        );
        assert_eq!(end.type_(), gst::MessageType::Eos);
        let arrived: Vec<_> = arrived.try_iter().collect();
        assert_eq!(arrived.len(), 3);
        let told = |n: usize| arrived[n].told.expect("it has a time");
        assert_eq!(told(2) - told(0), gst::ClockTime::from_mseconds(200));
        for Arrived { buffer, caps, .. } in &arrived {
            let structure = caps.structure(0).expect("they are fixed");
            assert_eq!(structure.get::<&str>("format"), Ok("NV12"));
            assert_eq!(buffer.size(), 64 * 48 * 3 / 2);
        }
    }

    /// As a capsfilter would.
    #[test]
    fn caps_are_completed_by_what_was_asked_for() {
        let (arrived, end) = play(
            "videotestsrc num-buffers=1 ! capssetter replace=true caps=video/x-raw,format=GRAY8,width=64,height=48",
            "video/x-raw,format=GRAY8,width=64,height=48,framerate=10/1",
        );
        assert_eq!(end.type_(), gst::MessageType::Eos);
        let arrived = arrived.try_recv().expect("one");
        let structure = arrived.caps.structure(0).expect("they are fixed");
        let rate = structure.get("framerate");
        assert_eq!(rate, Ok(gst::Fraction::new(10, 1)), "{structure}");
    }

    #[test]
    fn other_caps_are_not_taken() {
        gst::init().expect("GStreamer starts");
        let caps = |width: i32| {
            let caps = gst::Caps::builder("video/x-raw").field("format", "GRAY8");
            caps.field("width", width).field("height", 48).build()
        };
        let (told, arrived) = channel();
        let sink = Sink::new(caps(64), Arc::new(move |buffer| drop(told.send(buffer))));
        sink.set_state(gst::State::Playing).expect("it starts");
        let pad = sink.static_pad("sink").expect("it has one");
        assert!(pad.send_event(gst::event::StreamStart::new("stream")));
        assert!(!pad.send_event(gst::event::Caps::new(&caps(32))));
        assert!(pad.send_event(gst::event::Caps::new(&caps(64))));
        let segment = gst::FormattedSegment::<gst::ClockTime>::new();
        assert!(pad.send_event(gst::event::Segment::new(&segment)));
        assert_eq!(pad.chain(gst::Buffer::new()), Ok(gst::FlowSuccess::Ok));
        assert_eq!(arrived.try_iter().count(), 1);
        sink.set_state(gst::State::Null).expect("it stops");
    }
}
