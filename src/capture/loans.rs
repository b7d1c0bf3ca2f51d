//! The buffers of a device that readers still have.
//!
//! A driver that has lent all its buffers stops; pipewiresrc then never starts again (0.3.65). So the
//! last few are kept back here, and a reader that collects gets copies. So does every reader where the
//! memory goes with the device: a frame may be read long after that was closed.

/// What an element lends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
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

/// Which buffers are out.
#[derive(Debug)]
pub(super) struct Loans {
    terms: Terms,
    out: Vec<gst::Buffer>,
    copies: u64,
}

impl Loans {
    /// Nothing is out.
    pub fn new(terms: Terms) -> Self {
        Self {
            terms,
            out: Vec::new(),
            copies: 0,
        }
    }

    /// The buffer to hand out: the device's own, or a copy when too many of those are out.
    pub fn lend(&mut self, buffer: gst::Buffer) -> gst::Buffer {
        if !(self.terms.is_lasting)(&buffer) {
            return self.copy(buffer);
        }
        let Some(most) = self.terms.most else {
            return buffer;
        };
        // One that nobody else holds has come back.
        self.out.retain_mut(|lent| lent.get_mut().is_none());
        if self.out.len() < most {
            self.out.push(buffer.clone());
            return buffer;
        }
        self.copy(buffer)
    }

    fn copy(&mut self, buffer: gst::Buffer) -> gst::Buffer {
        self.copies += 1;
        match buffer.copy_deep() {
            Ok(copy) => copy,
            // Out of memory: better one frame late than none.
            Err(_) => buffer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_kept_is_counted() {
        gst::init().expect("GStreamer starts");
        let mut loans = Loans::new(Terms {
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
    }

    #[test]
    fn what_goes_with_the_device_is_copied() {
        gst::init().expect("GStreamer starts");
        let mut loans = Loans::new(Terms {
            most: None,
            is_lasting: |buffer| buffer.size() > 16,
        });
        for (size, is_own) in [(16, false), (17, true)] {
            let own = gst::Buffer::with_size(size).expect("memory");
            let place = own.peek_memory(0).as_ptr();
            let lent = loans.lend(own);
            assert_eq!(lent.peek_memory(0).as_ptr() == place, is_own);
            assert_eq!(lent.size(), size);
        }
    }
}
