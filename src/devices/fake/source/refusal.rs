//! How a device says that it does not start.

/// The error message that stands for a scripted failure, which has the name of the specification's exception.
pub fn refusal(label: &str, name: &str) -> gst::ErrorMessage {
    match name {
        "NotFoundError" => gst::error_msg!(
            gst::ResourceError::NotFound,
            ("Device '{label}' is not plugged in")
        ),
        "NotReadableError" => {
            gst::error_msg!(gst::ResourceError::Busy, ("Device '{label}' is busy"))
        }
        "NotAllowedError" => gst::error_msg!(
            gst::ResourceError::NotAuthorized,
            ("No permission to use device '{label}'")
        ),
        other => gst::error_msg!(
            gst::ResourceError::Failed,
            ("Device '{label}' failed to start"),
            ["asked to by fail-open: {other}"]
        ),
    }
}
