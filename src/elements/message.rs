//! What the elements post: track events, and failures to start.

use gst::prelude::*;

use crate::caps::structure;
use crate::capture::{CaptureError, Missing, OpenError};
use crate::media::track::kind_name;
use crate::media::{GetUserMediaError, MediaStreamTrack, error_reply};
use crate::model::constraints::TypeError;
use crate::model::lifecycle::TrackEvent;

/// The name of the element message of every event of a track or a stream.
const TRACK_MESSAGE: &str = "media-stream-track";

/// `media-stream-track`, with `event`, `track`, `track-id`, `kind` and `reason`.
fn track_structure(event: &str, track: &MediaStreamTrack, reason: &str) -> gst::Structure {
    gst::Structure::builder(TRACK_MESSAGE)
        .field("event", event)
        .field("track", track)
        .field("track-id", track.id())
        .field("kind", kind_name(track.track_kind()))
        .field("reason", reason)
        .build()
}

/// Posts on whatever thread this is: one of ours may still be at work while the application lets go
/// of the pipeline. A bin hands the messages of its children on through a pointer that it does not
/// own, so what is above the element is held meanwhile.
pub(super) fn send(element: &gst::Element, message: gst::Message) {
    let mut held = Vec::new();
    let mut above = element.parent();
    while let Some(parent) = above {
        above = parent.parent();
        held.push(parent);
    }
    // Refused by an element that is out of its pipeline: nobody is there to hear it.
    let _ = element.post_message(message);
    drop(held);
}

/// Posts an event of a track.
pub(super) fn post_track_event(
    element: &gst::Element,
    track: &MediaStreamTrack,
    event: TrackEvent,
) {
    let structure = track_structure(event.name(), track, event.reason());
    let message = gst::message::Element::builder(structure)
        .src(element)
        .build();
    send(element, message);
}

/// Posts a change of a stream that the application did not make: `addtrack` or `removetrack`.
pub(super) fn post_stream_event(element: &gst::Element, track: &MediaStreamTrack, event: &str) {
    let structure = track_structure(event, track, "none");
    let message = gst::message::Element::builder(structure)
        .src(element)
        .build();
    send(element, message);
}

/// Posts why an element could not start, told apart by code, with the error structure as details.
pub(super) fn post_failure(element: &gst::Element, error: &GetUserMediaError) {
    let text = error.to_string();
    match error {
        GetUserMediaError::Type(error) => post_type_error(element, error),
        GetUserMediaError::NotFound(_) => post(
            element,
            gst::ResourceError::NotFound,
            &text,
            error_reply::get_user_media_error(error),
        ),
        GetUserMediaError::Devices(_) | GetUserMediaError::Ended => post(
            element,
            gst::ResourceError::Failed,
            &text,
            error_reply::get_user_media_error(error),
        ),
        GetUserMediaError::NotAllowed(_) => post(
            element,
            gst::ResourceError::NotAuthorized,
            &text,
            error_reply::get_user_media_error(error),
        ),
        GetUserMediaError::Open(error) => post_open_error(element, error),
    }
}

/// Posts why a track cannot be made into what the pipeline takes.
pub(super) fn post_open_error(element: &gst::Element, error: &OpenError) {
    let details = error_reply::open_error(error);
    match error {
        OpenError::Overconstrained(_) => post(
            element,
            gst::ResourceError::Settings,
            &error.to_string(),
            details,
        ),
        OpenError::Capture(capture) => {
            post_missing_plugin(element, capture);
            post(
                element,
                capture.kind.resource_error(),
                &capture.to_string(),
                details,
            );
        }
    }
}

/// Posts what is wrong with a constraint document.
pub(super) fn post_type_error(element: &gst::Element, error: &TypeError) {
    post(
        element,
        gst::ResourceError::Settings,
        &error.to_string(),
        error_reply::type_error(error),
    );
}

/// A refused change of constraints: the element goes on as it was.
pub(super) fn post_refusal(element: &gst::Element, text: &str, details: gst::Structure) {
    let message = gst::message::Warning::builder(gst::ResourceError::Settings, text)
        .src(element)
        .details(details)
        .build();
    send(element, message);
}

/// Why an element cannot do at all what its properties say.
pub(super) fn post_unsupported(element: &gst::Element, text: &str) {
    let details = not_supported(text);
    post(element, gst::ResourceError::Settings, text, details);
}

/// The same of a property that was written: the element goes on with its old value.
pub(super) fn post_unsupported_change(element: &gst::Element, text: &str) {
    post_refusal(element, text, not_supported(text));
}

fn not_supported(text: &str) -> gst::Structure {
    structure::error("NotSupportedError", text)
}

/// `InvalidStateError`: what was given cannot be played, and the element goes on as it was.
pub(super) fn post_invalid(element: &gst::Element, text: &str) {
    post_refusal(element, text, structure::error("InvalidStateError", text));
}

/// The same where it was to be played now.
pub(super) fn fail_invalid(element: &gst::Element, text: &str) {
    let details = structure::error("InvalidStateError", text);
    post(element, gst::ResourceError::Settings, text, details);
}

fn post(element: &gst::Element, code: gst::ResourceError, text: &str, details: gst::Structure) {
    let message = gst::message::Error::builder(code, text)
        .src(element)
        .details(details)
        .build();
    send(element, message);
}

/// The message that lets an application offer to install what is missing.
fn post_missing_plugin(element: &gst::Element, error: &CaptureError) {
    let (kind, detail, name) = match &error.missing {
        None => return,
        Some(Missing::Element(factory)) => {
            ("element", factory.to_send_value(), factory.to_string())
        }
        Some(Missing::Decoder(caps)) => ("decoder", caps.to_send_value(), caps.to_string()),
    };
    let mut structure = gst::Structure::builder("missing-plugin")
        .field("type", kind)
        .field("name", name)
        .build();
    structure.set_value("detail", detail);
    let message = gst::message::Element::builder(structure)
        .src(element)
        .build();
    send(element, message);
}
