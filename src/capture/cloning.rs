//! Taking a clone in: nobody waits for it, and nothing of the original is disturbed ("clone a
//! track").

use super::message::{Newcomer, Settled};
use super::modes::Modes;
use super::roster::{Member, Roster};
use super::solve::{Choice, Outcome, solve};
use super::worker::{Phase, Worker};

impl Worker {
    /// A clone gets what the original has, in the mode that the device is in or is being set to.
    /// Not put off while the device is being set: the original may have left by then.
    pub fn clone_member(&mut self, newcomer: Newcomer) {
        let (original, member) = (newcomer.original, newcomer.member);
        let (Some(found), Some(choice)) = (
            self.roster.members.iter().find(|m| m.id == original),
            &mut self.choice,
        ) else {
            // Dropped, it says that the source ended.
            return;
        };
        let wish = found.wish.clone();
        let settings = found.settings.clone();
        // The original may have been given others while the clone was on its way.
        let wish = match *wish.constraints == *newcomer.constraints {
            true => wish,
            false => wish.with_constraints(newcomer.constraints.clone()),
        };
        let enabled = newcomer.enabled;
        let Some((listener, relinquish)) = newcomer.take_in().zip(Some(found.relinquish)) else {
            return;
        };
        let clone = Member {
            id: member,
            listener,
            settings,
            enabled,
            relinquish,
            wish,
        };
        if let Phase::Starting(proposal) = &mut self.phase {
            let (roster, choice) = (&mut proposal.roster, &mut proposal.choice);
            add(&self.modes, roster, choice, clone.clone(), original);
        }
        add(&self.modes, &mut self.roster, choice, clone, original);
        self.seat();
        self.tell_settings(member);
    }

    /// What a track's settings are, to a track that did not wait for them.
    fn tell_settings(&self, member: u64) {
        if let Some(track) = self.roster.members.iter().find(|m| m.id == member) {
            let settled = Settled {
                settings: track.settings.clone(),
                serial: self.serial,
            };
            track.listener.settings(settled, false);
        }
    }
}

/// Adds a track beside `original`: with its own constraints where they fit into what was chosen, else
/// with those of the original, which fit for certain.
fn add(modes: &Modes, roster: &mut Roster, choice: &mut Choice, clone: Member, original: u64) {
    let Some(found) = roster.members.iter().find(|m| m.id == original) else {
        // It left while the device was being set.
        return;
    };
    let (member, wish, settings) = (clone.id, found.wish.clone(), found.settings.clone());
    let differs = *clone.wish.constraints != *wish.constraints;
    roster.members.push(clone);
    if differs {
        let with_own = solve(modes, &roster.wishes(), Some(choice)).ok();
        let with_own = with_own.filter(|with_own| choice.same_native(with_own));
        let outcome = with_own.and_then(|c| c.outcomes.into_iter().find(|o| o.member == member));
        if let Some(outcome) = outcome {
            return settle(roster, choice, outcome);
        }
    }
    if let Some(clone) = roster.members.last_mut() {
        clone.wish = wish;
        clone.settings = settings;
    }
    let outcome = choice.outcomes.iter().find(|o| o.member == original);
    if let Some(outcome) = outcome.cloned() {
        let outcome = Outcome {
            member,
            reader: None,
            ..outcome
        };
        choice.outcomes.push(outcome);
    }
}

fn settle(roster: &mut Roster, choice: &mut Choice, outcome: Outcome) {
    if let Some(clone) = roster.members.last_mut() {
        clone.settings = outcome.settings.clone();
    }
    choice.outcomes.push(outcome);
}
