//! The object: its properties, and the element that it makes.

use std::sync::{Arc, LazyLock, OnceLock};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::super::source::FakeMediaSrc;
use super::action;
use super::unit::Unit;
use crate::caps::text;

/// See [`super::FakeMediaDevice`].
#[derive(Debug, Default)]
pub struct FakeMediaDevice {
    unit: OnceLock<Arc<Unit>>,
    name: OnceLock<String>,
}

impl FakeMediaDevice {
    pub fn set_unit(&self, unit: &Arc<Unit>) {
        let _ = self.unit.set(unit.clone());
    }

    pub fn unit(&self) -> &Arc<Unit> {
        self.unit.get_or_init(|| {
            let unit = Arc::new(Unit::new(None, false, 0, None));
            unit.stand_in(&self.obj());
            unit
        })
    }
}

#[glib::object_subclass]
impl ObjectSubclass for FakeMediaDevice {
    const NAME: &'static str = "GstFakeMediaDevice";
    type Type = super::FakeMediaDevice;
    type ParentType = gst::Device;
}

impl ObjectImpl for FakeMediaDevice {
    fn signals() -> &'static [glib::subclass::Signal] {
        static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(action::signals);
        &SIGNALS
    }

    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
            let flag = |name, blurb| {
                glib::ParamSpecBoolean::builder(name)
                    .blurb(blurb)
                    .read_only()
                    .build()
            };
            let count = |name, blurb| {
                glib::ParamSpecUInt::builder(name)
                    .blurb(blurb)
                    .read_only()
                    .build()
            };
            vec![
                glib::ParamSpecString::builder("name-in-provider")
                    .blurb("Which of the provider's devices it is")
                    .construct_only()
                    .build(),
                glib::ParamSpecString::builder("faults")
                    .blurb(
                        "The script in force, as JSON. What is not understood changes nothing and is told on the \
                         provider's bus",
                    )
                    .explicit_notify()
                    .build(),
                flag("plugged", "Whether the provider lists it"),
                flag("is-default", "Whether it is the default of its kind"),
                flag("stalled", "Whether its sources deliver nothing"),
                flag("muted", "Whether its sources deliver black or silence"),
                count("opens", "How often a source was started on it"),
                count("active", "How many sources are started on it now"),
                count("hanging", "How many of its sources hang in a state change now"),
            ]
        });
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        let text = text::read(value).unwrap_or_default();
        if pspec.name() == "faults" {
            if let Err(error) = self.unit().take(&text) {
                action::complain(&self.obj(), "faults", &error);
            }
            return;
        }
        // The only other one that is writable, and construct-only: it is set once.
        debug_assert_eq!(pspec.name(), "name-in-provider");
        let _ = self.name.set(text);
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        if pspec.name() == "name-in-provider" {
            return self.name.get().to_value();
        }
        let script = self.unit().fault().lock();
        let faults = &script.faults;
        match pspec.name() {
            "faults" => faults.to_json().to_value(),
            "is-default" => faults.is_default.to_value(),
            "plugged" => (!faults.unplugged).to_value(),
            "stalled" => faults.stalled.to_value(),
            "muted" => faults.muted.to_value(),
            "opens" => script.opens.to_value(),
            "hanging" => script.hanging.to_value(),
            _ => script.active.to_value(),
        }
    }
}

impl GstObjectImpl for FakeMediaDevice {}

impl DeviceImpl for FakeMediaDevice {
    fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
        if self.obj().has_classes("Sink") {
            let sink = gst::ElementFactory::make("fakesink").property("sync", true);
            let sink = match name {
                Some(name) => sink.name(name),
                None => sink,
            };
            return Ok(sink.build()?);
        }
        Ok(FakeMediaSrc::new(name, &self.obj()).upcast())
    }
}
