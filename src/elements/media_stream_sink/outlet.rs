//! Where one pad leads: to a track, as long as there is something to come, and to the next one after that.
//!
//! Streaming threads, the clock's thread, and the application's ask for things at the same time. What is
//! to be done is decided under the lock and noted; whoever finds nobody at work carries it out, in the order
//! of the notes.
//!
//! Lock: `state` is a leaf. Nothing of GStreamer is called, and no picture is dropped, while it is held.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::ClockTime;
use gst::glib;
use gst::prelude::*;

use super::CAT;
use super::picture::{Picture, shared};
use crate::capture::{CaptureError, Generator, Loans, Terms};
use crate::media::{CanvasCaptureMediaStreamTrack, MediaStream, MediaStreamTrack};
use crate::model::constraints::Kind;
use crate::model::lifecycle::{Canvas, CanvasInput, EndReason, FrameRequestRate};

/// Buffers that readers may have at a time; who has more gets copies. A producer must never wait for one.
const LENT: u32 = 8;
/// Buffers that may be kept in all: the picture that was drawn last, and the one that is being drawn.
pub(super) const KEPT: u32 = LENT + 2;

/// A track, and what feeds it.
#[derive(Debug, Clone)]
struct Life {
    generator: Generator,
    track: MediaStreamTrack,
}

/// What is to be done without the lock.
enum Errand {
    /// The track joins the stream.
    Join(MediaStreamTrack),
    /// It delivers nothing now, or something again.
    Mute(Generator, bool),
    /// It gets a frame.
    Feed(Generator, Picture, Option<ClockTime>),
    /// It ends, and then leaves the stream.
    End(Life),
    /// There is something to capture then.
    Wake(Duration),
}

struct State {
    life: Option<Life>,
    rate: FrameRequestRate,
    canvas: Canvas,
    /// The picture that was drawn last.
    drawn: Option<Picture>,
    is_muted: bool,
    /// No other track follows the one that is there.
    is_closed: bool,
    errands: VecDeque<Errand>,
    is_busy: bool,
    /// When the clock will wake us.
    timer: Option<(gst::SingleShotClockId, Duration)>,
    /// What was drawn can be no track.
    refused: Option<CaptureError>,
}

impl State {
    fn new(rate: FrameRequestRate) -> Self {
        Self {
            life: None,
            rate,
            canvas: Canvas::new(rate, now()),
            drawn: None,
            is_muted: true,
            is_closed: false,
            errands: VecDeque::new(),
            is_busy: false,
            timer: None,
            refused: None,
        }
    }

    fn mute(&mut self, is_muted: bool) {
        if let Some(life) = self.life.as_ref().filter(|_| is_muted != self.is_muted) {
            let generator = life.generator.clone();
            self.errands.push_back(Errand::Mute(generator, is_muted));
            self.is_muted = is_muted;
        }
    }

    fn happens(&mut self, input: CanvasInput, now: Duration, at: Option<ClockTime>) {
        let paint = self.canvas.apply(input, now);
        if let Some(drawn) = self.drawn.clone().filter(|_| paint.capture) {
            self.feed(drawn, at);
        }
        self.errands.extend(paint.wake.map(Errand::Wake));
    }

    fn feed(&mut self, picture: Picture, at: Option<ClockTime>) {
        if let Some(life) = &self.life {
            let generator = life.generator.clone();
            self.errands.push_back(Errand::Feed(generator, picture, at));
        }
    }
}

/// One pad's end of it.
pub(super) struct Outlet {
    kind: Kind,
    label: String,
    stream: MediaStream,
    pad: glib::WeakRef<gst::Pad>,
    loans: Loans,
    state: Mutex<State>,
}

impl Outlet {
    /// For `pad`, whose tracks are of `stream` and called `label`.
    pub fn new(
        kind: Kind,
        label: String,
        stream: &MediaStream,
        pad: &gst::Pad,
        rate: FrameRequestRate,
    ) -> Arc<Self> {
        Arc::new(Self {
            kind,
            label,
            stream: stream.clone(),
            pad: pad.downgrade(),
            loans: Loans::new(Terms {
                most: Some(LENT as usize),
                is_lasting: |_| true,
            }),
            state: Mutex::new(State::new(rate)),
        })
    }

    /// Audio or video.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What leads here, as long as it is there.
    pub fn pad(&self) -> Option<gst::Pad> {
        self.pad.upgrade()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first track: in the stream when this returns. If it is `announced`, that is an event as well.
    pub fn open(self: &Arc<Self>, announced: bool) {
        let Some(life) = self.make() else { return };
        let track = life.track.clone();
        self.lock().life = Some(life);
        match announced {
            true => self.stream.add_by_agent(&track),
            false => self.stream.add_track(&track),
        }
    }

    /// Another track, if the last one has ended.
    pub fn begin(self: &Arc<Self>) {
        let is_there = |state: &State| state.life.is_some() || state.is_closed;
        if is_there(&self.lock()) {
            return;
        }
        let Some(life) = self.make() else { return };
        let now = now();
        let unwanted = {
            let mut state = self.lock();
            if is_there(&state) {
                Some(life)
            } else {
                let track = life.track.clone();
                state.life = Some(life);
                state.is_muted = true;
                state.canvas = Canvas::new(state.rate, now);
                state.errands.push_back(Errand::Join(track));
                None
            }
        };
        if let Some(life) = unwanted {
            life.track.stop();
        }
        self.work();
    }

    fn make(self: &Arc<Self>) -> Option<Life> {
        let generator = Generator::new(self.kind, &self.label);
        let track = match self.kind {
            Kind::Audio => MediaStreamTrack::generated(&generator),
            Kind::Video => {
                let outlet = Arc::downgrade(self);
                let request = move || {
                    if let Some(outlet) = outlet.upgrade() {
                        outlet.request();
                    }
                };
                let pad = self.pad()?;
                CanvasCaptureMediaStreamTrack::generated(&generator, &pad, Arc::new(request))
                    .upcast()
            }
        };
        Some(Life { generator, track })
    }

    /// Something is shown or played, at this time.
    ///
    /// # Errors
    ///
    /// When it is nothing that a track could be.
    pub fn draw(
        self: &Arc<Self>,
        picture: Picture,
        at: Option<ClockTime>,
    ) -> Result<(), CaptureError> {
        self.begin();
        let before = self.lock().drawn.clone();
        let is_known = before.is_some_and(|before| before.looks_like(&picture));
        let now = now();
        let old = {
            let mut state = self.lock();
            // Only while its pipeline plays is anything shown.
            state.mute(false);
            match self.kind {
                Kind::Video if is_known => Some(picture),
                Kind::Video => {
                    let old = state.drawn.replace(picture);
                    state.happens(CanvasInput::Drawn, now, at);
                    old
                }
                Kind::Audio => {
                    state.feed(picture, at);
                    None
                }
            }
        };
        drop(old);
        self.work();
        self.lock().refused.take().map_or(Ok(()), Err)
    }

    /// `requestFrame()`
    pub fn request(self: &Arc<Self>) {
        self.look(CanvasInput::Requested);
    }

    /// Another rate from now on.
    pub fn set_rate(self: &Arc<Self>, rate: FrameRequestRate) {
        self.lock().rate = rate;
        self.look(CanvasInput::Rate(rate));
    }

    fn look(self: &Arc<Self>, input: CanvasInput) {
        if self.kind == Kind::Video {
            let now = now();
            self.lock().happens(input, now, None);
            self.work();
        }
    }

    /// Nothing is shown until something is drawn again.
    pub fn pause(self: &Arc<Self>) {
        self.lock().mute(true);
        self.work();
    }

    /// Nothing more comes: the track ends. What comes all the same is another track's.
    pub fn end(self: &Arc<Self>) {
        let (old, timer) = {
            let mut state = self.lock();
            let ends = state.life.take().map(Errand::End);
            state.errands.extend(ends);
            (state.drawn.take(), state.timer.take())
        };
        drop(old);
        if let Some((timer, _)) = timer {
            timer.unschedule();
        }
        self.work();
    }

    /// The same, for ever.
    pub fn close(self: &Arc<Self>) {
        self.lock().is_closed = true;
        self.end();
    }

    /// Carries out what is noted, unless somebody is at it.
    fn work(self: &Arc<Self>) {
        if std::mem::replace(&mut self.lock().is_busy, true) {
            return;
        }
        let next = || {
            let mut state = self.lock();
            let errand = state.errands.pop_front();
            state.is_busy = errand.is_some();
            errand
        };
        while let Some(errand) = next() {
            self.carry_out(errand);
        }
    }

    fn carry_out(self: &Arc<Self>, errand: Errand) {
        match errand {
            Errand::Join(track) => self.stream.change_by_agent(None, Some(&track)),
            Errand::Mute(generator, is_muted) => generator.set_muted(is_muted),
            Errand::Feed(generator, picture, at) => match generator.set_caps(&picture.caps) {
                Ok(()) => generator.push(self.loans.lend(shared(&picture.buffer)), at),
                Err(error) => {
                    gst::error!(CAT, "{}: {error}", self.label);
                    self.lock().refused = Some(error);
                }
            },
            Errand::End(life) => {
                life.generator.end(EndReason::Exhausted);
                self.stream.change_by_agent(Some(&life.track), None);
            }
            Errand::Wake(at) => self.wake(at),
        }
    }

    /// Asks the clock to come back at this time. It has a thread for that.
    fn wake(self: &Arc<Self>, at: Duration) {
        if matches!(self.lock().timer, Some((_, set)) if set == at) {
            return;
        }
        // A time that no clock knows never comes.
        let Ok(time) = ClockTime::try_from(at) else {
            return;
        };
        let timer = gst::SystemClock::obtain().new_single_shot_id(time);
        let old = self.lock().timer.replace((timer.clone(), at));
        if let Some((old, _)) = old {
            old.unschedule();
        }
        let outlet = Arc::downgrade(self);
        let begun = timer.wait_async(move |_, _, _| {
            if let Some(outlet) = outlet.upgrade() {
                outlet.look(CanvasInput::Tick);
            }
        });
        if let Err(error) = begun {
            gst::warning!(CAT, "{}: no timer: {error}", self.label);
        }
    }
}

fn now() -> Duration {
    gst::SystemClock::obtain().time().into()
}
