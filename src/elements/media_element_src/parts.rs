//! Elements inside the bin: made, put in, brought to its state, taken out.

use gst::prelude::*;

use super::MediaElementSrc;

/// A GStreamer element that is not installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing(pub &'static str);

/// Makes an element.
pub(super) fn make(factory: &'static str) -> Result<gst::Element, Missing> {
    gst::ElementFactory::make(factory)
        .build()
        .map_err(|_| Missing(factory))
}

/// Puts elements into `bin` and links them, one after the other.
pub(super) fn place(
    bin: &MediaElementSrc,
    elements: &[gst::Element],
) -> Result<(), gst::glib::BoolError> {
    bin.add_many(elements)?;
    gst::Element::link_many(elements)
}

/// Brings elements to the state that `bin` is on its way to, the last one first. `sync_state_with_parent()`
/// alone can put one back that `bin` itself has brought further in between.
pub(super) fn keep_up(bin: &MediaElementSrc, elements: &[gst::Element]) {
    let target = || match bin.state(gst::ClockTime::ZERO) {
        (_, current, gst::State::VoidPending) => current,
        (_, _, pending) => pending,
    };
    for element in elements.iter().rev() {
        loop {
            let asked = target();
            let _ = element.sync_state_with_parent();
            if target() == asked {
                break;
            }
        }
    }
}

/// Stops elements and takes them out of `bin`.
pub(super) fn remove(bin: &MediaElementSrc, elements: &[gst::Element]) {
    for element in elements {
        element.set_locked_state(true);
        let _ = element.set_state(gst::State::Null);
        if element.parent().as_ref() == Some(bin.upcast_ref()) {
            let _ = bin.remove(element);
        }
    }
}
