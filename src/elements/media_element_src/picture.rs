//! The junction of all video tracks, of which one is shown.
//!
//! All of them are decoded; a probe lets the selected one pass and holds the others back, see [`super::shown`].
//! `funnel` does the rest: it says the caps and the segment of the track from which the next picture comes, and
//! ends when all have ended. (`input-selector` would end with the selected one, after which no other could be
//! selected.)
//!
//! Whoever waits does so on the streaming thread of a track that is not shown. What lets it go: the selected track
//! shows or skips that moment, or ends, or has nothing while the clock gets there; another selection; a flush;
//! [`Picture::leave`] before the track's elements are stopped, and [`Picture::close`] before all are.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

use gst::prelude::*;

use super::parts::{Missing, make};
use super::shown::{Shown, Span, Verdict};

/// Which pictures pass. A leaf.
#[derive(Debug, Default)]
struct Gate {
    shown: Mutex<Shown>,
    changed: Condvar,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.notify_all();
        changed
    }

    /// Waits until it is known what becomes of a picture.
    fn verdict(&self, track: &str, span: Span) -> Verdict {
        let mut shown = self.lock();
        loop {
            let verdict = shown.verdict(track, span);
            if verdict != Verdict::Wait {
                drop(shown);
                self.changed.notify_all();
                return verdict;
            }
            let woken = self.changed.wait(shown);
            shown = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The junction of all video tracks.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    funnel: gst::Element,
    gate: Arc<Gate>,
}

impl Picture {
    pub fn new() -> Result<Self, Missing> {
        Ok(Self {
            funnel: make("funnel")?,
            gate: Arc::default(),
        })
    }

    /// Its elements.
    pub fn part(&self) -> &[gst::Element] {
        std::slice::from_ref(&self.funnel)
    }

    /// Shows the track of `input` from its next picture on.
    pub fn select(&self, input: Option<&gst::Pad>) {
        let track = input.map(|input| input.name().into());
        self.gate.change(|shown| shown.select(track));
        self.hurry();
    }

    /// The clock has reached `at`, in running time, in the track of `input`.
    pub fn play(&self, input: &gst::Pad, at: gst::ClockTime) {
        let is_due = self.gate.change(|shown| shown.play(&input.name(), at));
        if is_due {
            self.hurry();
        }
    }

    /// Somebody waits for the last picture to arrive: its thread tells when it is through.
    fn hurry(&self) {
        let Some(track) = self.gate.lock().underway() else {
            return;
        };
        let input = self.funnel.static_pad(&track);
        let Some(source) = input.and_then(|input| input.peer()) else {
            return self.gate.change(|shown| shown.arrive(&track));
        };
        let gate = self.gate.clone();
        source.add_probe(gst::PadProbeType::IDLE, move |_, _| {
            gate.change(|shown| shown.arrive(&track));
            gst::PadProbeReturn::Remove
        });
    }

    /// An input for one more track.
    pub fn input(&self) -> Option<gst::Pad> {
        let pad = self.funnel.request_pad_simple("sink_%u")?;
        let all = gst::PadProbeType::DATA_DOWNSTREAM | gst::PadProbeType::EVENT_FLUSH;
        let (gate, track): (Weak<Gate>, String) = (Arc::downgrade(&self.gate), pad.name().into());
        pad.add_probe(all, move |pad, info| {
            let Some(gate) = gate.upgrade() else {
                return gst::PadProbeReturn::Ok;
            };
            match &info.data {
                Some(gst::PadProbeData::Event(event)) => on_event(&gate, &track, pad, event),
                Some(gst::PadProbeData::Buffer(buffer)) => on_picture(&gate, &track, pad, buffer),
                _ => gst::PadProbeReturn::Ok,
            }
        });
        Some(pad)
    }

    /// The track of `input` is about to be taken out.
    pub fn leave(&self, input: &gst::Pad) {
        let track = input.name();
        self.gate.change(|shown| {
            shown.release(&track);
            shown.arrive(&track);
        });
    }

    /// Everything is about to be stopped.
    pub fn close(&self) {
        self.gate.change(Shown::close);
    }
}

/// Marks a GAP event that was made here.
const OURS: &str = "nothing-selected";

// What does not pass is `Handled`: GStreamer 1.22 complains of what is dropped at a sink pad.
fn on_event(gate: &Gate, track: &str, pad: &gst::Pad, event: &gst::Event) -> gst::PadProbeReturn {
    match event.view() {
        gst::EventView::Eos(_) => gate.change(|shown| shown.end(track)),
        gst::EventView::FlushStart(_) => gate.change(|shown| shown.release(track)),
        gst::EventView::FlushStop(_) => gate.change(|shown| shown.resume(track)),
        gst::EventView::StreamStart(_) => gate.change(|shown| shown.begin(track)),
        gst::EventView::Gap(gap) if !is_ours(event) => {
            let (start, duration) = gap.get();
            let span = span(pad, Some(start), duration);
            // Of other tracks than the one being shown it is no news.
            if !gate.change(|shown| shown.skip(track, span)) {
                return gst::PadProbeReturn::Handled;
            }
        }
        _ => {}
    }
    gst::PadProbeReturn::Ok
}

fn is_ours(event: &gst::Event) -> bool {
    event.structure().is_some_and(|about| about.has_field(OURS))
}

fn on_picture(
    gate: &Gate,
    track: &str,
    pad: &gst::Pad,
    buffer: &gst::Buffer,
) -> gst::PadProbeReturn {
    let (start, duration) = (buffer.pts(), buffer.duration());
    let verdict = gate.verdict(track, span(pad, start, duration));
    match (verdict, start) {
        (Verdict::Show, _) => gst::PadProbeReturn::Ok,
        (Verdict::Gap, Some(start)) => {
            let gap = gst::event::Gap::builder(start)
                .duration(duration)
                .other_field(OURS, true)
                .build();
            pad.send_event(gap);
            gst::PadProbeReturn::Handled
        }
        _ => gst::PadProbeReturn::Handled,
    }
}

/// Running time, if `pad` has a segment.
fn span(pad: &gst::Pad, start: Option<gst::ClockTime>, duration: Option<gst::ClockTime>) -> Span {
    let segment = pad
        .sticky_event::<gst::event::Segment>(0)
        .and_then(|event| event.segment().downcast_ref::<gst::ClockTime>().cloned());
    let running = |at: Option<gst::ClockTime>| segment.as_ref()?.to_running_time(at?);
    let end = start.zip(duration);
    Span {
        start: running(start),
        end: running(end.map(|(start, duration)| start.saturating_add(duration))),
    }
}
