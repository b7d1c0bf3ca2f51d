//! The pads `video` and `audio`.

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::MediaElementSrc;
use crate::model::constraints::Kind;

pub(super) const VIDEO: &str = "video";
pub(super) const AUDIO: &str = "audio";

fn video() -> gst::Caps {
    gst::Caps::builder("video/x-raw").any_features().build()
}

fn audio() -> gst::Caps {
    gst::Caps::builder("audio/x-raw").build()
}

/// What can be behind the pad of a kind.
pub(super) fn of_kind(kind: Kind) -> gst::Caps {
    match kind {
        Kind::Audio => audio(),
        Kind::Video => video(),
    }
}

/// What can be behind both.
pub(super) fn raw() -> gst::Caps {
    let mut caps = video();
    caps.merge(audio());
    caps
}

/// Both templates.
pub(super) fn templates() -> Vec<gst::PadTemplate> {
    let template = |name, caps| {
        let presence = gst::PadPresence::Sometimes;
        gst::PadTemplate::new(name, gst::PadDirection::Src, presence, &caps)
    };
    [(VIDEO, video()), (AUDIO, audio())]
        .into_iter()
        .filter_map(|(name, caps)| template(name, caps).ok())
        .collect()
}

/// A pad of `element` that gives what `target` gives.
pub(super) fn make(
    element: &MediaElementSrc,
    name: &str,
    target: Option<gst::Pad>,
) -> Option<gst::GhostPad> {
    let template = element.pad_template(name)?;
    let pad = gst::GhostPad::builder_from_template(&template)
        .proxy_pad_chain_function(|pad, parent, buffer| {
            unless_linked(gst::ProxyPad::chain_default(pad, parent, buffer))
        })
        .proxy_pad_chain_list_function(|pad, parent, list| {
            unless_linked(gst::ProxyPad::chain_list_default(pad, parent, list))
        })
        .event_function(on_event)
        .query_function(on_query)
        .build();
    pad.set_target(target.as_ref()).ok()?;
    let relinked = |pad: &gst::Pad| {
        if let Some(element) = owner(pad) {
            element.imp().linked();
        }
    };
    pad.connect_linked(move |pad, _| relinked(pad.upcast_ref()));
    pad.connect_unlinked(move |pad, _| relinked(pad.upcast_ref()));
    Some(pad)
}

/// Takes `pad` away from `element`.
pub(super) fn remove(element: &MediaElementSrc, pad: &gst::GhostPad) {
    let _ = pad.set_active(false);
    let _ = element.remove_pad(pad);
    let _ = pad.set_target(gst::Pad::NONE);
}

/// A pad that nobody listens to is no error: what it would give is dropped until it is linked.
fn unless_linked(
    flow: Result<gst::FlowSuccess, gst::FlowError>,
) -> Result<gst::FlowSuccess, gst::FlowError> {
    match flow {
        Err(gst::FlowError::NotLinked) => Ok(gst::FlowSuccess::Ok),
        other => other,
    }
}

fn owner(pad: &gst::Pad) -> Option<MediaElementSrc> {
    pad.parent_element()?.downcast().ok()
}

fn on_event(pad: &gst::GhostPad, parent: Option<&gst::Object>, event: gst::Event) -> bool {
    let element = owner(pad.upcast_ref());
    match (event.type_(), element) {
        (gst::EventType::Seek, Some(element)) => element.imp().seek(&event),
        (gst::EventType::SelectStreams, Some(element)) => element.imp().select_streams(&event),
        _ => gst::Pad::event_default(pad, parent, event),
    }
}

fn on_query(pad: &gst::GhostPad, parent: Option<&gst::Object>, query: &mut gst::QueryRef) -> bool {
    let element = owner(pad.upcast_ref());
    let answered = element.and_then(|element| element.imp().query_time(query));
    answered.unwrap_or_else(|| gst::Pad::query_default(pad, parent, query))
}
