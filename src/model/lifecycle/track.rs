//! The life cycle of a `MediaStreamTrack`: two independent switches and one final state.

use super::{EndReason, MutedReason};

/// `MediaStreamTrackState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadyState {
    /// The source makes a best effort to deliver.
    #[default]
    Live,
    /// The source delivers no more and never will for this track.
    Ended,
}

/// What a consumer of the track gets ("Media flow", the truth table).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Live media.
    Live,
    /// Black or silence.
    Zero,
    /// Nothing more, ever.
    Nothing,
}

/// What happens to a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackInput {
    /// The application writes `enabled`.
    SetEnabled(bool),
    /// "Set a track's muted state": `None` is unmuted.
    SetMuted(Option<MutedReason>),
    /// The application calls `stop()`.
    Stop,
    /// The context is torn down: ended, without a word.
    TearDown,
    /// The source ended, for a reason other than `stop()`.
    SourceEnded(EndReason),
    /// Capabilities or settings changed, and not because the application asked for it on this track.
    Configured,
}

/// The event to fire on the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackEvent {
    /// `mute`
    Mute(MutedReason),
    /// `unmute`
    Unmute,
    /// `ended`
    Ended(EndReason),
    /// `configurationchange`
    ConfigurationChange,
}

impl TrackEvent {
    /// The name of the event in the specification, of the signal, and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mute(_) => "mute",
            Self::Unmute => "unmute",
            Self::Ended(_) => "ended",
            Self::ConfigurationChange => "configurationchange",
        }
    }

    /// The value of `reason` in messages.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Mute(reason) => reason.nick(),
            Self::Unmute | Self::ConfigurationChange => "none",
            Self::Ended(reason) => reason.nick(),
        }
    }
}

/// The state of one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    enabled: bool,
    muted: Option<MutedReason>,
    ready_state: ReadyState,
    lost: Option<EndReason>,
}

impl Track {
    /// "Create a MediaStreamTrack" step 2: enabled, live, muted as the source is now.
    pub fn new(muted: Option<MutedReason>) -> Self {
        Self {
            enabled: true,
            muted,
            ready_state: ReadyState::Live,
            lost: None,
        }
    }

    /// "Clone a track": `readyState` and `enabled` are copied, `muted` is the source's.
    pub fn clone_for(&self, muted: Option<MutedReason>) -> Self {
        Self {
            muted,
            ..self.clone()
        }
    }

    /// The application's switch.
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// Why the source cannot deliver right now, if so.
    pub fn muted(&self) -> Option<MutedReason> {
        self.muted
    }

    /// `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.ready_state
    }

    /// Why the source ended it; `None` while live, and for a track that was stopped.
    pub fn lost(&self) -> Option<EndReason> {
        self.lost
    }

    /// What a consumer gets now.
    pub fn flow(&self) -> Flow {
        match (self.ready_state, self.enabled, self.muted) {
            (ReadyState::Ended, ..) => Flow::Nothing,
            (ReadyState::Live, true, None) => Flow::Live,
            (ReadyState::Live, ..) => Flow::Zero,
        }
    }

    /// Takes an input in; gives the event to fire, if any.
    pub fn apply(&mut self, input: TrackInput) -> Option<TrackEvent> {
        match input {
            // Stored even after the end, then without effect; never an event.
            TrackInput::SetEnabled(enabled) => {
                self.enabled = enabled;
                None
            }
            _ if self.ready_state == ReadyState::Ended => None,
            TrackInput::SetMuted(muted) => {
                let was = std::mem::replace(&mut self.muted, muted);
                match (was, muted) {
                    // "If [[Muted]] already equals newState, stop": another reason is no event.
                    (None, Some(reason)) => Some(TrackEvent::Mute(reason)),
                    (Some(_), None) => Some(TrackEvent::Unmute),
                    _ => None,
                }
            }
            // "If track is muted, wait until it is unmuted or ended": whoever asks keeps it.
            TrackInput::Configured => self
                .muted
                .is_none()
                .then_some(TrackEvent::ConfigurationChange),
            TrackInput::Stop | TrackInput::TearDown => {
                self.ready_state = ReadyState::Ended;
                None
            }
            TrackInput::SourceEnded(reason) => {
                self.ready_state = ReadyState::Ended;
                self.lost = Some(reason);
                Some(TrackEvent::Ended(reason))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUTE: TrackInput = TrackInput::SetMuted(Some(MutedReason::Stalled));
    const UNMUTE: TrackInput = TrackInput::SetMuted(None);
    const LOST: TrackInput = TrackInput::SourceEnded(EndReason::Unplugged);

    /// The truth table of "Media flow", #24, #25, #28.
    #[test]
    fn truth_table() {
        for (muted, enabled, ended, flow) in [
            (false, true, false, Flow::Live),
            (true, true, false, Flow::Zero),
            (false, false, false, Flow::Zero),
            (true, false, false, Flow::Zero),
            (false, true, true, Flow::Nothing),
            (true, false, true, Flow::Nothing),
        ] {
            let mut track = Track::new(muted.then_some(MutedReason::System));
            track.apply(TrackInput::SetEnabled(enabled));
            if ended {
                track.apply(TrackInput::Stop);
            }
            assert_eq!(
                track.flow(),
                flow,
                "muted {muted} enabled {enabled} ended {ended}"
            );
        }
    }

    /// #22, #23
    #[test]
    fn a_new_track_is_enabled_and_takes_muted_from_its_source() {
        assert!(Track::new(None).enabled());
        assert_eq!(
            Track::new(Some(MutedReason::Privacy)).muted(),
            Some(MutedReason::Privacy)
        );
    }

    /// #26, #33
    #[test]
    fn events_come_with_changes_only() {
        let mut track = Track::new(None);
        assert_eq!(track.apply(TrackInput::SetEnabled(false)), None);
        assert_eq!(track.apply(UNMUTE), None);
        assert_eq!(
            track.apply(MUTE),
            Some(TrackEvent::Mute(MutedReason::Stalled))
        );
        assert_eq!(
            track.apply(TrackInput::SetMuted(Some(MutedReason::Privacy))),
            None
        );
        assert_eq!(track.muted(), Some(MutedReason::Privacy));
        assert_eq!(track.apply(UNMUTE), Some(TrackEvent::Unmute));
    }

    /// #37, #39, #40, #47, #48
    #[test]
    fn ended_is_final_and_stop_is_silent() {
        let mut track = Track::new(None);
        assert_eq!(track.apply(TrackInput::Stop), None);
        for input in [LOST, MUTE, UNMUTE, TrackInput::Stop, TrackInput::TearDown] {
            assert_eq!(track.apply(input), None);
            assert_eq!(track.ready_state(), ReadyState::Ended);
        }
        let mut track = Track::new(None);
        assert_eq!(
            track.apply(LOST),
            Some(TrackEvent::Ended(EndReason::Unplugged))
        );
        assert_eq!(track.apply(LOST), None, "#44: once");
    }

    /// #195
    #[test]
    fn a_changed_configuration_is_told_neither_while_muted_nor_after_the_end() {
        let mut track = Track::new(None);
        assert_eq!(
            track.apply(TrackInput::Configured),
            Some(TrackEvent::ConfigurationChange)
        );
        track.apply(MUTE);
        assert_eq!(track.apply(TrackInput::Configured), None);
        track.apply(UNMUTE);
        assert!(track.apply(TrackInput::Configured).is_some());
        track.apply(TrackInput::Stop);
        assert_eq!(track.apply(TrackInput::Configured), None);
    }

    /// #49, #50, #51
    #[test]
    fn enabled_outlives_the_end() {
        let mut track = Track::new(None);
        track.apply(TrackInput::SetEnabled(false));
        assert_eq!(track.apply(TrackInput::TearDown), None);
        assert!(!track.enabled());
        track.apply(TrackInput::SetEnabled(true));
        assert!(track.enabled());
        assert_eq!(track.flow(), Flow::Nothing);
    }

    /// #59, #60, #61
    #[test]
    fn clones_copy_enabled_and_ready_state() {
        let mut track = Track::new(None);
        track.apply(TrackInput::SetEnabled(false));
        let clone = track.clone_for(Some(MutedReason::Stalled));
        assert!(!clone.enabled());
        assert_eq!(clone.muted(), Some(MutedReason::Stalled));
        track.apply(TrackInput::Stop);
        assert_eq!(track.clone_for(None).ready_state(), ReadyState::Ended);
    }
}
