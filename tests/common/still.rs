//! A camera and a microphone whose frames cost next to nothing: each hands out a few pieces of memory in turn, and
//! remembers which, and when it let go of them. Whatever else is done to a frame is the plugin's.
//!
//! They take the place of libcamera's provider. As an element of a launch line a device is `stillsrc`,
//! `stillsrc sound=true`.
#![allow(dead_code)] // every test file and bench uses a part of it

use std::collections::HashMap;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, Once, PoisonError};

use gst::prelude::*;

/// 1080p30, 48 kHz stereo in pieces of ten milliseconds: what the two can do.
pub const PICTURES: &str = "video/x-raw,format=NV12,width=1920,height=1080,framerate=30/1";
pub const SOUND: &str = "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2";
pub const CAMERA: &str = "Still camera";
pub const MICROPHONE: &str = "Still microphone";

/// How many pieces of memory take turns: more than readers hold at a time.
const PIECES: usize = 16;

/// The plugin lists these two devices and nothing else from now on.
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().expect("GStreamer starts");
        gstmediastream::plugin_register_static().expect("the plugin registers");
        let rank = gst::Rank::NONE;
        gst::DeviceProvider::register(None, "libcameraprovider", rank, Provider::static_type())
            .expect("a provider registers");
        gst::Element::register(None, "stillsrc", rank, Source::static_type())
            .expect("an element registers");
        let registry = gstmediastream::devices::Registry::shared().expect("the registry starts");
        registry.set_providers("libcamera").expect("it is known");
    });
}

/// What the devices remember of all frames.
#[derive(Default)]
struct Memory {
    /// When a piece of memory was handed out last, by its address.
    handed_out: HashMap<usize, gst::ClockTime>,
    stalled: bool,
}

static MEMORY: LazyLock<Mutex<Memory>> = LazyLock::new(Mutex::default);
static CHANGED: Condvar = Condvar::new();

fn memory() -> MutexGuard<'static, Memory> {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the media of a buffer is. Not its `GstMemory`, of which there may be several around the same bytes.
pub fn place(buffer: &gst::BufferRef) -> usize {
    let map = buffer.peek_memory(0).map_readable();
    map.expect("it can be read").as_ptr() as usize
}

/// When the device let go of this memory last, on the system clock; `None`: it is not the device's.
pub fn handed_out(place: usize) -> Option<gst::ClockTime> {
    memory().handed_out.get(&place).copied()
}

/// Both devices give nothing (`true`) or go on.
pub fn set_stalled(stalled: bool) {
    memory().stalled = stalled;
    CHANGED.notify_all();
}

gst::glib::wrapper! {
    /// Lists the two.
    pub struct Provider(ObjectSubclass<provider::Provider>) @extends gst::DeviceProvider, gst::Object;
}

gst::glib::wrapper! {
    /// One of the two.
    pub struct Device(ObjectSubclass<device::Device>) @extends gst::Device, gst::Object;
}

gst::glib::wrapper! {
    /// `stillsrc`
    pub struct Source(ObjectSubclass<source::Source>)
        @extends gst_base::PushSrc, gst_base::BaseSrc, gst::Element, gst::Object;
}

mod provider {
    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;

    #[derive(Debug, Default)]
    pub struct Provider;

    #[glib::object_subclass]
    impl ObjectSubclass for Provider {
        const NAME: &'static str = "StillDeviceProvider";
        type Type = super::Provider;
        type ParentType = gst::DeviceProvider;
    }

    impl ObjectImpl for Provider {}
    impl GstObjectImpl for Provider {}

    impl DeviceProviderImpl for Provider {
        fn metadata() -> Option<&'static gst::subclass::DeviceProviderMetadata> {
            static METADATA: std::sync::LazyLock<gst::subclass::DeviceProviderMetadata> =
                std::sync::LazyLock::new(|| {
                    let (name, author) = ("Still devices", "The tests");
                    gst::subclass::DeviceProviderMetadata::new(name, "Source", name, author)
                });
            Some(&METADATA)
        }

        fn probe(&self) -> Vec<gst::Device> {
            let made = [
                (super::CAMERA, "Video/Source", super::PICTURES),
                (super::MICROPHONE, "Audio/Source", super::SOUND),
            ];
            let device = |(label, class, caps): (&str, &str, &str)| {
                let device = gst::glib::Object::builder::<super::Device>()
                    .property("display-name", label)
                    .property("device-class", class)
                    .property("caps", caps.parse::<gst::Caps>().expect("they are caps"));
                device.build().upcast()
            };
            made.map(device).into()
        }

        fn start(&self) -> Result<(), gst::LoggableError> {
            let provider = self.obj();
            self.probe().iter().for_each(|d| provider.device_add(d));
            Ok(())
        }
    }
}

mod device {
    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;

    #[derive(Debug, Default)]
    pub struct Device;

    #[glib::object_subclass]
    impl ObjectSubclass for Device {
        const NAME: &'static str = "StillDevice";
        type Type = super::Device;
        type ParentType = gst::Device;
    }

    impl ObjectImpl for Device {}
    impl GstObjectImpl for Device {}

    impl DeviceImpl for Device {
        fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
            let source = gst::ElementFactory::make("stillsrc");
            let source = source.property("sound", self.obj().has_classes("Audio"));
            let source = match name {
                Some(name) => source.name(name),
                None => source,
            };
            Ok(source.build().expect("it is registered"))
        }
    }
}

mod source {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;
    use gst_base::prelude::*;
    use gst_base::subclass::base_src::CreateSuccess;
    use gst_base::subclass::prelude::*;

    use super::{CHANGED, PIECES, PoisonError, memory, place};

    #[derive(Debug, Default, glib::Properties)]
    #[properties(wrapper_type = super::Source)]
    pub struct Source {
        /// It is the microphone.
        #[property(name = "sound", get, set, construct_only)]
        sound: AtomicBool,
        unlocked: AtomicBool,
        roll: Mutex<Roll>,
    }

    #[derive(Debug, Default)]
    struct Roll {
        pieces: Vec<gst::Memory>,
        begin: Option<gst::ClockTime>,
        next: u64,
    }

    impl Source {
        fn is_sound(&self) -> bool {
            self.sound.load(Ordering::Relaxed)
        }

        fn caps_of(&self) -> &'static str {
            if self.is_sound() {
                super::SOUND
            } else {
                super::PICTURES
            }
        }

        /// Bytes and nanoseconds of a buffer.
        fn grain(&self) -> (usize, u64) {
            if self.is_sound() {
                (480 * 4, 10_000_000)
            } else {
                (1920 * 1080 * 3 / 2, 33_333_333)
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Source {
        const NAME: &'static str = "StillSrc";
        type Type = super::Source;
        type ParentType = gst_base::PushSrc;
    }

    #[glib::derived_properties]
    impl ObjectImpl for Source {
        fn constructed(&self) {
            self.parent_constructed();
            let source = self.obj();
            source.set_live(true);
            source.set_format(gst::Format::Time);
            // The last that happens here: behind the wait for the clock.
            source
                .src_pad()
                .add_probe(gst::PadProbeType::BUFFER, |_, info| {
                    if let Some(buffer) = info.buffer() {
                        let now = gst::SystemClock::obtain().time();
                        memory().handed_out.insert(place(buffer), now);
                    }
                    gst::PadProbeReturn::Ok
                });
        }
    }

    impl GstObjectImpl for Source {}

    impl ElementImpl for Source {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: std::sync::LazyLock<gst::subclass::ElementMetadata> =
                std::sync::LazyLock::new(|| {
                    let (name, author) = ("Still source", "The tests");
                    gst::subclass::ElementMetadata::new(name, "Source", name, author)
                });
            Some(&METADATA)
        }

        fn pad_templates() -> &'static [gst::PadTemplate] {
            static TEMPLATES: std::sync::LazyLock<Vec<gst::PadTemplate>> =
                std::sync::LazyLock::new(|| {
                    let (source, always) = (gst::PadDirection::Src, gst::PadPresence::Always);
                    let any = gst::Caps::new_any();
                    let template = gst::PadTemplate::new("src", source, always, &any);
                    vec![template.expect("ANY caps suit every template")]
                });
            &TEMPLATES
        }
    }

    impl BaseSrcImpl for Source {
        fn start(&self) -> Result<(), gst::ErrorMessage> {
            let size = self.grain().0;
            let piece = |at: usize| gst::Memory::from_slice(vec![at as u8 + 1; size]);
            let roll = Roll {
                pieces: (0..PIECES).map(piece).collect(),
                ..Roll::default()
            };
            // What an earlier one had is somebody else's by now.
            memory().handed_out.clear();
            *self.roll.lock().unwrap_or_else(PoisonError::into_inner) = roll;
            Ok(())
        }

        fn unlock(&self) -> Result<(), gst::ErrorMessage> {
            // Under the lock of those who wait.
            let memory = memory();
            self.unlocked.store(true, Ordering::SeqCst);
            drop(memory);
            CHANGED.notify_all();
            Ok(())
        }

        fn unlock_stop(&self) -> Result<(), gst::ErrorMessage> {
            self.unlocked.store(false, Ordering::SeqCst);
            Ok(())
        }

        fn caps(&self, filter: Option<&gst::Caps>) -> Option<gst::Caps> {
            let caps: gst::Caps = self.caps_of().parse().ok()?;
            Some(match filter {
                Some(filter) => filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First),
                None => caps,
            })
        }

        fn is_seekable(&self) -> bool {
            false
        }

        fn times(
            &self,
            buffer: &gst::BufferRef,
        ) -> (Option<gst::ClockTime>, Option<gst::ClockTime>) {
            (buffer.pts(), None)
        }

        fn query(&self, query: &mut gst::QueryRef) -> bool {
            if let gst::QueryViewMut::Latency(latency) = query.view_mut() {
                let lasts = gst::ClockTime::from_nseconds(self.grain().1);
                latency.set(true, lasts, gst::ClockTime::NONE);
                return true;
            }
            BaseSrcImplExt::parent_query(self, query)
        }
    }

    impl PushSrcImpl for Source {
        fn create(
            &self,
            _buffer: Option<&mut gst::BufferRef>,
        ) -> Result<CreateSuccess, gst::FlowError> {
            let is_over = || self.unlocked.load(Ordering::SeqCst);
            let waited = CHANGED.wait_while(memory(), |memory| memory.stalled && !is_over());
            drop(waited);
            if is_over() {
                return Err(gst::FlowError::Flushing);
            }
            let now = self.obj().current_running_time().unwrap_or_default();
            let mut roll = self.roll.lock().unwrap_or_else(PoisonError::into_inner);
            let lasts = gst::ClockTime::from_nseconds(self.grain().1);
            let begin = *roll.begin.get_or_insert(now);
            // What was missed in a stall is not made up for.
            let due = now.saturating_sub(begin).nseconds() / lasts.nseconds();
            roll.next = roll.next.max(due);
            let piece = roll.pieces[roll.next as usize % PIECES].clone();
            let captured = begin + lasts * roll.next;
            roll.next += 1;
            drop(roll);
            let mut buffer = gst::Buffer::new();
            if let Some(writable) = buffer.get_mut() {
                writable.append_memory(piece);
                writable.set_pts(captured);
                writable.set_duration(lasts);
            }
            Ok(CreateSuccess::NewBuffer(buffer))
        }
    }
}
