//! From the time at which a sink shows something to the monotonic system clock.

use gst::ClockTime;
use gst::prelude::*;
use gst_base::prelude::*;

/// When `sink` shows what begins at `position`: exactly if its pipeline runs on the system clock, by what both
/// clocks say now if it runs on another. `None` for what is shown as it comes.
pub(super) fn shown_at(
    sink: &gst_base::BaseSink,
    position: impl Into<Option<ClockTime>>,
) -> Option<ClockTime> {
    if !sink.is_sync() {
        return None;
    }
    let segment = sink.segment().downcast::<ClockTime>().ok()?;
    let running = segment.to_running_time(position.into()?)?;
    let (clock, base) = (sink.clock()?, sink.base_time()?);
    // Wide enough for whatever the properties are.
    let wide = |time: ClockTime| i128::from(time.nseconds());
    let at = wide(base) + wide(running) + wide(sink.latency()) + i128::from(sink.ts_offset());
    let at = at - wide(sink.render_delay());
    let system = gst::SystemClock::obtain();
    let offset = match clock == system {
        true => 0,
        false => wide(system.time()) - wide(clock.time()),
    };
    let at = u64::try_from(at + offset).ok()?;
    ClockTime::try_from(at).ok()
}
