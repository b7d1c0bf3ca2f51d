//! `contentHint`, and what it does to the sound of a track (MediaStreamTrack Content Hints, "Behavior of
//! a MediaStreamTrack").
//!
//! A hint leaves defaults behind, which are wishes that yield to whatever the application says itself.
//! They stay until the hint is taken away, so one that is in the way of a required constraint now comes
//! into force when that is gone. `getConstraints()` never shows them.

use std::sync::Arc;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::{MediaStreamTrack, imp};
use crate::model::constraints::{Constraint, Kind, Parameters, Property, TrackConstraints};

/// The hint of a track, and the defaults that it and those before it left.
#[derive(Debug, Clone, Default)]
pub(super) struct Hint {
    text: String,
    defaults: Vec<(Property, bool)>,
}

impl Hint {
    /// The attribute; initially empty, and never a guess (#159).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Sets it; says whether it is another. What is not valid for the kind is ignored (#158).
    pub fn set(&mut self, kind: Kind, text: &str) -> bool {
        let Some(defaults) = defaults_of(kind, text) else {
            return false;
        };
        if text.is_empty() {
            self.defaults.clear();
        }
        for (property, value) in defaults {
            self.defaults.retain(|(of, _)| of != property);
            self.defaults.push((*property, *value));
        }
        let changed = self.text != text;
        text.clone_into(&mut self.text);
        changed
    }

    /// The constraints that are in force when the application asks for these.
    pub fn beside(&self, constraints: &Arc<TrackConstraints>) -> Arc<TrackConstraints> {
        let mut with = (**constraints).clone();
        for (property, value) in &self.defaults {
            if !with.basic.get(*property).is_some_and(says_something) {
                // A boolean fits each of these properties.
                let _ = with.basic.set(*property, Constraint::ideal(*value));
            }
        }
        match with == **constraints {
            true => constraints.clone(),
            false => Arc::new(with),
        }
    }
}

fn says_something(constraint: &Constraint) -> bool {
    *constraint != Constraint::Parameters(Parameters::default())
}

/// The defaults that a hint sets; `None`: it is no hint for this kind of track.
fn defaults_of(kind: Kind, hint: &str) -> Option<&'static [(Property, bool)]> {
    use Property::{AutoGainControl, EchoCancellation, NoiseSuppression};
    match (kind, hint) {
        (_, "") | (Kind::Video, "motion" | "detail" | "text") => Some(&[]),
        (Kind::Audio, "speech") => Some(&[(EchoCancellation, true), (AutoGainControl, true)]),
        (Kind::Audio, "music" | "speech-recognition") => Some(&[
            (EchoCancellation, false),
            (AutoGainControl, false),
            (NoiseSuppression, false),
        ]),
        _ => None,
    }
}

impl imp::MediaStreamTrack {
    pub(super) fn content_hint(&self) -> Option<String> {
        Some(self.lock().hint.text().to_owned())
    }

    /// Returns at once. What the hint changes follows, after what was asked before it. NULL is no hint.
    pub(super) fn set_content_hint(&self, text: Option<String>) {
        let text = text.unwrap_or_default();
        let kind = self.kind();
        if !self.lock().hint.set(kind, &text) {
            return;
        }
        let track = self.obj();
        track.notify("content-hint");
        // Elements tell it downstream.
        self.wake_consumers();
        if kind == Kind::Audio {
            let track = track.clone();
            self.later(move || track.follow_hint());
        }
    }
}

impl MediaStreamTrack {
    /// "Apply a default": brings into force what the constraints permit of it.
    fn follow_hint(&self) {
        let imp = self.imp();
        let _turn = imp.turn();
        let (membership, constraints) = {
            let state = imp.lock();
            let constraints = state.hint.beside(&state.constraints);
            (state.membership.clone(), constraints)
        };
        let Some(membership) = membership else { return };
        match membership.apply(constraints) {
            Ok(settled) => {
                imp.lock().settle(settled);
            }
            // Wishes exclude nothing, so the device failed. It is as it was, and the defaults are kept.
            Err(error) => gst::info!(super::super::CAT, obj = self, "content-hint: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside(hints: &[&str], json: &str) -> String {
        let mut hint = Hint::default();
        for text in hints {
            hint.set(Kind::Audio, text);
        }
        let constraints = Arc::new(TrackConstraints::from_json(json).unwrap());
        hint.beside(&constraints).to_json()
    }

    #[test]
    fn defaults_are_wishes_for_what_is_not_mentioned() {
        let all = r#"{"echoCancellation":{"ideal":false},"autoGainControl":{"ideal":false},"noiseSuppression":{"ideal":false}}"#;
        assert_eq!(beside(&["music"], "{}"), all);
        assert_eq!(beside(&["speech-recognition"], "{}"), all);
        let speech = r#"{"echoCancellation":{"ideal":true},"autoGainControl":{"ideal":true}}"#;
        assert_eq!(beside(&["speech"], "{}"), speech);
        let json = r#"{"echoCancellation":true,"autoGainControl":{"exact":false}}"#;
        assert_eq!(beside(&["speech"], json), json);
        assert_eq!(
            beside(&["speech"], r#"{"autoGainControl":{}}"#),
            r#"{"autoGainControl":{"ideal":true},"echoCancellation":{"ideal":true}}"#
        );
    }

    #[test]
    fn a_hint_leaves_alone_what_it_says_nothing_of() {
        let after_music = r#"{"noiseSuppression":{"ideal":false},"echoCancellation":{"ideal":true},"autoGainControl":{"ideal":true}}"#;
        assert_eq!(beside(&["music", "speech"], "{}"), after_music);
        assert_eq!(beside(&["music", ""], "{}"), "{}");
    }

    #[test]
    fn hints_belong_to_a_kind() {
        let mut hint = Hint::default();
        assert!(!hint.set(Kind::Video, "speech") && !hint.set(Kind::Audio, "motion"));
        assert!(!hint.set(Kind::Audio, "Music"));
        assert_eq!(hint.text(), "");
        assert!(hint.set(Kind::Video, "text") && !hint.set(Kind::Video, "text"));
        assert_eq!(hint.text(), "text");
    }
}
