//! Device elements that hang in their driver: nobody waits for them any more.
//!
//! Each has the thread that changes its states (`state_thread`) to itself, which takes it apart
//! when the driver comes back. Until then the device is open in this process, and whoever fails to
//! open it is told so.
//!
//! Lock: `LEFT` is a leaf.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use super::{CAT, CaptureError, ErrorKind};
use crate::devices::Api;

/// How many elements of one way to open a device may hang. One that hangs for ever, as pipewiresrc may, must
/// not make its device useless; and whoever tries again and again must not gather them.
const MOST: usize = 3;

/// The id of a device, and how it is opened.
pub(super) type Way<'a> = (&'a str, Api);

/// An element that hangs.
struct Left {
    device: String,
    /// The way it was opened.
    api: Api,
    since: Instant,
    at_work: Weak<()>,
}

static LEFT: LazyLock<Mutex<Vec<Left>>> = LazyLock::new(Mutex::default);

/// Those that still hang.
fn left() -> MutexGuard<'static, Vec<Left>> {
    let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    left.retain(|left| left.at_work.strong_count() > 0);
    left
}

/// Nobody waits for this element any more.
pub(super) fn leave((device, api): Way<'_>, label: &str, at_work: Weak<()>) {
    gst::error!(
        CAT,
        "\"{label}\" hangs in its driver: it is left behind, and closed when the driver comes back"
    );
    left().push(Left {
        device: device.to_owned(),
        api,
        since: Instant::now(),
        at_work,
    });
}

/// Whether a device may be opened this way: so many of its elements hang that one more would as well.
///
/// # Errors
///
/// [`ErrorKind::TimedOut`]
pub(super) fn admit((device, api): Way<'_>, label: &str) -> Result<(), CaptureError> {
    let is_its = |left: &&Left| left.device == device && left.api == api;
    let count = left().iter().filter(is_its).count();
    if count < MOST {
        return Ok(());
    }
    let detail = format!("it was opened {count} times, and its driver has not come back once");
    Err(CaptureError::new(ErrorKind::TimedOut, label, detail))
}

/// Adds to `error` that an element of the same device hangs, if one does.
pub(super) fn explain(device: &str, error: CaptureError) -> CaptureError {
    let since = left()
        .iter()
        .find(|left| left.device == device)
        .map(|left| left.since);
    let Some(since) = since else { return error };
    let seconds = since.elapsed().as_secs();
    CaptureError {
        detail: format!(
            "{}; its driver has not come back from this process's last use of it since {seconds} s: \
             plug it in again, or wait",
            error.detail
        ),
        ..error
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn who_cannot_open_it_hears_of_the_hung_one_until_that_is_closed() {
        let at_work = Arc::new(());
        let busy = CaptureError::new(ErrorKind::Busy, "Camera", "busy");
        leave(("hung-1", Api::V4l2), "Camera", Arc::downgrade(&at_work));
        assert_eq!(explain("hung-2", busy.clone()), busy);
        let told = explain("hung-1", busy.clone());
        assert!(told.detail.contains("has not come back"), "{told}");
        assert_eq!(told.kind, ErrorKind::Busy);
        drop(at_work);
        assert_eq!(explain("hung-1", busy.clone()), busy);
    }

    #[test]
    fn no_more_than_three_hang_in_one_driver() {
        let at_work = Arc::new(());
        let way = ("hung-3", Api::PipeWire);
        for _ in 0..MOST {
            assert!(admit(way, "Camera").is_ok());
            leave(way, "Camera", Arc::downgrade(&at_work));
        }
        let refused = admit(way, "Camera").map_err(|error| error.kind);
        assert_eq!(refused, Err(ErrorKind::TimedOut));
        assert!(
            admit(("hung-3", Api::V4l2), "Camera").is_ok(),
            "another way"
        );
        assert!(admit(("hung-4", Api::PipeWire), "Camera").is_ok());
        drop(at_work);
        assert!(admit(way, "Camera").is_ok());
    }
}
