//! Any other `GstDevice`: its own element, as it is.

use super::super::pipeline::Plan;
use super::{Backend, CaptureError, create};

pub(super) struct Generic;

impl Backend for Generic {
    fn element(&self, plan: &Plan) -> Result<gst::Element, CaptureError> {
        create(plan)
    }
}
