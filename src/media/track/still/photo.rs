//! `takePhoto()` and what it can do.

use super::StillError;
use super::exposure::{Exposure, expose, is_dark, place};
use super::frame::{sample, zero};
use crate::capture::{Glance, Look, Membership};
use crate::media::MediaStreamTrack;
use crate::model::constraints::Property;
use crate::model::photo::{PhotoCapabilities, PhotoSettings, Size, nearest};

impl MediaStreamTrack {
    /// `takePhoto()`: one JPEG picture, as the camera makes it if it does. Waits for it: see the action
    /// for the asynchronous form.
    ///
    /// A size that the camera lacks becomes the nearest it has; without one the photo has the size
    /// that the camera delivers, and no consumer of the device notices. For another size the camera
    /// is set to it and back, and all its tracks are muted meanwhile; if it does not take that, the
    /// photo has the size that it delivers. While the track is muted or disabled the photo is black.
    ///
    /// # Errors
    ///
    /// [`StillError::NotVideo`], [`StillError::Ended`]; [`StillError::Failed`] when no frame came or
    /// none could be encoded.
    pub fn take_photo(&self, settings: &PhotoSettings) -> Result<gst::Sample, StillError> {
        let membership = place(self)?;
        let present = self.present_size(&membership);
        let size = nearest(&membership.photo_modes(), settings, present);
        if is_dark(self) {
            return black(self, size);
        }
        if size != present {
            match membership.shoot(size) {
                Ok(glance) => return self.photo_of(&glance, size),
                // "The nearest that can be had": at the size that it is back at.
                Err(error) => gst::info!(super::super::super::CAT, obj = self, "{error}"),
            }
        }
        self.photo_of(&membership.glance(Look::Photo), present)
    }

    fn photo_of(&self, glance: &Glance, size: Size) -> Result<gst::Sample, StillError> {
        match expose(self, glance)? {
            Exposure::Frame(frame) => {
                let photo = frame.as_jpeg(&self.label())?;
                sample(&photo, &photo.caps)
            }
            Exposure::Black => black(self, size),
        }
    }

    /// `getPhotoCapabilities()`. Waits for nobody.
    ///
    /// # Errors
    ///
    /// [`StillError::NotVideo`], [`StillError::Ended`]; [`StillError::Unreadable`] when the camera does
    /// not say what sizes it has.
    pub fn get_photo_capabilities(&self) -> Result<PhotoCapabilities, StillError> {
        let modes = place(self)?.photo_modes();
        if modes.is_empty() {
            let why = "the camera names no mode that a photo can be made in".to_owned();
            return Err(StillError::Unreadable(why));
        }
        Ok(PhotoCapabilities::of(&modes))
    }

    /// `getPhotoSettings()`: the size of a photo when none is asked for. Waits for nobody.
    ///
    /// # Errors
    ///
    /// [`StillError::NotVideo`], [`StillError::Ended`].
    pub fn get_photo_settings(&self) -> Result<Size, StillError> {
        Ok(self.present_size(&place(self)?))
    }

    /// What the camera delivers, before the track makes it smaller.
    fn present_size(&self, membership: &Membership) -> Size {
        let frames = membership.frames();
        let side = |name| {
            let side = frames.as_ref()?.structure(0)?.get::<i32>(name).ok()?;
            u32::try_from(side).ok()
        };
        let settings = self.settings();
        let of_track = |property| settings.integer(property).unwrap_or_default();
        (
            side("width").unwrap_or_else(|| of_track(Property::Width)),
            side("height").unwrap_or_else(|| of_track(Property::Height)),
        )
    }
}

fn black(track: &MediaStreamTrack, (width, height): Size) -> Result<gst::Sample, StillError> {
    let side = |side| i32::try_from(side).unwrap_or(i32::MAX);
    let caps = gst::Caps::builder("image/jpeg")
        .field("width", side(width))
        .field("height", side(height))
        .build();
    zero(&caps, &track.settings())
}
