//! A look at the frames of a device by somebody who is no consumer: still pictures. It changes
//! nothing for the tracks, for their consumers or for the device.
//!
//! Lock: `Glances` is a leaf.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Feed, Frame, Tap, Target};
use crate::model::constraints::{Kind, Settings};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A picture: raw if the device's is decoded anyway.
    Picture,
    /// The same, or the camera's own JPEG.
    Photo,
}

#[derive(Debug)]
struct Looker {
    feed: Arc<Feed>,
    look: Look,
    /// The only run of the device that is meant, if not any.
    run: Option<u64>,
}

impl Looker {
    fn wants(&self, run: u64, tap: Tap, main: bool, frame: &Frame) -> bool {
        let own_jpeg = self.look == Look::Photo && is_jpeg(&frame.caps);
        // Not every frame of a video bitstream is a picture.
        let whole = tap == Tap::Raw || !frame.buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
        self.run.is_none_or(|meant| meant == run) && whole && (main || own_jpeg)
    }
}

/// Whether frames of these caps are JPEG files.
pub(super) fn is_jpeg(caps: &gst::CapsRef) -> bool {
    caps.structure(0).is_some_and(|s| s.name() == "image/jpeg")
}

/// All who look at a device now.
#[derive(Debug, Default)]
pub(super) struct Glances(Mutex<Vec<Looker>>);

impl Glances {
    fn lock(&self) -> MutexGuard<'_, Vec<Looker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to look, at frames of one run of the device or of any.
    pub fn open(self: &Arc<Self>, look: Look, run: Option<u64>) -> Glance {
        let target = Target {
            settings: Settings::default(),
            downstream: None,
            tap: Tap::Raw,
        };
        let feed = Arc::new(Feed::new(Kind::Video, target));
        self.lock().push(Looker {
            feed: feed.clone(),
            look,
            run,
        });
        Glance {
            feed,
            all: self.clone(),
        }
    }

    /// The device's thread hands a frame over. `main`: as for consumers without a preference.
    pub fn offer(&self, run: u64, tap: Tap, main: bool, frame: &Frame) {
        let feeds: Vec<_> = {
            let lookers = self.lock();
            let wanting = lookers.iter().filter(|l| l.wants(run, tap, main, frame));
            // Empty, it is no allocation.
            wanting.map(|looker| looker.feed.clone()).collect()
        };
        for feed in feeds {
            drop(feed.take_in(frame.clone()));
        }
    }
}

/// One look. Dropping it ends it.
#[derive(Debug)]
pub struct Glance {
    feed: Arc<Feed>,
    all: Arc<Glances>,
}

impl Glance {
    /// Where the frames are.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }
}

impl Drop for Glance {
    fn drop(&mut self) {
        let looker = {
            let mut lookers = self.all.lock();
            let at = lookers
                .iter()
                .position(|l| Arc::ptr_eq(&l.feed, &self.feed));
            at.map(|at| lookers.swap_remove(at))
        };
        // Its frames go back to their pool without the lock.
        drop(looker);
        self.feed.set_flushing(true);
    }
}
