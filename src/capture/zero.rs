//! Zero information: a black picture or silence in the caps in force.
//!
//! Made once per caps, by GStreamer's own test source for pictures, and sent again by reference.

use gst::prelude::*;

/// A test source that does not answer is not waited for any longer.
const LONGEST: gst::ClockTime = gst::ClockTime::from_seconds(2);

/// Black or silence of one caps.
#[derive(Debug, Clone)]
pub struct Zero {
    caps: gst::Caps,
    content: Option<Content>,
}

#[derive(Debug, Clone)]
enum Content {
    Picture(gst::Buffer),
    Silence(Box<gst_audio::AudioInfo>),
}

impl Zero {
    /// Prepares zero information for fixed `caps`. Takes a few milliseconds for a picture.
    pub fn new(caps: &gst::Caps) -> Self {
        let name = caps
            .structure(0)
            .map(|s| s.name().as_str())
            .unwrap_or_default();
        let content = match name {
            "audio/x-raw" => gst_audio::AudioInfo::from_caps(caps)
                .ok()
                .map(|info| Content::Silence(Box::new(info))),
            "video/x-raw" => picture(caps, None).map(Content::Picture),
            "image/jpeg" => picture(caps, Some("jpegenc")).map(Content::Picture),
            _ => None,
        };
        Self {
            caps: caps.clone(),
            content,
        }
    }

    /// What it is zero information of.
    pub fn caps(&self) -> &gst::Caps {
        &self.caps
    }

    /// A buffer of black or silence for `duration`, without a timestamp, marked as a gap; `None`
    /// when the format has no picture that can be made here (a bitstream), and for silence that would take all
    /// memory: send a gap event.
    pub fn buffer(&self, duration: gst::ClockTime) -> Option<gst::Buffer> {
        let mut buffer = match self.content.as_ref()? {
            Content::Picture(picture) => picture.copy(),
            Content::Silence(info) => silence(info, duration)?,
        };
        let writable = buffer.get_mut()?;
        writable.set_pts(None);
        writable.set_dts(None);
        writable.set_duration(duration);
        writable.unset_flags(gst::BufferFlags::DISCONT);
        writable.set_flags(gst::BufferFlags::GAP);
        Some(buffer)
    }

    /// Silence of as many bytes as `like` has.
    pub fn like(&self, like: &gst::BufferRef) -> Option<gst::Buffer> {
        let duration = like.duration().unwrap_or_default();
        match self.content.as_ref()? {
            Content::Picture(_) => self.buffer(duration),
            Content::Silence(info) => {
                let mut buffer = filled(info, like.size())?;
                let writable = buffer.get_mut()?;
                writable.set_duration(like.duration());
                writable.set_flags(gst::BufferFlags::GAP);
                Some(buffer)
            }
        }
    }
}

fn silence(info: &gst_audio::AudioInfo, duration: gst::ClockTime) -> Option<gst::Buffer> {
    let frames = duration
        .nseconds()
        .mul_div_round(u64::from(info.rate()), gst::ClockTime::SECOND.nseconds())?;
    let frames = usize::try_from(frames).ok()?;
    filled(info, frames.checked_mul(info.bpf() as usize)?)
}

/// As much silence as memory is taken for at once: nothing that is listened to needs more.
const MOST: usize = 16 << 20;

fn filled(info: &gst_audio::AudioInfo, size: usize) -> Option<gst::Buffer> {
    if size > MOST {
        return None;
    }
    let mut samples = vec![0; size];
    info.format_info().fill_silence(&mut samples);
    Some(gst::Buffer::from_slice(samples))
}

/// One black picture in `caps`, through `encoder` if the caps are coded.
fn picture(caps: &gst::Caps, encoder: Option<&str>) -> Option<gst::Buffer> {
    let raw = match encoder {
        None => caps.clone(),
        Some(_) => {
            let coded = caps.structure(0)?;
            let mut raw = gst::Structure::new_empty("video/x-raw");
            for field in ["width", "height", "framerate"] {
                if let Ok(value) = coded.value(field) {
                    raw.set_value(field, value.clone());
                }
            }
            gst::Caps::from(raw)
        }
    };
    let source = gst::ElementFactory::make("videotestsrc")
        .property_from_str("pattern", "black")
        .property("num-buffers", 1i32)
        .build()
        .ok()?;
    let filter = gst::ElementFactory::make("capsfilter")
        .property("caps", &raw)
        .build()
        .ok()?;
    let sink = gst_app::AppSink::builder().sync(false).build();
    let mut chain = vec![source, filter];
    if let Some(factory) = encoder {
        chain.push(gst::ElementFactory::make(factory).build().ok()?);
    }
    chain.push(sink.clone().upcast());
    let pipeline = gst::Pipeline::new();
    pipeline.add_many(&chain).ok()?;
    gst::Element::link_many(&chain).ok()?;
    let started = pipeline.set_state(gst::State::Playing);
    // A test source that cannot make these caps posts an error and an EOS: no sample, no wait.
    let sample = started.ok().and_then(|_| sink.try_pull_sample(LONGEST));
    let _ = pipeline.set_state(gst::State::Null);
    sample?.buffer_owned()
}
