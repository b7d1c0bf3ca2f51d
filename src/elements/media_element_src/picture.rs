//! The selected video track.
//!
//! All video tracks are decoded; a probe lets the selected one pass. `funnel` does the rest: it says the
//! caps and the segment of the track from which the next picture comes, and ends when all have ended.
//! (`input-selector` would hold back the tracks that are not selected, which are being captured from, and
//! would end with the selected one, after which no other could be selected.)

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gst::prelude::*;

use super::parts::{Missing, make};

/// What becomes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Show,
    Drop,
    /// Nothing is shown: whoever waits downstream is told that time goes on.
    Gap,
}

/// Which pictures pass. A leaf.
#[derive(Debug, Default)]
struct Shown {
    selected: Option<String>,
    ended: BTreeSet<String>,
    /// The track that was shown last, and until when.
    last: Option<(String, Option<gst::ClockTime>)>,
}

impl Shown {
    fn verdict(
        &mut self,
        id: &str,
        start: Option<gst::ClockTime>,
        end: Option<gst::ClockTime>,
    ) -> Verdict {
        let is_selected = self.selected.as_deref() == Some(id);
        let is_over = |id: &String| self.ended.contains(id);
        if !is_selected {
            let is_empty = self.selected.as_ref().is_none_or(is_over);
            return if is_empty {
                Verdict::Gap
            } else {
                Verdict::Drop
            };
        }
        // The one before has shown this moment already.
        if let Some((last, Some(until))) = &self.last
            && last != id
            && start.is_some_and(|start| start < *until)
        {
            return Verdict::Drop;
        }
        self.last = Some((id.to_owned(), end.or(start)));
        Verdict::Show
    }
}

/// The junction of all video tracks.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    funnel: gst::Element,
    shown: Arc<Mutex<Shown>>,
}

fn lock(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Picture {
    pub fn new() -> Result<Self, Missing> {
        Ok(Self {
            funnel: make("funnel")?,
            shown: Arc::default(),
        })
    }

    /// Its elements.
    pub fn part(&self) -> &[gst::Element] {
        std::slice::from_ref(&self.funnel)
    }

    /// Which track is shown from its next picture on.
    pub fn select(&self, id: Option<String>) {
        lock(&self.shown).selected = id;
    }

    /// An input for one more track.
    pub fn input(&self, id: &str) -> Option<gst::Pad> {
        let pad = self.funnel.request_pad_simple("sink_%u")?;
        let (id, shown) = (id.to_owned(), Arc::downgrade(&self.shown));
        let all = gst::PadProbeType::DATA_DOWNSTREAM | gst::PadProbeType::EVENT_FLUSH;
        pad.add_probe(all, move |pad, info| {
            let Some(shown) = shown.upgrade() else {
                return gst::PadProbeReturn::Ok;
            };
            match &info.data {
                Some(gst::PadProbeData::Event(event)) => on_event(&shown, &id, event),
                Some(gst::PadProbeData::Buffer(buffer)) => on_picture(&shown, &id, pad, buffer),
                _ => gst::PadProbeReturn::Ok,
            }
        });
        Some(pad)
    }
}

// What does not pass is `Handled`: GStreamer 1.22 complains of what is dropped at a sink pad.
fn on_event(shown: &Mutex<Shown>, id: &str, event: &gst::Event) -> gst::PadProbeReturn {
    let mut shown = lock(shown);
    match event.view() {
        gst::EventView::Eos(_) => {
            shown.ended.insert(id.to_owned());
        }
        gst::EventView::FlushStop(_) => {
            shown.ended.remove(id);
            shown.last = shown.last.take().map(|(id, _)| (id, None));
        }
        gst::EventView::StreamStart(_) => {
            shown.ended.remove(id);
        }
        // Of other tracks than the one being shown, or made here.
        gst::EventView::Gap(_) if shown.selected.as_deref() != Some(id) => {
            let passes = event.structure().is_some_and(|s| s.has_field(OURS));
            if !passes {
                return gst::PadProbeReturn::Handled;
            }
        }
        _ => {}
    }
    gst::PadProbeReturn::Ok
}

/// Marks a GAP event that was made here.
const OURS: &str = "nothing-selected";

fn on_picture(
    shown: &Mutex<Shown>,
    id: &str,
    pad: &gst::Pad,
    buffer: &gst::Buffer,
) -> gst::PadProbeReturn {
    let segment = pad
        .sticky_event::<gst::event::Segment>(0)
        .and_then(|event| event.segment().downcast_ref::<gst::ClockTime>().cloned());
    let running = |at: Option<gst::ClockTime>| segment.as_ref()?.to_running_time(at?);
    let start = buffer.pts();
    let end = start.zip(buffer.duration()).map(|(start, d)| start + d);
    let verdict = lock(shown).verdict(id, running(start), running(end));
    match (verdict, start) {
        (Verdict::Show, _) => gst::PadProbeReturn::Ok,
        (Verdict::Gap, Some(start)) => {
            let gap = gst::event::Gap::builder(start)
                .duration(buffer.duration())
                .other_field(OURS, true)
                .build();
            pad.send_event(gap);
            gst::PadProbeReturn::Handled
        }
        _ => gst::PadProbeReturn::Handled,
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Drop, Gap, Show};
    use super::*;

    fn selecting(id: &str) -> Shown {
        Shown {
            selected: Some(id.into()),
            ..Shown::default()
        }
    }

    fn at(shown: &mut Shown, id: &str, start: u64, end: u64) -> Verdict {
        let time = |ms| Some(gst::ClockTime::from_mseconds(ms));
        shown.verdict(id, time(start), time(end))
    }

    /// #177
    #[test]
    fn the_next_picture_follows_the_last_one_of_the_track_before() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "b", 0, 40), Drop);
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        assert_eq!(at(&mut shown, "a", 40, 80), Show);
        shown.selected = Some("b".into());
        assert_eq!(at(&mut shown, "a", 80, 120), Drop);
        assert_eq!(at(&mut shown, "b", 40, 80), Drop);
        assert_eq!(at(&mut shown, "b", 80, 120), Show);
    }

    #[test]
    fn where_nothing_is_shown_time_goes_on() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        shown.selected = None;
        assert_eq!(at(&mut shown, "a", 40, 80), Gap);
        shown.selected = Some("b".into());
        shown.ended.insert("b".into());
        assert_eq!(at(&mut shown, "a", 80, 120), Gap);
    }
}
