//! What processes sound is not installed, in part or at all: refusals say what is missing and leave
//! everything as it was. Alone in its file, because the registry is the process's.

mod common;
#[path = "common/sound.rs"]
mod sound;

use common::{Play, eventually, promised};
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::media::MediaStreamTrack;
use sound::{TONE, loudness};

fn uninstall(name: &str) {
    let factory = gst::ElementFactory::find(name).unwrap_or_else(|| panic!("{name} is installed"));
    gst::Registry::get().remove_feature(&factory);
}

fn refused(track: &MediaStreamTrack, json: &str) -> gst::Structure {
    let reply = promised(track, "apply-constraints", &[&json]);
    reply.get("error").expect("it is refused")
}

#[test]
fn what_is_missing_is_named() {
    let play = Play::start("mediatrackaudiosrc name=s ! appsink name=sink sync=false");
    play.sample("sink");
    let track: MediaStreamTrack = play.element("s").property("track");
    let before = (track.constraints(), track.settings());

    // The microphone is closed already when this shows, and comes back as it was.
    uninstall("audioresample");
    let error = refused(&track, r#"{"noiseSuppression":{"exact":true}}"#);
    let message = error.get::<String>("message").expect("a message");
    assert!(message.contains("\"audioresample\""), "{message}");
    assert_eq!((track.constraints(), track.settings()), before);
    eventually("the tone is back", || {
        (loudness(&play.sample("sink")) - TONE).abs() < 0.1
    });
    drop(play);
    eventually("the microphone is closed", || {
        common::fake("Fake microphone 1").property::<u32>("active") == 0
    });

    uninstall("webrtcdsp");
    let exact = r#"{"audio":{"noiseSuppression":{"exact":true}}}"#;
    let devices = gstmediastream::media::MediaDevices::default();
    let reply = promised(&devices, "get-user-media", &[&exact]);
    let error = reply.get::<gst::Structure>("error").expect("refused");
    let message = error.get::<String>("message").expect("a message");
    assert!(message.contains("\"webrtcdsp\""), "{message}");
    let stream = common::user_media(r#"{"audio":{"noiseSuppression":true}}"#);
    let track = stream.get_audio_tracks().into_iter().next();
    let track = track.expect("a track");
    let capabilities = structure::capabilities(&track.capabilities());
    for name in ["autoGainControl", "noiseSuppression"] {
        let list = capabilities.get::<gst::Array>(name).expect("a list");
        let values: Vec<bool> = list.iter().filter_map(|value| value.get().ok()).collect();
        assert_eq!(values, [false], "{name}");
        let error = refused(&track, &format!(r#"{{"{name}":{{"exact":true}}}}"#));
        assert_eq!(
            error.get::<String>("name").as_deref(),
            Ok("OverconstrainedError")
        );
        assert_eq!(error.get::<String>("constraint").as_deref(), Ok(name));
        let message = error.get::<String>("message").expect("a message");
        assert!(message.contains("\"webrtcdsp\""), "{message}");
    }
    track.stop();
}
