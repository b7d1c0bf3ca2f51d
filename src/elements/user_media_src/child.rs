//! One track of the stream as a child element and a pad.

use std::sync::{Arc, Mutex, PoisonError};

use gst::glib;
use gst::prelude::*;

use super::UserMediaSrc;
use super::settings::Settings;
use super::state::{Child, Place};
use crate::elements::{MediaTrackAudioSrc, MediaTrackVideoSrc};
use crate::media::MediaStreamTrack;
use crate::media::track::kind_name;
use crate::model::constraints::Kind;

/// Makes the element and the pad for `track`, outside of any bin. `None`: the reason is in the log.
pub(super) fn make(
    bin: &UserMediaSrc,
    track: &MediaStreamTrack,
    number: u32,
    group: gst::GroupId,
    settings: &Settings,
) -> Option<Child> {
    let kind = track.track_kind();
    let name = format!("{}_{number}", kind_name(kind));
    let element = element(kind, &name, group);
    configure(&element, settings);
    element.set_property("track", track);
    // What a lost device is replaced by has to meet the same.
    element.set_property("constraints", track.constraints().to_json());
    let template = bin.pad_template(&format!("{}_%u", kind_name(kind)))?;
    let pad = gst::GhostPad::builder_from_template(&template)
        .name(&name)
        .proxy_pad_chain_function(|pad, parent, buffer| {
            unless_linked(gst::ProxyPad::chain_default(pad, parent, buffer))
        })
        .proxy_pad_chain_list_function(|pad, parent, list| {
            unless_linked(gst::ProxyPad::chain_list_default(pad, parent, list))
        })
        .build();
    Some(Child {
        name,
        track: track.clone(),
        element,
        pad,
        place: Arc::default(),
    })
}

/// Hands down what all children have in common.
pub(super) fn configure(element: &gst::Element, settings: &Settings) {
    element.set_property("muted-output", settings.muted_output);
    element.set_property("on-ended", settings.on_ended);
}

fn element(kind: Kind, name: &str, group: gst::GroupId) -> gst::Element {
    match kind {
        Kind::Audio => {
            let element: MediaTrackAudioSrc =
                glib::Object::builder().property("name", name).build();
            element.set_part_of(group);
            element.upcast()
        }
        Kind::Video => {
            let element: MediaTrackVideoSrc =
                glib::Object::builder().property("name", name).build();
            element.set_part_of(group);
            element.upcast()
        }
    }
}

/// A track that nobody listens to is no error: what it delivers is dropped until its pad is linked,
/// and the other tracks go on.
fn unless_linked(
    flow: Result<gst::FlowSuccess, gst::FlowError>,
) -> Result<gst::FlowSuccess, gst::FlowError> {
    match flow {
        Err(gst::FlowError::NotLinked) => Ok(gst::FlowSuccess::Ok),
        other => other,
    }
}

impl Child {
    /// Puts it into `bin`. Its streaming thread is not started yet, so that whoever hears of the pad
    /// can link it, and `video_0::enabled=false` holds from the first frame on.
    pub fn enter(&self, bin: &UserMediaSrc) -> Result<(), glib::BoolError> {
        let entered = self.put_in(bin);
        if self.go_to(Place::Inside) == Place::Left {
            self.take_out(bin, false);
        }
        entered
    }

    fn put_in(&self, bin: &UserMediaSrc) -> Result<(), glib::BoolError> {
        bin.add(&self.element)?;
        // GstBin has announced the element under this name; the child of that name is the track.
        bin.child_added(&self.track, &self.name);
        let source = self.element.static_pad("src");
        self.pad.set_target(source.as_ref())?;
        self.pad.set_active(true)?;
        bin.add_pad(&self.pad)
    }

    /// Gives where it was. Who has left does not come back.
    fn go_to(&self, to: Place) -> Place {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let from = *place;
        if from != Place::Left {
            *place = to;
        }
        from
    }

    /// Brings it to the state that `bin` is on its way to. `sync_state_with_parent()` alone can put
    /// a child back that `bin` itself has brought further in between.
    pub fn keep_up_with(&self, bin: &UserMediaSrc) {
        let target = || match bin.state(gst::ClockTime::ZERO) {
            (_, current, gst::State::VoidPending) => current,
            (_, _, pending) => pending,
        };
        loop {
            let asked = target();
            let _ = self.element.sync_state_with_parent();
            if target() == asked {
                break;
            }
        }
    }

    /// Calls `then` when its streaming thread is not downstream, on that thread or this one, and keeps it from going there
    /// again.
    pub fn when_idle(&self, then: impl FnOnce() + Send + 'static) {
        let Some(pad) = self.element.static_pad("src") else {
            return then();
        };
        let then = Mutex::new(Some(then));
        pad.add_probe(gst::PadProbeType::IDLE, move |_, _| {
            let then = then.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(then) = then {
                then();
            }
            gst::PadProbeReturn::Ok
        });
    }

    /// Takes it out of `bin`; with `eos`, whoever is behind the pad is told.
    pub fn leave(&self, bin: &UserMediaSrc, eos: bool) {
        self.element.set_locked_state(true);
        // Its thread has ended when this returns: nothing overtakes the EOS. Whoever was starting it may have brought
        // it back since somebody else took it out.
        let _ = self.element.set_state(gst::State::Null);
        // A stop and a change of the track set may both want it gone, and while it is being put in.
        if self.go_to(Place::Left) == Place::Inside {
            self.take_out(bin, eos);
        }
    }

    fn take_out(&self, bin: &UserMediaSrc, eos: bool) {
        let began = self
            .pad
            .sticky_event::<gst::event::StreamStart>(0)
            .is_some();
        if eos && began {
            self.pad.push_event(gst::event::Eos::new());
        }
        let _ = self.pad.set_active(false);
        if self.pad.parent().is_some() {
            let _ = bin.remove_pad(&self.pad);
        }
        let _ = self.pad.set_target(gst::Pad::NONE);
        if self.element.parent().is_some() {
            let _ = bin.remove(&self.element);
        }
        bin.child_removed(&self.track, &self.name);
    }
}
