//! When a picture of a canvas is captured (Media Capture from DOM Elements, "captureStream" of a canvas).
//!
//! Each track has a flag that a capture is requested. It is set at the beginning, by `requestFrame()`, and, if
//! there is a rate, by a timer; being captured clears it. It does not count: three requests before the next
//! picture ask for one.
//!
//! The specification looks at the flag when the canvas is painted. Here that is whenever something is drawn,
//! requested, or due: what was drawn while nobody asked is captured by the request that comes after it.

use std::fmt;
use std::time::Duration;

/// The argument of `captureStream()`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum FrameRequestRate {
    /// Absent: whenever something changes.
    #[default]
    EveryChange,
    /// Zero: when it is requested.
    OnRequest,
    /// Not more often than this.
    Every(Duration),
}

/// A rate at which nothing can be captured: `NotSupportedError`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnknownRate(pub f64);

impl fmt::Display for UnknownRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(rate) = self;
        write!(
            f,
            "frame-rate={rate}: nothing can be captured so often; -1 captures every change, 0 only what is \
             requested, a positive number at most so many frames a second"
        )
    }
}

impl TryFrom<f64> for FrameRequestRate {
    type Error = UnknownRate;

    /// `-1` is an absent rate.
    fn try_from(rate: f64) -> Result<Self, UnknownRate> {
        match rate {
            -1.0 => Ok(Self::EveryChange),
            0.0 => Ok(Self::OnRequest),
            // Once in an age is never, and infinitely often is every change.
            rate if rate > 0.0 && rate.is_finite() => {
                match Duration::try_from_secs_f64(rate.recip()) {
                    Ok(Duration::ZERO) => Ok(Self::EveryChange),
                    Ok(interval) => Ok(Self::Every(interval)),
                    Err(_) => Ok(Self::Every(Duration::MAX)),
                }
            }
            rate => Err(UnknownRate(rate)),
        }
    }
}

/// What happens to a canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanvasInput {
    /// Other content than before.
    Drawn,
    /// `requestFrame()`.
    Requested,
    /// Nothing: it is time to look.
    Tick,
    /// Another rate from now on.
    Rate(FrameRequestRate),
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Add what was drawn last to the track, now.
    pub capture: bool,
    /// Look again at this moment: there is something to capture then.
    pub wake: Option<Duration>,
}

/// The canvas of one track. All times are monotonic, from any origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    rate: FrameRequestRate,
    /// `[[frameCaptureRequested]]`
    is_requested: bool,
    /// Something was drawn that is not captured.
    is_new: bool,
    /// When the timer sets the flag next.
    next: Duration,
}

impl Canvas {
    /// Nothing is drawn yet, and what will be is captured, #165.
    pub fn new(rate: FrameRequestRate, now: Duration) -> Self {
        let mut canvas = Self {
            rate,
            is_requested: true,
            is_new: false,
            next: now,
        };
        canvas.begin_timer(now);
        canvas
    }

    /// Takes in what happens at `now`.
    pub fn apply(&mut self, input: CanvasInput, now: Duration) -> Paint {
        self.run_timer(now);
        match input {
            CanvasInput::Drawn => self.is_new = true,
            CanvasInput::Requested => self.is_requested = true,
            CanvasInput::Tick => {}
            CanvasInput::Rate(rate) if rate == self.rate => {}
            CanvasInput::Rate(rate) => {
                self.rate = rate;
                self.begin_timer(now);
            }
        }
        self.paint()
    }

    /// If something was drawn and the flag is set it is captured; with a rate, that clears the flag.
    fn paint(&mut self) -> Paint {
        let is_asked = self.is_requested || self.rate == FrameRequestRate::EveryChange;
        let capture = self.is_new && is_asked;
        if capture {
            self.is_new = false;
            self.is_requested = false;
        }
        let is_timed = matches!(self.rate, FrameRequestRate::Every(_));
        let wake = (self.is_new && is_timed).then_some(self.next);
        Paint { capture, wake }
    }

    fn begin_timer(&mut self, now: Duration) {
        if let FrameRequestRate::Every(interval) = self.rate {
            self.next = now.saturating_add(interval);
        }
    }

    /// Does what the timer has done until now.
    fn run_timer(&mut self, now: Duration) {
        let FrameRequestRate::Every(interval) = self.rate else {
            return;
        };
        if now < self.next {
            return;
        }
        self.is_requested = true;
        let late = (now - self.next).as_nanos() % interval.as_nanos();
        let late = Duration::from_nanos(u64::try_from(late).unwrap_or(u64::MAX));
        self.next = now.saturating_add(interval).saturating_sub(late);
    }

    /// All that decides what comes next, as seen at `now`.
    #[cfg(test)]
    pub(super) fn seen_at(&self, now: Duration) -> impl Ord + Clone + use<> {
        let ahead = match self.rate {
            FrameRequestRate::Every(_) => self.next.as_nanos() as i128 - now.as_nanos() as i128,
            _ => 0,
        };
        (self.is_requested, self.is_new, ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::CanvasInput::{Drawn, Rate, Requested, Tick};
    use super::FrameRequestRate::{Every, EveryChange, OnRequest};
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Which of these are captured, all of them at one moment.
    fn captures(rate: FrameRequestRate, inputs: &[CanvasInput]) -> Vec<bool> {
        let mut canvas = Canvas::new(rate, ms(0));
        let inputs = inputs.iter();
        inputs.map(|i| canvas.apply(*i, ms(0)).capture).collect()
    }

    /// #165
    #[test]
    fn without_a_rate_of_its_own_one_picture_and_then_what_is_requested() {
        let happens = [Tick, Drawn, Drawn, Requested, Drawn];
        let expected = [false, true, false, true, false];
        assert_eq!(captures(OnRequest, &happens), expected);
    }

    /// #166, and the first of them may come before anything is drawn.
    #[test]
    fn three_requests_are_one() {
        let happens = [Requested, Requested, Requested, Drawn, Drawn];
        let expected = [false, false, false, true, false];
        assert_eq!(captures(OnRequest, &happens), expected);
    }

    /// #167
    #[test]
    fn a_request_waits_for_something_new() {
        let happens = [Drawn, Requested, Tick, Drawn, Tick];
        let expected = [true, false, false, true, false];
        assert_eq!(captures(OnRequest, &happens), expected);
    }

    /// #168
    #[test]
    fn rates() {
        assert_eq!(FrameRequestRate::try_from(-1.0), Ok(EveryChange));
        assert_eq!(FrameRequestRate::try_from(0.0), Ok(OnRequest));
        assert_eq!(FrameRequestRate::try_from(-0.0), Ok(OnRequest));
        assert_eq!(FrameRequestRate::try_from(25.0), Ok(Every(ms(40))));
        assert_eq!(FrameRequestRate::try_from(1e300), Ok(EveryChange));
        assert_eq!(FrameRequestRate::try_from(1e-300), Ok(Every(Duration::MAX)));
        for rate in [-5.0, -0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = FrameRequestRate::try_from(rate).expect_err("no rate");
            assert!(error.to_string().contains(&format!("={rate}:")), "{error}");
        }
    }

    /// #168: absent
    #[test]
    fn without_a_rate_every_change() {
        let happens = [Drawn, Drawn, Requested, Drawn];
        assert_eq!(captures(EveryChange, &happens), [true, true, false, true]);
    }

    /// #169
    #[test]
    fn a_rate_is_an_upper_bound() {
        let mut canvas = Canvas::new(Every(ms(100)), ms(0));
        let mut at = |input, now| {
            let paint = canvas.apply(input, ms(now));
            (paint.capture, paint.wake)
        };
        assert_eq!(at(Drawn, 10), (true, None));
        assert_eq!(at(Drawn, 20), (false, Some(ms(100))));
        assert_eq!(at(Drawn, 30), (false, Some(ms(100))));
        assert_eq!(at(Tick, 100), (true, None));
        assert_eq!(at(Tick, 200), (false, None), "nothing has changed");
        assert_eq!(at(Drawn, 470), (true, None), "and then it is not late");
        assert_eq!(at(Drawn, 480), (false, Some(ms(500))), "nor does it count");
        assert_eq!(at(Requested, 490), (true, None));
    }

    #[test]
    fn another_rate_holds_at_once() {
        let mut canvas = Canvas::new(OnRequest, ms(0));
        let mut at = |input, now| {
            let paint = canvas.apply(input, ms(now));
            (paint.capture, paint.wake)
        };
        assert_eq!(at(Drawn, 0), (true, None));
        assert_eq!(at(Drawn, 1), (false, None));
        assert_eq!(at(Rate(Every(ms(10))), 5), (false, Some(ms(15))));
        assert_eq!(
            at(Rate(Every(ms(10))), 8),
            (false, Some(ms(15))),
            "the same"
        );
        assert_eq!(at(Rate(EveryChange), 9), (true, None));
        assert_eq!(at(Rate(Every(Duration::MAX)), 9), (false, None));
        assert_eq!(at(Drawn, 10), (false, Some(Duration::MAX)));
    }
}
