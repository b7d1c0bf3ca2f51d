//! Device elements that hang in their driver: nobody waits for them any more.
//!
//! Each has the thread that changes its states (`state_thread`) to itself, which takes it apart
//! when the driver comes back. Until then the device is open in this process, and whoever fails to
//! open it is told so.
//!
//! Lock: `LEFT` is a leaf.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use super::{CAT, CaptureError};

/// An element that hangs.
struct Left {
    device: String,
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

/// Nobody waits for this element of the device with that id and label any more.
pub(super) fn leave(device: &str, label: &str, at_work: Weak<()>) {
    gst::error!(
        CAT,
        "\"{label}\" hangs in its driver: it is left behind, and closed when the driver comes back"
    );
    left().push(Left {
        device: device.to_owned(),
        since: Instant::now(),
        at_work,
    });
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
    use crate::capture::ErrorKind;

    #[test]
    fn who_cannot_open_it_hears_of_the_hung_one_until_that_is_closed() {
        let at_work = Arc::new(());
        let busy = CaptureError::new(ErrorKind::Busy, "Camera", "busy");
        leave("hung-1", "Camera", Arc::downgrade(&at_work));
        assert_eq!(explain("hung-2", busy.clone()), busy);
        let told = explain("hung-1", busy.clone());
        assert!(told.detail.contains("has not come back"), "{told}");
        assert_eq!(told.kind, ErrorKind::Busy);
        drop(at_work);
        assert_eq!(explain("hung-1", busy.clone()), busy);
    }
}
