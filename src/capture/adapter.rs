//! Makes of the device's frames what one consumer was promised: drops frames, crops the centre,
//! scales down, converts. GStreamer's own elements do the work, in the reader's thread.
//!
//! Only the elements that have something to do are there; a frame that is right already never
//! comes here and keeps its memory.

use gst::prelude::*;

use super::{CaptureError, Copies, ErrorKind, Frame};

/// A chain of elements between two pads of ours. What goes in comes out, or not, before `adapt`
/// returns: there is no queue and no thread inside.
pub struct Adapter {
    pipeline: gst::Pipeline,
    entry: gst::Pad,
    exit: gst_app::AppSink,
    input: gst::Caps,
    output: gst::Caps,
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Adapter({} -> {})", self.input, self.output)
    }
}

impl Adapter {
    /// Whether frames of `input` need nothing to be done to be `output`.
    pub fn is_needless(input: &gst::Caps, output: &gst::Caps) -> bool {
        input == output || input.is_subset(output)
    }

    /// A chain from `input` to `output`, both fixed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingPlugin`] naming the element; [`ErrorKind::Failed`] when GStreamer
    /// cannot convert between the two.
    pub fn new(label: &str, input: &gst::Caps, output: &gst::Caps) -> Result<Self, CaptureError> {
        let failed = |what: &str| {
            let detail = format!("cannot make {output} of {input}: {what}");
            CaptureError::new(ErrorKind::Failed, label, detail)
        };
        let pipeline = gst::Pipeline::new();
        let exit = gst_app::AppSink::builder()
            .caps(output)
            .sync(false)
            .async_(false)
            .enable_last_sample(false)
            .build();
        let mut chain = Vec::new();
        for (factory, properties) in steps(input, output) {
            let element = gst::ElementFactory::make(factory)
                .build()
                .map_err(|_| CaptureError::missing_element(label, factory))?;
            for (name, value) in properties {
                element.set_property_from_str(name, &value);
            }
            chain.push(element);
        }
        chain.push(exit.clone().upcast());
        pipeline
            .add_many(&chain)
            .and_then(|()| gst::Element::link_many(&chain))
            .map_err(|error| failed(&error.to_string()))?;
        let entry = gst::Pad::builder(gst::PadDirection::Src)
            .name("entry")
            .build();
        let first = chain.first().and_then(|e| e.static_pad("sink"));
        let first = first.ok_or_else(|| failed("the first element has no sink pad"))?;
        let adapter = Self {
            pipeline,
            entry,
            exit,
            input: input.clone(),
            output: output.clone(),
        };
        let started = adapter.pipeline.set_state(gst::State::Playing);
        started.map_err(|_| failed("its elements do not start"))?;
        adapter
            .entry
            .link(&first)
            .map_err(|e| failed(&e.to_string()))?;
        adapter
            .entry
            .set_active(true)
            .map_err(|e| failed(&e.to_string()))?;
        let segment = gst::FormattedSegment::<gst::ClockTime>::new();
        let accepted = adapter
            .entry
            .push_event(gst::event::StreamStart::new("adapter"))
            && adapter.entry.push_event(gst::event::Caps::new(input))
            && adapter.entry.push_event(gst::event::Segment::new(&segment));
        accepted
            .then_some(adapter)
            .ok_or_else(|| failed("not negotiated"))
    }

    /// What goes in.
    pub fn input(&self) -> &gst::Caps {
        &self.input
    }

    /// What comes out.
    pub fn output(&self) -> &gst::Caps {
        &self.output
    }

    /// Puts a frame in and takes out what is ready: nothing for a dropped frame.
    ///
    /// # Errors
    ///
    /// What the elements say; the next frame may do better.
    pub fn adapt(&self, frame: &Frame) -> Result<Option<Frame>, gst::FlowError> {
        let mut buffer = frame.to_buffer();
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(frame.captured);
            buffer.set_duration(frame.duration);
            if frame.discont {
                buffer.set_flags(gst::BufferFlags::DISCONT);
            }
        }
        self.entry.push(buffer)?;
        let Some(sample) = self.exit.try_pull_sample(gst::ClockTime::ZERO) else {
            return Ok(None);
        };
        let (Some(buffer), Some(caps)) = (sample.buffer_owned(), sample.caps_owned()) else {
            return Ok(None);
        };
        Ok(Some(Frame {
            captured: buffer.pts().unwrap_or(frame.captured),
            duration: buffer.duration().or(frame.duration),
            discont: frame.discont,
            buffer,
            caps,
            copies: Copies::default(),
        }))
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        let _ = self.entry.set_active(false);
        // Software elements without threads: this does not wait for anybody.
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

type Step = (&'static str, Vec<(&'static str, String)>);

fn steps(input: &gst::Caps, output: &gst::Caps) -> Vec<Step> {
    let (Some(from), Some(to)) = (input.structure(0), output.structure(0)) else {
        return Vec::new();
    };
    if to.name().starts_with("audio/") {
        return vec![("audioconvert", vec![]), ("audioresample", vec![])];
    }
    let mut steps = Vec::new();
    if from.get::<gst::Fraction>("framerate").ok() != to.get::<gst::Fraction>("framerate").ok() {
        // Frames are dropped, never repeated; capture times are far from zero, so the first frame
        // begins the count.
        let properties = vec![
            ("drop-only", "true".to_owned()),
            ("skip-to-first", "true".to_owned()),
        ];
        steps.push(("videorate", properties));
    }
    if let Some(crop) = crop(from, to) {
        steps.push(("videocrop", crop));
    }
    steps.push((
        "videoconvertscale",
        vec![("add-borders", "false".to_owned())],
    ));
    steps
}

fn size(structure: &gst::StructureRef) -> Option<(i64, i64)> {
    let side = |name| structure.get::<i32>(name).ok().map(i64::from);
    side("width").zip(side("height"))
}

/// The centre of the frame with the aspect ratio of the output, in even numbers: half a chroma
/// sample cannot be cut.
fn crop(from: &gst::StructureRef, to: &gst::StructureRef) -> Option<Vec<(&'static str, String)>> {
    let ((from_w, from_h), (to_w, to_h)) = (size(from)?, size(to)?);
    let [left, right, top, bottom] = margins((from_w, from_h), (to_w, to_h));
    (left + right + top + bottom > 0).then(|| {
        vec![
            ("left", left.to_string()),
            ("right", right.to_string()),
            ("top", top.to_string()),
            ("bottom", bottom.to_string()),
        ]
    })
}

fn margins((from_w, from_h): (i64, i64), (to_w, to_h): (i64, i64)) -> [i64; 4] {
    // The largest w x h inside the frame with w / h = to_w / to_h.
    let wide = from_w * to_h > to_w * from_h;
    let (keep_w, keep_h) = match wide {
        true => (from_h * to_w / to_h, from_h),
        false => (from_w, from_w * to_h / to_w),
    };
    let split = |spare: i64| {
        let first = (spare / 2) & !1;
        [first, spare - first]
    };
    // A sliver of one line is rounding, not a different aspect.
    let spare = |from: i64, keep: i64, to: i64| match from - keep.max(to) {
        ..=1 => 0,
        spare => spare,
    };
    let [left, right] = split(spare(from_w, keep_w, to_w));
    let [top, bottom] = split(spare(from_h, keep_h, to_h));
    [left, right, top, bottom]
}

#[cfg(test)]
mod tests {
    use super::margins;

    #[test]
    fn the_same_aspect_is_not_cropped() {
        assert_eq!(margins((1280, 720), (640, 360)), [0; 4]);
        assert_eq!(margins((1366, 768), (683, 384)), [0; 4]);
        assert_eq!(margins((640, 480), (641, 481)), [0; 4]);
    }

    #[test]
    fn the_centre_is_kept() {
        assert_eq!(margins((1280, 720), (640, 480)), [160, 160, 0, 0]);
        assert_eq!(margins((640, 480), (320, 180)), [0, 0, 60, 60]);
        assert_eq!(margins((640, 480), (1, 480)), [318, 321, 0, 0]);
    }
}
