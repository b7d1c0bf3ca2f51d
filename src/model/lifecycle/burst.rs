//! Many changes shortly after one another, told once.
//!
//! A webcam with a microphone is several devices, and plugging it in is several changes of the list.

use std::time::Duration;

/// How long nothing must have changed before it is told.
const QUIET: Duration = Duration::from_millis(200);
/// The longest that a change is kept back.
const LONGEST: Duration = Duration::from_secs(1);

/// Changes that were not told yet. Times are of any clock that does not go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    first: Duration,
    last: Duration,
}

impl Burst {
    /// Something changed, after a quiet time.
    pub fn begin(now: Duration) -> Self {
        Self {
            first: now,
            last: now,
        }
    }

    /// Something changed again.
    pub fn go_on(&mut self, now: Duration) {
        self.last = self.last.max(now);
    }

    /// When it is to be told.
    pub fn due(&self) -> Duration {
        let quiet = self.last.saturating_add(QUIET);
        quiet.min(self.first.saturating_add(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// #147
    #[test]
    fn every_change_puts_it_off() {
        let mut burst = Burst::begin(ms(5000));
        assert_eq!(burst.due(), ms(5200));
        burst.go_on(ms(5150));
        assert_eq!(burst.due(), ms(5350));
        burst.go_on(ms(5100));
        assert_eq!(
            burst.due(),
            ms(5350),
            "what is told late does not bring it forward"
        );
    }

    #[test]
    fn but_not_for_ever() {
        let mut burst = Burst::begin(ms(0));
        for at in (0..3000).step_by(100) {
            burst.go_on(ms(at));
        }
        assert_eq!(burst.due(), ms(1000));
    }
}
