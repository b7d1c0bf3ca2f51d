//! Which tracks of a list are on: `enabled` of an audio track, `selected` of a video track.

/// How many tracks of a list may be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Audio: any number, they are mixed.
    Any,
    /// Video: one at the most.
    One,
}

/// What came of writing a switch.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose switch is another now, the one that was written first.
    pub changed: Vec<usize>,
    /// Whether `change` is to be fired at the list. It is one event, also where two tracks changed.
    pub is_told: bool,
}

/// "Found another audio (or video) track": whether it is on. `named`: what the resource or the
/// application has decided, `None` if nothing.
pub fn found(named: Option<bool>, mut others: impl Iterator<Item = bool>) -> bool {
    named.unwrap_or_else(|| !others.any(|on| on))
}

/// Writes the switch of the track at `at`. Beyond the list: nothing changes.
pub fn switch(rule: Rule, switches: &mut [bool], at: usize, on: bool) -> Change {
    match switches.get_mut(at) {
        Some(switch) if *switch != on => *switch = on,
        _ => return Change::default(),
    }
    let mut changed = vec![at];
    if on && rule == Rule::One {
        // "All the other tracks in the list must be unselected."
        for (other, switch) in switches.iter_mut().enumerate() {
            if other != at && std::mem::take(switch) {
                changed.push(other);
            }
        }
    }
    // Audio: whenever one is enabled or disabled. Video: whenever one is selected, or the selected one
    // is unselected without another in its stead. That is every change, once.
    Change {
        changed,
        is_told: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rule: Rule, before: &[bool], at: usize, on: bool) -> (Vec<bool>, Change) {
        let mut switches = before.to_vec();
        let change = switch(rule, &mut switches, at, on);
        (switches, change)
    }

    fn told(changed: &[usize]) -> Change {
        Change {
            changed: changed.to_vec(),
            is_told: true,
        }
    }

    #[test]
    fn the_first_is_on_if_nobody_decides() {
        assert!(found(None, [].into_iter()));
        assert!(found(None, [false, false].into_iter()));
        assert!(!found(None, [false, true].into_iter()));
        assert!(found(Some(true), [true].into_iter()));
        assert!(!found(Some(false), [].into_iter()));
    }

    /// #176
    #[test]
    fn writing_what_it_is_changes_nothing() {
        for rule in [Rule::Any, Rule::One] {
            for on in [true, false] {
                let (after, change) = written(rule, &[on, false], 0, on);
                assert_eq!(after, [on, false]);
                assert_eq!(change, Change::default());
            }
        }
    }

    /// #177
    #[test]
    fn any_number_of_audio_tracks_is_on() {
        let (after, change) = written(Rule::Any, &[true, false, true], 1, true);
        assert_eq!((after, change), (vec![true, true, true], told(&[1])));
        let (after, change) = written(Rule::Any, &[true, false], 0, false);
        assert_eq!((after, change), (vec![false, false], told(&[0])));
    }

    /// #177
    #[test]
    fn one_video_track_is_on_at_the_most() {
        let (after, change) = written(Rule::One, &[true, false, false], 2, true);
        assert_eq!((after, change), (vec![false, false, true], told(&[2, 0])));
        let (after, change) = written(Rule::One, &[false, true], 1, false);
        assert_eq!((after, change), (vec![false, false], told(&[1])));
    }

    #[test]
    fn there_is_nothing_beyond_the_list() {
        assert_eq!(
            written(Rule::One, &[], 0, true),
            (vec![], Change::default())
        );
        let (after, change) = written(Rule::Any, &[true], 7, false);
        assert_eq!((after, change), (vec![true], Change::default()));
    }
}
