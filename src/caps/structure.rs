//! Dictionaries given back to applications, as `GstStructure`s that every binding can read.
//!
//! Fields have the specification's member names; a range is a nested structure with `min`, `max` and
//! where there is one `step`, a list is a `GstValueArray`, whole numbers are unsigned integers,
//! frame rates are doubles, and an absent member is an absent field.

use std::time::Duration;

use gst::glib::SendValue;
use gst::prelude::*;

use crate::model::constraints::{
    BooleanOrText, Capabilities, Capability, Overconstrained, Property, Setting, Settings,
    ValueType, clamp_to_unsigned_long, supported,
};
use crate::model::statistics::Stats;

/// `MediaTrackSettings`, named `settings`.
pub fn settings(settings: &Settings) -> gst::Structure {
    let mut structure = gst::Structure::new_empty("settings");
    for (property, setting) in settings.iter() {
        structure.set_value(property.name(), value(setting));
    }
    structure
}

/// `MediaTrackCapabilities`, named `capabilities`.
pub fn capabilities(capabilities: &Capabilities) -> gst::Structure {
    let mut structure = gst::Structure::new_empty("capabilities");
    for (property, capability) in capabilities.iter() {
        structure.set_value(property.name(), range(property, capability));
    }
    structure
}

/// `MediaTrackSupportedConstraints`, named `supported-constraints`: `true` for every property that
/// is honoured, nothing for the others.
pub fn supported_constraints() -> gst::Structure {
    let mut structure = gst::Structure::new_empty("supported-constraints");
    for property in supported() {
        structure.set(property.name(), true);
    }
    structure
}

/// `MediaStreamTrackVideoStats` or `MediaStreamTrackAudioStats`, named `stats`: times in milliseconds.
pub fn stats(stats: &Stats) -> gst::Structure {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let structure = gst::Structure::builder("stats");
    match stats {
        Stats::Video(video) => structure
            .field("deliveredFrames", video.delivered_frames)
            .field("discardedFrames", video.discarded_frames)
            .field("totalFrames", video.total_frames)
            .build(),
        Stats::Audio(audio) => structure
            .field("deliveredFrames", audio.delivered_frames)
            .field(
                "deliveredFramesDuration",
                ms(audio.delivered_frames_duration),
            )
            .field("totalFrames", audio.total_frames)
            .field("totalFramesDuration", ms(audio.total_frames_duration))
            .field("latency", ms(audio.latency))
            .field("averageLatency", ms(audio.average_latency))
            .field("minimumLatency", ms(audio.minimum_latency))
            .field("maximumLatency", ms(audio.maximum_latency))
            .build(),
    }
}

/// What a promise answers when it fails: `error` with the error's `name` and `message`.
pub fn error(name: &str, message: &str) -> gst::Structure {
    gst::Structure::builder("error")
        .field("name", name)
        .field("message", message)
        .build()
}

/// `OverconstrainedError`: also the `constraint` at fault (`""`: no single one), what was `wanted` as JSON, and the
/// `nearest` value that could be had, if any.
pub fn overconstrained(error: &Overconstrained) -> gst::Structure {
    let mut structure = self::error(Overconstrained::NAME, &error.message);
    structure.set("code", u32::from(Overconstrained::CODE));
    structure.set("constraint", error.constraint_name());
    structure.set("wanted", &error.wanted);
    if let Some(nearest) = &error.nearest {
        structure.set_value("nearest", value(nearest));
    }
    structure
}

fn value(setting: &Setting) -> SendValue {
    match setting {
        Setting::Integer(number) => number.to_send_value(),
        Setting::Double(number) => number.to_send_value(),
        Setting::Text(text) => text.to_send_value(),
        Setting::Boolean(boolean) => boolean.to_send_value(),
        Setting::Points(points) => gst::Array::new(points.iter().map(|(x, y)| {
            gst::Structure::builder("point")
                .field("x", *x)
                .field("y", *y)
                .build()
        }))
        .to_send_value(),
    }
}

/// The members of a `GstValueArray` are of one type: beside strings, booleans are `"true"` and `"false"`.
fn mixed(members: &[BooleanOrText]) -> SendValue {
    let booleans: Option<Vec<bool>> = members
        .iter()
        .map(|member| match member {
            BooleanOrText::Boolean(boolean) => Some(*boolean),
            BooleanOrText::Text(_) => None,
        })
        .collect();
    match booleans {
        Some(booleans) => gst::Array::new(booleans),
        None => gst::Array::new(members.iter().map(|member| match member {
            BooleanOrText::Boolean(boolean) => boolean.to_string(),
            BooleanOrText::Text(text) => text.clone(),
        })),
    }
    .to_send_value()
}

fn range(property: Property, capability: &Capability) -> SendValue {
    match capability {
        Capability::Number { min, max, step } => {
            let whole = property.value_type() == ValueType::ULong;
            let end = |number: f64| {
                if whole {
                    clamp_to_unsigned_long(number).to_send_value()
                } else {
                    number.to_send_value()
                }
            };
            let mut range = gst::Structure::new_empty("range");
            range.set_value("min", end(*min));
            range.set_value("max", end(*max));
            if let Some(step) = step {
                range.set_value("step", end(*step));
            }
            range.to_send_value()
        }
        Capability::Text(text) => text.to_send_value(),
        Capability::Texts(texts) => gst::Array::new(texts.iter()).to_send_value(),
        Capability::Booleans(booleans) => gst::Array::new(booleans.iter().copied()).to_send_value(),
        Capability::BooleansOrTexts(members) => mixed(members),
    }
}
