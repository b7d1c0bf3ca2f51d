//! `v4l2src`.

use gst::prelude::*;

use super::super::loans::Terms;
use super::super::pipeline::Plan;
use super::super::pool;
use super::super::sink::KEPT;
use super::{Backend, CaptureError, ErrorKind, classify, create};
use crate::devices::Node;

pub(super) struct V4l2;

impl Backend for V4l2 {
    fn element(&self, plan: &Plan) -> Result<gst::Element, CaptureError> {
        let element = create(plan)?;
        // The pool can be reached through memory of its own, not through what is exported of it.
        if pool::is_leaking(&element) {
            element.set_property_from_str("io-mode", "mmap");
        }
        Ok(element)
    }

    /// As many as were reserved for readers: told how many they need, it does not copy by itself.
    fn terms(&self) -> Terms {
        Terms {
            most: Some(KEPT),
            ..Terms::NONE
        }
    }

    /// It asks for all modes of its driver when it has opened it, which vivid answers in 4 200 calls.
    fn rests(&self) -> bool {
        true
    }

    /// v4l2src says "could not read" for an unplug and for an I/O error alike, and "could not
    /// open" for a node that refuses; the file tells them apart.
    fn classify(&self, node: &Node, error: &gst::glib::Error, debug: &str) -> ErrorKind {
        let gone = || {
            node.path
                .as_deref()
                .is_some_and(|path| !std::path::Path::new(path).exists())
        };
        match classify(error, debug) {
            ErrorKind::Failed if gone() => ErrorKind::Gone,
            kind => kind,
        }
    }
}
