//! Any other `GstDevice`: its own element, as it is.

use super::{Backend, CaptureError, create};
use crate::devices::Node;

pub(super) struct Generic;

impl Backend for Generic {
    fn element(&self, label: &str, node: &Node) -> Result<gst::Element, CaptureError> {
        create(label, node)
    }
}
