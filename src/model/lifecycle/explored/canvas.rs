//! A canvas of every kind of rate.

use std::time::Duration;

use super::super::{Canvas, CanvasInput, FrameRequestRate};
use super::{Machine, explore};

const TICK: Duration = Duration::from_millis(1);
const INTERVAL: u32 = 3;

#[derive(Clone, Copy, Debug)]
enum Happens {
    Drawn,
    Requested,
    /// So many milliseconds, and then a look.
    Later(u32),
}

/// A canvas, and what was drawn and asked for.
#[derive(Clone)]
struct Watched {
    canvas: Canvas,
    rate: FrameRequestRate,
    now: Duration,
    began: Duration,
    /// Drawn, and not captured.
    is_new: bool,
    /// Asked for since the last capture; at the beginning as well.
    is_asked: bool,
}

impl Watched {
    fn new(rate: FrameRequestRate) -> Self {
        let now = Duration::from_secs(1);
        Self {
            canvas: Canvas::new(rate, now),
            rate,
            now,
            began: now,
            is_new: false,
            is_asked: true,
        }
    }

    /// How often the timer has asked until now.
    fn asked(&self) -> u128 {
        let interval = TICK * INTERVAL;
        (self.now - self.began).as_nanos() / interval.as_nanos()
    }
}

impl Machine for Watched {
    type Input = Happens;

    fn step(&mut self, input: Happens) {
        let is_timed = matches!(self.rate, FrameRequestRate::Every(_));
        let input = match input {
            Happens::Drawn => {
                self.is_new = true;
                CanvasInput::Drawn
            }
            Happens::Requested => {
                self.is_asked = true;
                CanvasInput::Requested
            }
            Happens::Later(ticks) => {
                let before = self.asked();
                self.now += TICK * ticks;
                self.is_asked |= is_timed && self.asked() > before;
                CanvasInput::Tick
            }
        };
        let is_asked = self.is_asked || self.rate == FrameRequestRate::EveryChange;
        let paint = self.canvas.apply(input, self.now);
        assert_eq!(paint.capture, self.is_new && is_asked, "{input:?}");
        if paint.capture {
            self.is_new = false;
            self.is_asked = false;
        }
        // What can be captured without another word has its moment, and nothing else has one.
        assert_eq!(paint.wake.is_some(), self.is_new && is_timed);
        assert!(paint.wake.is_none_or(|at| at > self.now));
        if let Some(at) = paint.wake {
            let mut later = self.canvas.clone();
            assert!(
                !later
                    .clone()
                    .apply(CanvasInput::Tick, at - TICK / 2)
                    .capture
            );
            assert!(later.apply(CanvasInput::Tick, at).capture);
        }
    }

    fn key(&self) -> impl Ord + Clone + use<> {
        (self.canvas.seen_at(self.now), self.is_new, self.is_asked)
    }
}

fn states(rate: FrameRequestRate) -> usize {
    let mut inputs = vec![Happens::Drawn, Happens::Requested];
    inputs.extend([1, 2, INTERVAL, 4 * INTERVAL + 1].map(Happens::Later));
    explore([Watched::new(rate)], &inputs).len()
}

#[test]
fn a_canvas_in_every_state() {
    // Requested or not, something drawn or not, but never both; without a rate it does not matter who asked.
    assert_eq!(states(FrameRequestRate::OnRequest), 3);
    assert_eq!(states(FrameRequestRate::EveryChange), 2);
    // The same three at each moment of a period.
    let every = FrameRequestRate::Every(TICK * INTERVAL);
    assert_eq!(states(every), 3 * INTERVAL as usize);
}
