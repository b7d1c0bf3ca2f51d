//! The thread behind an opened device: it owns the private pipeline and takes every decision.
//!
//! It is told things (`message`) and never waited for without a deadline. State changes of the private
//! pipeline are made on a thread of their own (`state_thread`): when a driver hangs in one, that
//! thread hangs with it, and nobody else.
//!
//! This file: the thread, its loop, and the changes its tracks ask for. `run` opens the device,
//! `closing` closes it, `verdict` decides what its errors mean.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use super::audience::audience;
use super::controls::Controls;
use super::delivery::{Delivery, now};
use super::mark::Mark;
use super::message::{Message, Reply, Settled};
use super::modes::{Modes, kind_of};
use super::pipeline::Pipeline;
use super::roster::{Member, Reader, Roster};
use super::solve::{Choice, Wish, solve};
use super::source::{Shared, abandon, retire};
use super::state_thread::Done;
use super::switches::Switch;
use super::verdict::{Lost, watch_list};
use super::{CaptureError, ErrorKind, OpenError};
use crate::devices::{Api, Subscription};
use crate::model::constraints::{Kind, Settings};
use crate::model::lifecycle::{MutedReason, Restarts, Watchdog};

/// A change on its way: in force once the device delivers in its new mode.
pub(super) struct Proposal {
    pub roster: Roster,
    pub choice: Choice,
    pub reply: Reply,
}

/// What the device is doing.
pub(super) enum Phase {
    /// Closed.
    Closed,
    /// Opened for a change; no frame yet.
    Starting(Box<Proposal>),
    /// Delivering, or stalled.
    Running,
    /// Given back: all tracks are disabled or muted. The choice is what it will be opened in.
    Released,
    /// An error came: the device list may still say that the device is gone, or it is opened again.
    Lost(Lost),
    /// Over, for good.
    Ended,
}

/// The state of the thread.
pub(super) struct Worker {
    pub shared: Arc<Shared>,
    pub kind: Kind,
    /// What can be opened: loses the nodes that failed to open.
    pub modes: Modes,
    pub roster: Roster,
    pub choice: Option<Choice>,
    pub phase: Phase,
    pub pipeline: Option<Pipeline>,
    /// Counts the times the device was opened; what comes from an earlier run is ignored.
    pub run: u64,
    pub mark: Mark,
    pub delivery: Arc<Delivery>,
    /// Watched as long as a track lives, also while the device is given back.
    pub switches: Vec<Box<dyn Switch>>,
    pub controls: Controls,
    /// The node whose switches they are.
    pub watched: Option<usize>,
    /// When the device is given back, unless somebody needs it before.
    pub release_at: Option<Instant>,
    /// Given back, and not yet delivering again.
    pub released: bool,
    /// Until when the state change that opens the device is to come back, while it is under way.
    pub open_by: Option<Instant>,
    /// When a device that is being closed or opened has been black for too long not to say so.
    pub mute_at: Option<Instant>,
    /// The way the pipeline opens the device.
    pub api: Api,
    /// What is done about errors.
    pub restarts: Restarts,
    /// An error came, and the device has not delivered again.
    pub restarting: bool,
    /// Since when a session manager may be about to link the device.
    pub relinked: Option<Instant>,
    /// Until when the device list may say that a device that failed is gone.
    pub broken_until: Option<Instant>,
    /// Counts the changes that came into force.
    pub serial: u64,
    /// Whether the pipeline gives raw media, of a raw mode or decoded.
    pub gives_raw: bool,
    /// Who waits until the device is closed.
    leaving: Vec<SyncSender<()>>,
    pub inbox: Receiver<Message>,
    /// What was said while the device was being closed, in order.
    pub unread: VecDeque<Message>,
    /// What was asked while a change was under way, in order.
    waiting: VecDeque<Message>,
    _devices: Option<Subscription>,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Failed`] when the system gives no thread.
    pub fn spawn(
        shared: Arc<Shared>,
        modes: Modes,
        inbox: Receiver<Message>,
    ) -> Result<(), OpenError> {
        let label = shared.device.label.clone();
        let on_failure = shared.clone();
        let thread = std::thread::Builder::new().name("mediastream-src".into());
        let spawned = thread.spawn(move || Self::new(shared, modes, inbox).live());
        spawned.map(drop).map_err(|error| {
            abandon(&on_failure);
            CaptureError::new(ErrorKind::Failed, &label, error.to_string()).into()
        })
    }

    fn new(shared: Arc<Shared>, modes: Modes, inbox: Receiver<Message>) -> Self {
        let kind = kind_of(&shared.device).unwrap_or(Kind::Video);
        let dog = Watchdog::new(kind, Duration::ZERO, now().into());
        let delivery = Delivery::new(kind, &shared, dog);
        Self {
            kind,
            modes,
            roster: Roster::default(),
            choice: None,
            phase: Phase::Closed,
            pipeline: None,
            run: 0,
            mark: Mark::new(),
            delivery: Arc::new(delivery),
            switches: Vec::new(),
            controls: Controls::of(&shared.device),
            watched: None,
            release_at: None,
            released: false,
            open_by: None,
            mute_at: None,
            api: Api::Other,
            restarts: Restarts::default(),
            restarting: false,
            relinked: None,
            broken_until: None,
            serial: 0,
            gives_raw: false,
            leaving: Vec::new(),
            inbox,
            unread: VecDeque::new(),
            waiting: VecDeque::new(),
            _devices: watch_list(&shared),
            shared,
        }
    }

    fn live(mut self) {
        loop {
            match self.next() {
                Some(message) => self.take(message),
                None => self.tick(),
            }
            self.review();
            if matches!(self.phase, Phase::Ended) {
                return;
            }
            // Until nothing waits: a message that says nothing new must not leave it waiting for more.
            while self.is_idle() {
                self.close();
                self.unwatch();
                self.controls.close();
                self.leaving.clear();
                if !self.is_idle() {
                    break;
                }
                match retire(&self.shared, &self.inbox) {
                    Some(message) => self.take(message),
                    None => return,
                }
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.roster.members.is_empty()
            && self.waiting.is_empty()
            && self.unread.is_empty()
            && !matches!(self.phase, Phase::Starting(_))
    }

    /// The next message, or `None` when a deadline has passed.
    fn next(&mut self) -> Option<Message> {
        if let Some(message) = self.unread.pop_front() {
            return Some(message);
        }
        if matches!(self.phase, Phase::Closed | Phase::Running | Phase::Released)
            && let Some(message) = self.waiting.pop_front()
        {
            return Some(message);
        }
        let Some(left) = self.time_left() else {
            return self.inbox.recv().ok();
        };
        self.inbox.recv_timeout(left).ok()
    }

    fn time_left(&self) -> Option<Duration> {
        let until = |at: Instant| at.saturating_duration_since(Instant::now());
        let watchdog = || {
            let at = self.delivery.deadline()?;
            Some(at.saturating_sub(now().into()))
        };
        let mute = self.mute_at.map(until);
        match &self.phase {
            Phase::Starting(_) => {
                let started = self.open_by.map(until).or_else(watchdog);
                started.into_iter().chain(mute).min()
            }
            Phase::Lost(lost) => mute.into_iter().chain([until(lost.deadline())]).min(),
            Phase::Running => {
                let release = self.release_at.map(until);
                watchdog().into_iter().chain(release).min()
            }
            Phase::Closed | Phase::Released | Phase::Ended => None,
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Join { .. }
            | Message::Apply { .. }
            | Message::Connect { .. }
            | Message::Shoot { .. }
                if matches!(self.phase, Phase::Starting(_) | Phase::Lost(_)) =>
            {
                self.waiting.push_back(message)
            }
            Message::Join {
                member,
                constraints,
                consumer,
                listener,
                answer,
            } => {
                let mut roster = self.roster.clone();
                roster.members.push(Member {
                    id: member,
                    listener,
                    settings: Settings::default(),
                    enabled: true,
                    relinquish: true,
                    wish: Wish::new(&self.modes, constraints, consumer),
                });
                self.propose(roster, Reply::Settings(member, answer));
            }
            Message::Clone(newcomer) => self.clone_member(newcomer),
            Message::Enable { member, enabled } => self.on_member(member, |m| m.enabled = enabled),
            Message::Relinquish { member, allowed } => {
                self.on_member(member, |m| m.relinquish = allowed)
            }
            Message::Apply {
                member,
                constraints,
                answer,
            } => {
                let mut roster = self.roster.clone();
                let reply = Reply::Settings(member, answer);
                match roster.constrain(member, &constraints) {
                    true => self.propose(roster, reply),
                    false => reply.refuse(self.gone("its track ended")),
                }
            }
            Message::Connect {
                member,
                feed,
                consumer,
                answer,
            } => self.connect(member, feed, consumer, Reply::Reading(feed, answer)),
            Message::Shoot { size, answer } => self.shoot(size, answer),
            Message::Leave { member, done } => {
                self.leave(member);
                if self.is_idle() {
                    self.leaving.extend(done);
                }
            }
            Message::Disconnect { feed } => {
                if let Phase::Starting(proposal) = &mut self.phase {
                    proposal.roster.readers.retain(|r| r.id != feed);
                }
                self.waiting.retain(|waits| !waits.is_connect(feed));
                self.roster.readers.retain(|r| r.id != feed);
                self.seat();
            }
            Message::State { run, done } if run == self.run => match done {
                Done::Started(opened) => self.opened(opened),
                Done::Rested(_) | Done::Closed => {}
            },
            Message::FirstFrame { run } if run == self.run => self.started(),
            Message::Watch { run, verdict } if run == self.run => self.watched(verdict),
            Message::Bus { run, message } if run == self.run => self.heard(&message),
            Message::Cut { run, why } if run.is_none_or(|run| run == self.run) => self.cut(why),
            Message::State { .. }
            | Message::Cut { .. }
            | Message::FirstFrame { .. }
            | Message::Watch { .. }
            | Message::Bus { .. } => {}
            Message::Unplugged => self.unplugged(),
            Message::Controls => self.controls_changed(),
            Message::Mute(reason, on) => self.mute(reason, on),
        }
    }

    fn connect(&mut self, member: u64, feed: u64, consumer: gst::Caps, reply: Reply) {
        let mut roster = self.roster.clone();
        let Some(track) = roster.members.iter().find(|m| m.id == member) else {
            return reply.refuse(self.gone("its track ended"));
        };
        let constraints = track.wish.constraints.clone();
        let wish = Wish::new(&self.modes, constraints, Some(consumer));
        match roster.readers.iter_mut().find(|r| r.id == feed) {
            Some(reader) => reader.wish = wish,
            None => roster.readers.push(Reader {
                id: feed,
                member,
                wish,
                feed: None,
            }),
        }
        // The track may require what the consumer does not take: no reason to refuse sound.
        if self.kind == Kind::Audio
            && solve(&self.modes, &roster.wishes(), self.choice.as_ref()).is_err()
        {
            roster.resample(feed);
        }
        self.propose(roster, reply);
    }

    /// Changes a track wherever it is, on its way in or in force.
    fn on_member(&mut self, member: u64, change: impl Fn(&mut Member)) {
        let proposed = match &mut self.phase {
            Phase::Starting(proposal) => Some(&mut proposal.roster),
            _ => None,
        };
        for roster in std::iter::once(&mut self.roster).chain(proposed) {
            roster
                .members
                .iter_mut()
                .filter(|m| m.id == member)
                .for_each(&change);
        }
    }

    /// A track ended. The others keep what they have: a lower mode is not worth an interruption.
    fn leave(&mut self, member: u64) {
        // Whoever gave up waiting must not be let in afterwards.
        self.waiting.retain(|waits| !waits.is_join(member));
        if let Phase::Starting(proposal) = &mut self.phase {
            proposal.roster.remove_member(member);
            if proposal.roster.members.is_empty() {
                // Nobody waits for this device any more.
                self.close();
            }
        }
        self.roster.remove_member(member);
        self.seat();
    }

    /// Finds a mode for everybody; changes the device only if it must change.
    pub fn propose(&mut self, roster: Roster, reply: Reply) {
        if !reply.is_awaited() {
            return;
        }
        self.read_controls();
        let choice = match solve(&self.modes, &roster.wishes(), self.choice.as_ref()) {
            Ok(choice) => choice,
            Err(error) => return reply.refuse(error),
        };
        let keeps = self
            .choice
            .as_ref()
            .is_some_and(|current| current.same_native(&choice))
            && (self.gives_raw || !choice.needs_raw());
        let mut proposal = Proposal {
            roster,
            choice,
            reply,
        };
        let is_released = matches!(self.phase, Phase::Released) && !self.needs(&proposal.roster);
        let stays_open = keeps && matches!(self.phase, Phase::Running);
        if !stays_open && !is_released {
            return self.open(proposal);
        }
        match self.set_controls(&mut proposal) {
            Err(error) => proposal.reply.refuse(error.into()),
            // The driver took its time, and its caller gave up: back to what is in force.
            Ok(()) if !proposal.reply.is_awaited() => {
                self.propose(self.roster.clone(), Reply::Nobody);
            }
            // The rest of the device is set when it is taken again.
            Ok(()) if is_released => self.commit_released(proposal),
            Ok(()) => self.commit(proposal),
        }
    }

    /// Puts a change in force, all of it at once.
    pub fn commit(&mut self, proposal: Proposal) {
        let Proposal {
            mut roster,
            choice,
            reply,
        } = proposal;
        self.serial += 1;
        let reading = self.reads(&roster, &reply);
        let mut told = Vec::new();
        for outcome in &choice.outcomes {
            let member = outcome.member;
            if let Some(reader) = outcome.reader {
                roster.settle(self.kind, reader, &outcome.target);
            }
            if told.contains(&member) {
                continue;
            }
            told.push(member);
            // It may have left while the device was starting.
            let Some(track) = roster.members.iter_mut().find(|m| m.id == member) else {
                continue;
            };
            let news = track.settings != outcome.settings && !reply.is_for(member);
            track.settings = outcome.settings.clone();
            if news {
                let settled = Settled {
                    settings: track.settings.clone(),
                    serial: self.serial,
                };
                track.listener.settings(settled, reading != Some(member));
            }
        }
        self.roster = roster;
        self.choice = Some(choice);
        self.seat();
        self.mute(MutedReason::Photo, false);
        self.answer(reply);
    }

    /// The track whose consumer asked.
    fn reads(&self, roster: &Roster, reply: &Reply) -> Option<u64> {
        let Reply::Reading(id, _) = reply else {
            return None;
        };
        let reader = roster.readers.iter().find(|reader| reader.id == *id)?;
        Some(reader.member)
    }

    fn answer(&self, reply: Reply) {
        match reply {
            Reply::Settings(id, answer) => {
                let member = self.roster.members.iter().find(|m| m.id == id);
                let settled = member.map(|m| Settled {
                    settings: m.settings.clone(),
                    serial: self.serial,
                });
                let _ = answer.send(settled.ok_or_else(|| self.gone("its track ended")));
            }
            Reply::Reading(id, answer) => {
                let reader = self.roster.readers.iter().find(|r| r.id == id);
                let feed = reader.and_then(|r| r.feed.clone());
                let reading = feed.map(|feed| (feed.clone(), (*feed.target()).clone()));
                let _ = answer.send(reading.ok_or_else(|| self.gone("its track ended")));
            }
            // Answered when it was taken.
            Reply::Photo(_) | Reply::Nobody => {}
        }
    }

    /// Frames go to those who are there now.
    pub fn seat(&self) {
        // What comes from a mode that is not in force yet is for nobody.
        if !matches!(self.phase, Phase::Starting(_)) {
            let native = self.choice.as_ref().map(|choice| choice.native);
            let before = self.delivery.audience();
            let audience = audience(self.kind, native, &self.roster, &before);
            self.delivery.set_audience(audience.into());
        }
    }

    /// The error of those who come too late.
    pub fn gone(&self, detail: &str) -> OpenError {
        CaptureError::new(ErrorKind::Gone, &self.shared.device.label, detail).into()
    }
}
