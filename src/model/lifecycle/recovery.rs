//! When to try to take a lost device again.
//!
//! | it is | and comes | then |
//! |---|---|---|
//! | playing | `Lost` | waiting: at once, or for the next pause if it was taken only just before |
//! | waiting | `News` | waiting for a quarter of the pause only |
//! | waiting | `Attempt` | trying |
//! | trying | `News` | trying; counts for the pause that follows |
//! | trying | `Failed` | waiting, for twice as long as before |
//! | trying | `Delivered` | playing |
//!
//! Everything else changes nothing. A pause is shortened and never left out, and a device that was
//! taken has proven nothing yet: one that comes, plays for a moment and goes, or that fails while the
//! list of devices changes all the time, is taken less and less often.

use std::time::Duration;

/// The pause after the first failure, and the longest. Each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(8));
/// What is left of a pause when there are news.
const SHORTENED: u32 = 4;
/// A device that plays for this long is back: the pauses begin anew when it is lost again.
const BACK: Duration = Duration::from_secs(10);

/// What happens to whoever waits for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecoveryInput {
    /// The track that played has lost its device.
    Lost,
    /// An attempt begins.
    Attempt,
    /// There is no track.
    Failed,
    /// There is a new track.
    Delivered,
    /// An attempt may end in another way than the one before: the list of devices has changed, or
    /// what is asked for.
    News,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Playing { since: Option<Duration> },
    Waiting { from: Duration, news: bool },
    Trying { news: bool },
}

/// The attempts to take a lost device again. Times are of any clock that does not go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    phase: Phase,
    /// How many pauses there were since the device was last there to stay.
    pauses: u32,
}

impl Default for Recovery {
    fn default() -> Self {
        Self {
            phase: Phase::Playing { since: None },
            pauses: 0,
        }
    }
}

impl Recovery {
    /// Takes an input in.
    pub fn apply(&mut self, input: RecoveryInput, now: Duration) {
        use RecoveryInput::{Attempt, Delivered, Failed, Lost, News};
        self.phase = match (self.phase, input) {
            (Phase::Playing { since }, Lost) => {
                let was_back = since.is_none_or(|since| now.saturating_sub(since) >= BACK);
                self.pauses = if was_back {
                    0
                } else {
                    self.pauses.saturating_add(1)
                };
                Phase::Waiting {
                    from: now,
                    news: false,
                }
            }
            (Phase::Waiting { from, .. }, News) => Phase::Waiting { from, news: true },
            (Phase::Waiting { .. }, Attempt) => Phase::Trying { news: false },
            (Phase::Trying { .. }, News) => Phase::Trying { news: true },
            (Phase::Trying { news }, Failed) => {
                self.pauses = self.pauses.saturating_add(1);
                Phase::Waiting { from: now, news }
            }
            (Phase::Trying { .. }, Delivered) => Phase::Playing { since: Some(now) },
            (phase, _) => phase,
        };
    }

    /// When the next attempt is to be made; `None`: nothing is waited for, or one is under way.
    pub fn due(&self) -> Option<Duration> {
        match self.phase {
            Phase::Waiting { from, news: false } => Some(from.saturating_add(self.pause())),
            Phase::Waiting { from, news: true } => {
                Some(from.saturating_add(self.pause() / SHORTENED))
            }
            Phase::Playing { .. } | Phase::Trying { .. } => None,
        }
    }

    /// Whether a device is lost, and not yet there again.
    pub fn is_lost(&self) -> bool {
        !matches!(self.phase, Phase::Playing { .. })
    }

    fn pause(&self) -> Duration {
        let Some(doublings) = self.pauses.checked_sub(1) else {
            return Duration::ZERO;
        };
        let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
        PAUSES.0.saturating_mul(factor).min(PAUSES.1)
    }
}

#[cfg(test)]
mod tests {
    use super::RecoveryInput::*;
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn lost_at(now: Duration) -> Recovery {
        let mut recovery = Recovery::default();
        recovery.apply(Lost, now);
        recovery
    }

    /// The attempts that are made until `end`, each of which ends in `outcome` at once, while there are
    /// news every millisecond.
    fn attempts(recovery: &mut Recovery, end: u64, outcome: &[RecoveryInput]) -> usize {
        let mut made = 0;
        for now in (0..end).map(ms) {
            recovery.apply(News, now);
            if recovery.due().is_some_and(|due| due <= now) {
                made += 1;
                recovery.apply(Attempt, now);
                outcome.iter().for_each(|input| recovery.apply(*input, now));
            }
        }
        made
    }

    #[test]
    fn the_first_attempt_is_made_at_once() {
        assert_eq!(lost_at(ms(7)).due(), Some(ms(7)));
        assert_eq!(Recovery::default().due(), None);
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        let mut recovery = lost_at(ms(0));
        let pauses = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000];
        for pause in pauses {
            recovery.apply(Attempt, ms(0));
            assert_eq!(recovery.due(), None, "one at a time");
            recovery.apply(Failed, ms(0));
            assert_eq!(recovery.due(), Some(ms(pause)));
        }
        for _ in 0..100 {
            recovery.apply(Attempt, ms(0));
            recovery.apply(Failed, ms(0));
        }
        assert_eq!(recovery.due(), Some(ms(8000)));
    }

    #[test]
    fn news_shorten_the_present_pause_and_no_other() {
        let mut recovery = lost_at(ms(0));
        recovery.apply(Attempt, ms(0));
        recovery.apply(Failed, ms(100));
        recovery.apply(News, ms(110));
        recovery.apply(News, ms(120));
        assert_eq!(
            recovery.due(),
            Some(ms(162)).map(|due| due + Duration::from_micros(500))
        );
        recovery.apply(Attempt, ms(163));
        recovery.apply(Failed, ms(200));
        assert_eq!(recovery.due(), Some(ms(700)));
    }

    /// What is plugged in while the last attempt ends is not waited for.
    #[test]
    fn news_during_an_attempt_count_for_the_pause_behind_it() {
        let mut recovery = lost_at(ms(0));
        recovery.apply(Attempt, ms(0));
        recovery.apply(News, ms(5));
        recovery.apply(Failed, ms(8));
        assert!(recovery.due() < Some(ms(8 + 250)));
    }

    #[test]
    fn a_list_that_changes_all_the_time_makes_no_storm() {
        let mut recovery = lost_at(ms(0));
        let made = attempts(&mut recovery, 60_000, &[Failed]);
        assert!((10..40).contains(&made), "{made} attempts in a minute");
    }

    #[test]
    fn a_device_that_comes_and_goes_makes_no_storm() {
        let mut recovery = lost_at(ms(0));
        let made = attempts(&mut recovery, 60_000, &[Delivered, Lost]);
        assert!((10..40).contains(&made), "{made} attempts in a minute");
    }

    #[test]
    fn a_device_that_stays_is_taken_at_once_the_next_time() {
        let mut recovery = lost_at(ms(0));
        for _ in 0..5 {
            recovery.apply(Attempt, ms(0));
            recovery.apply(Failed, ms(0));
        }
        recovery.apply(Attempt, ms(0));
        recovery.apply(Delivered, ms(0));
        assert!(!recovery.is_lost());
        let mut soon = recovery.clone();
        soon.apply(Lost, ms(9999));
        assert_eq!(soon.due(), Some(ms(9999 + 8000)));
        recovery.apply(Lost, ms(10_000));
        assert_eq!(recovery.due(), Some(ms(10_000)));
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut recovery = Recovery::default();
        for input in [Attempt, Failed, Delivered, News] {
            recovery.apply(input, ms(1));
            assert_eq!(recovery, Recovery::default());
        }
        let mut recovery = lost_at(ms(1));
        let before = recovery.clone();
        for input in [Lost, Failed, Delivered] {
            recovery.apply(input, ms(2));
            assert_eq!(recovery, before);
        }
    }
}
