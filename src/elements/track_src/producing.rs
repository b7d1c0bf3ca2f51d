//! The streaming thread: what it sends, and when.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use gst::prelude::*;
use gst_base::prelude::*;

use super::core::Core;
use super::opening::{self, consumer_caps};
use super::settings::OnEnded;
use super::state::Phase;
use super::stream::Stream;
use crate::capture::Label;
use crate::elements::message;
use crate::media::track::{Consumer, MutedOutput, Output};
use crate::media::{MediaStreamTrack, dispatch};
use crate::model::constraints::Kind;
use crate::model::lifecycle::{Flow, Recovery};

/// Where nothing was agreed on for so long, nothing will be.
const ANSWERED: Duration = Duration::from_secs(2);

/// What a stream begins with.
enum Beginning {
    Live(Box<Consumer>),
    /// A track that the application gave, and that had ended.
    Ended(MediaStreamTrack),
}

/// What the streaming thread does next.
enum Step {
    /// Deal with this.
    Output(Output),
    /// Look at everything again.
    Again,
}

impl Core {
    /// The next buffer. Runs on the streaming thread.
    pub fn create(&self, element: &gst_base::BaseSrc) -> Result<gst::Buffer, gst::FlowError> {
        let mut stream = self.stream().take().ok_or(gst::FlowError::Flushing)?;
        let result = self.produce(element, &mut stream);
        let mut place = self.stream();
        // `stop` waits for this thread, so the place is still ours.
        *place = Some(stream);
        result
    }

    fn produce(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
    ) -> Result<gst::Buffer, gst::FlowError> {
        loop {
            self.take_consumer(element, stream)?;
            let output = match self.step(element, stream)? {
                Step::Output(output) => output,
                Step::Again => continue,
            };
            match output {
                Output::Flushing => return Err(gst::FlowError::Flushing),
                Output::Woken => {
                    if let Some(consumer) = &stream.consumer {
                        self.update_latency(element, consumer.latency());
                    }
                    stream.announce(element.src_pad());
                }
                Output::Failed(error) => {
                    message::post_open_error(element.upcast_ref(), &error);
                    return Err(gst::FlowError::Error);
                }
                // Ended between the two looks at it: look again.
                Output::Ended if self.lingers(stream) => {}
                Output::Ended => return Err(gst::FlowError::Eos),
                Output::Gap { at, duration } => self.gap(element, stream, at, duration),
                Output::Buffer {
                    content,
                    caps,
                    at,
                    duration,
                    discont,
                } => {
                    let Some(at) = stream.timeline.running_time(element.upcast_ref(), at) else {
                        stream.consumer.iter_mut().for_each(|c| c.miss());
                        continue;
                    };
                    if let Err(error) = self.send_caps(element, stream, caps) {
                        match self.asks_again(element, stream) {
                            true => continue,
                            false => return Err(error),
                        }
                    }
                    stream.announce(element.src_pad());
                    stream.has_segment = true;
                    return Ok(content.labelled(Label {
                        pts: at,
                        duration,
                        discont,
                    }));
                }
            }
        }
    }

    /// What comes next, of the track or of what follows on it.
    fn step(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
    ) -> Result<Step, gst::FlowError> {
        if std::mem::take(&mut self.shared().lock().flushed) {
            stream.has_segment = false;
            stream.resume();
        }
        self.recover(element, stream);
        let lingers = self.lingers(stream);
        if lingers
            && stream.is_given
            && !stream.recovers
            && stream.rest.is_none()
            && let Some(track) = stream.track().cloned()
        {
            stream.begin_rest(track, &consumer_caps(element));
        }
        let muted = self.muted_output();
        if stream.rest.is_some() {
            return match lingers {
                true => self.rest(element, stream, muted),
                false => Err(gst::FlowError::Eos),
            };
        }
        Ok(match stream.consumer.as_mut() {
            Some(consumer) => Step::Output(consumer.next(muted, lingers)),
            None => Step::Again,
        })
    }

    /// Whether an ended track's pad goes on: with `on-ended`, that of a lost device, and that of a
    /// track that the application gave whatever ended it.
    fn lingers(&self, stream: &Stream) -> bool {
        let has_ended = |track: &MediaStreamTrack| {
            track.lost().is_some() || stream.is_given && track.flow() == Flow::Nothing
        };
        self.on_ended() != OnEnded::Eos && stream.track().is_some_and(has_ended)
    }

    /// Begins or gives up taking a lost device again. Where there was none, there is none to take.
    fn recover(&self, element: &gst_base::BaseSrc, stream: &mut Stream) {
        let reconnects = self.on_ended() == OnEnded::Reconnect;
        let lost = stream
            .track()
            .filter(|track| reconnects && track.lost().is_some());
        let lost = lost
            .filter(|track| track.source_device().is_some())
            .cloned();
        if lost.is_some() == stream.recovers {
            return;
        }
        let recovers = lost.is_some();
        stream.recovers = recovers && opening::begin(self, element, lost);
        if !recovers {
            self.give_up();
        }
    }

    /// Silence after the end.
    fn rest(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
        muted: MutedOutput,
    ) -> Result<Step, gst::FlowError> {
        if std::mem::take(&mut stream.renegotiates) {
            let accepted = consumer_caps(element);
            if let Some(rest) = &mut stream.rest {
                rest.renegotiate(&accepted);
            }
        }
        let Some(rest) = &mut stream.rest else {
            return Ok(Step::Again);
        };
        let due = (muted != MutedOutput::None).then(|| rest.due());
        if !self.shared().is_idle_until(due) {
            return Ok(Step::Again);
        }
        // Downstream may not take another number of channels in the middle of a stream.
        while let Some(caps) = stream.promised().cloned() {
            let sent = self.send_caps(element, stream, caps);
            match (sent, stream.rest.as_mut()) {
                (Ok(()), Some(rest)) => return Ok(Step::Output(rest.fill(muted))),
                (Err(_), Some(rest)) => rest.leave_out_refused(),
                (_, None) => return Ok(Step::Again),
            }
        }
        // Nothing of what it said: it is asked again, and this buffer left out.
        if let Some(rest) = &mut stream.rest {
            drop(rest.fill(MutedOutput::Gap));
        }
        stream.renegotiates = true;
        match self.asks_again(element, stream) {
            true => Ok(Step::Again),
            false => Err(gst::FlowError::NotNegotiated),
        }
    }

    /// Another mode or rate has another latency: the pipeline has to know.
    fn update_latency(&self, element: &gst_base::BaseSrc, latency: gst::ClockTime) {
        let old = self.shared().lock().latency.replace(latency);
        if old != Some(latency) {
            let message = gst::message::Latency::builder().src(element).build();
            message::send(element.upcast_ref(), message);
        }
    }

    /// Waits for a track if there is none, and takes a new one as soon as it is there.
    fn take_consumer(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
    ) -> Result<(), gst::FlowError> {
        let goes_on = self.on_ended() != OnEnded::Eos && !self.is_part();
        let mut state = self.shared().lock();
        let beginning = loop {
            if state.flushing {
                return Err(gst::FlowError::Flushing);
            }
            if state.paused {
                let changed = &self.shared().changed;
                state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            match std::mem::replace(&mut state.phase, Phase::Streaming) {
                Phase::Ready(consumer) => break Beginning::Live(consumer),
                Phase::Failed => {
                    state.phase = Phase::Failed;
                    return Err(gst::FlowError::Error);
                }
                Phase::Ended(Some(track)) if goes_on => break Beginning::Ended(track),
                phase @ Phase::Ended(_) => {
                    state.phase = phase;
                    return Err(gst::FlowError::Eos);
                }
                phase if stream.track().is_some() => {
                    state.phase = phase;
                    return Ok(());
                }
                phase => state.phase = phase,
            }
            let changed = &self.shared().changed;
            state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        let group = *state.group.get_or_insert_with(gst::GroupId::next);
        stream.is_given = !state.owned && !self.is_part();
        drop(state);
        let track = match beginning {
            Beginning::Live(fresh) => stream.begin(fresh),
            Beginning::Ended(track) => stream.begin_rest(track, &consumer_caps(element)),
        };
        self.begin_stream(element, &track, group);
        Ok(())
    }

    fn begin_stream(
        &self,
        element: &gst_base::BaseSrc,
        track: &MediaStreamTrack,
        group: gst::GroupId,
    ) {
        let of_kind = match self.kind {
            Kind::Audio => gst::StreamType::AUDIO,
            Kind::Video => gst::StreamType::VIDEO,
        };
        let id = track.id();
        let description = gst::Stream::new(Some(&id), None, of_kind, gst::StreamFlags::empty());
        let start = gst::event::StreamStart::builder(&id)
            .group_id(group)
            .stream(description)
            .build();
        element.src_pad().push_event(start);
        // Not here: no handler of an application runs on the streaming thread.
        let element = element.downgrade();
        dispatch(move || {
            if let Some(element) = element.upgrade() {
                element.notify("track");
            }
        });
    }

    /// A lost device is not waited for any more.
    fn give_up(&self) {
        self.shared().lock().recovery = Recovery::default();
        self.shared().changed.notify_all();
    }

    fn send_caps(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
        caps: gst::Caps,
    ) -> Result<(), gst::FlowError> {
        if stream.caps.as_ref() == Some(&caps) {
            return Ok(());
        }
        // What the base class says is not whether they were taken.
        if !element.src_pad().peer_query_accept_caps(&caps) || element.set_caps(&caps).is_err() {
            return Err(gst::FlowError::NotNegotiated);
        }
        stream.caps = Some(caps);
        stream.refused = None;
        Ok(())
    }

    /// Whether who refused the caps has to be asked again what it takes: a mixer takes another rate as soon
    /// as one of its inputs has settled it. Buffers are left out until the answer is there, but not
    /// for ever.
    fn asks_again(&self, element: &gst_base::BaseSrc, stream: &mut Stream) -> bool {
        let is_first = stream.refused.is_none();
        let since = *stream.refused.get_or_insert_with(Instant::now);
        if is_first || element.src_pad().check_reconfigure() {
            self.reconfigure(element);
        }
        since.elapsed() < ANSWERED
    }

    /// A GAP event in place of a buffer. It needs a segment before it as a buffer does.
    fn gap(
        &self,
        element: &gst_base::BaseSrc,
        stream: &mut Stream,
        at: gst::ClockTime,
        duration: gst::ClockTime,
    ) {
        let Some(at) = stream.timeline.running_time(element.upcast_ref(), at) else {
            return;
        };
        if let Some(caps) = stream.promised().cloned()
            && self.send_caps(element, stream, caps).is_err()
        {
            return;
        }
        let pad = element.src_pad();
        if !std::mem::replace(&mut stream.has_segment, true) {
            let segment = gst::FormattedSegment::<gst::ClockTime>::new();
            pad.push_event(gst::event::Segment::new(&segment));
        }
        stream.announce(element.src_pad());
        pad.push_event(gst::event::Gap::builder(at).duration(duration).build());
    }
}
