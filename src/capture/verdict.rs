//! What becomes of an open device: its own errors, the list of devices and the watchdog come to one
//! verdict, whatever the back end says. Another part of the worker.
//!
//! | heard | verdict |
//! |---|---|
//! | the list: it is gone; or an error that says so | ended, `unplugged` |
//! | another error, or that the daemon in between has cut it off, and the list says nothing for a moment | it is opened again, once; its tracks show black meanwhile |
//! | the same, because a session manager removes links or does not know the device yet | it is opened again and again, for five seconds |
//! | that does not help, or it fails again soon | ended: `unplugged` if the list says so yet, else `failed` |
//! | the end of the stream, without an error | ended, `exhausted` |
//! | the watchdog: nothing comes any more | muted, `stalled`, until it does |

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::delivery::now;
use super::message::{Cut, Message, Reply};
use super::pipeline::Plan;
use super::source::{Shared, abandon};
use super::worker::{Phase, Proposal, Worker};
use super::{CAT, CaptureError, ErrorKind, backends};
use crate::devices::{Change, Registry, Subscription, plain};
use crate::model::lifecycle::{EndReason, MutedReason, Remedy, SourceEffect, SourceInput};

/// How long after an error the device list may take to say that the device is gone.
const VERDICT: Duration = Duration::from_millis(900);
/// How long after an error the device is opened again: the kernel's word of an unplug is faster.
const RESTART: Duration = Duration::from_millis(250);
/// How long a session manager may take from its start until it knows all devices.
const RELINK: Duration = Duration::from_secs(5);
/// How long tracks may be black because their device is being closed and opened, until they are muted: as
/// long as a first frame may take.
const SILENCE: Duration = Duration::from_secs(3);

/// A device that failed, and whose fate is open.
pub(super) struct Lost {
    /// When it is opened again, if that was not tried yet.
    restart: Option<Instant>,
    /// Whether that has to be in another way: this one leads nowhere.
    other_way: bool,
    /// When it is over.
    until: Instant,
}

impl Lost {
    /// When something is to be done about it.
    pub fn deadline(&self) -> Instant {
        self.restart.unwrap_or(self.until)
    }
}

impl Worker {
    /// Something was posted on the private bus.
    pub fn heard(&mut self, message: &gst::Message) {
        let error = match (message.view(), self.plan()) {
            (gst::MessageView::Error(_), Some(plan)) => self.explain(&plan, message),
            // After a fatal error comes an EOS; `run` has moved on by then, or the phase has.
            (gst::MessageView::Eos(_), _) => None,
            _ => return,
        };
        match (&self.phase, error) {
            (Phase::Starting(_), error) => {
                let error = error
                    .unwrap_or_else(|| self.error(ErrorKind::Failed, "it ended before it began"));
                self.start_failed(error);
            }
            (Phase::Running, None) => self.end(EndReason::Exhausted),
            (Phase::Running, Some(error)) if error.kind == ErrorKind::Gone => {
                self.end(EndReason::Unplugged)
            }
            (Phase::Running, Some(error)) => {
                if self.is_unlinked(&error) {
                    self.relink();
                }
                self.broken();
            }
            _ => {}
        }
    }

    /// The daemon in between gives nothing more; the element does not say so.
    pub fn cut(&mut self, cut: Cut) {
        let why = cut.why();
        match self.phase {
            Phase::Starting(_) => self.start_failed(self.error(ErrorKind::Failed, why)),
            Phase::Running => {
                gst::info!(CAT, "\"{}\": {why}", self.shared.device.label);
                if matches!(cut, Cut::Unlinked) {
                    self.relink();
                }
                self.broken();
                if let Phase::Lost(lost) = &mut self.phase {
                    lost.other_way = cut.is_dead_end();
                }
            }
            // It was given back, is closed, or on its way to its end: of course it is cut.
            _ => {}
        }
    }

    /// What an error message of the private bus means.
    fn explain(&self, plan: &Plan, message: &gst::Message) -> Option<CaptureError> {
        let gst::MessageView::Error(error) = message.view() else {
            return None;
        };
        let reason = error.error();
        let debug = error.debug().unwrap_or_default();
        let kind = backends::of(plan.node.api).classify(&plan.node, &reason, &debug);
        gst::info!(CAT, "\"{}\" said: {reason} ({debug})", plan.label);
        // It comes from the driver, and is shown to people.
        Some(self.error(kind, &plain(reason.message())))
    }

    /// An error, and the device may still be there.
    pub fn broken(&mut self) {
        let at = Instant::now();
        let restart = match self.restarts.failed(now().into()) {
            Remedy::End if self.relinks_until().is_none() => None,
            _ => Some(at + RESTART),
        };
        self.broken_until = Some(at + VERDICT);
        self.roster.feeds().iter().for_each(|f| f.set_waiting(true));
        self.expect_silence();
        self.close();
        self.phase = Phase::Lost(Lost {
            restart,
            other_way: false,
            until: at + VERDICT,
        });
    }

    fn is_unlinked(&self, error: &CaptureError) -> bool {
        error.detail == Cut::Unlinked.why() || backends::of(self.api).is_unlinked(error)
    }

    /// The device is there, and a session manager is about to link it: for a while from the first time on.
    fn relink(&mut self) {
        let is_past = |since: Instant| since.elapsed() > 2 * RELINK;
        if self.relinked.is_none_or(is_past) {
            self.relinked = Some(Instant::now());
        }
    }

    /// Until when.
    fn relinks_until(&self) -> Option<Instant> {
        let until = self.relinked? + RELINK;
        (until > Instant::now()).then_some(until)
    }

    /// A device that was opened again and is not linked yet is opened once more, while that is to be expected.
    pub fn opens_once_more(&mut self, error: &CaptureError) -> bool {
        let until = self.relinks_until();
        let Some(until) = until.filter(|_| self.is_unlinked(error)) else {
            return false;
        };
        self.phase = Phase::Lost(Lost {
            restart: Some(Instant::now() + RESTART),
            other_way: false,
            until,
        });
        true
    }

    /// A deadline of a device that failed has passed.
    pub fn still_lost(&mut self) {
        let Phase::Lost(lost) = &mut self.phase else {
            return;
        };
        let at = Instant::now();
        if at < lost.deadline() {
            return;
        }
        let other_way = lost.other_way;
        let (Some(_), Some(choice)) = (lost.restart.take(), self.choice.clone()) else {
            return self.end(EndReason::Failed);
        };
        let proposal = match other_way {
            true => self.another_way(choice.candidate),
            false => Some(Proposal {
                roster: self.roster.clone(),
                choice,
                reply: Reply::Nobody,
            }),
        };
        // Without one, the list has the last word.
        if let Some(proposal) = proposal {
            self.restart(proposal);
        }
    }

    fn restart(&mut self, proposal: Proposal) {
        gst::info!(CAT, "\"{}\" is opened again", self.shared.device.label);
        self.restarting = true;
        self.open(proposal);
    }

    /// The device does not open any more. The list may be about to say why.
    pub fn lose(&mut self, error: &CaptureError) {
        let until = self.broken_until.take().filter(|at| *at > Instant::now());
        match until {
            _ if matches!(error.kind, ErrorKind::Gone | ErrorKind::NotFound) => {
                self.end(EndReason::Unplugged)
            }
            Some(until) => {
                let restart = None;
                self.phase = Phase::Lost(Lost {
                    restart,
                    other_way: false,
                    until,
                });
            }
            None => self.end(EndReason::Failed),
        }
    }

    /// It is closed or opened while tracks play it: they are black, and are told so if that lasts.
    pub fn expect_silence(&mut self) {
        if matches!(self.phase, Phase::Running | Phase::Lost(_)) {
            self.mute_at.get_or_insert_with(|| Instant::now() + SILENCE);
        }
    }

    /// It has lasted.
    pub fn mute_if_due(&mut self) {
        if self.mute_at.take_if(|at| *at <= Instant::now()).is_some() {
            self.mute(MutedReason::Stalled, true);
        }
    }

    /// The device list says that the device is gone.
    pub fn unplugged(&mut self) {
        self.end(EndReason::Unplugged);
    }

    /// A reason to be muted begins or ends to hold.
    pub fn mute(&mut self, reason: MutedReason, on: bool) {
        self.apply(SourceInput::Mute(reason, on));
    }

    fn apply(&mut self, input: SourceInput) {
        let effect = self.shared.public().life.apply(input);
        let Some(effect) = effect else { return };
        gst::info!(CAT, "\"{}\": {effect:?}", self.shared.device.label);
        for member in &self.roster.members {
            member.listener.source(effect);
        }
        self.roster.feeds().iter().for_each(|feed| feed.wake());
    }

    /// The device is lost: every track is told once, then the device is closed. Nobody waits for that.
    pub fn end(&mut self, reason: EndReason) {
        abandon(&self.shared);
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        self.apply(SourceInput::End(reason));
        self.end_clones(reason);
        if let Phase::Starting(proposal) = phase {
            proposal.reply.refuse(self.gone("it was unplugged"));
        }
        self.stop();
        self.unwatch();
        self.controls.close();
    }

    /// Clones that wait to be taken in end as their source does.
    fn end_clones(&mut self, reason: EndReason) {
        let waiting = self.unread.drain(..).chain(self.inbox.try_iter());
        for message in waiting.collect::<Vec<_>>() {
            if let Message::Clone(newcomer) = message
                && let Some(listener) = newcomer.take_in()
            {
                listener.source(SourceEffect::Ended(reason));
            }
        }
    }
}

/// Hears from the device list when the device, or the way it was opened, is gone.
pub(super) fn watch_list(shared: &Arc<Shared>) -> Option<Subscription> {
    let registry = Registry::shared().ok()?;
    let messages = shared.messages.clone();
    let id = shared.device.id.clone();
    let kind = shared.device.kind;
    Some(registry.subscribe(Box::new(move |changes| {
        let gone = changes.iter().any(|change| match change {
            Change::Removed(device) => device.id == id && device.kind == kind,
            Change::Added(_) | Change::Changed(_) => false,
        });
        if gone {
            let _ = messages.send(Message::Unplugged);
        }
    })))
}
