//! The end of a stream that is captured from: what is played, when it is played.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gst::prelude::*;

use crate::capture::Generator;
use crate::model::constraints::Kind;
use crate::model::lifecycle::EndReason;

/// What a tap tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// Something is played, for the first time or again after the end.
    Began,
    /// The stream has been played to its end.
    Ended,
}

/// A leaf.
#[derive(Debug, Default)]
struct State {
    is_playing: bool,
    has_data: bool,
    has_ended: bool,
    /// How much has been played.
    reach: Option<Reach>,
    /// What the tracks that were captured from it live from.
    source: Option<Source>,
    /// How many of them there were.
    sources: u64,
}

/// How far into the resource something was played, and how far it would have been if there were enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub until: gst::ClockTime,
    pub stop: Option<gst::ClockTime>,
}

impl Reach {
    fn of(sample: &gst::Sample) -> Option<Self> {
        let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
        let buffer = sample.buffer()?;
        let end = buffer.pts()? + buffer.duration().unwrap_or_default();
        let until = match segment.stop() {
            Some(stop) => end.min(stop),
            None => end,
        };
        Some(Self {
            until: segment.to_stream_time(until)?,
            stop: segment.to_stream_time(segment.stop()),
        })
    }
}

/// What captured tracks live from, until their track of the element is switched off or is over.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Which one of the stream it is.
    pub number: u64,
    pub generator: Generator,
}

#[derive(Debug)]
struct Shared {
    kind: Kind,
    state: Mutex<State>,
}

/// See above.
#[derive(Debug, Clone)]
pub(super) struct Tap {
    sink: gst_app::AppSink,
    shared: Arc<Shared>,
}

impl Tap {
    pub fn new(kind: Kind) -> Self {
        // It prerolls as any sink: the time of a pipeline with nothing else starts anew with a seek.
        let sink = gst_app::AppSink::builder().sync(true).qos(false).build();
        let state = Mutex::default();
        Self {
            sink,
            shared: Arc::new(Shared { kind, state }),
        }
    }

    pub fn sink(&self) -> &gst_app::AppSink {
        &self.sink
    }

    pub fn has_ended(&self) -> bool {
        self.shared.lock().has_ended
    }

    /// How much has been played.
    pub fn reach(&self) -> Option<Reach> {
        self.shared.lock().reach
    }

    /// Begins to listen.
    pub fn watch(&self, news: impl Fn(News) + Send + Sync + 'static) {
        let news = Arc::new(news);
        let [shown, played, ended] = [(); 3].map(|()| self.shared.clone());
        let (began, over) = (news.clone(), news);
        let callbacks = gst_app::AppSinkCallbacks::builder()
            .new_preroll(move |sink| {
                if let Ok(sample) = sink.pull_preroll() {
                    shown.preroll(&sample);
                }
                Ok(gst::FlowSuccess::Ok)
            })
            .new_sample(move |sink| {
                let Ok(sample) = sink.pull_sample() else {
                    return Ok(gst::FlowSuccess::Ok);
                };
                if played.play(sink, &sample) {
                    began(News::Began);
                }
                Ok(gst::FlowSuccess::Ok)
            })
            .eos(move |_| {
                ended.lock().has_ended = true;
                ended.mute();
                over(News::Ended);
            })
            .build();
        self.sink.set_callbacks(callbacks);
    }

    /// Whether time passes.
    pub fn set_playing(&self, is_playing: bool) {
        self.shared.lock().is_playing = is_playing;
        self.shared.mute();
    }

    /// What tracks are captured from, made if there is none.
    pub fn source(&self, label: &str) -> Source {
        let (new, is_new) = {
            let mut state = self.shared.lock();
            if let Some(source) = &state.source {
                return source.clone();
            }
            state.sources += 1;
            let number = state.sources;
            let generator = Generator::new(self.shared.kind, label);
            let source = Source { number, generator };
            state.source = Some(source.clone());
            (source, true)
        };
        if is_new {
            let sample: Option<gst::Sample> = self.sink.property("last-sample");
            if let Some(sample) = sample {
                self.shared.begin(&new.generator, &sample);
            }
            self.shared.mute();
        }
        new
    }

    /// The number of the source that there is.
    pub fn number(&self) -> Option<u64> {
        self.shared
            .lock()
            .source
            .as_ref()
            .map(|source| source.number)
    }

    /// Ends what was captured.
    pub fn finish(&self) {
        let source = self.shared.lock().source.take();
        if let Some(source) = source {
            source.generator.end(EndReason::Exhausted);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generator(&self) -> Option<Generator> {
        let state = self.lock();
        state.source.as_ref().map(|source| source.generator.clone())
    }

    /// Captured tracks are muted where nothing is played: at a pause, and beyond the end of a stream that is
    /// shorter than the others.
    fn mute(&self) {
        loop {
            let (generator, is_muted) = {
                let state = self.lock();
                let is_muted = !state.is_playing || !state.has_data || state.has_ended;
                let source = state.source.as_ref();
                (source.map(|source| source.generator.clone()), is_muted)
            };
            match generator {
                // Somebody else may be at it: the last one to look is right.
                Some(generator) if generator.is_muted() != is_muted => {
                    generator.set_muted(is_muted);
                }
                _ => return,
            }
        }
    }

    /// The picture to begin with, and what there will be.
    fn begin(&self, generator: &Generator, sample: &gst::Sample) {
        set_caps(generator, sample);
        if let (Kind::Video, Some(buffer)) = (self.kind, sample.buffer_owned()) {
            generator.push(buffer, None);
        }
    }

    /// What is to be seen while it is paused.
    fn preroll(&self, sample: &gst::Sample) {
        if let Some(generator) = self.generator() {
            self.begin(&generator, sample);
        }
    }

    /// What is played now. Returns whether it is the first, or the first after the end.
    fn play(&self, sink: &gst_app::AppSink, sample: &gst::Sample) -> bool {
        let reach = Reach::of(sample);
        let is_first = {
            let mut state = self.lock();
            state.reach = reach.or(state.reach);
            let was_over = std::mem::take(&mut state.has_ended);
            !std::mem::replace(&mut state.has_data, true) || was_over
        };
        if let (Some(generator), Some(buffer)) = (self.generator(), sample.buffer_owned()) {
            set_caps(&generator, sample);
            let at = played_at(sink, sample, &buffer);
            generator.push(buffer, at);
        }
        if is_first {
            self.mute();
        }
        is_first
    }
}

fn set_caps(generator: &Generator, sample: &gst::Sample) {
    let Some(caps) = sample.caps() else { return };
    if let Err(error) = generator.set_caps(&caps.copy()) {
        gst::warning!(super::super::CAT, "not captured: {error}");
    }
}

/// The time of the system's clock at which `buffer` is played, if that is the clock in use.
fn played_at(
    sink: &gst_app::AppSink,
    sample: &gst::Sample,
    buffer: &gst::Buffer,
) -> Option<gst::ClockTime> {
    let clock = sink.clock()?;
    if clock != gst::SystemClock::obtain() {
        return None;
    }
    let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
    let running = segment.to_running_time(buffer.pts()?)?;
    sink.base_time()?.checked_add(running)
}
