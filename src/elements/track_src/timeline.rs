//! From capture times to the running time of the pipeline that the element is in.

use gst::ClockTime;
use gst::prelude::*;

/// A correction below this is the noise of reading two clocks one after the other.
const NOISE_NS: i64 = 2_000_000;

/// A running time that lies further ahead than this is one of an earlier time.
const ANEW_NS: i64 = 250_000_000;

/// Translates monotonic capture times: exactly while the pipeline runs on the system clock, by a
/// tracked offset when it runs on another.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// What to add to a capture time to get the time of the pipeline's clock, in nanoseconds.
    offset: Option<i64>,
    last: Option<ClockTime>,
}

impl Timeline {
    /// The running time of something captured at `captured`; strictly rising. `None` before the
    /// pipeline has a clock, and for what was captured before its time began.
    pub fn running_time(
        &mut self,
        element: &gst::Element,
        captured: ClockTime,
    ) -> Option<ClockTime> {
        let clock = element.clock()?;
        let base_time = element.base_time()?;
        let system = gst::SystemClock::obtain();
        let offset = if clock == system {
            0
        } else {
            self.track(signed(clock.time()) - signed(system.time()))
        };
        let at = signed(captured) + offset - signed(base_time);
        let at = ClockTime::from_nseconds(u64::try_from(at).ok()?);
        // What was sent lies in the past, unless time began anew: after a flush that resets it. (A
        // pause is counted from a moment before the last buffer, so a little ahead is not anew.)
        let began_anew = |last: ClockTime| {
            let now = signed(clock.time()) - signed(base_time);
            signed(last) > now + ANEW_NS
        };
        if self
            .last
            .is_some_and(|last| at <= last && !began_anew(last))
        {
            return None;
        }
        self.last = Some(at);
        Some(at)
    }

    fn track(&mut self, measured: i64) -> i64 {
        let offset = match self.offset {
            Some(known) if (measured - known).abs() < NOISE_NS => known + (measured - known) / 16,
            _ => measured,
        };
        self.offset = Some(offset);
        offset
    }
}

fn signed(time: ClockTime) -> i64 {
    i64::try_from(time.nseconds()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_are_smoothed_and_jumps_followed() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.track(1_000_000_000), 1_000_000_000);
        assert_eq!(timeline.track(1_001_600_000), 1_000_100_000);
        assert_eq!(timeline.track(2_000_000_000), 2_000_000_000);
    }
}
