//! What the elements inside say, and what the outside hears of it.

use gst::subclass::prelude::*;

use super::failure;
use super::imp::MediaElementSrc;

impl MediaElementSrc {
    /// Whether `inner` goes on to the outside as it is.
    pub(super) fn take(&self, inner: &gst::Message) -> bool {
        match inner.view() {
            gst::MessageView::Error(error) => {
                let generation = self.lock().generation;
                self.fail(generation, error);
                false
            }
            // The end is that of the sinks behind the pads, if there are any.
            gst::MessageView::Eos(_) => self.is_sink(),
            _ => true,
        }
    }

    /// The first error is the cause, those that follow come of it.
    pub(super) fn fail(&self, generation: u64, error: &gst::message::Error) {
        let uri = self.with_run(generation, |run| run.uri.clone());
        if let Some(uri) = uri.filter(|_| self.is_first_failure(generation)) {
            failure::post_inner(&self.obj(), &uri, error);
            // What was waited for will not come.
            self.set_async(false);
        }
    }

    /// A demuxer has given up, and nothing was said.
    pub(super) fn fail_silently(&self, generation: u64) {
        let uri = self.with_run(generation, |run| run.uri.clone());
        if let Some(uri) = uri.filter(|_| self.is_first_failure(generation)) {
            failure::post_damaged(&self.obj(), &uri);
            self.set_async(false);
        }
    }
}
