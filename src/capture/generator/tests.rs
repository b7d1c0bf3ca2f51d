use std::time::Instant;

use super::super::{Membership, Next, Settled, Tally};
use super::*;
use crate::model::constraints::{Property, TrackConstraints};

#[derive(Default)]
struct Told(Mutex<Vec<(Settled, bool)>>);

impl Listener for Told {
    fn source(&self, _: SourceEffect) {}
    fn settings(&self, settled: Settled, by_others: bool) {
        self.0.lock().unwrap().push((settled, by_others));
    }
    fn changed(&self) {}
    fn tally(&self) -> Option<Arc<Tally>> {
        None
    }
}

fn caps(width: i32, height: i32) -> gst::Caps {
    gst::Caps::builder("video/x-raw")
        .field("format", "RGBA")
        .field("width", width)
        .field("height", height)
        .field("framerate", gst::Fraction::new(30, 1))
        .build()
}

fn generator() -> (Generator, Membership, Arc<Told>) {
    gst::init().unwrap();
    let generator = Generator::new(Kind::Video, "canvas");
    generator.set_muted(false);
    let told = Arc::<Told>::default();
    let (membership, settled) = generator.join(told.clone());
    assert_eq!(settled.settings.integer(Property::Width), None);
    (generator, membership, told)
}

fn wants(json: &str) -> Arc<TrackConstraints> {
    Arc::new(TrackConstraints::from_json(json).unwrap())
}

#[test]
fn settings_are_known_with_the_frames_and_follow_them() {
    let (generator, _membership, told) = generator();
    generator.set_caps(&caps(320, 240)).unwrap();
    generator.set_caps(&caps(320, 240)).unwrap();
    generator.set_caps(&caps(640, 240)).unwrap();
    let told = told.0.lock().unwrap();
    let widths: Vec<_> = told
        .iter()
        .map(|(s, by_others)| (s.settings.integer(Property::Width), *by_others))
        .collect();
    assert_eq!(widths, [(Some(320), false), (Some(640), true)]);
}

#[test]
fn what_is_no_media_is_refused_and_changes_nothing() {
    let (generator, membership, _told) = generator();
    generator.set_caps(&caps(320, 240)).unwrap();
    let text = gst::Caps::builder("text/x-raw").build();
    let error = generator.set_caps(&text).unwrap_err();
    assert!(error.to_string().contains("text/x-raw"), "{error}");
    assert_eq!(membership.frames(), Some(caps(320, 240)));
}

#[test]
fn a_consumer_waits_for_the_frames_and_gets_them_by_reference() {
    let (generator, membership, _told) = generator();
    let connection = membership.connect(&gst::Caps::new_any()).unwrap();
    generator.set_caps(&caps(2, 2)).unwrap();
    let buffer = gst::Buffer::with_size(16).unwrap();
    generator.push(buffer.clone(), None);
    let next = || connection.feed().next(Some(Instant::now()));
    assert!(matches!(next(), Next::Woken));
    let Next::Frame(frame) = next() else {
        panic!("no frame");
    };
    assert_eq!(frame.buffer.as_ptr(), buffer.as_ptr());
    assert!(matches!(next(), Next::Nothing));
}

#[test]
fn a_consumer_that_cannot_have_its_caps_is_told_why() {
    let (generator, membership, _told) = generator();
    let connection = membership.connect(&caps(640, 480)).unwrap();
    generator.set_caps(&caps(320, 240)).unwrap();
    let Next::Failed(error) = connection.feed().next(Some(Instant::now())) else {
        panic!("no error");
    };
    assert!(error.to_string().contains("640"), "{error}");
    assert!(membership.connect(&caps(640, 480)).is_err());
    assert!(membership.connect(&caps(160, 120)).is_ok());
}

#[test]
fn a_consumer_keeps_its_caps_when_the_frames_change() {
    let (generator, membership, _told) = generator();
    generator.set_caps(&caps(640, 480)).unwrap();
    let connection = membership.connect(&caps(640, 480)).unwrap();
    let before = connection.feed().target();
    generator.set_caps(&caps(320, 240)).unwrap();
    assert_eq!(connection.feed().target(), before);
}

#[test]
fn constraints_are_all_or_nothing_and_a_track_is_nothing_to_another() {
    let (generator, membership, _told) = generator();
    generator.set_caps(&caps(640, 480)).unwrap();
    let other = membership.clone_for(Arc::default(), true, Arc::<Told>::default());
    let width = |m: &Membership| {
        let settled = m.apply(wants("{}"));
        settled.unwrap().settings.integer(Property::Width)
    };
    let small = membership
        .apply(wants(r#"{"width":{"exact":320}}"#))
        .unwrap();
    assert_eq!(small.settings.integer(Property::Width), Some(320));
    assert!(membership.apply(wants(r#"{"width":{"min":641}}"#)).is_err());
    assert_eq!(width(&other), Some(640));
    membership.leave();
    assert_eq!(width(&other), Some(640));
}

#[test]
fn who_has_left_is_told_that_it_ended() {
    let (generator, membership, _told) = generator();
    generator.set_caps(&caps(640, 480)).unwrap();
    membership.clone().leave();
    assert!(membership.connect(&gst::Caps::new_any()).is_err());
    assert!(membership.apply(Arc::default()).is_err());
}

#[test]
fn the_picture_stays_until_the_frames_are_something_else() {
    let (generator, membership, _told) = generator();
    generator.set_caps(&caps(2, 2)).unwrap();
    assert!(membership.picture().is_none());
    generator.push(gst::Buffer::with_size(16).unwrap(), None);
    assert!(membership.picture().is_some());
    generator.set_caps(&caps(4, 2)).unwrap();
    assert!(membership.picture().is_none());
}

#[test]
fn what_is_drawn_while_it_is_muted_is_the_picture_afterwards() {
    let (generator, membership, _told) = generator();
    generator.set_caps(&caps(2, 2)).unwrap();
    let drawn = [1, 2, 3].map(|_| gst::Buffer::with_size(16).unwrap());
    generator.push(drawn[0].clone(), None);
    generator.set_muted(true);
    let connection = membership.connect(&gst::Caps::new_any()).unwrap();
    generator.push(drawn[1].clone(), None);
    generator.push(drawn[2].clone(), None);
    let picture = || membership.picture().unwrap().buffer.as_ptr();
    assert_eq!(picture(), drawn[0].as_ptr());
    generator.set_muted(false);
    assert_eq!(picture(), drawn[2].as_ptr());
    assert_eq!(connection.feed().counts(), (0, 1));
}

#[test]
fn pushing_after_the_end_or_before_the_caps_is_for_nobody() {
    let (generator, membership, _told) = generator();
    let connection = membership.connect(&gst::Caps::new_any()).unwrap();
    generator.push(gst::Buffer::new(), None);
    generator.set_caps(&caps(2, 2)).unwrap();
    generator.end(EndReason::Exhausted);
    generator.push(gst::Buffer::new(), None);
    assert_eq!(connection.feed().counts(), (0, 0));
    assert_eq!(membership.ended(), Some(EndReason::Exhausted));
}
