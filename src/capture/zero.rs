//! Zero information: a black picture or silence in the caps in force.
//!
//! Made once per caps for the whole process, by GStreamer's own test source for pictures, and sent again by reference.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use gst::prelude::*;

/// A test source that does not answer is not waited for any longer.
const LONGEST: gst::ClockTime = gst::ClockTime::from_seconds(2);
/// How much silence is made ahead: more than devices deliver at a time.
const BLOCK: gst::ClockTime = gst::ClockTime::from_mseconds(100);

/// Black or silence of one caps.
#[derive(Debug, Clone)]
pub struct Zero {
    caps: gst::Caps,
    content: Arc<Content>,
}

#[derive(Debug)]
enum Content {
    Picture(gst::Buffer),
    /// And some of it.
    Silence(Box<gst_audio::AudioInfo>, Option<gst::Buffer>),
    /// It cannot be made.
    None,
}

type Shelf = BTreeMap<String, Weak<Content>>;

/// All that somebody has, by the text of its caps: sixty-four tracks that are off show one picture. A leaf, nothing is
/// made, compared or let go of by GStreamer while it is held.
static SHELF: Mutex<Shelf> = Mutex::new(BTreeMap::new());

fn shelf() -> MutexGuard<'static, Shelf> {
    SHELF.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Zero {
    /// Prepares zero information for fixed `caps`. Takes a few milliseconds for a picture, unless somebody has it.
    pub fn new(caps: &gst::Caps) -> Self {
        let text = caps.to_string();
        let found = shelf().get(&text).and_then(Weak::upgrade);
        let content = found.unwrap_or_else(|| Self::keep(text, Arc::new(Content::new(caps))));
        Self {
            caps: caps.clone(),
            content,
        }
    }

    /// Puts on the shelf what was made, unless somebody was faster: it is one for all.
    fn keep(text: String, made: Arc<Content>) -> Arc<Content> {
        let mut shelf = shelf();
        if let Some(other) = shelf.get(&text).and_then(Weak::upgrade) {
            drop(shelf);
            drop(made);
            return other;
        }
        shelf.retain(|_, content| content.strong_count() > 0);
        shelf.insert(text, Arc::downgrade(&made));
        made
    }

    /// What it is zero information of.
    pub fn caps(&self) -> &gst::Caps {
        &self.caps
    }

    /// A buffer of black or silence for `duration`, without a timestamp, marked as a gap; `None`
    /// when the format has no picture that can be made here (a bitstream), and for silence that would take all
    /// memory: send a gap event.
    pub fn buffer(&self, duration: gst::ClockTime) -> Option<gst::Buffer> {
        let mut buffer = match &*self.content {
            Content::Picture(picture) => picture.copy(),
            Content::Silence(info, block) => of_block(info, block, size(info, duration)?)?,
            Content::None => return None,
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
        match &*self.content {
            Content::Picture(_) | Content::None => self.buffer(duration),
            Content::Silence(info, block) => {
                let mut buffer = of_block(info, block, like.size())?;
                let writable = buffer.get_mut()?;
                writable.set_duration(like.duration());
                writable.set_flags(gst::BufferFlags::GAP);
                Some(buffer)
            }
        }
    }
}

impl Content {
    fn new(caps: &gst::Caps) -> Self {
        let name = caps
            .structure(0)
            .map(|s| s.name().as_str())
            .unwrap_or_default();
        match name {
            "audio/x-raw" => {
                let silence = |info| {
                    let block = size(&info, BLOCK).and_then(|size| filled(&info, size));
                    Self::Silence(Box::new(info), block)
                };
                gst_audio::AudioInfo::from_caps(caps).map_or(Self::None, silence)
            }
            "video/x-raw" => picture(caps, None).map_or(Self::None, Self::Picture),
            "image/jpeg" => picture(caps, Some("jpegenc")).map_or(Self::None, Self::Picture),
            _ => Self::None,
        }
    }
}

/// How many bytes so much sound has.
fn size(info: &gst_audio::AudioInfo, duration: gst::ClockTime) -> Option<usize> {
    let frames = duration
        .nseconds()
        .mul_div_round(u64::from(info.rate()), gst::ClockTime::SECOND.nseconds())?;
    let frames = usize::try_from(frames).ok()?;
    frames.checked_mul(info.bpf() as usize)
}

/// A part of what is there by reference; more than that is made.
fn of_block(
    info: &gst_audio::AudioInfo,
    block: &Option<gst::Buffer>,
    size: usize,
) -> Option<gst::Buffer> {
    match block {
        Some(block) if size <= block.size() => {
            block.copy_region(gst::BufferCopyFlags::MEMORY, ..size).ok()
        }
        _ => filled(info, size),
    }
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
