//! What a consumer of a track gets.

use gst::ClockTime;

use crate::capture::{Frame, Label, OpenError};

/// What is in a buffer.
#[derive(Debug)]
pub enum Content {
    /// What came from the source, or was made of it.
    Media(Frame),
    /// Black or silence.
    Zero(gst::Buffer),
}

impl Content {
    /// The buffer to push.
    pub fn labelled(self, label: Label) -> gst::Buffer {
        match self {
            Self::Media(frame) => frame.labelled(label),
            Self::Zero(mut buffer) => {
                label.put_on(&mut buffer);
                buffer
            }
        }
    }
}

/// What comes next for the consumer. Times are monotonic and absolute.
#[derive(Debug)]
pub enum Output {
    /// A buffer, in these caps.
    Buffer {
        /// Media or zero information.
        content: Content,
        /// What it is.
        caps: gst::Caps,
        /// When it was captured.
        at: ClockTime,
        /// For how long it lasts.
        duration: ClockTime,
        /// Whether it does not continue the one before.
        discont: bool,
    },
    /// Nothing to show or hear for a while.
    Gap {
        /// From when.
        at: ClockTime,
        /// For how long.
        duration: ClockTime,
    },
    /// Nothing, but something changed: look at the world again.
    Woken,
    /// The frames cannot be made into what was promised.
    Failed(OpenError),
    /// The track ended.
    Ended,
    /// The reader is being stopped.
    Flushing,
}
