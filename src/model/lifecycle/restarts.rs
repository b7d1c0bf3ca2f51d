//! What to do about an I/O error of a device that is still there: it is started anew once, and if
//! that does not help it ends.

use std::time::Duration;

/// A device that has run for this long since it was started anew has got over the error: the next one
/// is another.
const PROOF: Duration = Duration::from_secs(10);

/// What to do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Close it and open it again.
    Restart,
    /// End it.
    End,
}

/// The restarts of one device. All times are monotonic, from any origin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restarts {
    last: Option<Duration>,
    count: u64,
}

impl Restarts {
    /// An error at `now`.
    pub fn failed(&mut self, now: Duration) -> Remedy {
        let is_proven = self
            .last
            .is_none_or(|last| now.saturating_sub(last) >= PROOF);
        if !is_proven {
            return Remedy::End;
        }
        self.last = Some(now);
        self.count = self.count.saturating_add(1);
        Remedy::Restart
    }

    /// How often it was started anew.
    pub fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn once_and_then_it_ends() {
        let mut restarts = Restarts::default();
        assert_eq!(restarts.failed(s(100)), Remedy::Restart);
        assert_eq!(restarts.failed(s(101)), Remedy::End);
        assert_eq!(restarts.failed(s(109)), Remedy::End);
        assert_eq!(restarts.count(), 1);
    }

    #[test]
    fn what_comes_after_ten_good_seconds_is_another_error() {
        let mut restarts = Restarts::default();
        assert_eq!(restarts.failed(s(100)), Remedy::Restart);
        assert_eq!(restarts.failed(s(110)), Remedy::Restart);
        assert_eq!(restarts.failed(s(111)), Remedy::End);
        assert_eq!(restarts.count(), 2);
    }

    #[test]
    fn a_clock_that_goes_back_proves_nothing() {
        let mut restarts = Restarts::default();
        restarts.failed(s(100));
        assert_eq!(restarts.failed(s(0)), Remedy::End);
    }
}
