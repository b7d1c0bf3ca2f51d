//! Who waits in vain for a pad.
//!
//! A pipeline that is written down beforehand has a branch for sound and one for pictures. If the resource has
//! none of a kind, the sink of that branch waits for ever, and the pipeline with it.

use gst::prelude::*;

use super::MediaElementSrc;
use super::pads;
use super::state::Run;
use crate::model::constraints::Kind;

/// An input that will get nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InVain {
    /// The pad that will not come.
    pub pad: &'static str,
    /// Who waits for it.
    pub waiting: String,
}

/// Looks beside `element` for an input that can only be meant for a pad that it does not have.
pub(super) fn in_vain(element: &MediaElementSrc, run: &Run) -> Option<InVain> {
    let beside: gst::Bin = element.parent()?.downcast().ok()?;
    let mut others = beside.children();
    others.retain(|other| other != element.upcast_ref::<gst::Element>());
    if others.iter().any(has_pads_to_come) {
        // Who knows for whom they wait.
        return None;
    }
    let inputs: Vec<gst::Pad> = others.iter().filter_map(unconnected).collect();
    let kinds = [(Kind::Video, pads::VIDEO), (Kind::Audio, pads::AUDIO)];
    let is_there = |kind| run.of_kind(kind).next().is_some();
    let free: Vec<Kind> = kinds
        .iter()
        .filter(|(kind, name)| {
            is_there(*kind) && element.static_pad(name).is_some_and(|pad| !pad.is_linked())
        })
        .map(|(kind, _)| *kind)
        .collect();
    let (missing, pad) = kinds.into_iter().find(|(kind, _)| !is_there(*kind))?;
    let fitting: Vec<&gst::Pad> = inputs
        .iter()
        .filter(|input| takes(input, missing))
        .collect();
    let is_sure = |input: &&&gst::Pad| !free.iter().any(|kind| takes(input, *kind));
    // One that takes anything may be linked to a pad that is there, later.
    let sure = fitting.iter().find(is_sure);
    let one = sure.or_else(|| fitting.get(free.len()))?;
    Some(InVain {
        pad,
        waiting: one.path_string().into(),
    })
}

/// An input beside `element` that nothing is linked to, when nothing is linked to any pad of `element` either: the
/// pads may have been called something else.
pub(super) fn unlinked(element: &MediaElementSrc, run: &Run) -> Option<String> {
    let beside: gst::Bin = element.parent()?.downcast().ok()?;
    let mut others = beside.children();
    others.retain(|other| other != element.upcast_ref::<gst::Element>());
    if element.src_pads().iter().any(|pad| pad.is_linked()) || others.iter().any(has_pads_to_come) {
        return None;
    }
    let takes_some = |input: &gst::Pad| run.streams.iter().any(|stream| takes(input, stream.kind));
    let input = others.iter().filter_map(unconnected).find(takes_some)?;
    Some(input.path_string().into())
}

fn has_pads_to_come(element: &gst::Element) -> bool {
    element.pad_template_list().iter().any(|template| {
        template.direction() == gst::PadDirection::Src
            && template.presence() == gst::PadPresence::Sometimes
    })
}

/// The input of an element that is always there, and to which nothing is linked.
fn unconnected(element: &gst::Element) -> Option<gst::Pad> {
    let pads = element.sink_pads();
    let is_always = |pad: &gst::Pad| {
        let template = pad.pad_template();
        template.is_none_or(|template| template.presence() == gst::PadPresence::Always)
    };
    match pads.iter().any(|pad| pad.is_linked()) {
        true => None,
        false => pads.into_iter().find(is_always),
    }
}

fn takes(input: &gst::Pad, kind: Kind) -> bool {
    let raw = pads::of_kind(kind);
    !input.query_caps(Some(&raw)).is_empty()
}
