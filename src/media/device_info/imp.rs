//! The GObjects of both kinds of device info: the same but for their type and what an input can do
//! besides.

/// `$signals`: those of the class.
macro_rules! device_info {
    ($module:ident, $wrapper:ident, $gtype:literal, $signals:expr) => {
        pub mod $module {
            use std::sync::{LazyLock, OnceLock};

            use gst::glib;
            use gst::glib::subclass::Signal;
            use gst::prelude::*;
            use gst::subclass::prelude::*;

            use super::super::MediaDeviceKind;
            use super::super::facts::Facts;

            #[derive(Default, glib::Properties)]
            #[properties(wrapper_type = super::super::$wrapper)]
            pub struct $wrapper {
                /// `deviceId`
                #[property(name = "device-id", type = String, nick = "Device id",
                    blurb = "Identifies the device among those of its kind, also after re-plugging",
                    get = |i: &Self| i.text(|facts| &facts.device.id))]
                /// `groupId`
                #[property(name = "group-id", type = String, nick = "Group id",
                    blurb = "The same for all parts of one physical device",
                    get = |i: &Self| i.text(|facts| &facts.device.group_id))]
                /// `label`
                #[property(name = "label", type = String, nick = "Label",
                    blurb = "What people call the device",
                    get = |i: &Self| i.text(|facts| &facts.device.label))]
                /// `kind`
                #[property(name = "kind", type = MediaDeviceKind, nick = "Kind",
                    blurb = "Camera, microphone or loudspeaker",
                    get = |i: &Self| i.facts().map(Facts::kind).unwrap_or_default(),
                    builder(MediaDeviceKind::AudioInput))]
                facts: OnceLock<Facts>,
            }

            impl $wrapper {
                pub(in super::super) fn facts(&self) -> Option<&Facts> {
                    self.facts.get()
                }

                /// Called once, before anybody else has the object.
                pub(in super::super) fn describe(&self, facts: Facts) {
                    let _ = self.facts.set(facts);
                }

                fn text(&self, of: impl Fn(&Facts) -> &String) -> String {
                    self.facts().map(|facts| of(facts).clone()).unwrap_or_default()
                }

                fn known(&self) -> Result<&Facts, gst::LoggableError> {
                    self.facts().ok_or_else(|| {
                        gst::loggable_error!(crate::media::CAT, "it describes no device")
                    })
                }
            }

            /// `toJSON()`
            fn to_json() -> Signal {
                Signal::builder("to-json")
                    .return_type::<gst::Structure>()
                    .action()
                    .class_handler(|values| {
                        let info: super::super::$wrapper = values.first()?.get().ok()?;
                        Some(info.imp().facts()?.to_json().to_value())
                    })
                    .build()
            }

            #[glib::object_subclass]
            impl ObjectSubclass for $wrapper {
                const NAME: &'static str = $gtype;
                type Type = super::super::$wrapper;
                type ParentType = gst::Device;
            }

            #[glib::derived_properties]
            impl ObjectImpl for $wrapper {
                fn signals() -> &'static [Signal] {
                    static SIGNALS: LazyLock<Vec<Signal>> = LazyLock::new(|| {
                        let own: Vec<Signal> = $signals;
                        std::iter::once(to_json()).chain(own).collect()
                    });
                    &SIGNALS
                }
            }

            impl GstObjectImpl for $wrapper {}

            impl DeviceImpl for $wrapper {
                fn create_element(
                    &self,
                    name: Option<&str>,
                ) -> Result<gst::Element, gst::LoggableError> {
                    self.known()?.create_element(name)
                }

                fn reconfigure_element(
                    &self,
                    element: &gst::Element,
                ) -> Result<(), gst::LoggableError> {
                    self.known()?.reconfigure_element(element)
                }
            }
        }
    };
}

device_info!(output, MediaDeviceInfo, "GstMediaDeviceInfo", Vec::new());

device_info!(
    input,
    InputDeviceInfo,
    "GstInputDeviceInfo",
    vec![
        Signal::builder("get-capabilities")
            .return_type::<gst::Structure>()
            .action()
            .class_handler(|values| {
                let info: super::super::InputDeviceInfo = values.first()?.get().ok()?;
                Some(crate::caps::structure::capabilities(&info.capabilities()).to_value())
            })
            .build()
    ]
);
