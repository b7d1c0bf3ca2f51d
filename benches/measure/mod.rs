//! How the benches measure: the processor time of this process, two sides in turn, medians.
#![allow(dead_code)] // every bench uses a part of it

pub mod callgrind;
pub mod first_frame;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gst::prelude::*;
use rustix::time::{ClockId, clock_gettime};

/// A source that gives nothing for so long is broken.
const LIMIT: Duration = Duration::from_secs(60);

/// GStreamer, the plugin, and the fake devices only, unless the environment says which.
pub fn init() {
    gst::init().expect("GStreamer starts");
    gstmediastream::plugin_register_static().expect("the plugin registers");
    let in_the_rig =
        std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("RIG_"));
    if !in_the_rig && std::env::var_os("GST_MEDIASTREAM_PROVIDERS").is_none() {
        let registry = gstmediastream::devices::Registry::shared().expect("the registry starts");
        registry.set_providers("fake").expect("fakes are known");
    }
}

/// Whether it is to be quick: a single round, to see that it runs. What it measures is worth nothing then.
pub fn quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}

/// How many rounds there are to be, when there is time.
pub fn rounds(many: usize) -> usize {
    if quick() { 1 } else { many }
}

/// Processor time of this process so far, of all its threads, those that have ended too.
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("time passes");
    let nanos = u32::try_from(time.tv_nsec).expect("less than a second");
    Duration::new(seconds, nanos)
}

/// The one in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        (sorted[middle - 1] + sorted[middle]) / 2.0
    }
}

/// One round of each side after the other, `rounds` times, and the median of each side. In turn, because a machine
/// is not the same a minute later.
pub fn in_turn(rounds: usize, sides: &mut [&mut dyn FnMut() -> f64]) -> Vec<f64> {
    let mut measured = vec![Vec::new(); sides.len()];
    for _ in 0..rounds {
        for (side, measured) in sides.iter_mut().zip(&mut measured) {
            measured.push(side());
        }
    }
    eprintln!("{measured:.3?}");
    measured.iter().map(|values| median(values)).collect()
}

/// A pipeline that plays until it is dropped, and how many buffers have come to its element `sink`.
pub struct Running {
    pub pipeline: gst::Pipeline,
    arrived: Arc<AtomicU64>,
    gaps: Arc<AtomicU64>,
}

impl Running {
    /// Starts a launch line.
    pub fn start(line: &str) -> Self {
        let running = Self::parse(line);
        running.play();
        running
    }

    /// One that does not play yet.
    pub fn parse(line: &str) -> Self {
        let element = gst::parse::launch(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        Self::of(element.downcast().expect("more than one element"))
    }

    /// Starts what a device makes, in front of the element called `head` of a launch line.
    pub fn device(device: &gst::Device, line: &str) -> Self {
        let running = Self::parse(line);
        running.put_in_front(device);
        running.play();
        running
    }

    /// Puts what a device makes in front of the element called `head`.
    pub fn put_in_front(&self, device: &gst::Device) {
        let source = device.create_element(None).expect("it makes an element");
        let head = self.pipeline.by_name("head").expect("it has a head");
        self.pipeline.add(&source).expect("a new element");
        source.link(&head).expect("they fit");
    }

    fn of(pipeline: gst::Pipeline) -> Self {
        let sink = pipeline.by_name("sink").expect("an element called sink");
        let (arrived, gaps) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let counters = [arrived.clone(), gaps.clone()];
        let pad = sink.static_pad("sink").expect("a sink has a pad");
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            let is_gap = |buffer: &gst::Buffer| buffer.flags().contains(gst::BufferFlags::GAP);
            let is_gap = info.buffer().is_some_and(is_gap);
            counters[0].fetch_add(1, Ordering::Relaxed);
            counters[1].fetch_add(is_gap.into(), Ordering::Relaxed);
            gst::PadProbeReturn::Ok
        });
        Self {
            pipeline,
            arrived,
            gaps,
        }
    }

    pub fn play(&self) {
        let playing = self.pipeline.set_state(gst::State::Playing);
        playing.expect("the state change is accepted");
    }

    pub fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    /// How many of them are black or silent because nothing came: what a side whose device is silent costs says nothing.
    pub fn gaps(&self) -> u64 {
        self.gaps.load(Ordering::Relaxed)
    }

    /// Returns when so many buffers have arrived in all.
    pub fn wait_for(&self, buffers: u64) {
        let deadline = Instant::now() + LIMIT;
        while self.arrived() < buffers {
            let bus = self.pipeline.bus().expect("a pipeline has a bus");
            // Looks now and then: to be woken by every buffer would cost what is measured.
            let pause = gst::ClockTime::from_mseconds(100);
            if let Some(message) = bus.timed_pop_filtered(pause, &[gst::MessageType::Error]) {
                panic!("{message:?}");
            }
            assert!(Instant::now() < deadline, "{buffers} buffers: in time");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// Processor time for each buffer in microseconds: of all that this process does while `buffers` of them arrive
/// in steady state. No number, when there were gaps.
pub fn cpu_per_buffer(running: &Running, buffers: u64) -> f64 {
    const BEGINNING: u64 = 15;
    running.wait_for(BEGINNING);
    let (arrived, gaps, cpu) = (running.arrived(), running.gaps(), cpu_time());
    running.wait_for(arrived + buffers);
    let (arrived, cpu) = (running.arrived() - arrived, cpu_time() - cpu);
    if running.gaps() > gaps {
        return f64::NAN;
    }
    cpu.as_secs_f64() * 1e6 / arrived as f64
}

/// Processor time for each second in microseconds: of all that this process does while a pipeline plays for some seconds
/// in steady state. No number, when not `rate` buffers a second came, a quarter more or less.
pub fn cpu_per_second(running: &Running, rate: u64) -> f64 {
    const SECONDS: u64 = 4;
    running.wait_for(15);
    let (arrived, gaps) = (running.arrived(), running.gaps());
    let (begin, cpu) = (Instant::now(), cpu_time());
    std::thread::sleep(Duration::from_secs(if quick() { 1 } else { SECONDS }));
    let (passed, cpu) = (begin.elapsed(), cpu_time() - cpu);
    let came = (running.arrived() - arrived) as f64 / passed.as_secs_f64() / rate as f64;
    eprintln!("{came:.2} of the buffers that were due");
    if running.gaps() > gaps || !quick() && !(0.75..=1.25).contains(&came) {
        return f64::NAN;
    }
    cpu.as_secs_f64() * 1e6 / passed.as_secs_f64()
}
