//! What a `GstDevice` says about itself, copied into plain text.
//!
//! All of it comes from hardware and from other programs: it may be a megabyte long or no UTF-8 at all, which
//! the bindings do not expect. GStreamer's own serialisation, which escapes such bytes, is the way around.
//! The label is for people, so it is made [fit to be shown](super::label); other texts are names that something
//! goes by, and stay as they are.

use std::collections::BTreeMap;

use gst::glib;
use gst::prelude::*;

use super::device::Api;
use super::label::label;
use crate::caps::text;

/// More bytes than any name or path needs.
const LONGEST: usize = 1024;

/// More than any device has; PipeWire's have some 60.
const FIELDS: usize = 1024;

/// A device of a provider, before anybody made sense of it.
#[derive(Debug, Clone)]
pub struct Record {
    pub api: Api,
    /// `Video/Source` and the like.
    pub class: String,
    pub label: String,
    /// The name that ALSA and PulseAudio devices have beside their properties.
    pub internal_name: Option<String>,
    pub properties: BTreeMap<String, String>,
    pub caps: gst::Caps,
}

impl Record {
    /// Reads all of it.
    pub fn read(device: &gst::Device, api: Api) -> Self {
        let property = |name: &str| {
            device.find_property(name)?;
            read(&device.property_value(name))
        };
        let mut properties = BTreeMap::new();
        if let Some(structure) = device.properties() {
            for (field, value) in structure.iter().take(FIELDS) {
                // Names are what another program chose as well, and no more checked than labels are.
                let name = std::str::from_utf8(field.as_bytes());
                if let (Ok(name), Some(text)) = (name, read(value)) {
                    properties.insert(name.to_owned(), text);
                }
            }
        }
        // Where it may change during the life of an object it is one of its own properties.
        if let Some(is_default) = property("is-default") {
            properties.insert("is-default".to_owned(), is_default);
        }
        Self {
            api,
            class: property("device-class").unwrap_or_default(),
            label: label(&property("display-name").unwrap_or_default()),
            internal_name: property("internal-name"),
            properties,
            caps: device.caps().unwrap_or_else(gst::Caps::new_empty),
        }
    }

    /// A property that says something.
    pub fn get(&self, field: &str) -> Option<&str> {
        let text = self.properties.get(field)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// Any value as text, invalid UTF-8 replaced, cut where nobody reads on.
fn read(value: &glib::Value) -> Option<String> {
    if value.is::<String>() {
        return text::read(value).map(cut);
    }
    let serialized = value.serialize().ok()?;
    // Of a nested structure it holds names of fields, which nobody escapes.
    Some(cut(
        String::from_utf8_lossy(serialized.as_bytes()).into_owned()
    ))
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        gst::init().unwrap();
        super::read(&text.to_value())
    }

    #[test]
    fn strings_come_through_as_they_are() {
        for label in ["Rig Camera", "", "Caméra \"1\"\\", "a\nb", "HD-Cam", "日本"] {
            assert_eq!(of(label).as_deref(), Some(label));
        }
    }

    #[test]
    fn a_missing_string_is_none() {
        gst::init().unwrap();
        assert_eq!(read(&None::<String>.to_value()), None);
    }

    #[test]
    fn a_megabyte_is_cut() {
        let long = of(&"é".repeat(500_000)).unwrap();
        assert!(long.len() <= LONGEST && long.len() > LONGEST - 2);
    }

    #[test]
    fn numbers_are_read_as_well() {
        gst::init().unwrap();
        assert_eq!(read(&7i32.to_value()).as_deref(), Some("7"));
        assert_eq!(read(&true.to_value()).as_deref(), Some("true"));
    }
}
