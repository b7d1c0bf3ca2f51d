//! A PCM as a `GstDevice`.

use std::sync::{LazyLock, OnceLock};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::cards::Pcm;
use super::offer::Offer;

glib::wrapper! {
    /// One direction of a PCM. Opened by the card's id, which does not move when cards are renumbered.
    pub struct AlsaDevice(ObjectSubclass<imp::AlsaDevice>) @extends gst::Device, gst::Object;
}

impl AlsaDevice {
    pub(super) fn new(pcm: &Pcm, offer: &Offer) -> Self {
        let class = if pcm.is_capture {
            "Audio/Source"
        } else {
            "Audio/Sink"
        };
        let properties = gst::Structure::builder("alsa-proplist")
            .field("device.api", "alsa")
            .field("device.class", "sound")
            .field("alsa.card", pcm.card)
            .field("alsa.device", pcm.device)
            .field("alsa.id", &pcm.id)
            .field("alsa.card_name", &pcm.card_name)
            .field("alsa.long_card_name", &pcm.long_name)
            .field("alsa.name", &pcm.name)
            .build();
        glib::Object::builder()
            .property("caps", &offer.caps)
            .property("device-class", class)
            .property("display-name", pcm.label())
            .property("internal-name", pcm.path())
            .property("properties", properties)
            .build()
    }
}

mod imp {
    use super::*;

    #[derive(Debug, Default)]
    pub struct AlsaDevice {
        path: OnceLock<String>,
    }

    impl AlsaDevice {
        fn factory(&self) -> &'static str {
            if self.obj().has_classes("Source") {
                "alsasrc"
            } else {
                "alsasink"
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for AlsaDevice {
        // GStreamer has a GstAlsaDevice.
        const NAME: &'static str = "GstMediaAlsaDevice";
        type Type = super::AlsaDevice;
        type ParentType = gst::Device;
    }

    impl ObjectImpl for AlsaDevice {
        fn properties() -> &'static [glib::ParamSpec] {
            static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
                let path = glib::ParamSpecString::builder("internal-name")
                    .blurb("What ALSA calls it")
                    .construct_only();
                vec![path.build()]
            });
            &PROPERTIES
        }

        fn set_property(&self, _id: usize, value: &glib::Value, _pspec: &glib::ParamSpec) {
            // Construct-only: it is set once.
            if let Ok(path) = value.get() {
                let _ = self.path.set(path);
            }
        }

        fn property(&self, _id: usize, _pspec: &glib::ParamSpec) -> glib::Value {
            self.path.get().to_value()
        }
    }

    impl GstObjectImpl for AlsaDevice {}

    impl DeviceImpl for AlsaDevice {
        fn create_element(&self, name: Option<&str>) -> Result<gst::Element, gst::LoggableError> {
            let element = gst::ElementFactory::make(self.factory());
            let element = element.property("device", self.path.get());
            let element = match name {
                Some(name) => element.name(name),
                None => element,
            };
            Ok(element.build()?)
        }

        fn reconfigure_element(&self, element: &gst::Element) -> Result<(), gst::LoggableError> {
            let factory = element.factory();
            if factory.is_none_or(|factory| factory.name() != self.factory()) {
                return Err(gst::loggable_error!(
                    gst::CAT_RUST,
                    "only an {} can be set to this device",
                    self.factory()
                ));
            }
            element.set_property("device", self.path.get());
            Ok(())
        }
    }
}
