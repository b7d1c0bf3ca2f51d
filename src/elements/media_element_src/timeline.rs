//! What the mixed sound says of time.
//!
//! `audiomixer` works in running time and knows neither seeks nor rates: each second that comes out of it
//! is a second of playing. What second of the resource that is, the segments that went in say.

use std::collections::BTreeMap;

type Segment = gst::FormattedSegment<gst::ClockTime>;

/// The segments that went in, by the running time at which they begin.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pieces: BTreeMap<gst::ClockTime, Piece>,
    /// Where the piece that was said last begins.
    said: Option<gst::ClockTime>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    /// The time of the resource where it begins.
    time: gst::ClockTime,
    /// How fast the resource is played.
    rate: f64,
}

impl Timeline {
    /// A segment goes in, the rate of which `scaletempo` has already applied.
    pub fn enter(&mut self, segment: &Segment) {
        let (Some(base), Some(start)) = (segment.base(), segment.start()) else {
            return;
        };
        let time = segment.to_stream_time(start).or(segment.time());
        let piece = Piece {
            time: time.unwrap_or(gst::ClockTime::ZERO),
            rate: segment.applied_rate(),
        };
        // The second stream of a resource says the same as the first.
        let before = self.pieces.insert(base, piece);
        if self.said == Some(base) && before != Some(piece) {
            self.said = None;
        }
    }

    /// The running time starts anew.
    pub fn flush(&mut self) {
        *self = Self::default();
    }

    /// What holds for what comes out at `at`.
    pub fn segment(&mut self, at: gst::ClockTime) -> Segment {
        let mut segment = Segment::new();
        if let Some((base, piece)) = self.pieces.range(..=at).next_back() {
            self.said = Some(*base);
            segment.set_applied_rate(piece.rate);
            segment.set_start(*base);
            segment.set_base(*base);
            segment.set_position(*base);
            segment.set_time(piece.time);
        }
        segment
    }

    /// What has to be said before what comes out at `at`, if something else holds from there on.
    pub fn change(&mut self, at: gst::ClockTime) -> Option<Segment> {
        let (base, _) = self.pieces.range(..=at).next_back()?;
        let is_said = self.said == Some(*base);
        (!is_said).then(|| self.segment(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> gst::ClockTime {
        gst::ClockTime::from_seconds(n)
    }

    fn played(base: u64, start: u64, rate: f64) -> Segment {
        let mut segment = Segment::new();
        segment.set_base(seconds(base));
        segment.set_start(seconds(start));
        segment.set_time(seconds(start));
        segment.set_applied_rate(rate);
        segment
    }

    fn place(segment: &Segment, at: u64) -> Option<gst::ClockTime> {
        assert_eq!(segment.to_running_time(seconds(at)), Some(seconds(at)));
        segment.to_stream_time(seconds(at))
    }

    #[test]
    fn after_a_seek_sound_is_where_it_was_sought() {
        gst::init().unwrap();
        let mut timeline = Timeline::default();
        timeline.enter(&played(0, 60, 1.0));
        assert_eq!(place(&timeline.segment(seconds(0)), 5), Some(seconds(65)));
    }

    #[test]
    fn at_double_speed_a_second_is_two() {
        gst::init().unwrap();
        let mut timeline = Timeline::default();
        timeline.enter(&played(0, 60, 2.0));
        assert_eq!(place(&timeline.segment(seconds(0)), 5), Some(seconds(70)));
    }

    #[test]
    fn a_seek_without_flush_holds_from_where_it_begins() {
        gst::init().unwrap();
        let mut timeline = Timeline::default();
        timeline.enter(&played(0, 0, 1.0));
        timeline.segment(seconds(0));
        timeline.enter(&played(4, 100, 0.5));
        timeline.enter(&played(4, 100, 0.5));
        assert_eq!(timeline.change(seconds(3)), None);
        let change = timeline.change(seconds(4)).unwrap();
        assert_eq!(place(&change, 6), Some(seconds(101)));
        assert_eq!(timeline.change(seconds(5)), None);
    }

    #[test]
    fn a_flush_forgets() {
        gst::init().unwrap();
        let mut timeline = Timeline::default();
        timeline.enter(&played(0, 0, 1.0));
        timeline.segment(seconds(0));
        timeline.flush();
        timeline.enter(&played(0, 30, 1.0));
        assert!(timeline.change(seconds(0)).is_some());
    }
}
