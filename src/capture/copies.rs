//! What consumers were given of one frame.
//!
//! A buffer has the running time of one pipeline on it, so the device's own cannot leave. But the readers in one pipeline
//! all want the same, and get the same: 64 buffers around one memory would stand in line for it, for GStreamer keeps a
//! list of a memory's buffers, under a lock that is waited for without sleeping.
//!
//! Lock: a leaf, held for a look and a clone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Different ones that are kept. Readers in more pipelines than that have buffers of their own.
const KEPT: usize = 4;

/// What is said of a buffer when it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Its running time.
    pub pts: gst::ClockTime,
    /// For how long it lasts.
    pub duration: gst::ClockTime,
    /// Whether it does not continue the one before.
    pub discont: bool,
}

impl Label {
    /// Says so of this one.
    pub fn put_on(self, buffer: &mut gst::Buffer) {
        let writable = buffer.make_mut();
        writable.set_pts(self.pts);
        writable.set_duration(self.duration);
        if self.discont {
            writable.set_flags(gst::BufferFlags::DISCONT);
        }
    }
}

/// The copies of one buffer, shared by the clones of its frame.
#[derive(Debug, Clone, Default)]
pub struct Copies(Arc<Mutex<Vec<(Label, gst::Buffer)>>>);

impl Copies {
    fn lock(&self) -> MutexGuard<'_, Vec<(Label, gst::Buffer)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The copy with this label; `make` makes it where there is none.
    pub(super) fn get(&self, label: Label, make: impl FnOnce() -> gst::Buffer) -> gst::Buffer {
        // The last to read it: nobody else will ask.
        let is_last = Arc::strong_count(&self.0) == 1;
        let find = |copies: &[(Label, gst::Buffer)]| {
            let found = copies.iter().find(|(known, _)| *known == label);
            found.map(|(_, copy)| copy.clone())
        };
        if let Some(copy) = find(&self.lock()) {
            return copy;
        }
        let made = make();
        if is_last {
            return made;
        }
        let mut copies = self.lock();
        // Another reader may have been as fast.
        if let Some(copy) = find(&copies) {
            drop(copies);
            return copy;
        }
        if copies.len() < KEPT {
            copies.push((label, made.clone()));
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Frame;

    #[test]
    fn who_wants_the_same_gets_the_same() {
        gst::init().expect("GStreamer starts");
        let frame = Frame {
            buffer: gst::Buffer::with_size(16).expect("memory"),
            caps: gst::Caps::new_any(),
            captured: gst::ClockTime::ZERO,
            duration: None,
            discont: false,
            copies: Copies::default(),
        };
        let readers = [(); 8].map(|()| frame.clone());
        let label = |at: u64, discont| Label {
            pts: gst::ClockTime::from_seconds(at),
            duration: gst::ClockTime::SECOND,
            discont,
        };
        let first = readers.each_ref().map(|r| r.labelled(label(1, false)));
        assert!(first.iter().all(|copy| copy.as_ptr() == first[0].as_ptr()));
        // In other pipelines, in any number of them.
        for at in 2..20 {
            let other = frame.labelled(label(at, true));
            assert_eq!(other.pts(), Some(gst::ClockTime::from_seconds(at)));
            assert!(other.flags().contains(gst::BufferFlags::DISCONT));
            let memory = |buffer: &gst::Buffer| buffer.peek_memory(0).as_ptr();
            assert_eq!(memory(&other), memory(&frame.buffer), "nothing is copied");
        }
        assert_eq!(first[0].pts(), Some(gst::ClockTime::SECOND));
        assert!(!first[0].flags().contains(gst::BufferFlags::DISCONT));
        assert_eq!(frame.copies.lock().len(), KEPT);
    }
}
