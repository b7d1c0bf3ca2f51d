//! Which pictures are shown: those of the selected track, and another one's from where that was left.
//!
//! A track that is not selected keeps step: its next picture waits until the selected one has shown that moment,
//! and is dropped then. So whichever is selected next has the picture that follows, and no hole is seen.

use std::collections::{BTreeMap, BTreeSet};

use gst::ClockTime;

/// What becomes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Show,
    Drop,
    /// Nothing is shown: whoever waits downstream is told that time goes on.
    Gap,
    /// It is not known yet.
    Wait,
}

/// A picture in running time, where it has one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub start: Option<ClockTime>,
    pub end: Option<ClockTime>,
}

/// The picture that was shown last.
#[derive(Debug, Clone)]
struct Last {
    track: String,
    until: Option<ClockTime>,
}

/// See above. Tracks are called as their inputs are.
#[derive(Debug, Default)]
pub(super) struct Shown {
    selected: Option<String>,
    ended: BTreeSet<String>,
    /// Those that wait for nothing: they are being flushed, or leave.
    released: BTreeSet<String>,
    last: Option<Last>,
    /// The last picture is perhaps still on its way: another track's must not overtake it.
    is_underway: bool,
    /// Somebody was asked to tell when it is no more.
    is_awaited: bool,
    /// How far the clock is, and what waits, of each track.
    played: BTreeMap<String, ClockTime>,
    waiting: BTreeMap<String, ClockTime>,
    is_closed: bool,
}

impl Shown {
    /// Decides about the next picture of `track`.
    pub fn verdict(&mut self, track: &str, span: Span) -> Verdict {
        let verdict = self.judge(track, span);
        match (verdict, span.start) {
            (Verdict::Wait, Some(start)) => {
                self.waiting.insert(track.to_owned(), start);
            }
            _ => {
                self.waiting.remove(track);
            }
        }
        if verdict == Verdict::Show {
            self.reach(track, span);
            self.is_underway = true;
        }
        verdict
    }

    fn judge(&self, track: &str, Span { start, .. }: Span) -> Verdict {
        if self.is_closed || self.released.contains(track) {
            return Verdict::Drop;
        }
        let of_other = self.last.as_ref().filter(|last| last.track != track);
        let until = self.last.as_ref().and_then(|last| last.until);
        let is_past = start.zip(until).is_some_and(|(start, until)| start < until);
        let is_selected = self.selected.as_deref() == Some(track);
        let is_over = |id: &String| self.ended.contains(id);
        let is_empty = self.selected.as_ref().is_none_or(is_over);
        match (is_selected, is_empty) {
            (true, _) | (_, true) if of_other.is_some() && self.is_underway => Verdict::Wait,
            // The one before has shown this moment already.
            (true, _) if of_other.is_some() && is_past => Verdict::Drop,
            (true, _) => Verdict::Show,
            (_, true) => Verdict::Gap,
            _ if start.is_none() || is_past || self.is_overdue(track, start) => Verdict::Drop,
            _ => Verdict::Wait,
        }
    }

    /// The selected track has nothing to show although the clock is past `start`. It is not waited for: it may
    /// be one of few pictures, and what follows in the resource behind this one.
    fn is_overdue(&self, track: &str, start: Option<ClockTime>) -> bool {
        !self.is_underway && self.played.get(track).copied() >= start
    }

    fn reach(&mut self, track: &str, Span { start, end }: Span) {
        let moment = start.map(|start| start + ClockTime::from_nseconds(1));
        self.last = Some(Last {
            track: track.to_owned(),
            until: end.max(moment),
        });
    }

    /// `track` is shown from its next picture on.
    pub fn select(&mut self, track: Option<String>) {
        self.selected = track;
    }

    /// `track` has nothing to show in `span`. Returns whether that is to be passed on.
    pub fn skip(&mut self, track: &str, span: Span) -> bool {
        let is_selected = self.selected.as_deref() == Some(track);
        if is_selected {
            self.reach(track, span);
        }
        is_selected
    }

    /// The clock has reached `at` in `track`. Returns whether a picture of it waits that is due.
    pub fn play(&mut self, track: &str, at: ClockTime) -> bool {
        self.played.insert(track.to_owned(), at);
        self.waiting.get(track).is_some_and(|start| *start <= at)
    }

    /// The track whose picture may still be on its way, if nobody has asked yet when it is no more.
    pub fn underway(&mut self) -> Option<String> {
        if !self.is_underway || std::mem::replace(&mut self.is_awaited, true) {
            return None;
        }
        self.last.as_ref().map(|last| last.track.clone())
    }

    /// The last picture of `track` has arrived, or will not.
    pub fn arrive(&mut self, track: &str) {
        if self.last.as_ref().is_none_or(|last| last.track == track) {
            self.is_underway = false;
            self.is_awaited = false;
        }
    }

    /// A stream begins in `track`.
    pub fn begin(&mut self, track: &str) {
        self.ended.remove(track);
    }

    pub fn end(&mut self, track: &str) {
        self.ended.insert(track.to_owned());
        self.arrive(track);
    }

    /// Nothing of `track` waits from now on: it is being flushed, or leaves.
    pub fn release(&mut self, track: &str) {
        self.released.insert(track.to_owned());
    }

    /// The flush of `track` is over: time begins anew.
    pub fn resume(&mut self, track: &str) {
        self.released.remove(track);
        self.ended.remove(track);
        self.played.remove(track);
        self.arrive(track);
        if let Some(last) = &mut self.last {
            last.until = None;
        }
    }

    /// Nothing waits any more.
    pub fn close(&mut self) {
        self.is_closed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Drop, Gap, Show, Wait};
    use super::*;

    fn selecting(track: &str) -> Shown {
        Shown {
            selected: Some(track.into()),
            ..Shown::default()
        }
    }

    fn ms(n: u64) -> ClockTime {
        ClockTime::from_mseconds(n)
    }

    fn at(shown: &mut Shown, track: &str, start: u64, end: u64) -> Verdict {
        let span = Span {
            start: Some(ms(start)),
            end: Some(ms(end)),
        };
        shown.verdict(track, span)
    }

    /// #177
    #[test]
    fn the_next_picture_follows_the_last_one_of_the_track_before() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "b", 0, 40), Wait);
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        assert_eq!(at(&mut shown, "b", 0, 40), Drop);
        assert_eq!(at(&mut shown, "a", 40, 80), Show);
        assert_eq!(at(&mut shown, "b", 80, 120), Wait);
        shown.select(Some("b".into()));
        // What was shown last may not be overtaken.
        assert_eq!(at(&mut shown, "b", 80, 120), Wait);
        assert_eq!(shown.underway(), Some("a".into()));
        assert_eq!(shown.underway(), None);
        shown.arrive("a");
        assert_eq!(at(&mut shown, "a", 80, 120), Wait);
        assert_eq!(at(&mut shown, "b", 40, 80), Drop);
        assert_eq!(at(&mut shown, "b", 80, 120), Show);
        assert_eq!(at(&mut shown, "a", 80, 120), Drop);
    }

    #[test]
    fn where_nothing_is_shown_time_goes_on() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        shown.select(None);
        assert_eq!(at(&mut shown, "a", 40, 80), Gap);
        assert_eq!(at(&mut shown, "b", 40, 80), Wait);
        shown.arrive("a");
        assert_eq!(at(&mut shown, "b", 40, 80), Gap);
        shown.select(Some("b".into()));
        shown.end("b");
        assert_eq!(at(&mut shown, "a", 80, 120), Gap);
    }

    #[test]
    fn a_track_that_has_nothing_to_show_is_waited_for_until_the_clock_is_there() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        assert_eq!(at(&mut shown, "b", 40, 80), Wait);
        assert!(!shown.play("b", ms(39)));
        assert!(shown.play("b", ms(40)));
        // What is behind the pad takes its time.
        assert_eq!(at(&mut shown, "b", 40, 80), Wait);
        shown.arrive("a");
        assert_eq!(at(&mut shown, "b", 40, 80), Drop);
        assert_eq!(at(&mut shown, "b", 80, 120), Wait);
        // Said to be empty.
        let empty = Span {
            start: Some(ms(40)),
            end: Some(ms(500)),
        };
        assert!(!shown.skip("b", empty));
        assert_eq!(at(&mut shown, "b", 80, 120), Wait);
        assert!(shown.skip("a", empty));
        assert_eq!(at(&mut shown, "b", 80, 120), Drop);
    }

    #[test]
    fn a_flush_waits_for_nobody_and_begins_anew() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        shown.release("b");
        assert_eq!(at(&mut shown, "b", 40, 80), Drop);
        shown.resume("a");
        shown.resume("b");
        shown.select(Some("b".into()));
        assert_eq!(at(&mut shown, "b", 0, 40), Show);
        shown.close();
        assert_eq!(at(&mut shown, "a", 40, 80), Drop);
    }

    #[test]
    fn pictures_without_a_length_are_not_shown_twice() {
        let mut shown = selecting("a");
        let span = Span {
            start: Some(ms(40)),
            end: None,
        };
        assert_eq!(shown.verdict("a", span), Show);
        assert_eq!(shown.verdict("b", span), Drop);
        assert_eq!(shown.verdict("b", Span::default()), Drop);
    }
}
