//! The buffers of a device that readers still have.
//!
//! A driver that has lent all its buffers stops; pipewiresrc then never starts again (0.3.65). So the
//! last few are kept back here, and a reader that collects gets copies.

/// Which buffers are out.
#[derive(Debug)]
pub(super) struct Loans {
    /// `None`: the element sees to it by itself.
    most: Option<usize>,
    out: Vec<gst::Buffer>,
    copies: u64,
}

impl Loans {
    /// At most this many buffers are out at a time.
    pub fn new(most: Option<usize>) -> Self {
        Self {
            most,
            out: Vec::new(),
            copies: 0,
        }
    }

    /// The buffer to hand out: the device's own, or a copy when too many of those are out.
    pub fn lend(&mut self, buffer: gst::Buffer) -> gst::Buffer {
        let Some(most) = self.most else {
            return buffer;
        };
        // One that nobody else holds has come back.
        self.out.retain_mut(|lent| lent.get_mut().is_none());
        if self.out.len() < most {
            self.out.push(buffer.clone());
            return buffer;
        }
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
        let mut loans = Loans::new(Some(2));
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
}
