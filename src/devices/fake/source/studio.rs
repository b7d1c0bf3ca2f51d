//! Where the pictures and sounds of a fake device are made: a private pipeline of GStreamer's own test
//! sources, which is always a little ahead.

use gst::prelude::*;

/// The colours of the picture, as ARGB: wherever one looks, it is not the black of a track that is off.
const BLUE: u32 = 0xff30_5070;
const YELLOW: u32 = 0xffff_d040;
const BLACK: u32 = 0xff00_0000;
/// How long a test source may take, in pieces after each of which it is seen whether it still tries.
const TRY: gst::ClockTime = gst::ClockTime::from_mseconds(50);
const TRIES: u32 = 200;

/// A running test source in fixed caps.
#[derive(Debug)]
pub struct Studio {
    pipeline: gst::Pipeline,
    source: gst::Element,
    sink: gst_app::AppSink,
    is_video: bool,
}

impl Studio {
    /// Starts to make what `caps` say.
    ///
    /// # Errors
    ///
    /// A test source or the JPEG encoder is not installed, or the pipeline does not start.
    pub fn open(caps: &gst::Caps) -> Result<Self, gst::glib::BoolError> {
        let structure = caps
            .structure(0)
            .ok_or_else(|| gst::glib::bool_error!("no structure in the caps {caps}"))?;
        if !caps.is_fixed() || !is_modest(structure) {
            return Err(gst::glib::bool_error!("nothing can be made of {caps}"));
        }
        let is_video = !structure.name().starts_with("audio/");
        let source = if is_video {
            gst::ElementFactory::make("videotestsrc")
                .property_from_str("pattern", "ball")
                .property("background-color", BLUE)
                .property("foreground-color", YELLOW)
                .build()?
        } else {
            let samples = structure.get::<i32>("rate").unwrap_or(48_000);
            let samples = (samples / 100).max(1);
            gst::ElementFactory::make("audiotestsrc")
                .property("samplesperbuffer", samples)
                .property("volume", 0.5)
                .build()?
        };
        let sink = gst_app::AppSink::builder()
            .caps(&in_motion(caps))
            .sync(false)
            .max_buffers(2)
            .build();
        let pipeline = gst::Pipeline::new();
        pipeline.add_many([&source, sink.upcast_ref()])?;
        if structure.name() == "image/jpeg" {
            let encoder = gst::ElementFactory::make("jpegenc").build()?;
            pipeline.add(&encoder)?;
            gst::Element::link_many([&source, &encoder, sink.upcast_ref()])?;
        } else {
            source.link(&sink)?;
        }
        let studio = Self {
            pipeline,
            source,
            sink,
            is_video,
        };
        studio
            .pipeline
            .set_state(gst::State::Playing)
            .map_err(|_| gst::glib::bool_error!("cannot make {caps}"))?;
        Ok(studio)
    }

    /// Black or silence instead of the test picture or tone, from one of the next buffers on.
    pub fn set_muted(&self, muted: bool) {
        if self.is_video {
            // Not the pattern "black": videotestsrc keeps the picture of a pattern that does not move, and
            // takes it from under its own streaming thread when the pattern changes (1.22).
            let (ball, background) = if muted {
                (BLACK, BLACK)
            } else {
                (YELLOW, BLUE)
            };
            self.source.set_property("background-color", background);
            self.source.set_property("foreground-color", ball);
        } else {
            let volume = if muted { 0.0 } else { 0.5 };
            self.source.set_property("volume", volume);
        }
    }

    /// The next frame, or the next ten milliseconds of sound. `None`: `interrupted` says so, or these caps cannot
    /// be made.
    pub fn next(&self, interrupted: impl Fn() -> bool) -> Option<gst::Buffer> {
        let bus = self.pipeline.bus()?;
        for _ in 0..TRIES {
            if let Some(sample) = self.sink.try_pull_sample(TRY) {
                return sample.buffer_owned();
            }
            if interrupted() || bus.pop_filtered(&[gst::MessageType::Error]).is_some() {
                return None;
            }
        }
        None
    }
}

/// A rate of 0/1, which says that it varies, makes a test source end after one picture.
fn in_motion(caps: &gst::Caps) -> gst::Caps {
    let mut caps = caps.clone();
    let still = gst::Fraction::new(0, 1);
    if let Some(structure) = caps.make_mut().structure_mut(0)
        && structure.get::<gst::Fraction>("framerate") == Ok(still)
    {
        structure.set("framerate", gst::Fraction::new(30, 1));
    }
    caps
}

/// What `caps` ask for is no more than any machine can make.
fn is_modest(structure: &gst::StructureRef) -> bool {
    let at_most = |field: &str, most: i32| {
        let value = structure.get::<i32>(field).unwrap_or(most);
        (1..=most).contains(&value)
    };
    at_most("width", 8192)
        && at_most("height", 8192)
        && at_most("rate", 768_000)
        && at_most("channels", 64)
}

impl Drop for Studio {
    fn drop(&mut self) {
        // Test sources always stop.
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}
