//! What a track says of itself (#11 to #14, #192, content hints, #196).

use gst::prelude::*;
use gstmediastream::media::track::MediaStreamTrackState::Live;

use crate::common::eventually;
use crate::seen::{Diary, playing};
use crate::sources::each;

/// #192
#[test]
fn only_a_track_of_a_device_has_one_and_statistics_of_it() {
    each(|source| {
        let track = &source.track;
        let device = track.property::<Option<gst::Device>>("device");
        let stats = track.property::<Option<gst::Structure>>("stats");
        assert_eq!(device.is_some(), source.is_device());
        assert_eq!(stats.is_some(), source.is_device());
        // Without an effect where there are none.
        track.emit_by_name::<()>("reset-latency", &[]);
        let settings: gst::Structure = track.emit_by_name("get-settings", &[]);
        assert_eq!(
            settings.has_field("groupId"),
            source.is_device(),
            "{settings}"
        );
    });
}

#[test]
fn a_new_track_is_enabled_and_live() {
    each(|source| {
        let track = &source.track;
        assert!(track.enabled() && !track.muted());
        assert_eq!(track.ready_state(), Live);
        assert!(!track.id().is_empty());
        assert!(source.stream.property::<bool>("active"));
        let by_id = source.stream.get_track_by_id(&track.id());
        assert_eq!(by_id.as_ref(), Some(track));
    });
}

#[test]
fn a_hint_of_its_kind_is_kept_and_told_downstream() {
    each(|source| {
        let track = &source.track;
        let (right, wrong) = match track.property::<String>("kind").as_str() {
            "audio" => ("music", "motion"),
            _ => ("detail", "speech"),
        };
        let hint = || {
            track
                .property::<Option<String>>("content-hint")
                .unwrap_or_default()
        };
        assert_eq!(hint(), "");
        track.set_property("content-hint", right);
        assert_eq!(hint(), right);
        track.set_property("content-hint", wrong);
        assert_eq!(hint(), right);
        let play = playing(track, "");
        play.sample("sink");
        let pad = play.element("sink").static_pad("sink").expect("a sink");
        let told = || {
            let event = pad.sticky_event::<gst::event::CustomDownstreamSticky>(0)?;
            event.structure()?.get::<String>("content-hint").ok()
        };
        assert_eq!(told().as_deref(), Some(right));
        track.set_property("content-hint", "");
        eventually("it is told", || {
            play.sample("sink");
            told().as_deref() == Some("")
        });
    });
}

/// #196: whoever listens needs no other reference.
#[test]
fn with_a_handler_it_lives_on_and_still_tells() {
    each(|source| {
        let (told, weak) = {
            let clone = source.track.clone_track();
            (Diary::of(&clone), clone.downgrade())
        };
        // One that nobody listens to: when it is gone, the other was looked at as well.
        let forgotten = source.track.clone_track().downgrade();
        eventually("the other is gone", || forgotten.upgrade().is_none());
        assert!(weak.upgrade().is_some());
        source.end();
        eventually("it is told", || told.has("ended"));
        eventually("then nothing keeps it", || weak.upgrade().is_none());
    });
}
