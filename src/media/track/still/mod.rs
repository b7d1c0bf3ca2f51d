//! Still pictures of a track (MediaStream Image Capture): `grabFrame()`, `takePhoto()` and what photos
//! can be.
//!
//! | file | noun |
//! |---|---|
//! | `error` | why there is none |
//! | `exposure` | the next frame of a track, or black |
//! | `frame` | `grabFrame()` |
//! | `photo` | `takePhoto()`, `getPhotoCapabilities()`, `getPhotoSettings()` |
//! | `actions` | the same as action signals |

mod actions;
mod error;
mod exposure;
mod frame;
mod photo;

pub(super) use actions::actions;
pub use error::StillError;
