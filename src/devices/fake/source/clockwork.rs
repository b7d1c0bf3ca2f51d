//! When the frames of a source are captured, and what it writes on them instead when its driver lies. Pure.

use gst::ClockTime;
use gst::prelude::*;

use super::super::device::Timestamps;

/// Frames that a time goes back by.
const BACK: u64 = 3;
/// How far a time jumps.
const AHEAD: ClockTime = ClockTime::from_seconds(3600);
/// The time of a frame where the caps name no rate: that of 30 a second, or ten milliseconds of sound.
const UNKNOWN: ClockTime = ClockTime::from_nseconds(33_333_333);
const SOUND: ClockTime = ClockTime::from_mseconds(10);

/// From one change of caps to the next.
#[derive(Debug, Default)]
pub struct Clockwork {
    /// How long one buffer lasts.
    duration: ClockTime,
    /// The running time of buffer 0 of these caps.
    begin: Option<ClockTime>,
    next: u64,
    lie: Timestamps,
    /// Counts the frames since the driver lies.
    lies: u64,
    told: Option<ClockTime>,
}

impl Clockwork {
    /// That of a device in these caps.
    pub fn of(caps: &gst::CapsRef) -> Self {
        let structure = caps.structure(0);
        let is_sound = structure.is_some_and(|s| s.name().starts_with("audio/"));
        let rate = structure.and_then(|s| s.get::<gst::Fraction>("framerate").ok());
        let lasting = |rate: gst::Fraction| {
            let (numer, denom) = (rate.numer().unsigned_abs(), rate.denom().unsigned_abs());
            let duration = ClockTime::SECOND.mul_div_floor(denom.into(), numer.into());
            // Of a rate that nobody can keep up with, what can be had.
            duration.map(|duration| duration.clamp(ClockTime::MSECOND, ClockTime::from_seconds(60)))
        };
        let duration = if is_sound {
            SOUND
        } else {
            // 0/1 says that the rate varies.
            let rate = rate.filter(|rate| rate.numer() != 0);
            rate.and_then(lasting).unwrap_or(UNKNOWN)
        };
        Self {
            duration,
            ..Self::default()
        }
    }

    pub fn duration(&self) -> ClockTime {
        self.duration
    }

    /// The time of the next frame. After a stall (`late`) the ones that were missed are left out, and of a
    /// device that is slow all but one in `every`.
    pub fn tick(&mut self, now: ClockTime, late: bool, every: u32) -> ClockTime {
        let begin = *self.begin.get_or_insert(now);
        if late {
            let missed = now.saturating_sub(begin).nseconds() / self.duration.nseconds().max(1);
            self.next = self.next.max(missed + 1);
        }
        let nseconds = self.duration.nseconds().saturating_mul(self.next);
        self.next = self.next.saturating_add(every.into());
        // The greatest number stands for no time.
        begin.saturating_add(ClockTime::from_nseconds(nseconds.min(u64::MAX >> 1)))
    }

    /// What is written on a frame of `time`.
    pub fn tell(&mut self, time: ClockTime, lie: Timestamps) -> Option<ClockTime> {
        if std::mem::replace(&mut self.lie, lie) != lie {
            self.lies = 0;
        }
        self.lies += 1;
        let is_second = self.lies.is_multiple_of(2);
        let told = match lie {
            Timestamps::Repeat if is_second => self.told.unwrap_or(time),
            Timestamps::Freeze => self.told.unwrap_or(time),
            Timestamps::Backward if is_second => time.saturating_sub(self.duration * BACK),
            Timestamps::Jump => time.saturating_add(AHEAD),
            Timestamps::None => return None,
            Timestamps::Right | Timestamps::Repeat | Timestamps::Backward => time,
        };
        self.told = Some(told);
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(caps: &str) -> Clockwork {
        gst::init().unwrap();
        Clockwork::of(&caps.parse::<gst::Caps>().unwrap())
    }

    #[test]
    fn every_caps_have_a_duration() {
        let lasts = |caps| at(caps).duration().mseconds();
        assert_eq!(lasts("video/x-raw,framerate=10/1"), 100);
        assert_eq!(lasts("video/x-raw,framerate=0/1"), 33);
        assert_eq!(lasts("video/x-raw"), 33);
        assert_eq!(lasts("video/x-raw,framerate=2147483647/1"), 1);
        assert_eq!(lasts("video/x-raw,framerate=1/2147483647"), 60_000);
        assert_eq!(lasts("audio/x-raw,rate=1"), 10);
        assert_eq!(lasts("EMPTY"), 33);
    }

    #[test]
    fn missed_frames_are_left_out() {
        let mut clockwork = at("video/x-raw,framerate=10/1");
        let second = ClockTime::SECOND;
        let mut tick = |ms, late, every| {
            let now = second + ClockTime::from_mseconds(ms);
            (clockwork.tick(now, late, every) - second).mseconds()
        };
        assert_eq!(tick(0, false, 1), 0);
        assert_eq!(tick(0, false, 5), 100);
        assert_eq!(tick(500, false, 1), 600);
        assert_eq!(tick(1010, true, 1), 1100);
    }

    /// In frames.
    fn told(lie: Timestamps) -> Vec<Option<u64>> {
        let mut clockwork = at("video/x-raw,framerate=10/1");
        let mut tell = |at: u64| {
            let time = ClockTime::from_mseconds(100) * at;
            let lie = if at < 10 { Timestamps::Right } else { lie };
            Some(clockwork.tell(time, lie)?.mseconds() / 100)
        };
        (9..14).map(&mut tell).collect()
    }

    #[test]
    fn every_lie_is_told() {
        let some = |times: [u64; 5]| times.map(Some).to_vec();
        assert_eq!(told(Timestamps::Right), some([9, 10, 11, 12, 13]));
        assert_eq!(told(Timestamps::Repeat), some([9, 10, 10, 12, 12]));
        assert_eq!(told(Timestamps::Freeze), some([9; 5]));
        assert_eq!(told(Timestamps::Backward), some([9, 10, 8, 12, 10]));
        assert_eq!(told(Timestamps::None), [Some(9), None, None, None, None]);
        let hour = 36_000;
        let jump = [9, 10 + hour, 11 + hour, 12 + hour, 13 + hour];
        assert_eq!(told(Timestamps::Jump), some(jump));
    }
}
