//! The operations on still pictures as action signals: answered from the thread of the track's tasks,
//! in the order asked.

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::StillError;
use super::exposure::place;
use crate::caps::{photo, structure, text};
use crate::media::MediaStreamTrack;
use crate::model::photo::PhotoSettings;

type Outcome = Result<glib::SendValue, StillError>;

/// All of them.
pub(in crate::media::track) fn actions() -> [Signal; 4] {
    let photo = Signal::builder("take-photo")
        .param_types([Option::<String>::static_type(), gst::Promise::static_type()])
        .action()
        .class_handler(|values| {
            let json = text::read(values.get(1)?);
            let settings = PhotoSettings::from_json(json.as_deref().unwrap_or("null"));
            answer(values, 2, "sample", |track| {
                let settings = settings.map_err(StillError::Type)?;
                track
                    .take_photo(&settings)
                    .map(|photo| photo.to_send_value())
            });
            None
        });
    [
        photo.build(),
        getter("grab-frame", "sample", |track| {
            track.grab_frame().map(|frame| frame.to_send_value())
        }),
        getter("get-photo-capabilities", "capabilities", |track| {
            let capabilities = track.get_photo_capabilities()?;
            Ok(photo::capabilities(&capabilities).to_send_value())
        }),
        getter("get-photo-settings", "settings", |track| {
            Ok(photo::settings(track.get_photo_settings()?).to_send_value())
        }),
    ]
}

/// An action of which the promise is the only argument.
fn getter(name: &str, field: &'static str, of: fn(&MediaStreamTrack) -> Outcome) -> Signal {
    Signal::builder(name)
        .param_types([gst::Promise::static_type()])
        .action()
        .class_handler(move |values| {
            answer(values, 1, field, of);
            None
        })
        .build()
}

/// Replies to the promise at `place` among the arguments, with the outcome under the name `field`.
fn answer(
    values: &[glib::Value],
    argument: usize,
    field: &'static str,
    of: impl FnOnce(&MediaStreamTrack) -> Outcome + Send + 'static,
) {
    let promise = values
        .get(argument)
        .and_then(|v| v.get::<Option<gst::Promise>>().ok());
    let Some(Ok(track)) = values.first().map(|value| value.get::<MediaStreamTrack>()) else {
        return;
    };
    // "If the readyState is not live, reject": as it is at the call.
    let early = place(&track).err();
    track.clone().imp().later(move || {
        let outcome = match early {
            Some(error) => Err(error),
            None => of(&track).map_err(|error| match error {
                StillError::Ended => StillError::Failed("the track ended meanwhile".to_owned()),
                error => error,
            }),
        };
        if let Some(promise) = promise.flatten() {
            promise.reply(Some(reply(field, outcome)));
        }
    });
}

fn reply(field: &str, outcome: Outcome) -> gst::Structure {
    let mut reply = gst::Structure::new_empty("reply");
    match outcome {
        Ok(value) => reply.set_value(field, value),
        Err(error) => {
            let error = structure::error(error.dom_name(), &error.to_string());
            reply.set("error", error);
        }
    }
    reply
}
