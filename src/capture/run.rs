//! Opening the device, and its first frame: another part of the worker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::delivery::{RunSettings, now};
use super::loans::Loans;
use super::message::{Message, Reply};
use super::pipeline::{Pipeline, Plan, Run};
use super::solve::Choice;
use super::worker::{Phase, Proposal, Worker};
use super::{CAT, CaptureError, Count, ErrorKind, OpenError, Tap, backends, reaper};
use crate::model::constraints::{Kind, NativePoint};
use crate::model::lifecycle::{MutedReason, Verdict, Watchdog};

/// How long the state change that opens a device may take: a USB device whose firmware hangs takes five
/// seconds to say so.
const OPENING: Duration = Duration::from_secs(8);
/// The grain of audio devices whose period is not known.
const AUDIO_PERIOD: Duration = Duration::from_millis(20);
/// The longest frame interval that a watchdog waits for.
const LONGEST_INTERVAL: Duration = Duration::from_secs(10);
/// The frame interval where the device names none.
const UNKNOWN_INTERVAL: Duration = Duration::from_millis(66);

impl Worker {
    /// Opens the device in the mode of a proposal, instead of the one it is in.
    pub fn open(&mut self, proposal: Proposal) {
        self.roster.feeds().iter().for_each(|f| f.set_waiting(true));
        self.delivery.set_audience(Arc::default());
        self.expect_silence();
        self.make_way(&proposal);
        if matches!(self.unread.front(), Some(Message::Unplugged)) {
            // That is read next, and says so.
            self.phase = Phase::Starting(Box::new(proposal));
            return;
        }
        match self.start(&proposal) {
            Ok(()) => self.phase = Phase::Starting(Box::new(proposal)),
            Err(error) => self.failed(proposal, error),
        }
    }

    fn start(&mut self, proposal: &Proposal) -> Result<(), CaptureError> {
        let choice = &proposal.choice;
        let plan = self
            .plan_of(choice)
            .ok_or_else(|| self.error(ErrorKind::Failed, "its mode vanished"))?;
        self.run += 1;
        let run = self.run;
        let plan = Plan {
            mark: self.mark.of_run(run),
            ..plan
        };
        self.api = plan.node.api;
        gst::info!(
            CAT,
            "opening \"{}\" through {:?}: {}",
            plan.label,
            plan.node.api,
            plan.caps
        );
        let tap = match plan.media_type.is_raw() || plan.decode {
            true => Tap::Raw,
            false => Tap::Coded,
        };
        self.gives_raw = tap == Tap::Raw;
        let dog = Watchdog::new(self.kind, interval(self.kind, &choice.native), now().into());
        let loans = Loans::new(backends::of(plan.node.api).terms());
        self.delivery.begin(RunSettings {
            run,
            tap,
            dog,
            loans: loans.clone(),
        });
        self.shared.public().frames = Some(frames(&plan));
        match self.pipeline.as_mut().filter(|p| p.is_resting()) {
            Some(resting) => resting.start_again(&plan, run, loans),
            None => self.build(&plan, choice.candidate, loans)?,
        }
        self.open_by = Some(Instant::now() + OPENING);
        Ok(())
    }

    fn build(&mut self, plan: &Plan, candidate: usize, loans: Loans) -> Result<(), CaptureError> {
        reaper::admit((&self.shared.device.id, plan.node.api), &plan.label)?;
        let run = Run::new(self.run);
        let delivery = self.delivery.clone();
        let messages = self.shared.messages.clone();
        let (of_frame, of_news, of_report) = (run.clone(), run.clone(), run.clone());
        let pipeline = Pipeline::build(
            plan,
            run,
            Arc::new(move |tap, arrived| delivery.deliver(of_frame.number(), tap, arrived)),
            Box::new(move |message| {
                let run = of_news.number();
                drop(messages.send(Message::Bus { run, message }));
            }),
        )?;
        self.watch(candidate);
        let messages = self.shared.messages.clone();
        let report = move |done| {
            let run = of_report.number();
            drop(messages.send(Message::State { run, done }));
        };
        let pipeline = self.pipeline.insert(pipeline);
        pipeline.start(&plan.label, loans, Box::new(report))
    }

    /// The state change that opens the device has come back.
    pub fn opened(&mut self, opened: Result<(), gst::StateChangeError>) {
        self.open_by = None;
        self.delivery.started();
        if opened.is_ok() {
            return;
        }
        // A reason would have been on the bus, and read before this.
        let error = self.error(ErrorKind::Failed, "it did not start, and did not say why");
        match self.phase {
            // It has delivered already.
            Phase::Running => self.broken(),
            _ => self.start_failed(error),
        }
    }

    /// The state change that opens the device does not come back.
    fn overdue(&mut self) {
        let waited = OPENING.as_secs();
        let detail = format!("its driver did not come back from opening it within {waited} s");
        let error = self.error(ErrorKind::TimedOut, &detail);
        self.leave_behind();
        self.start_failed(error);
    }

    /// The device did not start.
    pub fn start_failed(&mut self, error: CaptureError) {
        let was_kept = self.was_kept();
        match std::mem::replace(&mut self.phase, Phase::Closed) {
            Phase::Starting(proposal) if was_kept && error.kind != ErrorKind::Gone => {
                self.open_anew(*proposal, &error);
            }
            Phase::Starting(proposal) => self.failed(*proposal, error),
            other => self.phase = other,
        }
    }

    fn was_kept(&self) -> bool {
        self.pipeline.as_ref().is_some_and(Pipeline::has_rested)
    }

    /// It was stopped and kept open, and does not start in its new mode. Closed and opened, it may.
    fn open_anew(&mut self, mut proposal: Proposal, error: &CaptureError) {
        gst::info!(CAT, "{error}: it is closed and opened again");
        self.close();
        if let Reply::Photo(shot) = &mut proposal.reply {
            shot.look_at(&self.shared, self.run + 1);
        }
        self.open(proposal);
    }

    pub fn error(&self, kind: ErrorKind, detail: &str) -> CaptureError {
        CaptureError::new(kind, &self.shared.device.label, detail)
    }

    pub fn plan(&self) -> Option<Plan> {
        let choice = match &self.phase {
            Phase::Starting(proposal) => Some(&proposal.choice),
            _ => self.choice.as_ref(),
        }?;
        self.plan_of(choice)
    }

    pub fn plan_of(&self, choice: &Choice) -> Option<Plan> {
        let wanted = choice
            .outcomes
            .iter()
            .find_map(|o| o.target.downstream.as_deref());
        let plan = self.modes.plan(choice.candidate, &choice.native, wanted)?;
        Some(Plan {
            latency: choice.latency(),
            decode: choice.needs_raw(),
            processing: choice.processing(),
            ..plan
        })
    }

    /// The device delivers in its new mode.
    pub fn started(&mut self) {
        let Phase::Starting(_) = self.phase else {
            return;
        };
        // It delivers: whatever the state change waits for, nobody waits for that.
        self.open_by = None;
        if self.is_shooting() {
            return self.shot();
        }
        let latency = self.pipeline.as_ref().and_then(Pipeline::latency);
        let frames = self.delivery.frames();
        {
            let mut public = self.shared.public();
            public.latency = latency;
            public.frames = frames.or(public.frames.take());
        }
        if let Phase::Starting(mut proposal) = std::mem::replace(&mut self.phase, Phase::Running) {
            if let Err(error) = self.set_controls_opened(&mut proposal) {
                return self.failed(*proposal, error);
            }
            if !proposal.reply.is_awaited() && !self.roster.members.is_empty() {
                let error = self.error(ErrorKind::TimedOut, "nobody waits for its new mode");
                return self.failed(*proposal, error);
            }
            self.watch_controls();
            self.taken_again();
            if std::mem::take(&mut self.restarting) {
                self.shared.counters.add(Count::Restarts);
            }
            // However silent it was before: it delivers.
            self.mute_at = None;
            self.mute(MutedReason::Stalled, false);
            self.commit(*proposal);
        }
        self.roster
            .feeds()
            .iter()
            .for_each(|f| f.set_waiting(false));
    }

    /// The device did not take a change: the next way to open it is tried, else the old mode.
    fn failed(&mut self, proposal: Proposal, error: CaptureError) {
        gst::info!(CAT, "{error}");
        self.close();
        let node = self
            .modes
            .entries
            .get(proposal.choice.candidate)
            .map(|e| e.node);
        if self.released && !matches!(proposal.reply, Reply::Nobody) {
            // Nothing was open before, and nothing is now.
            self.phase = Phase::Released;
            return proposal.reply.refuse(error.into());
        }
        let error = reaper::explain(&self.shared.device.id, error);
        let Some(before) = self
            .choice
            .clone()
            .filter(|_| !self.roster.members.is_empty())
        else {
            return self.try_next(node, proposal, error);
        };
        if matches!(proposal.reply, Reply::Nobody) {
            if self.opens_once_more(&error) {
                return;
            }
            // The old mode did not come back either, or the device did not get over its error.
            return match self.another_way(proposal.choice.candidate) {
                Some(proposal) => self.open(proposal),
                None => self.lose(&error),
            };
        }
        proposal.reply.refuse(error.into());
        self.open(Proposal {
            roster: self.roster.clone(),
            choice: before,
            reply: Reply::Nobody,
        });
    }

    fn try_next(&mut self, node: Option<usize>, proposal: Proposal, error: CaptureError) {
        let left = node.map(|node| self.modes.without_node(node));
        match left.filter(|modes| !modes.candidates.is_empty()) {
            Some(modes) => {
                self.modes = modes;
                let roster = proposal.roster.against(&self.modes);
                self.propose_instead(roster, proposal.reply, error);
            }
            None => proposal.reply.refuse(error.into()),
        }
    }

    /// For those who are there: the daemon in between may be gone, and the device there.
    pub fn another_way(&mut self, failed: usize) -> Option<Proposal> {
        let node = self.modes.entries.get(failed)?.node;
        let modes = self.modes.without_node(node);
        let roster = self.roster.clone().against(&modes);
        let choice = super::solve::solve(&modes, &roster.wishes(), None).ok()?;
        self.modes = modes;
        Some(Proposal {
            roster,
            choice,
            reply: Reply::Nobody,
        })
    }

    /// A second way to open the device. If it cannot serve, the error of the first is the answer.
    fn propose_instead(
        &mut self,
        roster: super::roster::Roster,
        reply: Reply,
        first: CaptureError,
    ) {
        match super::solve::solve(&self.modes, &roster.wishes(), None) {
            Ok(choice) => self.open(Proposal {
                roster,
                choice,
                reply,
            }),
            Err(_) => reply.refuse(OpenError::Capture(first)),
        }
    }

    /// A deadline passed.
    pub fn tick(&mut self) {
        self.mute_if_due();
        if matches!(self.phase, Phase::Lost(_)) {
            return self.still_lost();
        }
        if let Some(by) = self.open_by {
            if Instant::now() >= by {
                self.overdue();
            }
            return;
        }
        self.release_when_due();
        if matches!(self.phase, Phase::Released) {
            return;
        }
        if let Some(verdict) = self.delivery.check() {
            self.watched(verdict);
        }
    }

    /// The watchdog has something to say.
    pub fn watched(&mut self, verdict: Verdict) {
        if verdict == Verdict::Stalled {
            self.delivery.forget_unseen();
            // Silent in a mode that it was not opened for: that may be why.
            if matches!(self.phase, Phase::Starting(_)) && self.was_kept() {
                let error = self.error(ErrorKind::TimedOut, "no frame came in its new mode");
                return self.start_failed(error);
            }
        }
        match std::mem::replace(&mut self.phase, Phase::Running) {
            // Opened, and silent: the track lives and is muted.
            Phase::Starting(proposal) if self.roster.members.is_empty() => {
                self.commit(*proposal);
                self.mute(MutedReason::Stalled, verdict == Verdict::Stalled);
            }
            // The same for a device that was taken again, or went back to its old mode.
            Phase::Starting(proposal) if matches!(proposal.reply, Reply::Nobody) => {
                self.mute(MutedReason::Stalled, verdict == Verdict::Stalled);
                self.taken_again();
                self.commit(*proposal);
                self.roster
                    .feeds()
                    .iter()
                    .for_each(|f| f.set_waiting(false));
            }
            Phase::Starting(proposal) => {
                let error = self.error(ErrorKind::TimedOut, "no frame came in its new mode");
                self.phase = Phase::Closed;
                self.failed(*proposal, error);
            }
            Phase::Running => self.mute(MutedReason::Stalled, verdict == Verdict::Stalled),
            other => self.phase = other,
        }
    }
}

/// What comes out of the private pipeline: the device's format, or what decoders usually make.
pub(super) fn frames(plan: &Plan) -> gst::Caps {
    if plan.media_type.is_raw() {
        return plan.caps.clone();
    }
    let mut raw = gst::Structure::builder("video/x-raw")
        .field("format", "I420")
        .build();
    if let Some(coded) = plan.caps.structure(0) {
        for field in ["width", "height", "framerate"] {
            if let Ok(value) = coded.value(field) {
                raw.set_value(field, value.clone());
            }
        }
    }
    gst::Caps::from(raw)
}

fn interval(kind: Kind, native: &NativePoint) -> Duration {
    match (kind, native) {
        (Kind::Video, NativePoint::Video { frame_rate, .. }) => frame_rate
            .map(|rate| rate.as_f64())
            .filter(|rate| *rate > 0.0)
            .and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok())
            .map_or(UNKNOWN_INTERVAL, |interval| interval.min(LONGEST_INTERVAL)),
        _ => AUDIO_PERIOD,
    }
}
