//! The healthy neighbours of a fault: a camera and a microphone in the same pipeline, of which nothing may
//! be lost, and to which nothing may happen, whatever happens to the device under test.
//!
//! Both are fakes, whose buffers are numbered: what is lost shows in the numbers, and no clock is
//! asked. The camera is a slow one, so that only more than half a second in which this machine runs
//! none of our threads could make its reader late.
#![allow(dead_code)] // every test file uses a part of it

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use gst::prelude::*;
use gstmediastream::devices::{DeviceKind, Registry};
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Live;

use super::{LIMIT, Play, fake};

const CAMERA: &str = "Fake camera 1";
const MICROPHONE: &str = "Fake microphone 2";
/// Of its pictures at 15 a second, so many make one.
const SLOW: u32 = 3;
/// What has to come for a track to be said to go on.
const MORE: [u64; 2] = [2, 20];

/// What came through one of the two.
#[derive(Debug, Default)]
struct Flow {
    /// Live buffers.
    came: u64,
    /// The number that the next has to have.
    next: Option<u64>,
    pts: Option<gst::ClockTime>,
}

#[derive(Debug, Default)]
struct Seen {
    flows: [Flow; 2],
    wrong: Vec<String>,
}

impl Seen {
    fn take(&mut self, which: usize, buffer: &gst::BufferRef) {
        let flow = &mut self.flows[which];
        let is_gap = buffer.flags().contains(gst::BufferFlags::GAP);
        if is_gap && flow.came == 0 {
            // The device is not open yet.
            return;
        }
        let (number, pts) = (buffer.offset(), buffer.pts());
        let rises = pts > flow.pts;
        let follows = flow.next.is_none_or(|next| next == number);
        if is_gap || !follows || !rises {
            self.wrong.push(format!(
                "{NAMES:?}[{which}] after {flow:?}: number {number} at {pts:?}, zero: {is_gap}"
            ));
        }
        let length = if which == 0 {
            1
        } else {
            buffer.offset_end() - number
        };
        *flow = Flow {
            came: flow.came + 1,
            next: Some(number + length),
            pts,
        };
    }
}

const NAMES: [&str; 2] = ["healthy-video", "healthy-audio"];

#[derive(Debug, Default)]
struct Book {
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Book {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is seen of them.
pub struct Healthy {
    book: Arc<Book>,
    sources: [gst::Element; 2],
}

impl Healthy {
    /// Lists the fakes beside these providers, in the rig.
    pub fn beside(providers: &str) {
        super::init();
        let registry = Registry::shared().expect("the registry starts");
        let all = format!("{providers},fake");
        registry.set_providers(&all).expect("they are known");
        registry.settle();
    }

    /// The part of a launch line that they are. No fault of the test may be one of these devices'.
    pub fn line() -> String {
        super::init();
        let registry = Registry::shared().expect("the registry starts");
        let id = |kind, label| {
            let devices = registry.devices();
            let found = devices.iter().find(|d| d.kind == kind && d.label == label);
            found.unwrap_or_else(|| panic!("no {label}")).id.clone()
        };
        let camera = id(DeviceKind::VideoInput, CAMERA);
        let microphone = id(DeviceKind::AudioInput, MICROPHONE);
        let [video, audio] = NAMES;
        format!(
            r#" mediatrackvideosrc name={video} constraints="{{\"deviceId\":{{\"exact\":\"{camera}\"}},\"frameRate\":{{\"exact\":15}},\"width\":640}}" ! fakesink sync=false async=false mediatrackaudiosrc name={audio} constraints="{{\"deviceId\":{{\"exact\":\"{microphone}\"}}}}" ! fakesink sync=false async=false "#
        )
    }

    /// Starts the pipeline of a launch line with them in it, and waits until they deliver.
    #[track_caller]
    pub fn start(line: &str) -> (Play, Self) {
        let play = Play::parse(&format!("{line} {}", Self::line()));
        let healthy = Self::watch(&play);
        play.play();
        healthy.goes_on();
        (play, healthy)
    }

    /// Looks at them from now on.
    pub fn watch(play: &Play) -> Self {
        fake(CAMERA).emit_by_name::<()>("slow-down", &[&SLOW]);
        let book = Arc::new(Book::default());
        let sources = NAMES.map(|name| play.element(name));
        for (which, source) in sources.iter().enumerate() {
            let book = book.clone();
            let pad = source.static_pad("src").expect("a pad");
            pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
                if let Some(buffer) = info.buffer() {
                    book.lock().take(which, buffer);
                    book.changed.notify_all();
                }
                gst::PadProbeReturn::Ok
            });
        }
        // Beside the test, which reads the bus as well.
        let bus = play.bus();
        bus.enable_sync_message_emission();
        let mind = book.clone();
        bus.connect_sync_message(None, move |_, message| {
            let event = message
                .structure()
                .filter(|s| s.name() == "media-stream-track");
            let ours = message
                .src()
                .is_some_and(|src| NAMES.contains(&src.name().as_str()));
            let bad = match message.type_() {
                gst::MessageType::Error | gst::MessageType::Eos => true,
                gst::MessageType::Warning => ours,
                gst::MessageType::Element => ours && event.is_some(),
                _ => false,
            };
            if bad {
                mind.lock().wrong.push(format!("{message:?}"));
                mind.changed.notify_all();
            }
        });
        Self { book, sources }
    }

    /// How much sound came, in tens of milliseconds: a measure of time that stands still when this
    /// process does.
    pub fn heard(&self) -> u64 {
        self.book.lock().flows[1].came
    }

    /// More of both comes, and all is well until then.
    #[track_caller]
    pub fn goes_on(&self) {
        let before = self.book.lock().flows.each_ref().map(|flow| flow.came);
        let seen = self.book.lock();
        let wait = self
            .book
            .changed
            .wait_timeout_while(seen, LIMIT.into(), |seen| {
                let mut flows = seen.flows.iter().zip(before).zip(MORE);
                seen.wrong.is_empty() && flows.any(|((flow, was), more)| flow.came < was + more)
            });
        let (seen, timeout) = wait.unwrap_or_else(PoisonError::into_inner);
        assert!(seen.wrong.is_empty(), "{:#?}", seen.wrong);
        assert!(
            !timeout.timed_out(),
            "the healthy tracks stopped: {:?}",
            seen.flows
        );
    }

    /// The end of the test: they go on, nothing was lost, nothing happened to them.
    #[track_caller]
    pub fn check(self) {
        self.goes_on();
        for source in &self.sources {
            let track: MediaStreamTrack = source.property("track");
            assert_eq!(track.ready_state(), Live);
            assert!(!track.muted());
            let stats: gst::Structure = track.property("stats");
            let count = |name| stats.get::<u64>(name).unwrap_or_default();
            let kept = count("deliveredFrames") + count("discardedFrames");
            assert_eq!(count("totalFrames"), kept, "{}: {stats}", source.name());
        }
    }
}
