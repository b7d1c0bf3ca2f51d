//! A track that ends while its device takes another mode for a second track takes nothing along: the
//! second gets what was chosen for it.

mod common;

use common::{Play, eventually, fake, user_media};
use gst::prelude::*;

#[test]
fn the_one_that_stays_gets_its_own_caps() {
    let camera = fake("Fake camera 1");
    let leaves = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    let stays = leaves.clone_track();
    // Nothing comes in the new mode until everything has happened.
    camera.emit_by_name::<()>("stall", &[&true]);
    let opens: u32 = camera.property("opens");
    let play = Play::parse(
        "mediatrackvideosrc name=s ! video/x-raw,format=I420,width=1280,height=720,framerate=30/1 \
         ! appsink name=sink",
    );
    play.element("s").set_property("track", &stays);
    play.play();
    eventually("it takes another mode", || {
        camera.property::<u32>("opens") > opens
    });
    leaves.stop();
    camera.emit_by_name::<()>("stall", &[&false]);
    let sample = play.sample("sink");
    let caps = sample
        .caps()
        .and_then(|caps| caps.structure(0))
        .expect("caps");
    assert_eq!(caps.get::<&str>("format"), Ok("I420"));
    assert_eq!(caps.get::<i32>("width"), Ok(1280));
    stays.stop();
}
