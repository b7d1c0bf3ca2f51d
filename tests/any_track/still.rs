//! Single pictures of a track, and that sound has none (#184, #185).

use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::Kind;

use crate::common::canvas::{Canvas, of_memory};
use crate::common::{eventually, promised};
use crate::seen::{is_zero, number, playing};
use crate::sources::{each, each_of};

fn grab(track: &MediaStreamTrack) -> gst::Sample {
    let reply = promised(track, "grab-frame", &[]);
    reply.get("sample").unwrap_or_else(|_| panic!("{reply}"))
}

fn photo(track: &MediaStreamTrack) -> gst::Sample {
    let reply = promised(track, "take-photo", &[&None::<String>]);
    reply.get("sample").unwrap_or_else(|_| panic!("{reply}"))
}

fn error(reply: &gst::Structure) -> String {
    let error = reply.get::<gst::Structure>("error");
    error
        .unwrap_or_else(|_| panic!("{reply}"))
        .get("name")
        .expect("a name")
}

#[test]
fn a_frame_is_as_the_settings_say() {
    each_of(Kind::Video, |source| {
        let track = &source.track;
        for (width, height) in [(320, 240), (200, 100)] {
            let asked = format!(r#"{{"width":{{"exact":{width}}},"height":{{"exact":{height}}}}}"#);
            promised(track, "apply-constraints", &[&asked]);
            let frame = grab(track);
            assert!(!is_zero(&frame));
            assert_eq!(
                (number(&frame, "width"), number(&frame, "height")),
                (width.into(), height.into())
            );
            let photo = photo(track);
            let caps = photo
                .caps()
                .and_then(|caps| caps.structure(0))
                .expect("caps");
            assert_eq!(caps.name(), "image/jpeg");
        }
    });
}

#[test]
fn of_a_disabled_track_it_is_black() {
    each_of(Kind::Video, |source| {
        source.track.set_enabled(false);
        assert!(is_zero(&grab(&source.track)));
        photo(&source.track);
        source.track.set_enabled(true);
        assert!(!is_zero(&grab(&source.track)));
    });
}

/// #184
#[test]
fn sound_and_what_has_ended_has_none() {
    each(|source| {
        if source.kind() == Kind::Audio {
            assert_eq!(
                error(&promised(&source.track, "grab-frame", &[])),
                "NotSupportedError"
            );
            let reply = promised(&source.track, "take-photo", &[&None::<String>]);
            assert_eq!(error(&reply), "NotSupportedError");
        }
        source.track.stop();
        let wanted = match source.kind() {
            Kind::Audio => "NotSupportedError",
            Kind::Video => "InvalidStateError",
        };
        assert_eq!(error(&promised(&source.track, "grab-frame", &[])), wanted);
    });
}

/// A picture that was drawn once is the frame of the track until there is another.
#[test]
fn what_was_drawn_once_is_the_frame_for_ever() {
    let canvas = Canvas::new("frame-rate=0");
    let drawn = canvas.draw(7);
    let track = canvas.track();
    eventually("it is unmuted", || !track.muted());
    for _ in 0..3 {
        let frame = grab(&track);
        let (colour, _) = of_memory(&frame.buffer_owned().expect("one"));
        assert_eq!(colour, 7);
        photo(&track);
    }
    // A reader that comes as late is shown it as well.
    let play = playing(&track, "");
    let seen = play.sample("sink").buffer_owned().expect("one");
    assert_eq!(of_memory(&seen), of_memory(&drawn));
    let clone = track.clone_track();
    let (colour, _) = of_memory(&grab(&clone).buffer_owned().expect("one"));
    assert_eq!(colour, 7);
    clone.stop();
}
