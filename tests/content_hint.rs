//! `contentHint` on sound: defaults that yield to constraints and are remembered (#158 to #164).

mod common;

use common::{Play, alone, eventually, promised};
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::media::MediaStreamTrack;

/// A microphone that is heard, and its track.
fn listen() -> (Play, MediaStreamTrack) {
    let play = Play::start("mediatrackaudiosrc name=s ! fakesink async=false");
    eventually("there is a track", || {
        let track = play
            .element("s")
            .property::<Option<MediaStreamTrack>>("track");
        track.is_some()
    });
    let track = play.element("s").property("track");
    (play, track)
}

fn hint(track: &MediaStreamTrack, hint: &str) {
    track.set_property("content-hint", hint);
}

fn apply(track: &MediaStreamTrack, json: &str) {
    let reply = promised(track, "apply-constraints", &[&json]);
    assert!(reply.get::<gst::Structure>("error").is_err(), "{reply}");
}

fn setting(track: &MediaStreamTrack, name: &str) -> bool {
    let settings = structure::settings(&track.settings());
    settings.get(name).expect("a setting")
}

/// `autoGainControl` and `noiseSuppression`, when all that was asked before has been done.
fn processing(track: &MediaStreamTrack) -> (bool, bool) {
    let same = track.constraints().to_json();
    apply(track, &same);
    let of = |name| setting(track, name);
    (of("autoGainControl"), of("noiseSuppression"))
}

/// #158
#[test]
fn a_hint_of_the_other_kind_is_ignored() {
    let _alone = alone();
    let (_play, track) = listen();
    let told = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counts = told.clone();
    track.connect_notify(Some("content-hint"), move |_, _| {
        counts.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    });
    hint(&track, "music");
    for other in ["motion", "detail", "text", "Speech", "nonsense"] {
        hint(&track, other);
        assert_eq!(track.property::<String>("content-hint"), "music", "{other}");
    }
    hint(&track, "music");
    assert_eq!(told.load(std::sync::atomic::Ordering::SeqCst), 1);
}

/// #159
#[test]
fn the_hint_is_empty_until_it_is_set() {
    let _alone = alone();
    let (_play, track) = listen();
    assert_eq!(track.property::<String>("content-hint"), "");
    apply(&track, r#"{"noiseSuppression":true}"#);
    assert_eq!(track.property::<String>("content-hint"), "");
}

/// #160, and the same of `speech-recognition`
#[test]
fn music_is_left_as_it_is() {
    let _alone = alone();
    let (_play, track) = listen();
    // Another track keeps the microphone processing, unless somebody wishes otherwise.
    let other = track.clone_track();
    apply(
        &other,
        r#"{"noiseSuppression":true,"autoGainControl":true}"#,
    );
    other.stop();
    for name in ["music", "speech-recognition"] {
        hint(&track, "speech");
        assert!(processing(&track).0);
        hint(&track, name);
        assert_eq!(processing(&track), (false, false), "{name}");
        assert!(!setting(&track, "echoCancellation"));
    }
    // "Unless constraints forbid it": the application asks itself.
    apply(&track, r#"{"noiseSuppression":true}"#);
    assert_eq!(processing(&track), (false, true));
}

/// #161
#[test]
fn speech_is_made_louder_and_nothing_else() {
    let _alone = alone();
    let (_play, track) = listen();
    hint(&track, "speech");
    assert_eq!(processing(&track), (true, false));
    apply(&track, r#"{"noiseSuppression":true}"#);
    assert_eq!(processing(&track), (true, true), "it touches no more");
    // Impossible here, so the default is not met.
    assert!(!setting(&track, "echoCancellation"));
    assert_eq!(
        track.constraints().to_json(),
        r#"{"noiseSuppression":true}"#,
        "the application's own"
    );
}

/// #162, #164
#[test]
fn a_default_waits_until_constraints_permit_it() {
    let _alone = alone();
    let (_play, track) = listen();
    apply(&track, r#"{"autoGainControl":{"exact":false}}"#);
    hint(&track, "speech");
    assert_eq!(processing(&track), (false, false), "required otherwise");
    apply(&track, r#"{"autoGainControl":false}"#);
    assert_eq!(processing(&track), (false, false), "wished otherwise");
    apply(&track, r#"{"channelCount":1}"#);
    assert_eq!(processing(&track), (true, false));
}

/// #163
#[test]
fn an_empty_hint_forgets_the_defaults() {
    let _alone = alone();
    let (_play, track) = listen();
    hint(&track, "speech");
    assert_eq!(processing(&track), (true, false));
    hint(&track, "");
    assert_eq!(processing(&track), (false, false));
    apply(&track, r#"{"channelCount":1}"#);
    assert_eq!(processing(&track), (false, false));
}

/// #164
#[test]
fn a_hint_never_overrides_a_required_constraint() {
    let _alone = alone();
    let (_play, track) = listen();
    apply(&track, r#"{"noiseSuppression":{"exact":true}}"#);
    hint(&track, "music");
    assert_eq!(processing(&track), (false, true));
    // Nor one of an advanced set that can be met.
    apply(&track, r#"{"advanced":[{"autoGainControl":true}]}"#);
    assert_eq!(processing(&track), (true, false));
}

/// A clone has the hint and what it left behind, and then goes its own way.
#[test]
fn a_clone_copies_hint_and_defaults() {
    let _alone = alone();
    let (_play, track) = listen();
    hint(&track, "speech");
    assert_eq!(processing(&track), (true, false));
    let clone = track.clone_track();
    assert_eq!(clone.property::<String>("content-hint"), "speech");
    track.stop();
    hint(&clone, "music");
    hint(&track, "speech-recognition");
    assert_eq!(processing(&clone), (false, false));
    apply(&clone, "{}");
    hint(&clone, "speech");
    assert_eq!(processing(&clone), (true, false));
    clone.stop();
}

/// It waits for its turn, and what was asked later counts.
#[test]
fn hints_and_constraints_take_effect_in_the_order_given() {
    let _alone = alone();
    let (_play, track) = listen();
    let promise = gst::Promise::new();
    hint(&track, "speech");
    track.emit_by_name::<()>(
        "apply-constraints",
        &[&r#"{"autoGainControl":false}"#, &promise],
    );
    assert_eq!(promise.wait(), gst::PromiseResult::Replied);
    assert!(!setting(&track, "autoGainControl"));
    let promise = gst::Promise::new();
    track.emit_by_name::<()>("apply-constraints", &[&"{}", &promise]);
    hint(&track, "music");
    hint(&track, "speech");
    assert_eq!(promise.wait(), gst::PromiseResult::Replied);
    assert_eq!(processing(&track), (true, false));
}
