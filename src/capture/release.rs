//! Giving the device back while no track needs it, and taking it again ("relinquish the device" of
//! Media Capture and Streams, "Life-cycle and media flow").
//!
//! The tracks stay live and their pads go on with black or silence. Meanwhile constraints are solved
//! as always, and the device is set to what came of them when it is taken again.

use std::time::{Duration, Instant};

use super::message::Reply;
use super::roster::Roster;
use super::run::frames;
use super::worker::{Phase, Proposal, Worker};
use super::{CAT, switches};
use crate::model::lifecycle::MutedReason;

/// How long all tracks are disabled or muted before the device is given back: within the three
/// seconds that the specification allows, and not at the first flicker of a switch.
const PATIENCE: Duration = Duration::from_secs(2);

impl Worker {
    /// Looks whether the device is needed, after everything that can change that.
    pub fn review(&mut self) {
        match self.phase {
            Phase::Running if !self.needs(&self.roster) => {
                self.release_at
                    .get_or_insert_with(|| Instant::now() + PATIENCE);
            }
            Phase::Released if self.needs(&self.roster) => self.take_again(),
            _ => self.release_at = None,
        }
    }

    /// Whether one of these tracks needs the device to deliver. A stall is no reason to close it:
    /// only an open device shows that the stall is over.
    pub fn needs(&self, roster: &Roster) -> bool {
        let muted = self.shared.public().life.muted();
        roster.needs_media(matches!(
            muted,
            Some(MutedReason::Privacy | MutedReason::System)
        ))
    }

    /// Gives the device back once the time has come.
    pub fn release_when_due(&mut self) {
        if !matches!(self.phase, Phase::Running)
            || self.release_at.is_none_or(|at| Instant::now() < at)
        {
            return;
        }
        gst::info!(
            CAT,
            "\"{}\" is given back: nobody needs it",
            self.shared.device.label
        );
        self.release_at = None;
        self.close();
        self.phase = Phase::Released;
        self.released = true;
        self.mute(MutedReason::Released, true);
        self.mute(MutedReason::Stalled, false);
        self.roster.feeds().iter().for_each(|f| f.set_waiting(true));
    }

    fn take_again(&mut self) {
        let Some(choice) = self.choice.clone() else {
            return;
        };
        gst::info!(CAT, "\"{}\" is taken again", self.shared.device.label);
        // Nobody asked: if it cannot be had, the tracks end.
        self.open(Proposal {
            roster: self.roster.clone(),
            choice,
            reply: Reply::Nobody,
        });
    }

    /// It delivers.
    pub fn taken_again(&mut self) {
        if std::mem::take(&mut self.released) {
            self.mute(MutedReason::Released, false);
        }
    }

    /// Puts a change in force while the device is given back.
    pub fn commit_released(&mut self, proposal: Proposal) {
        let expected = self.plan_of(&proposal.choice).map(|plan| frames(&plan));
        if let Some(expected) = expected {
            self.shared.public().frames = Some(expected);
        }
        self.commit(proposal);
        self.roster.feeds().iter().for_each(|f| f.set_waiting(true));
    }

    /// Watches the switches of the node that a mode belongs to, if they are not watched already.
    pub fn watch(&mut self, candidate: usize) {
        let Some(node) = self.modes.entries.get(candidate).map(|entry| entry.node) else {
            return;
        };
        if self.watched == Some(node) {
            return;
        }
        self.unwatch();
        if let Some(node) = self.shared.device.nodes.get(node) {
            self.switches = switches::watch(node, &self.mark, &self.shared.messages);
        }
        self.watched = Some(node);
    }

    /// Lets go of the switches, and of what they said.
    pub fn unwatch(&mut self) {
        self.switches.clear();
        if self.watched.take().is_some() {
            self.mute(MutedReason::System, false);
            self.mute(MutedReason::Privacy, false);
        }
    }
}
