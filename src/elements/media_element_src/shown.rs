//! Which pictures are shown: those of the selected track, and another one's from where that was left.
//!
//! A track that is not selected keeps step: its next picture waits until the selected one has shown that moment,
//! and is dropped then. So whichever is selected next has the picture that follows, and no hole is seen. Nothing
//! is shown long before its time, for what is on its way cannot be taken back; and a selected track that has nothing
//! to show, because it is one of few pictures or begins late, holds nobody up.

use std::collections::BTreeSet;

use gst::ClockTime;

/// How long before its time a picture is let through while time passes.
const AHEAD: ClockTime = ClockTime::from_mseconds(300);
/// A picture that lasts longer is cut short by that of another track.
const LONG: ClockTime = ClockTime::from_mseconds(200);

/// What becomes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Show,
    Drop,
    /// Nothing is shown: whoever waits downstream is told that time goes on.
    Gap,
    /// It is not known before something changes, or before this running time.
    Wait(Option<ClockTime>),
    /// It is not known before the picture that was let through last has arrived.
    WaitForArrival,
}

/// A picture, or a time without, in running time where it has one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub start: Option<ClockTime>,
    pub end: Option<ClockTime>,
}

/// The picture that was shown last.
#[derive(Debug, Clone)]
struct Last {
    track: String,
    /// From where on another track's may follow. `None` after a flush.
    until: Option<ClockTime>,
}

/// What was let through and may still be on its way: nothing of another track must overtake it.
#[derive(Debug, Clone)]
struct Underway {
    track: String,
    /// Somebody was asked to tell when it has arrived.
    is_awaited: bool,
}

/// See above. Tracks are called as their inputs are.
#[derive(Debug, Default)]
pub(super) struct Shown {
    selected: Option<String>,
    ended: BTreeSet<String>,
    /// Those that wait for nothing: they are being flushed, or leave.
    released: BTreeSet<String>,
    last: Option<Last>,
    underway: Option<Underway>,
    is_closed: bool,
}

impl Shown {
    /// Decides about the next picture of `track`. `now`: the running time, while it passes.
    pub fn picture(&mut self, track: &str, span: Span, now: Option<ClockTime>) -> Verdict {
        let verdict = self.next(track, span, now);
        if verdict == Verdict::Show {
            let moment = span.start.map(|start| start + ClockTime::from_nseconds(1));
            let end = span.end.max(moment);
            let cut = span.start.map(|start| start.saturating_add(LONG));
            self.last = Some(Last {
                track: track.to_owned(),
                until: end.zip(cut).map(|(end, cut)| end.min(cut)),
            });
        }
        verdict
    }

    /// Decides whether it is told that `track` has nothing to show. Of other tracks than the selected one that is no
    /// news.
    pub fn gap(&mut self, track: &str, span: Span, now: Option<ClockTime>) -> Verdict {
        if self.selected.as_deref() != Some(track) {
            return Verdict::Drop;
        }
        let verdict = self.next(track, span, now);
        let has_begun = self.last.as_ref().is_some_and(|last| last.until.is_some());
        if verdict == Verdict::Show && !has_begun {
            self.last = Some(Last {
                track: track.to_owned(),
                until: span.start,
            });
        }
        verdict
    }

    fn next(&mut self, track: &str, span: Span, now: Option<ClockTime>) -> Verdict {
        // Its thread has come back.
        self.arrive(track);
        let verdict = self.judge(track, span.start, now);
        if matches!(verdict, Verdict::Show | Verdict::Gap) {
            self.underway = Some(Underway {
                track: track.to_owned(),
                is_awaited: false,
            });
        }
        verdict
    }

    fn judge(&self, track: &str, start: Option<ClockTime>, now: Option<ClockTime>) -> Verdict {
        if self.is_closed || self.released.contains(track) {
            return Verdict::Drop;
        }
        let is_selected = self.selected.as_deref() == Some(track);
        let is_over = |id: &String| self.ended.contains(id);
        let is_empty = self.selected.as_ref().is_none_or(is_over);
        let until = self.last.as_ref().and_then(|last| last.until);
        let is_past = start.zip(until).is_some_and(|(start, until)| start < until);
        // The clock is there, and the selected track is not.
        let is_overdue = until.is_some() && start.zip(now).is_some_and(|(start, now)| start <= now);
        match (is_selected, is_empty) {
            (true, _) => self.judge_selected(track, start, now),
            (_, true) if self.underway.is_some() => Verdict::WaitForArrival,
            (_, true) => Verdict::Gap,
            _ if start.is_none() || is_past => Verdict::Drop,
            _ if is_overdue && self.underway.is_some() => Verdict::WaitForArrival,
            _ if is_overdue => Verdict::Gap,
            _ => Verdict::Wait(start),
        }
    }

    fn judge_selected(
        &self,
        track: &str,
        start: Option<ClockTime>,
        now: Option<ClockTime>,
    ) -> Verdict {
        let Some(Last { track: last, until }) = &self.last else {
            return Verdict::Show;
        };
        let is_other = last != track;
        if self.underway.is_some() {
            return Verdict::WaitForArrival;
        }
        let (Some(start), Some(until)) = (start, *until) else {
            return Verdict::Show;
        };
        if is_other && start < until {
            return Verdict::Drop;
        }
        // Where no time passes, what is behind the pad may be filled with what follows.
        let here = now.or(is_other.then_some(until));
        match here.is_some_and(|here| start > here.saturating_add(AHEAD)) {
            true => Verdict::Wait(Some(start.saturating_sub(AHEAD))),
            false => Verdict::Show,
        }
    }

    /// `track` is shown from its next picture on.
    pub fn select(&mut self, track: Option<String>) {
        self.selected = track;
    }

    /// The track of which something may still be on its way, if nobody was asked yet when it has arrived.
    pub fn ask(&mut self) -> Option<String> {
        let underway = self.underway.as_mut()?;
        let was_awaited = std::mem::replace(&mut underway.is_awaited, true);
        (!was_awaited).then(|| underway.track.clone())
    }

    /// What `track` had on its way has arrived, or will not.
    pub fn arrive(&mut self, track: &str) {
        self.underway.take_if(|underway| underway.track == track);
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
    use super::Verdict::{Drop, Gap, Show, Wait, WaitForArrival};
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

    fn span(start: u64, end: u64) -> Span {
        Span {
            start: Some(ms(start)),
            end: Some(ms(end)),
        }
    }

    /// A picture where no time passes.
    fn at(shown: &mut Shown, track: &str, start: u64, end: u64) -> Verdict {
        shown.picture(track, span(start, end), None)
    }

    /// #177
    #[test]
    fn the_next_picture_follows_the_last_one_of_the_track_before() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "b", 0, 40), Wait(Some(ms(0))));
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        assert_eq!(at(&mut shown, "b", 0, 40), Drop);
        assert_eq!(at(&mut shown, "a", 40, 80), Show);
        assert_eq!(at(&mut shown, "b", 80, 120), Wait(Some(ms(80))));
        shown.select(Some("b".into()));
        // What was shown last may not be overtaken.
        assert_eq!(at(&mut shown, "b", 80, 120), WaitForArrival);
        assert_eq!(shown.ask(), Some("a".into()));
        assert_eq!(shown.ask(), None);
        shown.arrive("a");
        assert_eq!(at(&mut shown, "a", 80, 120), Wait(Some(ms(80))));
        assert_eq!(at(&mut shown, "b", 40, 80), Drop);
        assert_eq!(at(&mut shown, "b", 80, 120), Show);
        assert_eq!(at(&mut shown, "a", 80, 120), Drop);
    }

    #[test]
    fn where_nothing_is_shown_time_goes_on() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        shown.select(None);
        assert_eq!(at(&mut shown, "b", 40, 80), WaitForArrival);
        assert_eq!(at(&mut shown, "a", 40, 80), Gap);
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
        let b = |shown: &mut Shown, now| shown.picture("b", span(40, 80), Some(ms(now)));
        assert_eq!(b(&mut shown, 39), Wait(Some(ms(40))));
        // What is behind the pad takes its time.
        assert_eq!(b(&mut shown, 40), WaitForArrival);
        shown.arrive("a");
        assert_eq!(b(&mut shown, 40), Gap);
    }

    #[test]
    fn that_a_track_has_nothing_to_show_hides_no_other_one() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        assert_eq!(shown.gap("b", span(40, 80), None), Drop);
        shown.select(Some("b".into()));
        assert_eq!(shown.gap("b", span(40, 5000), None), WaitForArrival);
        shown.arrive("a");
        assert_eq!(shown.gap("b", span(40, 5000), None), Show);
        assert_eq!(
            shown.gap("b", span(5000, 9000), Some(ms(80))),
            Wait(Some(ms(4700)))
        );
        shown.select(Some("a".into()));
        assert_eq!(at(&mut shown, "a", 40, 80), Show);
    }

    #[test]
    fn a_track_that_begins_late_holds_nobody_up() {
        let mut shown = selecting("late");
        let b = |shown: &mut Shown| shown.picture("b", span(40, 80), Some(ms(40)));
        assert_eq!(b(&mut shown), Wait(Some(ms(40))));
        assert_eq!(shown.gap("late", span(0, 5000), None), Show);
        shown.arrive("late");
        assert_eq!(b(&mut shown), Gap);
    }

    #[test]
    fn a_picture_to_come_is_not_shown_before_its_time() {
        let mut shown = selecting("a");
        assert_eq!(at(&mut shown, "a", 0, 40), Show);
        shown.arrive("a");
        shown.select(Some("b".into()));
        // Forty seconds on: whoever is selected next is not to wait for it.
        assert_eq!(at(&mut shown, "b", 40_000, 40_040), Wait(Some(ms(39_700))));
        let b = |shown: &mut Shown, now| shown.picture("b", span(40_000, 40_040), Some(ms(now)));
        assert_eq!(b(&mut shown, 39_000), Wait(Some(ms(39_700))));
        shown.select(Some("a".into()));
        assert_eq!(at(&mut shown, "a", 40, 80), Show);
        shown.arrive("a");
        shown.select(Some("b".into()));
        assert_eq!(b(&mut shown, 39_700), Show);
    }

    #[test]
    fn a_picture_that_lasts_is_cut_short_by_another_track() {
        let mut shown = selecting("slides");
        assert_eq!(at(&mut shown, "slides", 0, 60_000), Show);
        assert_eq!(at(&mut shown, "camera", 160, 200), Drop);
        assert_eq!(at(&mut shown, "camera", 200, 240), Wait(Some(ms(200))));
        shown.arrive("slides");
        shown.select(Some("camera".into()));
        assert_eq!(at(&mut shown, "camera", 200, 240), Show);
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
        let moment = Span {
            start: Some(ms(40)),
            end: None,
        };
        assert_eq!(shown.picture("a", moment, None), Show);
        assert_eq!(shown.picture("b", moment, None), Drop);
        assert_eq!(shown.picture("b", Span::default(), None), Drop);
    }
}
