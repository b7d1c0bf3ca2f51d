//! `GstCanvasCaptureMediaStreamTrack`: the video track of a canvas, which here is the sink pad that a pipeline
//! draws into (Media Capture from DOM Elements, `CanvasCaptureMediaStreamTrack`).

use std::sync::{Arc, LazyLock, OnceLock};

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::MediaStreamTrack;
use crate::capture::Generator;

glib::wrapper! {
    /// A video track whose frames are drawn by a pipeline of the application.
    ///
    /// Property `canvas`, the sink pad that is drawn into; action `request-frame`: what was drawn last is
    /// captured, if it was not yet, else what is drawn next. A clone is one as well, of the same canvas.
    pub struct CanvasCaptureMediaStreamTrack(ObjectSubclass<imp::CanvasCaptureMediaStreamTrack>)
        @extends MediaStreamTrack, gst::Object;
}

/// Asks for a frame of the canvas.
pub type RequestFrame = Arc<dyn Fn() + Send + Sync>;

/// What never changes.
#[derive(Clone)]
struct Canvas {
    pad: gst::Pad,
    request: RequestFrame,
}

impl CanvasCaptureMediaStreamTrack {
    /// A new track of what `generator` is fed with through `canvas`. `request` is what `requestFrame()` does:
    /// it must not wait, and not keep the element alive.
    pub fn generated(generator: &Generator, canvas: &gst::Pad, request: RequestFrame) -> Self {
        let track: Self = glib::Object::new();
        let pad = canvas.clone();
        let _ = track.imp().canvas.set(Canvas { pad, request });
        track.upcast_ref::<MediaStreamTrack>().live_from(generator);
        track
    }

    /// The attribute `canvas`.
    pub fn canvas_pad(&self) -> Option<gst::Pad> {
        self.imp().canvas.get().map(|canvas| canvas.pad.clone())
    }

    /// `requestFrame()`: without an answer, also when nothing will come of it.
    pub fn request_frame(&self) {
        if let Some(canvas) = self.imp().canvas.get() {
            (canvas.request)();
        }
    }
}

/// A track of the same type and the same canvas, for `clone()`.
pub(super) fn sibling(track: &MediaStreamTrack) -> MediaStreamTrack {
    let Some(original) = track.downcast_ref::<CanvasCaptureMediaStreamTrack>() else {
        return glib::Object::new();
    };
    let clone: CanvasCaptureMediaStreamTrack = glib::Object::new();
    if let Some(canvas) = original.imp().canvas.get() {
        let _ = clone.imp().canvas.set(canvas.clone());
    }
    clone.upcast()
}

mod imp {
    use super::*;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::CanvasCaptureMediaStreamTrack)]
    pub struct CanvasCaptureMediaStreamTrack {
        /// The pad that is drawn into.
        #[property(name = "canvas", type = Option<gst::Pad>, get = Self::pad)]
        pub(super) canvas: OnceLock<Canvas>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for CanvasCaptureMediaStreamTrack {
        const NAME: &'static str = "GstCanvasCaptureMediaStreamTrack";
        type Type = super::CanvasCaptureMediaStreamTrack;
        type ParentType = MediaStreamTrack;
    }

    impl CanvasCaptureMediaStreamTrack {
        fn pad(&self) -> Option<gst::Pad> {
            self.obj().canvas_pad()
        }
    }

    #[glib::derived_properties]
    impl ObjectImpl for CanvasCaptureMediaStreamTrack {
        fn signals() -> &'static [Signal] {
            static SIGNALS: LazyLock<[Signal; 1]> = LazyLock::new(|| {
                let request = Signal::builder("request-frame").action();
                [request
                    .class_handler(|values| {
                        let track: super::CanvasCaptureMediaStreamTrack =
                            values.first()?.get().ok()?;
                        track.request_frame();
                        None
                    })
                    .build()]
            });
            &*SIGNALS
        }
    }

    impl GstObjectImpl for CanvasCaptureMediaStreamTrack {}
    impl super::super::subclass::MediaStreamTrackImpl for CanvasCaptureMediaStreamTrack {}
}
