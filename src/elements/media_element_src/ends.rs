//! The end of a stream that is shorter than the others.
//!
//! Up to GStreamer 1.24, `decodebin3` keeps the end of each stream to itself until all have ended. The
//! mixer waits for the sound of each of its inputs or for its end: it would wait for ever. So the end is
//! passed on to the decoder where it leaves the queue of `decodebin3`; the one that comes later changes
//! nothing any more.

use gst::prelude::*;

/// Whether this GStreamer does so.
fn is_needed() -> bool {
    let (major, minor, ..) = gst::version();
    (major, minor) < (1, 25)
}

/// Passes on the ends of the streams of `decoder`, an `uridecodebin3` to which nothing has happened yet.
pub(super) fn pass_on(decoder: &gst::Element) {
    let Some(bin) = decoder.downcast_ref::<gst::Bin>().filter(|_| is_needed()) else {
        return;
    };
    let is_queue = |element: &gst::Element| {
        let factory = element.factory();
        factory.is_some_and(|factory| factory.name() == "multiqueue")
    };
    for queue in bin.iterate_recurse().into_iter().flatten().filter(is_queue) {
        // Before `decodebin3`, which adds its own probe when it has the pad.
        queue.connect_pad_added(|_, pad| {
            if pad.direction() == gst::PadDirection::Src {
                pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, on_event);
            }
        });
    }
}

fn on_event(pad: &gst::Pad, info: &mut gst::PadProbeInfo<'_>) -> gst::PadProbeReturn {
    if let Some(event) = info.event().filter(|event| event.type_() == gst::EventType::Eos)
        && let Some(decoder) = pad.peer()
    {
        decoder.send_event(event.clone());
    }
    gst::PadProbeReturn::Ok
}
