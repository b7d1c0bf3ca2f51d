//! One consumer of a track: takes frames from its feed and makes of them what the track's state
//! and the consumer's caps say.
//!
//! What it makes where nothing comes is in `filling`. Everything here runs on the consumer's own streaming thread, except [`Station`], through which
//! the track wakes it.

use std::sync::Arc;

use gst::ClockTime;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::MediaStreamTrack;
use super::output::{Content, Output};
use super::pace::{Pace, Place, SILENCE, interval, rate};
use super::spacing::{at_rate_of, spacing};
use super::standing::Standing;
use crate::caps::write;
use crate::capture::{
    Adapter, CaptureError, Connection, ErrorKind, Feed, Frame, Membership, Moment, Next, OpenError,
    Tap, Target, Zero,
};
use crate::model::constraints::Kind;
use crate::model::lifecycle::{Flow, TrackEvent};
use crate::model::statistics::Fate;

/// What flows while a track is muted, disabled or not yet delivering.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, glib::Enum)]
#[enum_type(name = "GstMediaTrackMutedOutput")]
pub enum MutedOutput {
    /// Black pictures, or silence.
    #[default]
    #[enum_value(name = "Black or silence in the caps in force", nick = "zero")]
    Zero,
    /// GAP events.
    #[enum_value(name = "GAP events", nick = "gap")]
    Gap,
    /// Nothing.
    #[enum_value(name = "Nothing", nick = "none")]
    None,
}

/// Why a consumer could not be connected.
#[derive(Debug)]
pub enum ConsumerError {
    /// The track has ended.
    Ended,
    /// The track cannot be made into what the consumer takes.
    Open(OpenError),
}

/// Hears of every event of a track, on the dispatcher.
pub type News = Box<dyn Fn(&MediaStreamTrack, TrackEvent) + Send + Sync>;

/// What the track knows of a consumer.
pub(super) struct Station {
    feed: Arc<Feed>,
    news: News,
}

impl Station {
    /// Of somebody who only wants to be woken.
    pub fn silent(feed: Arc<Feed>) -> Self {
        let news: News = Box::new(|_, _| ());
        Self { feed, news }
    }

    pub fn wake(&self) {
        self.feed.wake();
    }

    pub fn tell(&self, track: &MediaStreamTrack, event: TrackEvent) {
        (self.news)(track, event);
    }
}

/// What a frame became.
enum Made {
    Frame(Frame),
    /// Nothing, or nothing yet.
    Nothing(Fate),
}

/// One consumer of a track.
pub struct Consumer {
    pub(super) track: MediaStreamTrack,
    pub(super) connection: Arc<Connection>,
    pub(super) station: Arc<Station>,
    pub(super) target: Arc<Target>,
    pub(super) pace: Pace,
    /// What the frames are before they are adapted, and what they become.
    pub(super) frames: Option<(gst::Caps, gst::Caps)>,
    pub(super) adapter: Option<Adapter>,
    pub(super) zero: Option<Zero>,
    pub(super) discont: bool,
    /// Frames a second of the track: pictures, or samples.
    pub(super) rate: Option<f64>,
    /// What its reader saw last, where pictures stand still.
    pub(super) standing: Standing,
    /// How far apart pictures of a canvas are at the least, and how long the next is waited for beyond that.
    pub(super) apart: Option<(ClockTime, ClockTime)>,
    /// What the frames are said to be, where that is other words for what they are; pictures of a canvas are said to be
    /// of the rate of the track.
    pub(super) labelled: Option<gst::Caps>,
    /// Whether that is what they are to become.
    pub(super) is_right: bool,
    /// Whether the adapter has made anything.
    pub(super) is_proven: bool,
}

impl Consumer {
    pub(super) fn connect(
        track: &MediaStreamTrack,
        caps: &gst::Caps,
        news: News,
    ) -> Result<Self, ConsumerError> {
        let membership = track.imp().lock().membership.clone();
        let membership = membership.ok_or(ConsumerError::Ended)?;
        let connection = membership.connect(caps).map_err(ConsumerError::Open)?;
        let feed = connection.feed().clone();
        let station = Arc::new(Station {
            feed: feed.clone(),
            news,
        });
        track.imp().lock().consumers.push(Arc::downgrade(&station));
        let target = feed.target();
        let interval = interval(track.track_kind(), &target);
        let mut consumer = Self {
            track: track.clone(),
            station,
            pace: Pace::new(interval, now()),
            rate: rate(track.track_kind(), &target),
            target,
            frames: None,
            adapter: None,
            zero: None,
            discont: true,
            connection: Arc::new(connection),
            standing: Standing::default(),
            apart: None,
            labelled: None,
            is_right: false,
            is_proven: false,
        };
        if consumer.target.tap == Tap::Raw
            && let Some(frames) = consumer.connection.membership().frames()
        {
            consumer.expect(&frames);
        }
        Ok(consumer)
    }

    /// The track it reads.
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// A handle to stop and restart [`Self::next`] from another thread.
    pub fn feed(&self) -> Arc<Feed> {
        self.station.feed.clone()
    }

    /// Where the caps of the consumer can be changed, from a thread that may wait.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The caps in force, once known.
    pub fn caps(&self) -> Option<&gst::Caps> {
        self.frames.as_ref().map(|(_, output)| output)
    }

    /// Time between capture and delivery here: the device's, and one buffer.
    pub fn latency(&self) -> ClockTime {
        let device = self.connection.membership().latency().unwrap_or_default();
        device.max(self.pace.interval)
    }

    /// Goes on where another consumer stopped: times rise across the change.
    pub fn succeed(&mut self, other: &Self) {
        let interval = self.pace.interval;
        self.pace = other.pace.clone();
        self.pace.interval = interval;
    }

    /// The end of what was made last.
    pub fn time(&self) -> ClockTime {
        self.pace.next
    }

    /// Goes on at `time`, where something else ended.
    pub fn go_on_at(&mut self, time: ClockTime) {
        self.pace.go_on_at(time);
    }

    /// Goes on from the present, after a time in which nobody read.
    pub fn resume(&mut self) {
        let latency = self.latency();
        self.pace.skip_to(now().saturating_sub(latency));
        self.discont = true;
        self.standing.owe();
    }

    /// What it gave last came to nothing.
    pub fn miss(&mut self) {
        self.standing.miss();
    }

    /// Waits for what comes next. With `linger`, an ended track goes on as a muted one.
    pub fn next(&mut self, muted: MutedOutput, linger: bool) -> Output {
        loop {
            let flow = self.track.flow();
            if flow == Flow::Nothing && !linger {
                return Output::Ended;
            }
            let live = flow == Flow::Live;
            let feed = self.station.feed.clone();
            self.look(live);
            if (live || self.stands_still(muted))
                && feed.is_empty()
                && let Some(output) = self.catch_up(live)
            {
                return output;
            }
            let fills = (!live || feed.is_waiting()) && muted != MutedOutput::None;
            let deadline = match fills {
                true => Some(self.due()),
                false => self.patience(muted),
            };
            let output = match feed.next(deadline) {
                Next::Flushing => return Output::Flushing,
                Next::Woken => {
                    self.retarget(feed.target());
                    return Output::Woken;
                }
                Next::Failed(error) => return Output::Failed(error),
                Next::Nothing if fills => self.fill(muted),
                Next::Nothing => self.bridge(muted),
                Next::Frame(frame) if self.standing.has_shown(&frame) => None,
                // The state may have changed while it waited: never a live frame once it has.
                Next::Frame(frame) if self.track.flow() == Flow::Live => self.adapt(frame),
                Next::Frame(frame) => self.replace(&frame, muted),
            };
            if let Some(output) = output {
                return output;
            }
        }
    }

    /// Whether it is of this kind, and of a source without a device.
    pub(super) fn is_generated(&self, kind: Kind) -> bool {
        self.track.track_kind() == kind
            && matches!(self.connection.membership(), Membership::Generator(_))
    }

    fn retarget(&mut self, target: Arc<Target>) {
        if self.target == target {
            return;
        }
        let kind = self.track.track_kind();
        self.pace.interval = interval(kind, &target);
        self.rate = rate(kind, &target);
        self.target = target;
        if let Some((input, _)) = self.frames.take() {
            self.expect(&input);
        }
    }

    /// Prepares for frames of `input`: what they become, and by what.
    pub(super) fn expect(&mut self, input: &gst::Caps) {
        if self
            .frames
            .as_ref()
            .is_some_and(|(known, _)| known == input)
        {
            return;
        }
        let downstream = self.target.downstream.as_deref();
        let output = write::output(&self.target.settings, input, downstream);
        self.apart = self
            .is_generated(Kind::Video)
            .then(|| spacing(self.rate, input))
            .flatten();
        let mut labelled = write::spelled_out(input);
        if self.is_generated(Kind::Video) {
            labelled = at_rate_of(&labelled, &output);
        }
        if labelled == output {
            // One object, so that nobody has to compare them for each frame.
            labelled = output.clone();
        }
        self.is_right = Adapter::is_needless(&labelled, &output);
        self.labelled = (labelled != *input).then_some(labelled);
        // Made when a frame needs it.
        self.adapter = None;
        gst::debug!(
            super::super::CAT,
            obj = self.track,
            "{input} becomes {output}"
        );
        self.frames = Some((input.clone(), output));
    }

    /// A live frame.
    fn adapt(&mut self, frame: Frame) -> Option<Output> {
        self.expect(&frame.caps);
        if let Some((apart, grace)) = self.apart
            && self.standing.is_early(&frame, apart, grace)
        {
            return None;
        }
        let (captured, duration) = (frame.captured, frame.duration);
        self.standing.come();
        let (fate, output) = self.send(frame);
        if self.station.feed.is_counting()
            && let Some(tally) = self.track.imp().tally()
        {
            let moment = Moment {
                captured,
                duration,
                rate: self.rate,
            };
            tally.count(fate, moment);
        }
        output
    }

    pub(super) fn send(&mut self, frame: Frame) -> (Fate, Option<Output>) {
        self.expect(&frame.caps);
        self.discont |= frame.discont;
        let frame = match self.convert(frame) {
            Ok(Made::Frame(frame)) => frame,
            Ok(Made::Nothing(fate)) => return (fate, None),
            Err(error) => return (Fate::Dropped, Some(Output::Failed(error.into()))),
        };
        match self.stamp(frame) {
            Some(output) => (Fate::Delivered, Some(output)),
            None => {
                // Older than what was sent in its place: it is seen at the present time.
                self.standing.owe();
                (Fate::Dropped, None)
            }
        }
    }

    /// Gives a frame its place in time; `None`: there is none left.
    fn stamp(&mut self, frame: Frame) -> Option<Output> {
        let place = self.place(frame.captured, frame.duration)?;
        if self.is_generated(Kind::Video) {
            self.standing.show(&frame);
        }
        let duration = self.pace.next - place.at;
        Some(Output::Buffer {
            caps: frame.caps.clone(),
            content: Content::Media(frame),
            at: place.at,
            duration,
            discont: std::mem::take(&mut self.discont) || place.discont,
        })
    }

    /// The frame as promised.
    fn convert(&mut self, frame: Frame) -> Result<Made, CaptureError> {
        let Some((input, output)) = self.frames.as_ref() else {
            return Ok(Made::Nothing(Fate::Dropped));
        };
        // How often its pictures come is decided here, and not by what they are called.
        let input = self.labelled.as_ref().unwrap_or(input);
        let frame = match &self.labelled {
            Some(labelled) => Frame {
                caps: labelled.clone(),
                ..frame
            },
            None => frame,
        };
        if self.target.tap == Tap::Coded || self.is_right {
            return Ok(Made::Frame(frame));
        }
        let adapter = match self.adapter.take() {
            Some(adapter) => adapter,
            None => {
                self.is_proven = false;
                Adapter::new(&self.track.label(), input, output)?
            }
        };
        let adapted = self.adapter.insert(adapter).adapt(&frame);
        self.is_proven |= matches!(adapted, Ok(Some(_)));
        Ok(match (adapted, self.track.track_kind()) {
            (Ok(Some(frame)), _) => Made::Frame(frame),
            // Only a lower rate leaves pictures out.
            (Ok(None), Kind::Video) => Made::Nothing(Fate::Discarded),
            // The resampler keeps some for the next.
            (Ok(None), Kind::Audio) => Made::Nothing(Fate::Delivered),
            // It has never worked, and never will.
            (Err(gst::FlowError::NotNegotiated), _) if !self.is_proven => {
                let what =
                    format!("nothing makes {output} of {input}: ask for other caps downstream");
                let (failed, label) = (ErrorKind::Failed, self.track.label());
                return Err(CaptureError::new(failed, &label, what));
            }
            (Err(error), _) => {
                gst::warning!(super::super::CAT, obj = self.track, "frame lost: {error:?}");
                Made::Nothing(Fate::Dropped)
            }
        })
    }

    pub(super) fn place(
        &mut self,
        captured: ClockTime,
        duration: Option<ClockTime>,
    ) -> Option<Place> {
        match self.track.track_kind() {
            Kind::Video => self.pace.picture(captured, duration),
            Kind::Audio => self.pace.sound(captured, duration.unwrap_or(SILENCE)),
        }
    }
}

pub(super) fn now() -> ClockTime {
    gst::SystemClock::obtain().time()
}
