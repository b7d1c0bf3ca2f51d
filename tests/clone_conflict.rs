//! A track whose wishes conflict with what another track of the source requires is refused, and both stay as
//! they were (#101).

mod common;

use common::{Play, promised, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

fn width_played(play: &Play) -> u32 {
    let sample = play.sample("sink");
    let info = gst_video::VideoInfo::from_caps(sample.caps().expect("caps")).expect("video");
    info.width()
}

fn play(track: &MediaStreamTrack) -> Play {
    let play = Play::parse("mediatrackvideosrc name=s ! appsink name=sink drop=true max-buffers=1");
    play.element("s").set_property("track", track);
    play.play();
    play
}

#[test]
fn the_one_that_asks_is_refused_and_nobody_is_changed() {
    let json = r#"{"video":{"facingMode":{"exact":"environment"},"width":{"exact":1280},"resizeMode":{"exact":"none"}}}"#;
    let first = user_media(json).get_tracks().remove(0);
    let second = first.clone_track();
    assert_eq!(
        promised(&second, "apply-constraints", &[&"{}"]).n_fields(),
        0
    );
    let plays = [play(&first), play(&second)];
    assert_eq!(plays.each_ref().map(width_played)[0], 1280);
    let said = || {
        [&first, &second].map(|track| {
            let constraints: String = track.emit_by_name("get-constraints", &[]);
            (constraints, track.settings())
        })
    };
    let before = said();
    let widths = plays.each_ref().map(width_played);
    let native = r#"{"width":{"exact":1920},"resizeMode":{"exact":"none"}}"#;
    let reply = promised(&second, "apply-constraints", &[&native]);
    let error: gst::Structure = reply.get("error").expect("it conflicts");
    assert_eq!(
        error.get::<String>("name").as_deref(),
        Ok("OverconstrainedError")
    );
    assert_eq!(said(), before, "#101");
    for _ in 0..20 {
        assert_eq!(plays.each_ref().map(width_played), widths, "#101");
    }
    // Alone it may.
    first.stop();
    let reply = promised(&second, "apply-constraints", &[&native]);
    assert_eq!(reply.n_fields(), 0, "{reply}");
    second.stop();
}
