//! The source itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;
use gst_base::subclass::base_src::CreateSuccess;
use gst_base::subclass::prelude::*;

use super::super::FakeMediaDevice as Device;
use super::super::device::{Hang, Opened, Opening, Shot, Timestamps, Unit};
use super::clockwork::Clockwork;
use super::refusal::refusal;
use super::studio::Studio;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "fakemediasrc",
        gst::DebugColorFlags::empty(),
        Some("Fake cameras and microphones"),
    )
});

/// Between a start and a stop.
#[derive(Debug, Default)]
struct State {
    /// What the start gave.
    opened: Option<Opened>,
    studio: Option<Arc<Studio>>,
    clockwork: Clockwork,
    /// Counts the frames since the start.
    frames: u32,
    /// What is written on the frame in hand.
    timestamps: Timestamps,
    /// What the driver changed to without being asked.
    forced: Option<gst::Caps>,
    muted: bool,
}

/// See [`super::FakeMediaSrc`].
#[derive(Debug, Default)]
pub struct FakeMediaSrc {
    unit: OnceLock<Arc<Unit>>,
    label: OnceLock<String>,
    /// A leaf lock: nothing else is called while it is held.
    state: Mutex<State>,
    interrupted: AtomicBool,
}

impl FakeMediaSrc {
    pub fn set_device(&self, device: &Device) {
        let _ = self.label.set(device.display_name().into());
        let _ = self.unit.set(device.unit().clone());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Plain data, valid after any panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hang(&self, change: Hang) {
        if let Some(unit) = self.unit.get() {
            unit.fault().hang(change);
        }
    }

    /// Waits until the device has the next frame.
    fn wait(&self, unit: &Arc<Unit>) -> Result<Shot, gst::FlowError> {
        loop {
            let (opened, frame) = {
                let state = self.state();
                (state.opened, state.frames.saturating_add(1))
            };
            let mut opened = opened.ok_or(gst::FlowError::NotNegotiated)?;
            let interrupted = || self.interrupted.load(Ordering::SeqCst);
            let reached = |edit| {
                let unit = unit.clone();
                // Not on this thread, which is to run no code of an application.
                self.obj().call_async(move |_| unit.tell(&edit));
            };
            let opening = unit.fault().wait(&mut opened, frame, interrupted, reached);
            self.state().opened = Some(opened);
            match opening {
                Opening::Deliver(shot) => return Ok(shot),
                Opening::Change(caps) => self.change(caps),
                Opening::Interrupted => return Err(gst::FlowError::Flushing),
                Opening::Lost => return Err(self.unreadable("The device has been disconnected.")),
                Opening::Broken => return Err(self.unreadable("Input/output error")),
            }
        }
    }

    /// Writes on a frame what the driver says instead of the time of capture.
    fn lie(&self, buffer: &mut gst::Buffer) {
        let told = {
            let mut state = self.state();
            let lie = state.timestamps;
            let told = buffer.pts().and_then(|pts| state.clockwork.tell(pts, lie));
            (lie != Timestamps::Right).then_some(told)
        };
        if let Some(told) = told {
            buffer.make_mut().set_pts(told);
        }
    }

    /// As `v4l2src` and `alsasrc`: an error, and then, as after every fatal flow return, EOS.
    fn unreadable(&self, why: &str) -> gst::FlowError {
        let label = self.label.get().map_or("", String::as_str);
        gst::element_imp_error!(
            self,
            gst::ResourceError::Read,
            ("Could not read from device '{label}': {why}")
        );
        gst::FlowError::Error
    }

    /// The driver changes its format in mid-stream. What the neighbour thinks of it, the next push tells.
    fn change(&self, caps: Option<gst::Caps>) {
        let source = self.obj();
        let forced = std::mem::replace(&mut self.state().forced, caps.clone());
        drop(forced);
        match caps {
            Some(caps) => {
                if let Err(error) = source.set_caps(&caps) {
                    gst::info!(CAT, imp = self, "{caps} are not taken: {error}");
                }
            }
            None => source.src_pad().mark_reconfigure(),
        }
    }
}

#[glib::object_subclass]
impl ObjectSubclass for FakeMediaSrc {
    const NAME: &'static str = "GstFakeMediaSrc";
    type Type = super::FakeMediaSrc;
    type ParentType = gst_base::PushSrc;
}

impl ObjectImpl for FakeMediaSrc {
    fn constructed(&self) {
        self.parent_constructed();
        let source = self.obj();
        source.set_live(true);
        source.set_format(gst::Format::Time);
        // The base class waits for the time on a frame, and repairs what is odd about it: a driver's lie comes
        // after that.
        let weak = source.downgrade();
        source
            .src_pad()
            .add_probe(gst::PadProbeType::BUFFER, move |_, info| {
                if let (Some(source), Some(buffer)) = (weak.upgrade(), info.buffer_mut()) {
                    source.imp().lie(buffer);
                }
                gst::PadProbeReturn::Ok
            });
    }
}

impl GstObjectImpl for FakeMediaSrc {}

impl ElementImpl for FakeMediaSrc {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "Fake media source",
                "Source/Audio/Video/Hardware",
                "The source of a device of fakemediadeviceprovider",
                env!("CARGO_PKG_AUTHORS"),
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let template = gst::PadTemplate::new(
                "src",
                gst::PadDirection::Src,
                gst::PadPresence::Always,
                &gst::Caps::new_any(),
            );
            vec![template.expect("ANY caps suit every template")]
        });
        &TEMPLATES
    }

    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        let change = Hang::of(transition);
        if matches!(change, Hang::Open | Hang::Play) {
            self.hang(change);
        }
        let result = self.parent_change_state(transition);
        // The others hang where a driver does; one that was past that point when the script changed hangs here.
        self.hang(change);
        result
    }
}

impl BaseSrcImpl for FakeMediaSrc {
    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let unit = self.unit.get().ok_or_else(|| {
            gst::error_msg!(
                gst::ResourceError::Settings,
                ("Make this element with gst_device_create_element()")
            )
        })?;
        let label = self.label.get().map_or("", String::as_str);
        let opened = unit.fault().open().map_err(|name| refusal(label, &name))?;
        *self.state() = State {
            opened: Some(opened),
            ..State::default()
        };
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        self.hang(Hang::Stop);
        let state = std::mem::take(&mut *self.state());
        if let (Some(unit), Some(_)) = (self.unit.get(), state.opened) {
            unit.fault().close();
        }
        Ok(())
    }

    fn unlock(&self) -> Result<(), gst::ErrorMessage> {
        self.interrupted.store(true, Ordering::SeqCst);
        if let Some(unit) = self.unit.get() {
            unit.fault().wake();
        }
        Ok(())
    }

    fn unlock_stop(&self) -> Result<(), gst::ErrorMessage> {
        self.interrupted.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn caps(&self, filter: Option<&gst::Caps>) -> Option<gst::Caps> {
        // As with real devices, what there is shows only when it is open.
        let is_open = self.state().opened.is_some();
        let caps = if is_open {
            self.unit.get()?.modes()?
        } else {
            gst::Caps::new_any()
        };
        Some(match filter {
            Some(filter) => filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First),
            None => caps,
        })
    }

    fn set_caps(&self, caps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let unit = self.unit.get();
        let is_forced = self.state().forced.as_deref() == Some(caps);
        let offered = unit.and_then(|unit| unit.modes());
        if !is_forced && !offered.is_some_and(|offered| caps.is_subset(&offered)) {
            return Err(gst::loggable_error!(CAT, "the device has no mode {caps}"));
        }
        let refused = unit.is_some_and(|unit| unit.refuses(caps));
        if !is_forced && refused {
            return Err(gst::loggable_error!(CAT, "asked to refuse {caps}"));
        }
        let studio = Studio::open(caps)
            .map_err(|error| gst::loggable_error!(CAT, "cannot deliver {caps}: {error}"))?;
        let mut state = self.state();
        let old = state.studio.replace(Arc::new(studio));
        state.clockwork = Clockwork::of(caps);
        state.muted = false;
        drop(state);
        drop(old);
        Ok(())
    }

    fn times(&self, buffer: &gst::BufferRef) -> (Option<gst::ClockTime>, Option<gst::ClockTime>) {
        // The base class waits for the clock until then.
        let begin = buffer.pts();
        (
            begin,
            begin
                .zip(buffer.duration())
                .map(|(pts, duration)| pts + duration),
        )
    }

    fn query(&self, query: &mut gst::QueryRef) -> bool {
        if let gst::QueryViewMut::Latency(latency) = query.view_mut() {
            let duration = self.state().clockwork.duration();
            latency.set(true, duration, gst::ClockTime::NONE);
            return true;
        }
        BaseSrcImplExt::parent_query(self, query)
    }

    fn is_seekable(&self) -> bool {
        false
    }
}

impl PushSrcImpl for FakeMediaSrc {
    fn create(
        &self,
        _buffer: Option<&mut gst::BufferRef>,
    ) -> Result<CreateSuccess, gst::FlowError> {
        let unit = self.unit.get().ok_or(gst::FlowError::NotNegotiated)?;
        let shot = self.wait(unit)?;
        let (studio, was_muted) = {
            let state = self.state();
            (state.studio.clone(), state.muted)
        };
        let studio = studio.ok_or(gst::FlowError::NotNegotiated)?;
        if shot.muted != was_muted {
            studio.set_muted(shot.muted);
            self.state().muted = shot.muted;
        }
        let interrupted = || self.interrupted.load(Ordering::SeqCst);
        let Some(mut buffer) = studio.next(interrupted) else {
            let is_over = interrupted();
            return Err(if is_over {
                gst::FlowError::Flushing
            } else {
                gst::FlowError::NotNegotiated
            });
        };
        let now = self.obj().current_running_time().unwrap_or_default();
        let (captured, duration) = {
            let mut state = self.state();
            state.timestamps = shot.timestamps;
            state.frames = state.frames.saturating_add(1);
            let captured = state.clockwork.tick(now, shot.stalled, shot.every);
            (captured, state.clockwork.duration())
        };
        let writable = buffer.make_mut();
        writable.set_pts(captured);
        writable.set_dts(gst::ClockTime::NONE);
        writable.set_duration(duration);
        if shot.stalled {
            writable.set_flags(gst::BufferFlags::DISCONT);
        }
        if shot.corrupt {
            writable.set_flags(gst::BufferFlags::CORRUPTED);
        }
        gst::trace!(CAT, imp = self, "buffer at {captured}");
        Ok(CreateSuccess::NewBuffer(buffer))
    }
}
