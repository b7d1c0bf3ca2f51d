//! What a provider says about a device, as plain data.

use gst::prelude::*;

use super::device::{Api, DeviceKind, FacingMode};

/// All that merging and identity look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub api: Api,
    pub kind: DeviceKind,
    pub label: String,
    pub name: Option<String>,
    pub group: Option<String>,
    pub facing: Option<FacingMode>,
    pub is_default: bool,
}

impl Facts {
    /// Reads them. `None`: a device of no kind that is listed.
    pub fn read(device: &gst::Device, api: Api) -> Option<Self> {
        let kind = DeviceKind::from_class(&device.device_class())?;
        let properties = device.properties();
        let text = |field: &str| {
            let properties = properties.as_ref()?;
            properties.get::<String>(field).ok()
        };
        Some(Self {
            api,
            kind,
            label: device.display_name().to_string(),
            name: text("fake.name"),
            group: text("fake.group"),
            facing: text("fake.facing").map(|_| FacingMode::Environment),
            is_default: properties
                .as_ref()
                .and_then(|p| p.get("is-default").ok())
                .unwrap_or(false),
        })
    }
}
