//! Where controls are read and written: the node of a driver, or a fake device.

use std::io;

use super::control::{Control, Id};

/// The controls of one camera. Every call may wait for the device.
pub(in crate::devices) trait Board: Send {
    /// What the control can be at present; `None`: the camera does not have it.
    ///
    /// # Errors
    ///
    /// What the system says, for example that the device is gone.
    fn find(&self, id: Id) -> io::Result<Option<Control>>;

    /// The present value.
    ///
    /// # Errors
    ///
    /// As [`Self::find`].
    fn read(&self, id: Id) -> io::Result<i32>;

    /// Another value.
    ///
    /// # Errors
    ///
    /// As [`Self::find`].
    fn write(&self, id: Id, value: i32) -> io::Result<()>;
}
