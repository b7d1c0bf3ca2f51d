//! `mediastreamsink`: makes a stream out of any pipeline (Media Capture from DOM Elements; Web Audio,
//! `MediaStreamAudioDestinationNode`).
//!
//! Each of its request pads, `video_%u` and `audio_%u`, is a track of the stream. A track plays in any other
//! pipeline of the process, in [`mediatrackvideosrc`] or [`usermediasrc`], in any number of them at a time, and
//! each gets the memory that was pushed here: nothing is copied. Nobody who reads, or does not, can hold
//! up this pipeline: it is asked for enough buffers for all, and who keeps more than eight at a time gets copies.
//!
//! [`mediatrackvideosrc`]: super::MediaTrackVideoSrc
//! [`usermediasrc`]: super::UserMediaSrc
//!
//! A track is in the stream from when its pad was requested. It is muted until this pipeline plays and has
//! something to show, and while it is paused. A seek is nothing to it. It ends with the stream that flows into
//! the pad, when the element is stopped, or when its pad is released, and then leaves the stream. When the
//! pipeline begins anew there is another track, which joins the same stream.
//!
//! What flows in is raw media that says its format: pictures in system memory, since nobody knows who will
//! read them, and interleaved sound. Decoders give such by themselves; put `gldownload` or its like behind
//! what gives nothing else. A gap in the sound is heard as silence of its length.
//!
//! # Starting
//!
//! A pipeline that starts waits until each pad has something to show, as for all sinks, so that what is played
//! begins on time. It does not wait for a live source (`is-live`): that is PLAYING at once, whenever something is
//! drawn, if ever. Nor does it for a pad that nothing was ever linked to, nor for a pad that is requested while
//! the element plays. A sink's own `async=false` stays; `video_0::async=false` is for an application that
//! draws with a source which is not live. As with all sinks, the end of a pipeline is the end of all pads.
//!
//! # Pads
//!
//! A pad that is requested by name is called so: `video_0`, `video_1`, …, and not `video_007`. Without a name it
//! gets a number that no pad had before.
//!
//! # Properties
//!
//! | name | default | |
//! |---|---|---|
//! | `stream` | | the `GstMediaStream`; the same for the whole life of the element |
//! | `frame-rate` | -1 | which pictures are captured. -1: each that differs from the one before. 0: one that is drawn after `request-frame`, or was drawn before it and is not captured, and the very first. Otherwise at most so many a second |
//!
//! A picture that is the same as the last one, because its memory is or what is in it, is never captured twice. A rate
//! that is none is a warning (`NotSupportedError`), and nothing changes; in NULL, where nobody hears of it, the
//! element does not start until another is set.
//!
//! # Actions
//!
//! `request-frame`: requests a frame of each video track. Requests are not counted: several before the next
//! picture are one. A video track is a `GstCanvasCaptureMediaStreamTrack`, which has the same action, and the property
//! `canvas`: the pad.
//!
//! # Example pipelines
//!
//! Alone it is a sink like others; the sinks behind its pads are its children, and are called like the pads:
//!
//! ```sh
//! gst-launch-1.0 videotestsrc ! mediastreamsink
//! gst-launch-1.0 uridecodebin3 uri=file:///tmp/film.mkv ! mediastreamsink video_0::sync=false
//! ```
//!
//! What it is for takes a program, here in Python, then in Rust:
//!
//! ```python
//! import gi
//! gi.require_version('Gst', '1.0')
//! from gi.repository import GLib, Gst
//! Gst.init()
//! canvas = Gst.parse_launch('videotestsrc is-live=true pattern=ball ! mediastreamsink name=canvas')
//! viewer = Gst.parse_launch('usermediasrc name=source ! videoconvert ! autovideosink')
//! stream = canvas.get_by_name('canvas').props.stream
//! viewer.get_by_name('source').props.stream = stream
//! canvas.set_state(Gst.State.PLAYING)
//! viewer.set_state(Gst.State.PLAYING)
//! GLib.MainLoop().run()
//! ```
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use gst::prelude::*;
//! use gstmediastream::media::MediaStream;
//!
//! gst::init()?;
//! gstmediastream::plugin_register_static()?;
//! let canvas = gst::parse::launch("mediastreamsink name=canvas appsrc name=pen ! canvas.")?;
//! let canvas = canvas.downcast::<gst::Pipeline>().expect("a launch line is a pipeline");
//! let sink = canvas.by_name("canvas").expect("it was named");
//! sink.set_property("frame-rate", 0.0);
//! let stream: MediaStream = sink.property("stream");
//! let source = gst::ElementFactory::make("usermediasrc").property("stream", &stream).build()?;
//! // Push pictures into the pen, and:
//! sink.emit_by_name::<()>("request-frame", &[]);
//! # Ok(())
//! # }
//! ```
//!
//! | file | noun |
//! |---|---|
//! | `imp` | the GObject |
//! | `inlet` | one pad, and what is behind it |
//! | `sink` | the `GstBaseSink` behind a pad |
//! | `waiting` | whether the pipeline waits for what comes first |
//! | `silence` | what is heard in a gap of the sound |
//! | `outlet` | its track, which pictures that gets, and when it ends |
//! | `picture` | whether one looks like the one before |
//! | `timeline` | when a sink shows what it renders |

mod imp;
mod inlet;
mod outlet;
mod picture;
mod silence;
mod sink;
mod timeline;
mod waiting;

use std::sync::LazyLock;

use gst::glib;
use gst::prelude::*;

use crate::model::constraints::Kind;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "mediastreamsink",
        gst::DebugColorFlags::empty(),
        Some("Pipelines as media streams"),
    )
});

glib::wrapper! {
    /// `mediastreamsink`: a bin whose request pads are the tracks of a stream.
    pub struct MediaStreamSink(ObjectSubclass<imp::MediaStreamSink>)
        @extends gst::Bin, gst::Element, gst::Object;
}

/// What a pad of this kind takes: pictures in memory that all readers have, sound in the layout that they know.
fn caps(kind: Kind) -> gst::Caps {
    match kind {
        Kind::Audio => gst::Caps::builder("audio/x-raw")
            .field("layout", "interleaved")
            .build(),
        Kind::Video => gst::Caps::new_empty_simple("video/x-raw"),
    }
}

/// Registers the element, with rank NONE.
pub(super) fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::Element::register(
        Some(plugin),
        "mediastreamsink",
        gst::Rank::NONE,
        MediaStreamSink::static_type(),
    )
}
