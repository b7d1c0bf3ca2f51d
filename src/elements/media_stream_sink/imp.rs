//! The GObject of `mediastreamsink`.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::inlet::Inlet;
use super::{CAT, caps};
use crate::elements::message;
use crate::media::MediaStream;
use crate::media::track::kind_name;
use crate::model::constraints::Kind;
use crate::model::lifecycle::{FrameRequestRate, UnknownRate};

/// An absent argument of `captureStream()`.
const EVERY_CHANGE: f64 = -1.0;

/// What the application asked for, and its pads.
pub(super) struct State {
    frame_rate: f64,
    /// What was asked for before a start, and can not be.
    refused: Option<UnknownRate>,
    inlets: Vec<Inlet>,
    /// The lowest number that no pad had yet, for each kind; none after the last.
    unused: [Option<u32>; 2],
}

impl Default for State {
    fn default() -> Self {
        Self {
            frame_rate: EVERY_CHANGE,
            refused: None,
            inlets: Vec::new(),
            unused: [Some(0); 2],
        }
    }
}

impl State {
    /// A number of a new pad that nobody asked for: one that no pad had yet, as long as there are any.
    fn number(&self, kind: Kind) -> Option<u32> {
        let is_free = |number: &u32| {
            let name = pad_name(kind, *number);
            !self.inlets.iter().any(|inlet| inlet.pad().name() == name)
        };
        self.unused[kind as usize].or_else(|| (0..=u32::MAX).find(is_free))
    }

    fn rate(&self) -> FrameRequestRate {
        FrameRequestRate::try_from(self.frame_rate).unwrap_or_default()
    }
}

/// Lock: `state` is a leaf, and nothing of GStreamer is called while it is held.
#[derive(Default, glib::Properties)]
#[properties(wrapper_type = super::MediaStreamSink)]
pub struct MediaStreamSink {
    /// The stream of what flows into the pads.
    #[property(name = "stream", type = MediaStream, nick = "Stream",
        blurb = "A track for each pad, to be played in any pipeline of the process",
        get = |e: &Self| e.stream.clone())]
    stream: MediaStream,
    /// How often pictures are captured. Lax, so that what is no rate is refused here, in words.
    #[property(name = "frame-rate", type = f64, default = EVERY_CHANGE, minimum = f64::MIN,
        maximum = f64::MAX, nick = "Frame rate", blurb = "-1: every picture that differs from the one \
        before; 0: only on request-frame; otherwise at most so many a second",
        get = |e: &Self| e.lock().frame_rate, set = Self::set_frame_rate, explicit_notify,
        lax_validation)]
    state: Mutex<State>,
}

impl MediaStreamSink {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of a rate that nothing can have, the old one stays. In NULL nobody hears of it, so then the next start fails
    /// unless another comes before it.
    fn set_frame_rate(&self, asked: f64) {
        let rate = FrameRequestRate::try_from(asked);
        let is_heard = self.obj().current_state() > gst::State::Null;
        let (inlets, changed) = {
            let mut state = self.lock();
            state.refused = rate.err().filter(|_| !is_heard);
            let changed = rate.is_ok() && state.frame_rate != asked;
            if changed {
                state.frame_rate = asked;
            }
            (state.inlets.clone(), changed)
        };
        match rate {
            Ok(rate) => inlets.iter().for_each(|inlet| inlet.set_rate(rate)),
            Err(error) => {
                gst::warning!(CAT, imp = self, "{error}");
                message::post_unsupported_change(self.obj().upcast_ref(), &error.to_string());
            }
        }
        if changed {
            self.obj().notify_frame_rate();
        }
    }

    /// Whether it can start.
    fn check(&self) -> Result<(), gst::StateChangeError> {
        let Some(error) = self.lock().refused else {
            return Ok(());
        };
        message::post_unsupported(self.obj().upcast_ref(), &error.to_string());
        Err(gst::StateChangeError)
    }

    /// `requestFrame()` of all video tracks.
    fn request_frame(&self) {
        let inlets = self.lock().inlets.clone();
        inlets.iter().for_each(Inlet::request_frame);
    }

    /// The name of a new pad: the one asked for, or one that no pad had yet. A number that would be written in
    /// another way is none: a pad is called what was asked for, or there is no pad.
    fn new_name(&self, kind: Kind, asked: Option<&str>) -> Option<String> {
        let asked = asked.filter(|name| !name.contains('%'));
        let number = match asked {
            Some(name) => Some(number_in(kind, name)?),
            None => None,
        };
        let mut state = self.lock();
        let number = number.or_else(|| state.number(kind))?;
        let unused = &mut state.unused[kind as usize];
        *unused = unused.and_then(|lowest| lowest.max(number.checked_add(1)?).into());
        Some(pad_name(kind, number))
    }

    fn is_starting(&self) -> bool {
        let (_, current, pending) = self.obj().state(gst::ClockTime::ZERO);
        current.max(pending) > gst::State::Ready
    }
}

fn pad_name(kind: Kind, number: u32) -> String {
    format!("{}_{number}", kind_name(kind))
}

/// The number of a pad of this name.
fn number_in(kind: Kind, name: &str) -> Option<u32> {
    let (_, number) = name.rsplit_once('_')?;
    let number = number.parse().ok()?;
    (pad_name(kind, number) == name).then_some(number)
}

#[glib::object_subclass]
impl ObjectSubclass for MediaStreamSink {
    const NAME: &'static str = "GstMediaStreamSink";
    type Type = super::MediaStreamSink;
    type ParentType = gst::Bin;
}

#[glib::derived_properties]
impl ObjectImpl for MediaStreamSink {
    fn signals() -> &'static [Signal] {
        static SIGNALS: LazyLock<[Signal; 1]> = LazyLock::new(|| {
            let request = Signal::builder("request-frame").action();
            [request
                .class_handler(|values| {
                    let element: super::MediaStreamSink = values.first()?.get().ok()?;
                    element.imp().request_frame();
                    None
                })
                .build()]
        });
        &*SIGNALS
    }

    fn constructed(&self) {
        self.parent_constructed();
        // Also before it has a pad: a bin around it is one that ends with it.
        self.obj().set_element_flags(gst::ElementFlags::SINK);
    }

    fn dispose(&self) {
        let inlets = std::mem::take(&mut self.lock().inlets);
        inlets.iter().for_each(Inlet::close);
    }
}

impl GstObjectImpl for MediaStreamSink {}

impl ElementImpl for MediaStreamSink {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "Media stream sink",
                "Sink/Audio/Video",
                "Makes a stream out of any pipeline, to be played in others",
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
                    gst::PadDirection::Sink,
                    gst::PadPresence::Request,
                    &caps(kind),
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
        if transition == gst::StateChange::NullToReady {
            self.check()?;
        }
        self.parent_change_state(transition)
    }

    fn request_new_pad(
        &self,
        template: &gst::PadTemplate,
        name: Option<&str>,
        _caps: Option<&gst::Caps>,
    ) -> Option<gst::Pad> {
        let is_sound = template.name_template().starts_with(kind_name(Kind::Audio));
        let kind = if is_sound { Kind::Audio } else { Kind::Video };
        let Some(name) = self.new_name(kind, name) else {
            let asked = name.unwrap_or("any pad");
            let kind = kind_name(kind);
            gst::warning!(
                CAT,
                imp = self,
                "{asked} was requested, and pads are {kind}_0, {kind}_1, …"
            );
            return None;
        };
        let element = self.obj();
        if element.static_pad(&name).is_some() {
            gst::warning!(CAT, imp = self, "there is a pad {name} already");
            return None;
        }
        let rate = self.lock().rate();
        let inlet = Inlet::new(&element, template, kind, &name, rate);
        self.lock().inlets.push(inlet.clone());
        let announced = self.is_starting();
        match inlet.enter(&element, announced) {
            Ok(()) => Some(inlet.pad().clone().upcast()),
            Err(error) => {
                gst::error!(CAT, imp = self, "{name} cannot be added: {error}");
                self.release_pad(inlet.pad().upcast_ref());
                None
            }
        }
    }

    fn release_pad(&self, pad: &gst::Pad) {
        let inlet = {
            let mut state = self.lock();
            let at = state.inlets.iter().position(|inlet| inlet.pad() == pad);
            at.map(|at| state.inlets.remove(at))
        };
        if let Some(inlet) = inlet {
            inlet.leave(&self.obj());
        }
    }
}

impl BinImpl for MediaStreamSink {}
