//! The life cycle of a source: one opened device, whatever number of tracks it feeds.
//!
//! Muted while at least one reason holds; ended once, for one reason, for good. Being unplugged
//! is a fact that ends the source; what the back end says afterwards (further errors, an EOS) is
//! noise.

/// Why a source cannot deliver right now. Ordered by what an application should show first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MutedReason {
    /// A privacy shutter or key of the device.
    Privacy,
    /// The operating system or its mixer.
    System,
    /// The device is taking a photo in another mode.
    Photo,
    /// The device was given back because no track needs it.
    Released,
    /// The device delivers nothing and says nothing.
    Stalled,
}

/// Why a source ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The device is no longer there.
    Unplugged,
    /// The device is there, but failed.
    Failed,
    /// It reached its end (a file, a stream).
    Exhausted,
    /// Permission was withdrawn.
    Revoked,
}

impl EndReason {
    /// The value of `reason` in messages.
    pub fn nick(self) -> &'static str {
        match self {
            Self::Unplugged => "unplugged",
            Self::Failed => "failed",
            Self::Exhausted => "exhausted",
            Self::Revoked => "revoked",
        }
    }
}

impl MutedReason {
    /// The nick of the `muted-reason` property, also the value of `reason` in messages.
    pub fn nick(self) -> &'static str {
        match self {
            Self::Privacy => "privacy",
            Self::System | Self::Photo => "system",
            Self::Released => "released",
            Self::Stalled => "stalled",
        }
    }
}

/// What happens to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceInput {
    /// A reason to be muted begins (`true`) or ends (`false`) to hold.
    Mute(MutedReason, bool),
    /// The device is lost.
    End(EndReason),
}

/// What has to be done about it, for every track of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceEffect {
    /// Set the tracks' muted state to true, for this reason.
    Muted(MutedReason),
    /// Set the tracks' muted state to false.
    Unmuted,
    /// End the tracks.
    Ended(EndReason),
}

/// The state of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    reasons: Vec<MutedReason>,
    ended: Option<EndReason>,
}

impl Source {
    /// Why the source is muted, if it is: the first reason in the order of [`MutedReason`].
    pub fn muted(&self) -> Option<MutedReason> {
        self.reasons.iter().min().copied()
    }

    /// Why the source ended, if it has.
    pub fn ended(&self) -> Option<EndReason> {
        self.ended
    }

    /// Takes an input in; says what to do, or nothing.
    pub fn apply(&mut self, input: SourceInput) -> Option<SourceEffect> {
        if self.ended.is_some() {
            return None;
        }
        let before = self.muted();
        match input {
            SourceInput::End(reason) => {
                self.ended = Some(reason);
                return Some(SourceEffect::Ended(reason));
            }
            SourceInput::Mute(reason, true) if !self.reasons.contains(&reason) => {
                self.reasons.push(reason)
            }
            SourceInput::Mute(_, true) => {}
            SourceInput::Mute(reason, false) => self.reasons.retain(|held| *held != reason),
        }
        match (before, self.muted()) {
            (before, after) if before == after => None,
            (_, Some(reason)) => Some(SourceEffect::Muted(reason)),
            (_, None) => Some(SourceEffect::Unmuted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MutedReason::*;

    #[test]
    fn two_reasons_mute_once_and_unmute_with_the_last() {
        let mut source = Source::default();
        assert_eq!(
            source.apply(SourceInput::Mute(Stalled, true)),
            Some(SourceEffect::Muted(Stalled))
        );
        assert_eq!(source.apply(SourceInput::Mute(Stalled, true)), None);
        assert_eq!(
            source.apply(SourceInput::Mute(Privacy, true)),
            Some(SourceEffect::Muted(Privacy))
        );
        assert_eq!(source.apply(SourceInput::Mute(Stalled, false)), None);
        assert_eq!(
            source.apply(SourceInput::Mute(Privacy, false)),
            Some(SourceEffect::Unmuted)
        );
        assert_eq!(source.muted(), None);
    }

    #[test]
    fn the_first_end_is_the_only_one() {
        let mut source = Source::default();
        let end = SourceInput::End(EndReason::Unplugged);
        assert_eq!(
            source.apply(end),
            Some(SourceEffect::Ended(EndReason::Unplugged))
        );
        for input in [
            end,
            SourceInput::End(EndReason::Failed),
            SourceInput::Mute(Stalled, true),
        ] {
            assert_eq!(source.apply(input), None);
        }
        assert_eq!(source.ended(), Some(EndReason::Unplugged));
    }
}
