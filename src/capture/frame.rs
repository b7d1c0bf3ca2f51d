//! One captured buffer on its way from the device to the tracks.

use super::copies::{Copies, Label};

/// A buffer by reference, with the time of its capture. Cloning it copies no media.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The memory that the device filled. Shared by all tracks: never written to.
    pub buffer: gst::Buffer,
    /// What is in it.
    pub caps: gst::Caps,
    /// When it was captured, on the monotonic system clock.
    pub captured: gst::ClockTime,
    /// For how long it is shown or heard.
    pub duration: Option<gst::ClockTime>,
    /// Whether media was lost before it.
    pub discont: bool,
    /// What consumers were given of this buffer.
    pub copies: Copies,
}

impl Frame {
    /// A buffer of its own around the same memory, for one consumer to stamp and push.
    ///
    /// It keeps the device's buffer from returning to its pool for as long as it lives.
    pub fn to_buffer(&self) -> gst::Buffer {
        let mut copy = self.buffer.copy();
        // A buffer just copied has one owner.
        if let Some(writable) = copy.get_mut() {
            writable.unset_flags(gst::BufferFlags::DISCONT | gst::BufferFlags::RESYNC);
            writable.set_dts(None);
            gst::ParentBufferMeta::add(writable, &self.buffer);
        }
        copy
    }

    /// The same with a label, to be pushed as it is: consumers that want the same label get the same buffer.
    pub fn labelled(&self, label: Label) -> gst::Buffer {
        self.copies.get(label, || {
            let mut copy = self.to_buffer();
            label.put_on(&mut copy);
            copy
        })
    }
}
