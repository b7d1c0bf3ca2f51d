//! Taking a lost device again, or another one that serves: when is decided by
//! `model::lifecycle::Recovery`, on a thread of its own that is there until it has come about or
//! nobody waits for it any more.

use std::sync::PoisonError;

use gst::prelude::*;

use super::opening::{Job, consume, consumer_caps};
use super::state::now;
use crate::devices::Registry;
use crate::elements::message;
use crate::media::track::Consumer;
use crate::media::{GetUserMediaError, MediaStreamTrack, error_reply, get_track_again};
use crate::model::constraints::TrackConstraints;
use crate::model::lifecycle::RecoveryInput;

impl Job {
    /// Tries until there is a track again, or nobody waits for one any more.
    pub(super) fn reconnect(&self, lost: &MediaStreamTrack) {
        let shared = self.shared.clone();
        let _watch = Registry::shared()
            .ok()
            .map(|registry| registry.subscribe(Box::new(move |_| shared.news())));
        while self.wait_until_due() {
            let Some(element) = self.element.upgrade() else {
                return;
            };
            let wish = self.shared.lock().wish.clone();
            let constraints = wish.clone().unwrap_or_else(|| lost.constraints());
            match self.attempt(&element, lost, &constraints) {
                Ok(consumer) => return self.deliver(&element, consumer, true, wish),
                // The application has answered: it is not asked again.
                Err(error @ GetUserMediaError::NotAllowed(_)) => {
                    let details = error_reply::get_user_media_error(&error);
                    let text = error.to_string();
                    return message::post_refusal(element.upcast_ref(), &text, details);
                }
                Err(error) => gst::info!(super::super::CAT, obj = element, "not yet back: {error}"),
            }
            drop(element);
            let mut state = self.shared.lock();
            if state.generation == self.generation {
                state.recovery.apply(RecoveryInput::Failed, now());
            }
        }
    }

    /// Waits for the moment of the next attempt, and begins it; false when there is to be none.
    fn wait_until_due(&self) -> bool {
        let mut state = self.shared.lock();
        loop {
            let due = state.recovery.due();
            let Some(due) = due.filter(|_| state.generation == self.generation) else {
                return false;
            };
            let left = due.saturating_sub(now());
            if left.is_zero() {
                state.recovery.apply(RecoveryInput::Attempt, now());
                state.statistics.attempts += 1;
                return true;
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The same identity first, then any that meets the constraints.
    fn attempt(
        &self,
        element: &gst_base::BaseSrc,
        lost: &MediaStreamTrack,
        constraints: &TrackConstraints,
    ) -> Result<Consumer, GetUserMediaError> {
        let caps = consumer_caps(element);
        let same = lost.source_device().map(|device| device.id.clone());
        let same = same.unwrap_or_default();
        let track = get_track_again(&same, self.kind, constraints, Some(&caps))?;
        // A picture that was switched off stays off.
        track.set_enabled(lost.enabled());
        track.set_content_hint(lost.content_hint().unwrap_or_default());
        track.set_relinquish(lost.relinquish());
        consume(&track, element, &caps).inspect_err(|_| track.stop())
    }
}
