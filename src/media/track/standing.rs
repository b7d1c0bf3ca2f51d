//! The picture of a source that shows one until it has another: a canvas that nobody draws on, a player that
//! is paused. Cameras have none: what they show is gone with the next frame.

use gst::ClockTime;

use crate::capture::Frame;

/// What one reader has seen of it.
#[derive(Debug)]
pub(super) struct Standing {
    /// The reader is to see the picture that is there: it is new here, or saw black in its place.
    owed: bool,
    /// Of which moment the picture was that it was shown without its having come.
    caught_up: Option<ClockTime>,
    /// What was shown last is one of those.
    in_advance: bool,
    /// The last picture, as the reader takes it.
    made: Option<Frame>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            owed: true,
            caught_up: None,
            in_advance: false,
            made: None,
        }
    }
}

impl Standing {
    /// The reader has to be shown what is there.
    pub fn owe(&mut self) {
        self.owed = true;
    }

    pub fn is_owed(&self) -> bool {
        self.owed
    }

    /// Whether the reader has not seen any picture.
    pub fn is_new(&self) -> bool {
        self.made.is_none()
    }

    /// This one will be shown although it does not come now.
    pub fn catch_up(&mut self, frame: &Frame) {
        self.caught_up = Some(frame.captured);
        self.in_advance = true;
    }

    /// The next that is shown comes when it is captured.
    pub fn come(&mut self) {
        self.in_advance = false;
    }

    /// What was shown last was not seen: it is older than the reader's time. There may be no other for long, so
    /// it is shown again; but not if it was of now, for then that time is yet to begin.
    pub fn miss(&mut self) {
        self.owed |= !std::mem::take(&mut self.in_advance);
    }

    /// Whether a frame that comes is not newer than what the reader was shown in advance.
    pub fn has_shown(&self, frame: &Frame) -> bool {
        self.caught_up.is_some_and(|shown| frame.captured <= shown)
    }

    /// The reader sees this now.
    pub fn show(&mut self, frame: &Frame) {
        self.owed = false;
        self.made = Some(frame.clone());
    }

    /// What the reader sees while nothing comes, if it is what it takes.
    pub fn picture(&self, caps: &gst::Caps) -> Option<&Frame> {
        self.made.as_ref().filter(|frame| frame.caps == *caps)
    }
}
