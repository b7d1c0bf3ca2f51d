//! How far apart the pictures of a canvas are for one reader. They come when something is drawn, so a rate is no
//! more than a bound, and the last of many is seen when its time comes.

use gst::ClockTime;

/// Frames a second of fixed caps.
fn rate_of(caps: &gst::Caps) -> Option<f64> {
    let rate: gst::Fraction = caps.structure(0)?.get("framerate").ok()?;
    let rate = f64::from(rate.numer()) / f64::from(rate.denom().max(1));
    (rate > 0.0).then_some(rate)
}

/// At the least how far apart, for a reader of `rate` pictures a second; and how much longer the next one is waited
/// for. `None`: as they come.
pub(super) fn spacing(rate: Option<f64>, input: &gst::Caps) -> Option<(ClockTime, ClockTime)> {
    let rate = rate.filter(|rate| *rate > 0.0)?;
    let native = rate_of(input);
    // What is drawn at the rate that was announced is not left out for being early.
    if native.is_some_and(|native| rate > native * 0.99) {
        return None;
    }
    let interval = |rate: f64| ClockTime::try_from_seconds_f64(1.0 / rate).ok();
    let grace = native
        .and_then(interval)
        .map_or(ClockTime::ZERO, |one| one / 2);
    Some((interval(rate)?, grace))
}

/// The same pictures, said to come as often as those of `output`.
pub(super) fn at_rate_of(input: &gst::Caps, output: &gst::Caps) -> gst::Caps {
    let mut labelled = input.clone();
    let rate = output.structure(0).and_then(|s| s.value("framerate").ok());
    if let (Some(rate), Some(structure)) = (rate, labelled.make_mut().structure_mut(0)) {
        structure.set_value("framerate", rate.clone());
    }
    labelled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(rate: (i32, i32)) -> gst::Caps {
        gst::init().unwrap();
        let rate = gst::Fraction::new(rate.0, rate.1);
        gst::Caps::builder("video/x-raw")
            .field("framerate", rate)
            .build()
    }

    #[test]
    fn a_lower_rate_is_a_bound_and_the_same_is_none() {
        let ms = ClockTime::from_mseconds;
        assert_eq!(spacing(Some(30.0), &caps((30, 1))), None);
        assert_eq!(spacing(None, &caps((30, 1))), None);
        assert_eq!(spacing(Some(5.0), &caps((0, 1))), Some((ms(200), ms(0))));
        assert_eq!(spacing(Some(5.0), &caps((10, 1))), Some((ms(200), ms(50))));
    }

    #[test]
    fn what_is_said_of_the_rate_is_all_that_changes() {
        assert_eq!(at_rate_of(&caps((30, 1)), &caps((5, 1))), caps((5, 1)));
    }
}
