//! The healthy neighbour of a fault: a camera in the same pipeline, of which nothing may be lost, and to
//! which nothing may happen, whatever happens to the device under test.
//!
//! It is a fake, whose pictures are numbered: what is lost shows in the numbers, and no clock is
//! asked. It is a slow one, so that only a second in which this machine runs none of our threads
//! could make its reader late, or have it taken for stalled.
#![allow(dead_code)] // every test file uses a part of it

use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};

use gst::prelude::*;
use gstmediastream::devices::{DeviceKind, Registry};
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::media::track::MediaStreamTrackState::Live;

use super::{LIMIT, Play, fake};

const CAMERA: &str = "Fake camera 1";
/// The name of its element.
const NAME: &str = "healthy";
/// An element of this name in the pipeline of the test may have an error: it is to be refused.
pub const REFUSED: &str = "refused";
/// Of its pictures at 15 a second, so many make one.
const SLOW: u32 = 4;
/// What has to come for it to be said to go on.
const MORE: u64 = 2;

#[derive(Debug, Default)]
struct Seen {
    /// Pictures.
    came: u64,
    /// The number that the next has to have.
    next: Option<u64>,
    pts: Option<gst::ClockTime>,
    /// What must not be.
    wrong: Vec<String>,
}

impl Seen {
    fn take(&mut self, buffer: &gst::BufferRef) {
        let is_black = buffer.flags().contains(gst::BufferFlags::GAP);
        if is_black && self.came == 0 {
            // The device is not open yet.
            return;
        }
        let (number, pts) = (buffer.offset(), buffer.pts());
        let follows = self.next.is_none_or(|next| next == number);
        if is_black || !follows || pts <= self.pts {
            let (came, before) = (self.came, self.pts);
            self.wrong.push(format!(
                "after {came} pictures up to {before:?}: number {number} at {pts:?}, black: {is_black}"
            ));
        }
        self.came += 1;
        self.next = Some(number + 1);
        self.pts = pts;
    }
}

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

/// What is seen of it.
pub struct Healthy {
    book: Arc<Book>,
    source: gst::Element,
}

impl Healthy {
    /// Pictures in a second.
    pub const SECOND: u64 = 4;

    /// Lists the fakes beside these providers, in the rig. The first call of a process counts.
    pub fn beside(providers: &str) {
        static ONCE: Once = Once::new();
        super::init();
        ONCE.call_once(|| {
            let registry = Registry::shared().expect("the registry starts");
            let all = format!("{providers},fake");
            registry.set_providers(&all).expect("they are known");
            registry.settle();
        });
    }

    /// The part of a launch line that it is. No fault of the test may be this device's.
    pub fn line() -> String {
        super::init();
        let registry = Registry::shared().expect("the registry starts");
        let devices = registry.devices();
        let mut cameras = devices.iter().filter(|d| d.kind == DeviceKind::VideoInput);
        let camera = cameras.find(|d| d.label == CAMERA).expect(CAMERA);
        let id = &camera.id;
        format!(
            r#" mediatrackvideosrc name={NAME} constraints="{{\"deviceId\":{{\"exact\":\"{id}\"}},\"frameRate\":{{\"exact\":15}},\"width\":640}}" ! fakesink sync=false async=false "#
        )
    }

    /// Starts the pipeline of a launch line with it in there, and waits until it delivers.
    #[track_caller]
    pub fn start(line: &str) -> (Play, Self) {
        let play = Play::parse(&format!("{line} {}", Self::line()));
        let healthy = Self::watch(&play);
        play.play();
        healthy.goes_on();
        (play, healthy)
    }

    /// Looks at it from now on.
    pub fn watch(play: &Play) -> Self {
        fake(CAMERA).emit_by_name::<()>("slow-down", &[&SLOW]);
        let book = Arc::new(Book::default());
        let source = play.element(NAME);
        let pad = source.static_pad("src").expect("a pad");
        let seen = book.clone();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            if let Some(buffer) = info.buffer() {
                seen.lock().take(buffer);
                seen.changed.notify_all();
            }
            gst::PadProbeReturn::Ok
        });
        // Beside the test, which reads the bus as well.
        let bus = play.bus();
        bus.enable_sync_message_emission();
        let heard = book.clone();
        bus.connect_sync_message(None, move |_, message| {
            if is_wrong(message) {
                heard.lock().wrong.push(format!("{message:?}"));
                heard.changed.notify_all();
            }
        });
        Self { book, source }
    }

    /// How many pictures came: a measure of time that stands still when this process does.
    pub fn pictures(&self) -> u64 {
        self.book.lock().came
    }

    /// So many more come, and all is well until then.
    #[track_caller]
    pub fn wait(&self, pictures: u64) {
        let seen = self.book.lock();
        let enough = seen.came + pictures;
        let go_on = |seen: &mut Seen| seen.wrong.is_empty() && seen.came < enough;
        let wait = self
            .book
            .changed
            .wait_timeout_while(seen, LIMIT.into(), go_on);
        let (seen, timeout) = wait.unwrap_or_else(PoisonError::into_inner);
        assert!(seen.wrong.is_empty(), "{:#?}", seen.wrong);
        assert!(!timeout.timed_out(), "the healthy track stopped: {seen:?}");
    }

    /// It delivers.
    #[track_caller]
    pub fn goes_on(&self) {
        self.wait(MORE);
    }

    /// The end of the test: it goes on, nothing was lost, nothing happened to it.
    #[track_caller]
    pub fn check(self) {
        self.goes_on();
        let track: MediaStreamTrack = self.source.property("track");
        assert_eq!(track.ready_state(), Live);
        assert!(!track.muted());
        let stats: gst::Structure = track.property("stats");
        let count = |name| stats.get::<u64>(name).expect("a count");
        let kept = count("deliveredFrames") + count("discardedFrames");
        assert_eq!(count("totalFrames"), kept, "{stats}");
    }
}

/// An error of anybody else, the end of the pipeline, or anything that befell the healthy track.
fn is_wrong(message: &gst::Message) -> bool {
    let is_of = |name| message.src().is_some_and(|source| source.name() == name);
    let is_ours = is_of(NAME);
    let told = message.structure();
    match message.type_() {
        gst::MessageType::Error => !is_of(REFUSED),
        gst::MessageType::Eos => true,
        gst::MessageType::Warning => is_ours,
        gst::MessageType::Element => {
            is_ours && told.is_some_and(|told| told.name() == "media-stream-track")
        }
        _ => false,
    }
}
