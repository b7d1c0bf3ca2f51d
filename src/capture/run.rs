//! Opening, closing and watching the device: the other half of the worker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::delivery::{RunSettings, now};
use super::message::{Message, Reply};
use super::pipeline::{Pipeline, Plan};
use super::solve::Choice;
use super::source::abandon;
use super::worker::{Phase, Proposal, Worker};
use super::{CAT, CaptureError, ErrorKind, OpenError, Tap, backends};
use crate::model::constraints::{Kind, NativePoint};
use crate::model::lifecycle::{EndReason, MutedReason, SourceInput, Verdict, Watchdog};

/// How long after a fatal error the device list may take to say that the device is gone.
const VERDICT: Duration = Duration::from_millis(900);
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
        self.delivery.set_audience(Arc::new([]));
        self.close();
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
        let terms = backends::of(plan.node.api).terms();
        self.delivery.begin(RunSettings {
            run,
            tap,
            dog,
            terms,
        });
        self.shared.public().frames = Some(frames(&plan));
        let delivery = self.delivery.clone();
        let messages = self.shared.messages.clone();
        let pipeline = Pipeline::build(
            &plan,
            Arc::new(move |tap, sample, base| delivery.deliver(run, tap, sample, base)),
            Box::new(move |message| drop(messages.send(Message::Bus { run, message }))),
        )?;
        self.watch(choice.candidate);
        let started = pipeline.start();
        self.pipeline = Some(pipeline);
        // The reason is on the bus already; only without one there is nothing better to say.
        started.map_err(|_| {
            self.first_error(&plan).unwrap_or_else(|| {
                self.error(ErrorKind::Failed, "it did not start, and did not say why")
            })
        })
    }

    /// The first error of this run among the messages that wait.
    fn first_error(&mut self, plan: &Plan) -> Option<CaptureError> {
        let run = self.run;
        let mut found = None;
        for message in self.drain_inbox() {
            match &message {
                Message::Bus { run: of, message } if *of == run => {
                    found = found.or_else(|| self.explain(plan, message));
                }
                _ => self.put_back(message),
            }
        }
        found
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
        Some(self.error(kind, reason.message()))
    }

    fn error(&self, kind: ErrorKind, detail: &str) -> CaptureError {
        CaptureError::new(kind, &self.shared.device.label, detail)
    }

    fn plan(&self) -> Option<Plan> {
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
            // However silent it was before: it delivers.
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
        let Some(before) = self
            .choice
            .clone()
            .filter(|_| !self.roster.members.is_empty())
        else {
            return self.try_next(node, proposal, error);
        };
        if matches!(proposal.reply, Reply::Nobody) {
            // The old mode did not come back either.
            return self.end(EndReason::Failed);
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
        if let Phase::Lost(until) = self.phase {
            if Instant::now() >= until {
                self.end(EndReason::Failed);
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

    /// Something was posted on the private bus.
    pub fn heard(&mut self, message: &gst::Message) {
        let error = match (message.view(), self.plan()) {
            (gst::MessageView::Error(_), Some(plan)) => self.explain(&plan, message),
            // After a fatal error comes an EOS; `run` has moved on by then, or the phase has.
            (gst::MessageView::Eos(_), _) => None,
            _ => return,
        };
        match (std::mem::replace(&mut self.phase, Phase::Closed), error) {
            (Phase::Starting(proposal), error) => {
                let error = error
                    .unwrap_or_else(|| self.error(ErrorKind::Failed, "it ended before it began"));
                self.failed(*proposal, error);
            }
            (Phase::Running, None) => self.end(EndReason::Exhausted),
            (Phase::Running, Some(error)) if error.kind == ErrorKind::Gone => {
                self.end(EndReason::Unplugged)
            }
            (Phase::Running, Some(_)) => {
                self.close();
                self.phase = Phase::Lost(Instant::now() + VERDICT);
            }
            (phase, _) => self.phase = phase,
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

    /// The device is lost: every track is told once, then the device is closed.
    pub fn end(&mut self, reason: EndReason) {
        abandon(&self.shared);
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        self.apply(SourceInput::End(reason));
        if let Phase::Starting(proposal) = phase {
            proposal.reply.refuse(self.gone("it was unplugged"));
        }
        self.stop();
        self.unwatch();
        self.controls.close();
    }

    /// Closes the device. Blocks for as long as the driver does.
    pub fn close(&mut self) {
        self.stop();
        if !matches!(self.phase, Phase::Ended) {
            self.phase = Phase::Closed;
        }
    }

    fn stop(&mut self) {
        self.delivery.forget_loans();
        if let Some(pipeline) = self.pipeline.take() {
            pipeline.stop();
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
