//! The junction of all video tracks, of which one is shown.
//!
//! All of them are decoded; a probe lets the selected one pass and holds the others back, see [`super::shown`].
//! `funnel` does the rest: it says the caps and the segment of the track from which the next picture comes, and
//! ends when all have ended. (`input-selector` would end with the selected one, after which no other could be
//! selected.)
//!
//! Whoever waits does so on the streaming thread of a queue before the funnel. What lets it go: the selected track
//! shows that moment, or ends, or has nothing while the clock gets there; another selection; a flush;
//! [`Picture::leave`] before the track's elements are stopped, and [`Picture::close`] before all are.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::prelude::*;

use super::parts::{Missing, make};
use super::shown::{Shown, Span, Verdict};

/// While the running time is about to begin anew, it is asked for again after this.
const SOON: Duration = Duration::from_millis(100);

/// What of the running time there is to know.
#[derive(Debug, Clone, Copy, Default)]
struct Time {
    /// Whether it passes.
    passes: bool,
    /// A flush lets it begin anew. The pipeline says so later, by another base time than this.
    before_flush: Option<gst::ClockTime>,
}

#[derive(Debug, Default)]
struct State {
    shown: Shown,
    time: Time,
    /// How often `time` has changed.
    changes: u64,
}

/// Which pictures pass. Its lock is a leaf.
#[derive(Debug)]
struct Gate {
    funnel: gst::Element,
    state: Mutex<State>,
    changed: Condvar,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.lock().shown);
        self.changed.notify_all();
    }

    fn change_time(&self, change: impl FnOnce(&mut Time)) {
        {
            let mut state = self.lock();
            change(&mut state.time);
            state.changes += 1;
        }
        self.changed.notify_all();
    }

    /// The running time, while it passes.
    fn now(&self, time: Time) -> Option<gst::ClockTime> {
        let base = self.funnel.base_time();
        let is_known = time.before_flush.is_none() || time.before_flush != base;
        (time.passes && is_known).then(|| self.funnel.current_running_time())?
    }

    /// Waits until it is known what becomes of something.
    fn verdict(
        self: &Arc<Self>,
        mut judge: impl FnMut(&mut Shown, Option<gst::ClockTime>) -> Verdict,
    ) -> Verdict {
        loop {
            let (time, changes) = {
                let state = self.lock();
                (state.time, state.changes)
            };
            let now = self.now(time);
            let mut state = self.lock();
            if state.changes != changes {
                continue;
            }
            let until = match judge(&mut state.shown, now) {
                Verdict::Wait(until) => until,
                Verdict::WaitForArrival => {
                    if let Some(track) = state.shown.ask() {
                        drop(state);
                        self.ask(track);
                        continue;
                    }
                    None
                }
                verdict => {
                    drop(state);
                    self.changed.notify_all();
                    return verdict;
                }
            };
            let rest = match (until, now) {
                (Some(until), Some(now)) => until.checked_sub(now).map(Duration::from),
                (_, None) if time.passes => Some(SOON),
                _ => None,
            };
            match rest.filter(|rest| !rest.is_zero()) {
                Some(rest) => drop(self.changed.wait_timeout(state, rest)),
                None => drop(self.changed.wait(state)),
            }
        }
    }

    /// The thread of `track` tells when what it has on its way has arrived.
    fn ask(self: &Arc<Self>, track: String) {
        let input = self.funnel.static_pad(&track);
        let Some(source) = input.and_then(|input| input.peer()) else {
            return self.change(|shown| shown.arrive(&track));
        };
        let gate = Arc::downgrade(self);
        source.add_probe(gst::PadProbeType::IDLE, move |_, _| {
            if let Some(gate) = gate.upgrade() {
                gate.change(|shown| shown.arrive(&track));
            }
            gst::PadProbeReturn::Remove
        });
    }
}

/// The junction of all video tracks.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    gate: Arc<Gate>,
}

impl Picture {
    pub fn new() -> Result<Self, Missing> {
        let gate = Gate {
            funnel: make("funnel")?,
            state: Mutex::default(),
            changed: Condvar::new(),
        };
        Ok(Self {
            gate: Arc::new(gate),
        })
    }

    /// Its elements.
    pub fn part(&self) -> &[gst::Element] {
        std::slice::from_ref(&self.gate.funnel)
    }

    /// Shows the track of `input` from its next picture on.
    pub fn select(&self, input: Option<&gst::Pad>) {
        let track = input.map(|input| input.name().into());
        self.gate.change(|shown| shown.select(track));
    }

    /// Time begins to pass, or stops.
    pub fn set_playing(&self, is_playing: bool) {
        self.gate.change_time(|time| {
            time.passes = is_playing;
            time.before_flush = None;
        });
    }

    /// An input for one more track. What is linked to it must have a thread of its own.
    pub fn input(&self) -> Option<gst::Pad> {
        let pad = self.gate.funnel.request_pad_simple("sink_%u")?;
        let all = gst::PadProbeType::DATA_DOWNSTREAM | gst::PadProbeType::EVENT_FLUSH;
        let (gate, track): (_, String) = (Arc::downgrade(&self.gate), pad.name().into());
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
fn on_event(
    gate: &Arc<Gate>,
    track: &str,
    pad: &gst::Pad,
    event: &gst::Event,
) -> gst::PadProbeReturn {
    match event.view() {
        gst::EventView::Eos(_) => gate.change(|shown| shown.end(track)),
        gst::EventView::FlushStart(_) => gate.change(|shown| shown.release(track)),
        gst::EventView::FlushStop(flush) => {
            if flush.resets_time() {
                let base = gate.funnel.base_time();
                gate.change_time(|time| time.before_flush = base);
            }
            gate.change(|shown| shown.resume(track));
        }
        gst::EventView::StreamStart(_) => gate.change(|shown| shown.begin(track)),
        gst::EventView::Gap(gap) if !is_ours(event) => {
            let (start, duration) = gap.get();
            let span = span(pad, Some(start), duration);
            if gate.verdict(|shown, now| shown.gap(track, span, now)) != Verdict::Show {
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
    gate: &Arc<Gate>,
    track: &str,
    pad: &gst::Pad,
    buffer: &gst::Buffer,
) -> gst::PadProbeReturn {
    let (start, duration) = (buffer.pts(), buffer.duration());
    let span = span(pad, start, duration);
    let verdict = gate.verdict(|shown, now| shown.picture(track, span, now));
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
