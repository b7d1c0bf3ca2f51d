//! The adjustable properties of a camera (Image Capture, "constrainable properties"): what it has,
//! what is set, setting it, and hearing that somebody else did.
//!
//! | file | noun |
//! |---|---|
//! | `access` | the door to the controls of a camera; what was behind it when it was plugged in |
//! | `panel` | opened controls as properties of the Web: read, and set all or nothing |
//! | `gauge` | pure: how a property stands on a control |
//! | `control` | one number of a camera, as Video4Linux counts it |
//! | `board` | where controls are read and written ... |
//! | `node` | ... the node of a driver; with the feature `v4l2` |
//! | `watch` | hearing of changes |
//!
//! The fakes' board is with the fakes.

mod access;
mod board;
mod control;
mod gauge;
#[cfg(feature = "v4l2")]
mod node;
mod panel;
mod watch;

pub use access::{Access, Offer};
pub(in crate::devices) use board::Board;
pub use control::{Control, Id, Item};
pub use panel::{Panel, Refusal};
pub use watch::{Tell, Watch};

use super::desk::CAT;
