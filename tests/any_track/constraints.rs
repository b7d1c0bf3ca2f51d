//! What an application may ask of a track: pictures are scaled and thinned out, nothing is ever blown up, and
//! what cannot be had changes nothing.

use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;
use gstmediastream::model::constraints::Kind;

use crate::common::promised;
use crate::seen::{number, playing, pts, until};
use crate::sources::{Source, each, each_of};

/// The error's name and constraint, if it was refused.
fn apply(track: &MediaStreamTrack, json: &str) -> Option<(String, String)> {
    let reply = promised(track, "apply-constraints", &[&json]);
    let error: gst::Structure = reply.get("error").ok()?;
    let text = |name| {
        error
            .get::<Option<String>>(name)
            .ok()
            .flatten()
            .unwrap_or_default()
    };
    Some((text("name"), text("constraint")))
}

fn settings(track: &MediaStreamTrack) -> gst::Structure {
    track.emit_by_name("get-settings", &[])
}

fn constraints(track: &MediaStreamTrack) -> String {
    track.emit_by_name("get-constraints", &[])
}

fn get(structure: &gst::Structure, name: &str) -> f64 {
    let value = structure
        .value(name)
        .unwrap_or_else(|_| panic!("{name} in {structure}"));
    match value.get::<u32>() {
        Ok(number) => f64::from(number),
        Err(_) => value.get::<f64>().expect("a number"),
    }
}

/// The ends of a capability.
fn range(track: &MediaStreamTrack, name: &str) -> (f64, f64) {
    let all: gst::Structure = track.emit_by_name("get-capabilities", &[]);
    let range: gst::Structure = all.get(name).unwrap_or_else(|_| panic!("{name} in {all}"));
    (get(&range, "min"), get(&range, "max"))
}

/// What the settings and the caps call the same.
fn names(source: &Source) -> &'static [(&'static str, &'static str)] {
    match source.kind() {
        Kind::Video => &[
            ("width", "width"),
            ("height", "height"),
            ("frameRate", "framerate"),
        ],
        Kind::Audio => &[("sampleRate", "rate"), ("channelCount", "channels")],
    }
}

fn says_what_flows(source: &Source, sample: &gst::Sample) -> bool {
    let settings = settings(&source.track);
    let mut names = names(source).iter();
    names.all(|(setting, caps)| (get(&settings, setting) - number(sample, caps)).abs() < 0.01)
}

#[test]
fn settings_say_what_flows_and_capabilities_what_could() {
    each(|source| {
        let play = playing(&source.track, "");
        assert!(says_what_flows(source, &play.sample("sink")));
        for (name, _) in names(source) {
            let (min, max) = range(&source.track, name);
            let is = get(&settings(&source.track), name);
            assert!(min <= is && is <= max, "{name}: {is} in {min} to {max}");
        }
    });
}

#[test]
fn pictures_are_scaled_and_thinned_out() {
    each_of(Kind::Video, |source| {
        let track = &source.track;
        let play = playing(track, "");
        let mut last = play.sample("sink");
        let asked = r#"{"width":{"exact":160},"height":{"exact":120},"frameRate":{"exact":10}}"#;
        assert_eq!(apply(track, asked), None);
        assert_eq!(constraints(track), asked);
        let got = settings(track);
        assert_eq!(
            (
                get(&got, "width"),
                get(&got, "height"),
                get(&got, "frameRate")
            ),
            (160., 120., 10.)
        );
        last = until(&play, "sink", "small", |sample| {
            number(sample, "width") == 160. && pts(sample) > pts(&last)
        });
        let begins = pts(&last);
        for _ in 0..20 {
            last = play.sample("sink");
            assert!(says_what_flows(source, &last), "{:?}", last.caps());
        }
        // Two seconds; at 30 a second it were less than one.
        assert!(pts(&last) - begins > gst::ClockTime::SECOND);
        // Nothing asked for: as it comes.
        assert_eq!(apply(track, "{}"), None);
        assert_eq!(constraints(track), "{}");
        until(&play, "sink", "large", |sample| {
            number(sample, "width") > 160.
        });
        assert!(get(&settings(track), "width") > 160.);
    });
}

#[test]
fn the_ends_of_the_capabilities_can_be_had() {
    each(|source| {
        let track = &source.track;
        let play = playing(track, "");
        for (name, caps) in names(source)
            .iter()
            .filter(|(name, _)| *name != "frameRate")
        {
            let (min, max) = range(track, name);
            for wanted in [min, max] {
                let asked = format!(r#"{{"{name}":{{"exact":{wanted}}}}}"#);
                assert_eq!(apply(track, &asked), None, "{asked}");
                assert_eq!(get(&settings(track), name), wanted);
                until(&play, "sink", &asked, |sample| {
                    number(sample, caps) == wanted
                });
            }
        }
    });
}

#[test]
fn what_cannot_be_had_changes_nothing() {
    each(|source| {
        let track = &source.track;
        let play = playing(track, "");
        let ideal = match source.kind() {
            Kind::Video => r#"{"width":{"ideal":320}}"#,
            Kind::Audio => r#"{"channelCount":{"ideal":2}}"#,
        };
        assert_eq!(apply(track, ideal), None);
        let before = (settings(track).to_string(), constraints(track));
        for (name, _) in names(source) {
            let (_, max) = range(track, name);
            let asked = format!(r#"{{"{name}":{{"min":{}}}}}"#, max + 1.0);
            let refused = ("OverconstrainedError".to_owned(), (*name).to_owned());
            assert_eq!(apply(track, &asked), Some(refused), "{asked}");
            assert_eq!((settings(track).to_string(), constraints(track)), before);
        }
        assert_eq!(
            apply(track, "{\"width\":").map(|e| e.0).as_deref(),
            Some("TypeError")
        );
        assert_eq!(constraints(track), before.1);
        until(&play, "sink", "what it was", |sample| {
            says_what_flows(source, sample)
        });
    });
}

/// A clone may want something else, and the original keeps what it has.
#[test]
fn each_track_has_its_own() {
    each_of(Kind::Video, |source| {
        let clone = source.track.clone_track();
        let before = settings(&source.track).to_string();
        assert_eq!(
            apply(&clone, r#"{"width":{"exact":200},"height":{"exact":100}}"#),
            None
        );
        let play = playing(&clone, "");
        assert_eq!(number(&play.sample("sink"), "width"), 200.);
        assert_eq!(settings(&source.track).to_string(), before);
        let play = playing(&source.track, "");
        assert!(says_what_flows(source, &play.sample("sink")));
        clone.stop();
    });
}
