//! The events and operations of a list as signals.

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;

use super::CHANGE;
use super::listed::Listed;
use crate::caps::text;
use crate::media::stream::{ADD_TRACK, REMOVE_TRACK};

/// Those of a list of `T`.
pub(super) fn signals<T>() -> Vec<Signal>
where
    T: Listed,
    for<'a> T::List: glib::value::FromValue<'a>,
    Option<T>: glib::value::ToValue,
{
    let event = |name| {
        Signal::builder(name)
            .param_types([T::static_type()])
            .build()
    };
    vec![
        Signal::builder(CHANGE).build(),
        event(ADD_TRACK),
        event(REMOVE_TRACK),
        Signal::builder("get-track-by-id")
            .param_types([String::static_type()])
            .return_type::<Option<T>>()
            .action()
            .class_handler(|values| {
                let list: T::List = values.first()?.get().ok()?;
                let id = values.get(1).and_then(text::read).unwrap_or_default();
                Some(T::members(&list).by_id(&id).to_value())
            })
            .build(),
    ]
}
