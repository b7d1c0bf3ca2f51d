//! Numbers and rates of the model as caps values.

use crate::model::constraints::{Rate, Span};

/// The largest number that caps can hold.
const MAX: u32 = i32::MAX.unsigned_abs();

/// A number as caps hold it.
pub(super) fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A frame rate as caps hold it.
pub(super) fn fraction(rate: Rate) -> gst::Fraction {
    let denominator = rate.denominator.clamp(1, MAX);
    gst::Fraction::new(integer(rate.numerator), integer(denominator))
}

/// A span as a caps value: a number, or a range with its step.
pub(super) fn span(span: Span<u32>) -> gst::glib::SendValue {
    use gst::prelude::*;

    let (min, max, step) = (
        integer(span.min),
        integer(span.max),
        integer(span.step.max(1)),
    );
    // GStreamer's ranges have two different ends, both multiples of the step.
    if min >= max || min % step != 0 || max % step != 0 {
        return min.to_send_value();
    }
    gst::IntRange::with_step(min, max, step).to_send_value()
}
