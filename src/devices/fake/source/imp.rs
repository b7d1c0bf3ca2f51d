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
use super::super::device::{Fault, Opening};
use super::studio::Studio;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "fakemediasrc",
        gst::DebugColorFlags::empty(),
        Some("Fake cameras and microphones"),
    )
});

/// From the caps to the next change of caps.
#[derive(Debug, Default)]
struct State {
    /// What [`Fault::open`] gave.
    opened: Option<u32>,
    studio: Option<Arc<Studio>>,
    /// How long one buffer lasts.
    duration: gst::ClockTime,
    /// The running time of buffer 0 of these caps.
    begin: Option<gst::ClockTime>,
    next: u64,
    muted: bool,
}

/// See [`super::FakeMediaSrc`].
#[derive(Debug, Default)]
pub struct FakeMediaSrc {
    device: OnceLock<Device>,
    fault: OnceLock<Arc<Fault>>,
    /// A leaf lock: nothing else is called while it is held.
    state: Mutex<State>,
    interrupted: AtomicBool,
}

impl FakeMediaSrc {
    pub fn set_device(&self, device: &Device) {
        let _ = self.fault.set(device.fault());
        let _ = self.device.set(device.clone());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Plain data, valid after any panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error message that stands for a scripted failure to start.
    fn refusal(&self, name: &str) -> gst::ErrorMessage {
        let label = self.device.get().map(|device| device.display_name());
        let label = label.as_deref().unwrap_or_default();
        match name {
            "NotFoundError" => gst::error_msg!(
                gst::ResourceError::NotFound,
                ("Device '{label}' is not plugged in")
            ),
            "NotReadableError" => {
                gst::error_msg!(gst::ResourceError::Busy, ("Device '{label}' is busy"))
            }
            "NotAllowedError" => gst::error_msg!(
                gst::ResourceError::NotAuthorized,
                ("No permission to use device '{label}'")
            ),
            other => gst::error_msg!(
                gst::ResourceError::Failed,
                ("Device '{label}' failed to start"),
                ["asked to by fail-open: {other}"]
            ),
        }
    }

    /// The timestamp of the next buffer. After a stall the ones that were missed are left out, and of
    /// a device that is slow all but one in `every`.
    fn next_timestamp(&self, late: bool, every: u32) -> (gst::ClockTime, gst::ClockTime) {
        let now = self.obj().current_running_time().unwrap_or_default();
        let mut state = self.state();
        let begin = *state.begin.get_or_insert(now);
        let duration = state.duration;
        if late {
            let missed = now.saturating_sub(begin).nseconds() / duration.nseconds().max(1);
            state.next = state.next.max(missed + 1);
        }
        let timestamp = begin + duration * state.next;
        state.next += u64::from(every);
        (timestamp, duration)
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
}

impl BaseSrcImpl for FakeMediaSrc {
    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let fault = self.fault.get().ok_or_else(|| {
            gst::error_msg!(
                gst::ResourceError::Settings,
                ("Make this element with gst_device_create_element()")
            )
        })?;
        let opened = fault.open().map_err(|name| self.refusal(&name))?;
        *self.state() = State {
            opened: Some(opened),
            ..State::default()
        };
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        let state = std::mem::take(&mut *self.state());
        if let (Some(fault), Some(_)) = (self.fault.get(), state.opened) {
            fault.close();
        }
        Ok(())
    }

    fn unlock(&self) -> Result<(), gst::ErrorMessage> {
        self.interrupted.store(true, Ordering::SeqCst);
        if let Some(fault) = self.fault.get() {
            fault.wake();
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
            self.device.get()?.caps()?
        } else {
            gst::Caps::new_any()
        };
        Some(match filter {
            Some(filter) => filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First),
            None => caps,
        })
    }

    fn set_caps(&self, caps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let offered = self.device.get().and_then(|device| device.caps());
        if !offered.is_some_and(|offered| caps.is_subset(&offered)) {
            return Err(gst::loggable_error!(CAT, "the device has no mode {caps}"));
        }
        let structure = caps.structure(0);
        let frame_rate = structure.and_then(|s| s.get::<gst::Fraction>("framerate").ok());
        let duration = match frame_rate {
            Some(rate) => gst::ClockTime::SECOND
                .mul_div_floor(
                    rate.denom().unsigned_abs().into(),
                    rate.numer().unsigned_abs().into(),
                )
                .unwrap_or(gst::ClockTime::SECOND),
            None => gst::ClockTime::from_mseconds(10),
        };
        let studio = Studio::open(caps)
            .map_err(|error| gst::loggable_error!(CAT, "cannot deliver {caps}: {error}"))?;
        let mut state = self.state();
        let old = state.studio.replace(Arc::new(studio));
        state.duration = duration;
        state.begin = None;
        state.next = 0;
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
            let duration = self.state().duration;
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
        let (opened, studio, was_muted) = {
            let state = self.state();
            (state.opened, state.studio.clone(), state.muted)
        };
        let (Some(fault), Some(opened), Some(studio)) = (self.fault.get(), opened, studio) else {
            return Err(gst::FlowError::NotNegotiated);
        };
        let opening = fault.wait(opened, || self.interrupted.load(Ordering::SeqCst));
        let (muted, stalled, every) = match opening {
            Opening::Deliver {
                muted,
                stalled,
                every,
            } => (muted, stalled, every),
            Opening::Interrupted => return Err(gst::FlowError::Flushing),
            Opening::Lost => {
                gst::element_imp_error!(
                    self,
                    gst::ResourceError::Read,
                    ("The device has been disconnected.")
                );
                return Err(gst::FlowError::Error);
            }
        };
        if muted != was_muted {
            studio.set_muted(muted);
            self.state().muted = muted;
        }
        let mut buffer = studio.next().ok_or(gst::FlowError::Error)?;
        let (timestamp, duration) = self.next_timestamp(stalled, every);
        let writable = buffer.make_mut();
        writable.set_pts(timestamp);
        writable.set_dts(gst::ClockTime::NONE);
        writable.set_duration(duration);
        if stalled {
            writable.set_flags(gst::BufferFlags::DISCONT);
        }
        gst::trace!(CAT, imp = self, "buffer at {timestamp}");
        Ok(CreateSuccess::NewBuffer(buffer))
    }
}
