//! Failures as the structures that applications see: in promises and in the details of messages.

use crate::caps::structure;
use crate::capture::OpenError;
use crate::media::GetUserMediaError;
use crate::model::constraints::TypeError;

/// The reply of a promise: empty when all went well, else `error`.
pub(crate) fn reply(error: Option<gst::Structure>) -> gst::Structure {
    let mut reply = gst::Structure::new_empty("reply");
    if let Some(error) = error {
        reply.set("error", error);
    }
    reply
}

/// `TypeError`.
pub(crate) fn type_error(error: &TypeError) -> gst::Structure {
    structure::error("TypeError", &error.to_string())
}

/// The specification's name for a device that failed, or the constraint that did.
pub(crate) fn open_error(error: &OpenError) -> gst::Structure {
    match error {
        OpenError::Overconstrained(error) => structure::overconstrained(error),
        OpenError::Capture(error) => structure::error(error.kind.dom_name(), &error.to_string()),
    }
}

/// The specification's name for why `getUserMedia` failed.
pub(crate) fn get_user_media_error(error: &GetUserMediaError) -> gst::Structure {
    let name = match error {
        GetUserMediaError::Type(error) => return type_error(error),
        GetUserMediaError::Open(error) => return open_error(error),
        GetUserMediaError::NotFound(_) => "NotFoundError",
        GetUserMediaError::NotAllowed(_) => "NotAllowedError",
        GetUserMediaError::Devices(_) | GetUserMediaError::Ended => "AbortError",
    };
    structure::error(name, &error.to_string())
}
