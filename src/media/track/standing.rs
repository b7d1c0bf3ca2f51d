//! The picture of a source that shows one until it has another: a canvas that nobody draws on, a player that
//! is paused. Cameras have none: what they show is gone with the next frame.

use gst::ClockTime;

use crate::capture::Frame;

/// What one reader has seen of it. Times are monotonic.
#[derive(Debug)]
pub(super) struct Standing {
    /// The reader is to see the picture that is there: it is new here, or saw black in its place.
    owed: bool,
    /// The same, as soon as the track is live: a picture came while it was not.
    late: bool,
    /// The same, at this time: a picture came sooner than the reader takes them.
    due: Option<ClockTime>,
    /// Of which moment the picture was that it was shown without its having come.
    caught_up: Option<ClockTime>,
    /// What was shown last is one of those.
    in_advance: bool,
    /// Of which moment the last one was that it was shown.
    shown: Option<ClockTime>,
    /// The last picture, as the reader takes it.
    made: Option<Frame>,
    /// Whether the reader sees what comes.
    is_live: bool,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            owed: true,
            late: false,
            due: None,
            caught_up: None,
            in_advance: false,
            shown: None,
            made: None,
            is_live: true,
        }
    }
}

impl Standing {
    /// The reader has to be shown what is there.
    pub fn owe(&mut self) {
        self.owed = true;
    }

    /// The same, but not before the track is live again.
    pub fn owe_later(&mut self) {
        self.late = true;
    }

    /// Whether it has to be shown now.
    pub fn is_owed(&self, live: bool, now: ClockTime) -> bool {
        self.owed || (live && (self.late || self.due.is_some_and(|due| due <= now)))
    }

    /// When it has to be shown, if nothing comes before.
    pub fn due(&self) -> Option<ClockTime> {
        self.due
    }

    /// There is none that could be shown: nothing is waited for but the next.
    pub fn forget_due(&mut self) {
        self.due = None;
    }

    /// Whether a picture comes too soon for a reader who takes one in every `apart`. It is seen when it is time,
    /// unless there is a newer one by then; `grace` is how long that is waited for.
    pub fn is_early(&mut self, frame: &Frame, apart: ClockTime, grace: ClockTime) -> bool {
        // The pictures of a steady producer are not all equally far apart.
        let soon = apart - apart / 8;
        let last = self.shown.filter(|shown| {
            !self.owed && !self.late && frame.captured < shown.saturating_add(soon)
        });
        if let Some(last) = last {
            self.due = Some(last.saturating_add(apart).saturating_add(grace));
        }
        last.is_some()
    }

    /// This one will be shown although it does not come now.
    pub fn catch_up(&mut self, frame: &Frame) {
        self.due = None;
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
        self.late = false;
        self.due = None;
        self.shown = Some(frame.captured);
        self.made = Some(frame.clone());
    }

    /// What the reader sees while nothing comes, if it is what it takes.
    pub fn picture(&self, caps: &gst::Caps) -> Option<&Frame> {
        self.made.as_ref().filter(|frame| frame.caps == *caps)
    }

    /// Whether the track is live; true if it has just ceased to be.
    pub fn ceases(&mut self, live: bool) -> bool {
        std::mem::replace(&mut self.is_live, live) && !live
    }
}
