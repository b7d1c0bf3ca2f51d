//! What `mediaelementsrc` says when it cannot play: what was asked, what there was, what to do.

use gst::glib;
use gst::prelude::*;

use super::MediaElementSrc;
use super::parts::Missing;
use super::uri::printed;
use super::waiting::InVain;
use crate::caps::structure;
use crate::elements::message;

/// Posts that there is nothing to play.
pub(super) fn post_no_uri(element: &MediaElementSrc, uri: Option<&str>) {
    let text = match uri {
        None => "no uri is set: set the property to what is to be played, for instance file:///tmp/a.webm".into(),
        Some(uri) => format!(
            "\"{}\" is no URI: a file needs file:// and its absolute path, see gst_filename_to_uri ()",
            printed(uri)
        ),
    };
    let code = match uri {
        None => gst::ResourceError::NotFound,
        Some(_) => gst::ResourceError::Settings,
    };
    let error = glib::Error::new(code, &text);
    post(element, error, None);
}

/// Posts that an element is not installed.
pub(super) fn post_missing(element: &MediaElementSrc, Missing(factory): Missing) {
    let structure = gst::Structure::builder("missing-plugin")
        .field("type", "element")
        .field("detail", factory)
        .field("name", factory)
        .build();
    let missing = gst::message::Element::builder(structure)
        .src(element)
        .build();
    message::send(element.upcast_ref(), missing);
    let text = format!(
        "the GStreamer element {factory} is not installed: install the plugins -base and -good"
    );
    post(
        element,
        glib::Error::new(gst::CoreError::MissingPlugin, &text),
        None,
    );
}

/// Posts that the resource has nothing that can be seen or heard.
pub(super) fn post_nothing(element: &MediaElementSrc, uri: &str) {
    let text = format!(
        "cannot play {}: it has no audio and no video that can be decoded here. Install the decoders that \
         missing-plugin messages name, if there are any, or set uri to something else",
        printed(uri)
    );
    post(
        element,
        glib::Error::new(gst::StreamError::WrongType, &text),
        None,
    );
}

/// Posts that the resource has ended before there was anything to play.
pub(super) fn post_damaged(element: &MediaElementSrc, uri: &str) {
    let text = format!(
        "cannot play {}: it is damaged, or cut short before its first track. Get it again",
        printed(uri)
    );
    post(
        element,
        glib::Error::new(gst::StreamError::Demux, &text),
        None,
    );
}

/// Posts that somebody waits for a pad that will not come.
pub(super) fn post_in_vain(element: &MediaElementSrc, uri: &str, InVain { pad, waiting }: &InVain) {
    let text = format!(
        "{} has no {pad}, so there is no pad {pad}, for which {waiting} waits. Leave that branch out, or add it \
         when the pad comes (signal pad-added)",
        printed(uri)
    );
    post(
        element,
        glib::Error::new(gst::StreamError::WrongType, &text),
        None,
    );
}

/// Posts that nobody gets anything. It may be meant so.
pub(super) fn post_unlinked(element: &MediaElementSrc, input: &str) {
    let pads: Vec<_> = element.src_pads().iter().map(|pad| pad.name()).collect();
    let text = format!(
        "{input} waits, and nothing is linked to what there is: {}. Link these pads, by these names",
        pads.join(" and ")
    );
    let warning = gst::message::Warning::builder(gst::CoreError::Pad, &text)
        .src(element)
        .build();
    message::send(element.upcast_ref(), warning);
}

/// Posts that there was less than there should have been. What there was has been played.
pub(super) fn post_cut_short(
    element: &MediaElementSrc,
    uri: &str,
    reached: gst::ClockTime,
    expected: gst::ClockTime,
) {
    let text = format!(
        "{} is cut short: it ends at {reached:.1} of {expected:.1}. Get it again if that matters",
        printed(uri)
    );
    let warning = gst::message::Warning::builder(gst::StreamError::Demux, &text)
        .src(element)
        .build();
    message::send(element.upcast_ref(), warning);
}

/// Posts what went wrong inside, in words of the outside.
pub(super) fn post_inner(element: &MediaElementSrc, uri: &str, inner: &gst::message::Error) {
    let error = inner.error();
    let cause = error.message().trim_end_matches('.');
    let advice = match error.matches(gst::StreamError::Failed) && !uri.starts_with("file:") {
        true => "It sent nothing that could be played: check the address, and the way there",
        false => advice(&error),
    };
    let text = format!("cannot play {}: {cause}. {advice}", printed(uri));
    let outer = match is_of_gstreamer(&error) {
        true => glib::Error::with_domain(error.domain(), error.code(), &text),
        false => glib::Error::new(gst::LibraryError::Failed, &text),
    };
    let source = inner.src().map(|source| source.path_string());
    let debug = inner.debug().unwrap_or_default();
    let debug = format!("{}: {debug}", source.unwrap_or_default());
    post(element, outer, Some(&debug));
}

/// What can be done about it.
fn advice(error: &glib::Error) -> &'static str {
    use gst::{CoreError, ResourceError, StreamError};
    let resource: Option<ResourceError> = error.kind();
    match resource {
        Some(ResourceError::NotFound) => return "Check that it exists, and how it is spelled",
        Some(ResourceError::NotAuthorized) => return "Check who may read it",
        Some(ResourceError::OpenRead | ResourceError::Read) => {
            return "Check that it can be read from here, and try again";
        }
        Some(_) => return "Try again; what the system said is in the details",
        None => {}
    }
    let stream: Option<StreamError> = error.kind();
    match stream {
        Some(StreamError::TypeNotFound | StreamError::WrongType) => {
            return "It is no media, or is damaged at its beginning";
        }
        Some(StreamError::CodecNotFound) => return "Install the plugin that decodes it",
        Some(StreamError::Decrypt | StreamError::DecryptNokey) => return "It is encrypted",
        Some(_) => return "It is damaged, cut short, or not what its name says; get it again",
        None => {}
    }
    match error.kind() {
        Some(CoreError::MissingPlugin) => "Install the plugin for it, or use another scheme",
        _ => "What was tried is in the details",
    }
}

fn is_of_gstreamer(error: &glib::Error) -> bool {
    error.is::<gst::CoreError>()
        || error.is::<gst::LibraryError>()
        || error.is::<gst::ResourceError>()
        || error.is::<gst::StreamError>()
}

fn post(element: &MediaElementSrc, error: glib::Error, debug: Option<&str>) {
    // What `play ()` of a media element is rejected with.
    let details = structure::error("NotSupportedError", error.message());
    let builder = gst::message::Error::builder_from_error(error)
        .src(element)
        .details(details);
    let message = match debug {
        Some(debug) => builder.debug(debug).build(),
        None => builder.build(),
    };
    message::send(element.upcast_ref(), message);
}
