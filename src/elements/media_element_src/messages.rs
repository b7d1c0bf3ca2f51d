//! What the elements inside say, and what the outside hears of it.

use gst::subclass::prelude::*;

use super::failure;
use super::imp::MediaElementSrc;

impl MediaElementSrc {
    /// Whether `inner` goes on to the outside as it is.
    pub(super) fn take(&self, inner: &gst::Message) -> bool {
        match inner.view() {
            gst::MessageView::Error(error) => {
                self.fail(error);
                false
            }
            // The end is that of the sinks behind the pads, if there are any.
            gst::MessageView::Eos(_) => self.is_sink(),
            _ => true,
        }
    }

    /// The first error is the cause, those that follow come of it.
    fn fail(&self, error: &gst::message::Error) {
        let first = self.lock().run.as_mut().and_then(|run| {
            let is_first = !std::mem::replace(&mut run.has_failed, true);
            is_first.then(|| run.uri.clone())
        });
        if let Some(uri) = first {
            failure::post_inner(&self.obj(), &uri, error);
        }
        // What was waited for will not come.
        self.set_async(false);
    }
}
