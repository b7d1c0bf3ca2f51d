//! What is in the files that were written.

use std::error::Error;
use std::fmt;
use std::path::Path;

use gst::ClockTime;
use gst::prelude::*;

use crate::recording::OFF;

/// How long nothing may come out of a decoder.
const PATIENCE: ClockTime = ClockTime::from_seconds(20);
/// A pixel that is no brighter than this is black, whatever a codec made of it.
const BLACK: u8 = 24;

/// One picture of the film.
struct Picture {
    at: ClockTime,
    is_black: bool,
}

/// The film as a player sees it.
pub struct Film {
    pub width: i32,
    pub height: i32,
    pictures: Vec<Picture>,
    length: ClockTime,
    sound: ClockTime,
}

/// Plays `description` behind a file; `each` hears of every decoded buffer.
fn play(
    file: &Path,
    description: &str,
    mut each: impl FnMut(&gst::Sample) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let line = format!("filesrc name=file ! {description} ! appsink name=out sync=false");
    let pipeline = gst::parse::launch(&line)?;
    let pipeline = pipeline
        .downcast::<gst::Pipeline>()
        .map_err(|_| "not a pipeline")?;
    let named = |name: &str| {
        pipeline
            .by_name(name)
            .ok_or_else(|| format!("no element {name}"))
    };
    named("file")?.set_property("location", file);
    let out = named("out")?;
    pipeline.set_state(gst::State::Playing)?;
    let pull =
        || out.emit_by_name::<Option<gst::Sample>>("try-pull-sample", &[&PATIENCE.nseconds()]);
    let outcome = std::iter::from_fn(pull).try_for_each(|sample| each(&sample));
    let is_complete = out.property::<bool>("eos");
    let error = pipeline
        .bus()
        .and_then(|bus| bus.pop_filtered(&[gst::MessageType::Error]));
    pipeline.set_state(gst::State::Null)?;
    outcome?;
    if let Some(gst::MessageView::Error(error)) = error.as_ref().map(|message| message.view()) {
        return Err(format!("{} cannot be played: {}", file.display(), error.error()).into());
    }
    is_complete
        .then_some(())
        .ok_or_else(|| format!("{} does not end", file.display()).into())
}

fn size(sample: &gst::Sample) -> Result<(i32, i32), Box<dyn Error>> {
    let caps = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .ok_or("a picture without caps")?;
    Ok((caps.get("width")?, caps.get("height")?))
}

/// Plays the film and looks at every picture.
pub fn film(file: &Path) -> Result<Film, Box<dyn Error>> {
    let mut film = Film {
        width: 0,
        height: 0,
        pictures: Vec::new(),
        length: ClockTime::ZERO,
        sound: ClockTime::ZERO,
    };
    let pictures = "matroskademux ! vp8dec ! videoconvert ! video/x-raw,format=GRAY8";
    play(file, pictures, |sample| {
        (film.width, film.height) = size(sample)?;
        let buffer = sample.buffer().ok_or("a sample without a picture")?;
        let at = buffer.pts().unwrap_or_default();
        let brightest = buffer
            .map_readable()?
            .iter()
            .copied()
            .max()
            .unwrap_or_default();
        let first = film.pictures.first().map_or(at, |first| first.at);
        film.length = at.saturating_sub(first) + buffer.duration().unwrap_or_default();
        film.pictures.push(Picture {
            at,
            is_black: brightest <= BLACK,
        });
        Ok(())
    })?;
    let sound = "matroskademux ! opusdec ! audio/x-raw";
    play(file, sound, |sample| {
        let lasts = sample.buffer().and_then(|buffer| buffer.duration());
        film.sound += lasts.unwrap_or_default();
        Ok(())
    })?;
    Ok(film)
}

/// The size of the still.
pub fn still(file: &Path) -> Result<(i32, i32), Box<dyn Error>> {
    let mut found = None;
    play(file, "pngdec", |sample| {
        found = Some(size(sample)?);
        Ok(())
    })?;
    found.ok_or_else(|| format!("{} holds no picture", file.display()).into())
}

impl Film {
    /// Black pictures, and all pictures, while the camera was off (`true`) or on.
    fn count(&self, off: bool) -> (usize, usize) {
        let first = self
            .pictures
            .first()
            .map_or(ClockTime::ZERO, |first| first.at);
        // Half a frame of 60 a second: the container rounds to milliseconds.
        let at = |picture: &Picture| picture.at.saturating_sub(first) + ClockTime::from_mseconds(8);
        let counted = self
            .pictures
            .iter()
            .filter(|picture| (OFF.0 <= at(picture) && at(picture) < OFF.1) == off);
        counted.fold((0, 0), |(black, all), picture| {
            (black + usize::from(picture.is_black), all + 1)
        })
    }

    /// Whether it is what was meant. A real camera may look into the dark; the fakes never do.
    pub fn judge(&self, is_fake: bool) -> Result<(), String> {
        for (what, length) in [("pictures", self.length), ("sound", self.sound)] {
            if length.mseconds().abs_diff(5000) > 500 {
                return Err(format!(
                    "the film has {length:.1} of {what}, not five seconds"
                ));
            }
        }
        let (black, all) = self.count(true);
        if all == 0 || black < all {
            return Err(format!(
                "of {all} pictures of the third second, {black} are black"
            ));
        }
        let (black, all) = self.count(false);
        match black {
            0 => Ok(()),
            _ if is_fake => Err(format!(
                "{black} of {all} pictures are black that should not be"
            )),
            _ => {
                println!(
                    "  Of the other pictures {black} of {all} are black as well: is the camera covered?"
                );
                Ok(())
            }
        }
    }
}

impl fmt::Display for Film {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pictures, dark) = (self.pictures.len(), self.count(true).0);
        let seconds = |time: ClockTime| time.mseconds() as f64 / 1000.0;
        write!(
            f,
            "{}x{}, {pictures} pictures in {:.2} s, all {dark} of the third second black; {:.2} s of sound",
            self.width,
            self.height,
            seconds(self.length),
            seconds(self.sound)
        )
    }
}
