//! Whether a track may see and move what pans, tilts and zooms: that takes a permission of its own
//! (Image Capture, "pan-tilt-zoom"; #199).

use std::sync::Arc;

use crate::model::constraints::{
    Capabilities, Constraint, ConstraintSet, Property, Settings, TrackConstraints, Value,
};

/// What the permission is about.
const MOVES: [Property; 3] = [Property::Pan, Property::Tilt, Property::Zoom];

/// The permission, for one track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lens {
    /// Seen and moved.
    #[default]
    Exposed,
    /// Neither: to the track the camera has no such thing.
    Hidden,
}

/// Whether `constraints` mention the lens with something other than `false`.
pub(crate) fn is_wanted(constraints: &TrackConstraints) -> bool {
    let no = Constraint::Bare(Value::Boolean(false));
    let wants = |set: &ConstraintSet| {
        let mut found = MOVES.iter().filter_map(|property| set.get(*property));
        found.any(|constraint| *constraint != no)
    };
    wants(&constraints.basic) || constraints.advanced.iter().any(wants)
}

impl Lens {
    /// What of the constraints counts: those on what the track may not see are unsupported.
    pub(crate) fn constraints(self, constraints: &Arc<TrackConstraints>) -> Arc<TrackConstraints> {
        match self {
            Self::Exposed => constraints.clone(),
            Self::Hidden => Arc::new(constraints.without(&MOVES)),
        }
    }

    /// What is shown of the settings.
    pub(crate) fn settings(self, mut settings: Settings) -> Settings {
        if self == Self::Hidden {
            MOVES.iter().for_each(|property| settings.remove(*property));
        }
        settings
    }

    /// What is shown of the capabilities.
    pub(crate) fn capabilities(self, mut capabilities: Capabilities) -> Capabilities {
        if self == Self::Hidden {
            MOVES
                .iter()
                .for_each(|property| capabilities.remove(*property));
        }
        capabilities
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_false_does_not_want_the_lens() {
        for (json, wanted) in [
            (r#"{"width":640}"#, false),
            (r#"{"pan":false,"zoom":false}"#, false),
            (r#"{"pan":true}"#, true),
            (r#"{"tilt":{"ideal":0}}"#, true),
            (r#"{"advanced":[{"zoom":2}]}"#, true),
        ] {
            let constraints = TrackConstraints::from_json(json).expect(json);
            assert_eq!(is_wanted(&constraints), wanted, "{json}");
        }
    }

    #[test]
    fn a_hidden_lens_is_in_no_set() {
        let json = r#"{"zoom":{"min":2},"torch":true,"advanced":[{"pan":1,"width":9}]}"#;
        let constraints = Arc::new(TrackConstraints::from_json(json).expect(json));
        let left = Lens::Hidden.constraints(&constraints);
        assert_eq!(left.to_json(), r#"{"torch":true,"advanced":[{"width":9}]}"#);
    }
}
