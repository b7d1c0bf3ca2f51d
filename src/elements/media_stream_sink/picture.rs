//! What was drawn, and whether something else was drawn after it.

use gst_video::{VideoCropMeta, VideoMeta, VideoOverlayCompositionMeta};

/// A picture, or a stretch of sound.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub caps: gst::Caps,
    pub buffer: gst::Buffer,
}

impl Picture {
    /// Whether both certainly look the same. Cheap: memory that is the same is not looked at, memory that
    /// would have to come from a device for it is not either, and two pictures are read up to where they differ.
    ///
    /// What is compared with is held, so its memory holds what it held: nobody may write to it.
    pub fn looks_like(&self, other: &Self) -> bool {
        let (one, two) = (self.buffer.as_ref(), other.buffer.as_ref());
        let alike = self.caps == other.caps && layout(one) == layout(two) && !has_overlay(one, two);
        let count = one.n_memory();
        if !alike || count != two.n_memory() {
            return false;
        }
        let mut pairs = (0..count).map(|at| (one.peek_memory(at), two.peek_memory(at)));
        let same = |(one, two): (&gst::MemoryRef, &gst::MemoryRef)| {
            is_same(one, two) || reads_the_same(one, two)
        };
        pairs.all(same)
    }
}

fn is_same(one: &gst::MemoryRef, two: &gst::MemoryRef) -> bool {
    one.as_ptr() == two.as_ptr()
}

fn reads_the_same(one: &gst::MemoryRef, two: &gst::MemoryRef) -> bool {
    let is_at_hand = |memory: &gst::MemoryRef| {
        let flags = memory.flags();
        !memory.is_type("dmabuf") && !flags.contains(gst::MemoryFlags::NOT_MAPPABLE)
    };
    if one.size() != two.size() || !is_at_hand(one) || !is_at_hand(two) {
        return false;
    }
    match (one.map_readable(), two.map_readable()) {
        (Ok(one), Ok(two)) => one.as_slice() == two.as_slice(),
        _ => false,
    }
}

/// A buffer of its own around the same memory, which says when the readers have let go of it: the producer may
/// hold the other as long as it likes.
pub(super) fn shared(buffer: &gst::Buffer) -> gst::Buffer {
    let mut copy = buffer.copy();
    if let Some(writable) = copy.get_mut() {
        gst::ParentBufferMeta::add(writable, buffer);
    }
    copy
}

/// Where the pixels are.
#[derive(Debug, PartialEq)]
struct Layout {
    planes: Option<(Vec<usize>, Vec<i32>)>,
    crop: Option<(u32, u32, u32, u32)>,
}

fn layout(buffer: &gst::BufferRef) -> Layout {
    let planes = buffer.meta::<VideoMeta>();
    let crop = buffer.meta::<VideoCropMeta>();
    Layout {
        planes: planes.map(|meta| (meta.offset().to_vec(), meta.stride().to_vec())),
        crop: crop.map(|meta| meta.rect()),
    }
}

/// What is laid over a picture may change without it.
fn has_overlay(one: &gst::BufferRef, two: &gst::BufferRef) -> bool {
    [one, two]
        .iter()
        .any(|buffer| buffer.meta::<VideoOverlayCompositionMeta>().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(caps: &str, buffer: gst::Buffer) -> Picture {
        gst::init().expect("GStreamer starts");
        let caps: gst::Caps = caps.parse().expect("they are caps");
        Picture { caps, buffer }
    }

    fn of(bytes: &[u8]) -> gst::Buffer {
        gst::init().expect("GStreamer starts");
        gst::Buffer::from_slice(bytes.to_vec())
    }

    const GRAY: &str = "video/x-raw,format=GRAY8,width=4,height=1,framerate=0/1";

    #[test]
    fn equal_content_in_other_memory() {
        let first = drawn(GRAY, of(&[1, 2, 3, 4]));
        assert!(first.looks_like(&drawn(GRAY, of(&[1, 2, 3, 4]))));
        assert!(!first.looks_like(&drawn(GRAY, of(&[1, 2, 3, 5]))));
        assert!(!first.looks_like(&drawn(GRAY, of(&[1, 2, 3]))));
        let wider = GRAY.replace("width=4,height=1", "width=2,height=2");
        assert!(!first.looks_like(&drawn(&wider, of(&[1, 2, 3, 4]))));
    }

    /// With other metadata around it.
    #[test]
    fn the_same_memory() {
        let first = drawn(GRAY, of(&[1, 2, 3, 4]));
        let mut again = first.buffer.copy();
        let stamped = again.get_mut().expect("just made");
        stamped.set_pts(gst::ClockTime::SECOND);
        assert!(first.looks_like(&drawn(GRAY, again)));
    }

    #[test]
    fn a_part_of_the_same_memory() {
        let first = drawn(GRAY, of(&[1, 2, 3, 4]));
        let all = gst::BufferCopyFlags::all();
        let part = |range| first.buffer.copy_region(all, range).expect("in range");
        assert!(first.looks_like(&drawn(GRAY, part(0..4))));
        assert!(!drawn(GRAY, part(0..2)).looks_like(&drawn(GRAY, part(2..4))));
    }

    #[test]
    fn other_places_of_the_pixels() {
        let format = gst_video::VideoFormat::Gray8;
        let none = gst_video::VideoFrameFlags::empty();
        let with = |stride: i32| {
            let mut buffer = of(&[1, 2, 3, 4]);
            let writable = buffer.get_mut().expect("just made");
            VideoMeta::add_full(writable, none, format, 2, 1, &[0], &[stride]).expect("it fits");
            drawn(GRAY, buffer)
        };
        assert!(with(2).looks_like(&with(2)));
        assert!(!with(2).looks_like(&with(4)));
        let mut cropped = with(2);
        let buffer = cropped.buffer.get_mut().expect("just made");
        VideoCropMeta::add(buffer, (0, 0, 1, 1));
        assert!(!with(2).looks_like(&cropped));
    }
}
