//! The buffers of a device that readers still have.
//!
//! A driver that has lent all its buffers stops; pipewiresrc then never starts again (0.3.65). So the
//! last few are kept back here, and a reader that collects gets copies. So does every reader where the
//! memory goes with the device: a frame may be read long after that was closed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an element lends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// The most buffers that may be out at a time; `None`: the element sees to it by itself.
    pub most: Option<usize>,
    /// Whether a buffer can be read when the device is closed.
    pub is_lasting: fn(&gst::BufferRef) -> bool,
}

impl Terms {
    /// Anything, for ever.
    pub const NONE: Self = Self {
        most: None,
        is_lasting: |_| true,
    };
}

/// Which buffers of one run are out. A handle: clones are the same.
///
/// The lock is a leaf; no buffer is let go of while it is held.
#[derive(Debug, Clone)]
pub(crate) struct Loans(Arc<Mutex<Book>>);

#[derive(Debug)]
struct Book {
    terms: Terms,
    out: Vec<gst::Buffer>,
}

impl Loans {
    /// Nothing is out.
    pub fn new(terms: Terms) -> Self {
        let out = Vec::new();
        Self(Arc::new(Mutex::new(Book { terms, out })))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The buffer to hand out: the device's own, or a copy when too many of those are out.
    ///
    /// On the streaming thread alone.
    pub fn lend(&self, buffer: gst::Buffer) -> gst::Buffer {
        let terms = self.book().terms;
        if !(terms.is_lasting)(&buffer) {
            return copy(buffer);
        }
        let Some(most) = terms.most else {
            return buffer;
        };
        let mut out = self.still_out();
        let is_lent = out.len() < most;
        if is_lent {
            out.push(buffer.clone());
        }
        self.book().out.append(&mut out);
        if is_lent { buffer } else { copy(buffer) }
    }

    /// Whether everything has come back. For when nothing more is lent.
    pub fn is_settled(&self) -> bool {
        let mut out = self.still_out();
        let is_settled = out.is_empty();
        self.book().out.append(&mut out);
        is_settled
    }

    /// What readers still have is no longer counted, nor what they get: the device is being closed. What goes with it is
    /// copied to the end.
    pub fn forget(&self) {
        let out = {
            let mut book = self.book();
            book.terms.most = None;
            std::mem::take(&mut book.out)
        };
        drop(out);
    }

    /// Takes out those that are; lets go of those that nobody else holds.
    fn still_out(&self) -> Vec<gst::Buffer> {
        let mut out = std::mem::take(&mut self.book().out);
        out.retain_mut(|lent| lent.get_mut().is_none());
        out
    }
}

fn copy(buffer: gst::Buffer) -> gst::Buffer {
    // Out of memory: better one frame late than none.
    buffer.copy_deep().unwrap_or(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_kept_is_counted() {
        gst::init().expect("GStreamer starts");
        let loans = Loans::new(Terms {
            most: Some(2),
            ..Terms::NONE
        });
        for _ in 0..10 {
            let own = gst::Buffer::with_size(16).expect("memory");
            let place = own.as_ptr();
            assert_eq!(loans.lend(own).as_ptr(), place, "given back at once");
        }
        let kept: Vec<_> = (0..4)
            .map(|_| {
                let own = gst::Buffer::with_size(16).expect("memory");
                let place = own.as_ptr();
                (loans.lend(own), place)
            })
            .collect();
        let own =
            |(lent, place): &(gst::Buffer, *const gst::ffi::GstBuffer)| lent.as_ptr() == *place;
        assert_eq!(
            kept.iter().map(own).collect::<Vec<_>>(),
            [true, true, false, false]
        );
        assert!(!loans.is_settled());
        drop(kept);
        assert!(loans.is_settled());
    }

    #[test]
    fn what_goes_with_the_device_is_copied() {
        gst::init().expect("GStreamer starts");
        let loans = Loans::new(Terms {
            most: None,
            is_lasting: |buffer| buffer.size() > 16,
        });
        for (size, is_own, closes) in [(16, false, false), (17, true, false), (16, false, true)] {
            if closes {
                loans.forget();
            }
            let own = gst::Buffer::with_size(size).expect("memory");
            let place = own.peek_memory(0).as_ptr();
            let lent = loans.lend(own);
            assert_eq!(lent.peek_memory(0).as_ptr() == place, is_own);
            assert_eq!(lent.size(), size);
        }
    }
}
