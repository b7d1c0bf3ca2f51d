//! One picture decoded or encoded, in software and in the caller's time.

use gst::prelude::*;

use super::{CaptureError, Copies, ErrorKind, Frame, decoder};

/// How long one picture may take.
const LONGEST: gst::ClockTime = gst::ClockTime::from_seconds(10);

impl Frame {
    /// The picture in a frame of the device's bitstream, raw.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`], [`ErrorKind::Failed`].
    pub fn decoded(self, label: &str) -> Result<Self, CaptureError> {
        if self.is_of("video/x-raw") {
            return Ok(self);
        }
        let chain = decoder::chain(label, &self.caps)?;
        self.through(label, chain, "video/x-raw")
    }

    /// The frame as a JPEG file: as it is if it is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`], [`ErrorKind::Failed`].
    pub fn as_jpeg(self, label: &str) -> Result<Self, CaptureError> {
        if self.is_of("image/jpeg") {
            return Ok(self);
        }
        let raw = self.decoded(label)?;
        let make = |factory| {
            let element = gst::ElementFactory::make(factory).build();
            element.map_err(|_| CaptureError::missing_element(label, factory))
        };
        let chain = vec![make("videoconvert")?, make("jpegenc")?];
        raw.through(label, chain, "image/jpeg")
    }

    fn is_of(&self, media_type: &str) -> bool {
        let structure = self.caps.structure(0);
        structure.is_some_and(|structure| structure.name() == media_type)
    }

    /// What comes of the frame alone: the end of the stream behind it drives it out.
    fn through(
        self,
        label: &str,
        chain: Vec<gst::Element>,
        into: &str,
    ) -> Result<Self, CaptureError> {
        let failed = |why: &str| {
            let detail = format!("cannot make {into} of a frame of {}: {why}", self.caps);
            CaptureError::new(ErrorKind::Failed, label, detail)
        };
        let source = gst_app::AppSrc::builder()
            .caps(&self.caps)
            .format(gst::Format::Time)
            .build();
        let sink = gst_app::AppSink::builder()
            .caps(&gst::Caps::new_empty_simple(into))
            .sync(false)
            .enable_last_sample(false)
            .build();
        let mut elements = vec![source.clone().upcast()];
        elements.extend(chain);
        elements.push(sink.clone().upcast());
        let pipeline = gst::Pipeline::new();
        pipeline
            .add_many(&elements)
            .and_then(|()| gst::Element::link_many(&elements))
            .map_err(|error| failed(&error.to_string()))?;
        let mut buffer = self.to_buffer();
        if let Some(writable) = buffer.get_mut() {
            writable.set_pts(gst::ClockTime::ZERO);
            writable.set_duration(self.duration);
        }
        // An element that cannot do it posts an error, and the stream ends: no sample, no wait.
        let sample = pipeline.set_state(gst::State::Playing).ok().and_then(|_| {
            let _ = source.push_buffer(buffer);
            let _ = source.end_of_stream();
            sink.try_pull_sample(LONGEST)
        });
        let _ = pipeline.set_state(gst::State::Null);
        let sample = sample.ok_or_else(|| failed("nothing came of it"))?;
        match (sample.buffer_owned(), sample.caps_owned()) {
            (Some(buffer), Some(caps)) => Ok(Self {
                buffer,
                caps,
                copies: Copies::default(),
                ..self
            }),
            _ => Err(failed("what came of it is empty")),
        }
    }
}
