//! The signals of the way to devices: its operations and its events.

use std::ops::ControlFlow;

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;

use super::MediaDevices;
use super::permission::REQUEST;
use crate::caps::text;
use crate::media::object_list::ObjectList;
use crate::media::task_queue::spawn;
use crate::media::{GetUserMediaError, error_reply};
use crate::model::constraints::{Kind, StreamConstraints};

/// All of them.
pub(super) fn signals() -> Vec<Signal> {
    vec![
        // The attributes of its event: the list as `enumerate-devices` gives it, and what of it the
        // user has just plugged in.
        Signal::builder("devicechange")
            .param_types([gio::ListModel::static_type(), gio::ListModel::static_type()])
            .build(),
        Signal::builder(REQUEST)
            .param_types([Vec::<String>::static_type(), gst::Device::static_type()])
            .return_type::<bool>()
            // The first that refuses decides.
            .accumulator(|_, _, answer| match answer.get::<bool>() {
                Ok(false) => ControlFlow::Break(answer.clone()),
                _ => ControlFlow::Continue(answer.clone()),
            })
            .build(),
        Signal::builder("enumerate-devices")
            .param_types([gst::Promise::static_type()])
            .action()
            .class_handler(|values| {
                enumerate_devices(devices(values)?, promise(values, 1));
                None
            })
            .build(),
        Signal::builder("get-user-media")
            .param_types([Option::<String>::static_type(), gst::Promise::static_type()])
            .action()
            .class_handler(|values| {
                let json = values.get(1).and_then(text::read);
                get_user_media(devices(values)?, json, promise(values, 2));
                None
            })
            .build(),
        Signal::builder("revoke-permission")
            .param_types([Option::<String>::static_type()])
            .action()
            .class_handler(|values| {
                revoke_permission(&devices(values)?, values.get(1)?);
                None
            })
            .build(),
        Signal::builder("get-supported-constraints")
            .return_type::<gst::Structure>()
            .action()
            .class_handler(|values| Some(devices(values)?.get_supported_constraints().to_value()))
            .build(),
    ]
}

fn revoke_permission(devices: &MediaDevices, kind: &glib::Value) {
    match kind.get::<Option<&str>>() {
        Ok(Some("audio")) => devices.revoke_permission(Kind::Audio),
        Ok(Some("video")) => devices.revoke_permission(Kind::Video),
        _ => gst::error!(
            crate::media::CAT,
            "revoke-permission: \"audio\" or \"video\" is needed, not {kind:?}"
        ),
    }
}

fn devices(values: &[glib::Value]) -> Option<MediaDevices> {
    values.first()?.get().ok()
}

fn promise(values: &[glib::Value], at: usize) -> Option<gst::Promise> {
    values.get(at)?.get::<Option<gst::Promise>>().ok().flatten()
}

/// Answers with `name`: `value`, or with the error.
fn answer<T: Into<glib::Value> + Send>(
    promise: Option<gst::Promise>,
    name: &str,
    result: Result<T, GetUserMediaError>,
) {
    let Some(promise) = promise else { return };
    let reply = match result {
        Ok(value) => {
            let mut reply = error_reply::reply(None);
            reply.set(name, value);
            reply
        }
        Err(error) => error_reply::reply(Some(error_reply::get_user_media_error(&error))),
    };
    promise.reply(Some(reply));
}

/// A list as a value of the type `GListModel`: `gst_structure_get ()` wants to be told the exact one.
struct List(ObjectList);

impl From<List> for glib::Value {
    fn from(list: List) -> Self {
        list.0.upcast::<gio::ListModel>().to_value()
    }
}

/// A `GListModel` in the reply: every language reads an object there, and not every one an array.
fn enumerate_devices(devices: MediaDevices, promise: Option<gst::Promise>) {
    spawn(move || {
        let list = devices
            .enumerate_devices()
            .map(|devices| List(ObjectList::of(devices)));
        answer(promise, "devices", list)
    });
}

fn get_user_media(devices: MediaDevices, json: Option<String>, promise: Option<gst::Promise>) {
    spawn(move || {
        let constraints = StreamConstraints::from_json(json.as_deref().unwrap_or("{}"));
        let stream = constraints
            .map_err(GetUserMediaError::Type)
            .and_then(|constraints| devices.get_user_media(&constraints));
        // Nobody will ever know of the stream: nothing stays open for it.
        if let (None, Ok(stream)) = (&promise, &stream) {
            stream
                .get_tracks()
                .iter()
                .for_each(crate::media::MediaStreamTrack::stop);
        }
        answer(promise, "stream", stream);
    });
}
