//! The operations of a track as action signals.

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::{MediaStreamTrack, still};
use crate::caps::{structure, text};

/// All of them.
pub(super) fn actions() -> Vec<Signal> {
    fn track(values: &[glib::Value]) -> Option<MediaStreamTrack> {
        values.first().and_then(|value| value.get().ok())
    }
    let returning = |name, of: fn(MediaStreamTrack) -> gst::Structure| {
        Signal::builder(name)
            .return_type::<gst::Structure>()
            .action()
            .class_handler(move |values| track(values).map(|track| of(track).to_value()))
            .build()
    };
    let mut actions = vec![
        Signal::builder("stop")
            .action()
            .class_handler(|values| {
                if let Some(track) = track(values) {
                    track.stop();
                }
                None
            })
            .build(),
        Signal::builder("clone")
            .return_type::<MediaStreamTrack>()
            .action()
            .class_handler(|values| track(values).map(|track| track.clone_track().to_value()))
            .build(),
        returning("get-capabilities", |track| {
            structure::capabilities(&track.capabilities())
        }),
        returning("get-settings", |track| {
            structure::settings(&track.settings())
        }),
        Signal::builder("reset-latency")
            .action()
            .class_handler(|values| {
                track(values)?.reset_latency();
                None
            })
            .build(),
        Signal::builder("get-constraints")
            .return_type::<String>()
            .action()
            .class_handler(|values| track(values).map(|t| t.constraints().to_json().to_value()))
            .build(),
        Signal::builder("apply-constraints")
            .param_types([Option::<String>::static_type(), gst::Promise::static_type()])
            .action()
            .class_handler(|values| {
                let track = track(values)?;
                let json = values.get(1).and_then(text::read);
                let promise = values
                    .get(2)
                    .and_then(|v| v.get::<Option<gst::Promise>>().ok());
                track.imp().apply_constraints(json, promise.flatten());
                None
            })
            .build(),
    ];
    actions.extend(still::actions());
    actions
}
